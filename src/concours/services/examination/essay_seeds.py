"""Scripts whose mark is known: written for the purpose, mixed unmarked among a marker's sheets."""

from dataclasses import dataclass
from datetime import datetime

from concours.kernel.errors import BadInput, RuleRefused
from concours.policy.double_marking import DoubleMarking, check_mark
from concours.policy.seeding import Seeding, is_seeded
from concours.records.models import EssaySheet, SeededScript
from concours.selection.authority import Actor, require
from concours.services.competitions import read_competition
from concours.services.examination.sessions import edition_of, test_step
from concours.services.files import new_code

SEED = "examination.seed_essays"
SHORTEST, LONGEST = 100, 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptRow:
    """One known-mark script and how often it was read."""

    code: str
    mark: int
    words: int
    read: int
    at: datetime


def add_script(actor: Actor, competition: str, *, text: str, mark: int, at: datetime) -> str:
    """Add a script with the mark the chair gives it; returns its code."""
    require(actor, SEED)
    edition = edition_of(read_competition(competition))
    step = test_step(edition)
    rule = f"{step}.essay_marking"
    if not edition.has(rule):
        raise RuleRefused("no_essay_marked", remedy="This edition has no essay that is marked.")
    check_mark(edition.value(rule, DoubleMarking), mark)
    words = text.strip()
    if not SHORTEST <= len(words) <= LONGEST:
        raise BadInput(
            "script_length",
            remedy=f"A script has {SHORTEST} to {LONGEST} characters.",
            field="text",
            numbers={"found": str(len(words))},
        )
    return SeededScript.objects.create(
        code=new_code(),
        competition=competition,
        step=step,
        text=words,
        mark=mark,
        added_by=actor.code,
        at=at,
    ).code


def scripts(actor: Actor, competition: str) -> tuple[ScriptRow, ...]:
    """The known-mark scripts of a competition. Markers never see this list."""
    require(actor, SEED)
    rows = SeededScript.objects.filter(competition=competition).order_by("mark", "code")
    read = list(
        EssaySheet.objects.filter(
            competition=competition, seeded=True, locked_at__isnull=False
        ).values_list("candidacy", flat=True)
    )
    return tuple(
        ScriptRow(
            code=r.code,
            mark=r.mark,
            words=len(r.text.split()),
            read=read.count(r.code),
            at=r.at,
        )
        for r in rows
    )


def script_for(marker: str, competition: str) -> SeededScript | None:
    """The script a marker's next sheet is to be; None where it is to be a candidate's essay.

    Called with the marker's open sheets used up. A script is read once by a marker.
    """
    edition = edition_of(read_competition(competition))
    rule = f"{test_step(edition)}.essay_seeding"
    if not edition.has(rule):
        return None
    mine = EssaySheet.objects.filter(marker=marker, competition=competition)
    seeding = edition.value(rule, Seeding)
    if not is_seeded(seeding, marker=marker, competition=competition, sheet=mine.count() + 1):
        return None
    fresh = SeededScript.objects.filter(competition=competition)
    known = mine.filter(seeded=True).values("candidacy")
    return fresh.exclude(code__in=known).order_by("code").first()
