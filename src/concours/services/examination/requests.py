"""A candidate's challenge to an item and request to be scored again, and the board's answers."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from concours.kernel.errors import BadInput
from concours.ledger.draft import Draft
from concours.records import personal
from concours.records.models import ChallengeArgument, ExaminationStanding
from concours.selection import examination_challenges as rules
from concours.selection.authority import Actor, require
from concours.selection.examination import Examination, Request, sections_of
from concours.services.case import Case, decide, open_candidacy
from concours.services.competitions import read_competition
from concours.services.examination.key_check import CheckedItem, checked_item
from concours.services.examination.keys import key_digest, key_of, raw_scores
from concours.services.examination.orders import number_of_seen, seen_order
from concours.services.examination.sat_forms import form_of, scale_of_form
from concours.services.examination.sessions import test_step

COLUMN = "challengeargument.argument"
LONGEST = 2_000
CHALLENGE, ANSWER = "examination.challenge_item", "examination.decide_challenge"
ASK, RESCORE = "examination.request_rescoring", "examination.decide_rescoring"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestsPage:
    """What a candidate has challenged or asked for, and until when more may be.

    ``seen`` gives the number under which the sitting saw a challenged item.
    """

    code: str
    version: str
    sections: tuple[tuple[str, str, int], ...]
    challenges: tuple[Request, ...]
    seen: dict[tuple[str, int], int]
    challenge_until: datetime | None
    rescoring: Request | None
    rescoring_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengePage:
    """One challenge as its decider reads it: the argument, and what the key check said."""

    code: str
    version: str
    challenge: Request
    argument: str
    checked: CheckedItem | None
    competition: str


def requests_page(actor: Actor, code: str, *, at: datetime) -> RequestsPage:
    """The candidate's own challenges and request."""
    case = open_candidacy(actor, code, "file.read_own", at=at)
    step = test_step(case.edition)
    file = case.as_shown()
    state = file.state(step, Examination)
    sections = sections_of(case.edition, step)
    return RequestsPage(
        code=code,
        version=case.version,
        sections=tuple(
            (name, about.title, about.items)
            for name, about in sections.items()
            if about.answer == "choice"
        ),
        challenges=state.challenges,
        seen={
            (c.section, c.item): seen_order(case, step, c.section).index(c.item) + 1
            for c in state.challenges
        },
        challenge_until=rules.challenge_until(file, case.edition, step=step),
        rescoring=state.rescoring,
        rescoring_until=rules.rescoring_until(file, case.edition, step=step),
    )


def challenge_item(
    actor: Actor,
    code: str,
    *,
    section: str,
    item: int,
    ground: str,
    argument: str,
    at: datetime,
    seen: str | None = None,
) -> Case:
    """Challenge an item; the argument is kept encrypted, its digest enters the record.

    ``item`` is the number under which the sitting saw it; the record holds the form's.
    """
    words = argument.strip()
    if not 20 <= len(words) <= LONGEST:
        raise BadInput(
            "argument_length",
            remedy=f"Say why in 20 to {LONGEST} characters.",
            field="argument",
            numbers={"found": str(len(words))},
        )

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        number = number_of_seen(case, step, section, item)
        drafts = rules.challenge_item(
            case.as_shown(),
            case.edition,
            step=step,
            at=at,
            section=section,
            item=number,
            ground=ground,
            argument=hashlib.sha256(words.encode()).hexdigest(),
        )
        ChallengeArgument.objects.create(
            candidacy=code,
            step=step,
            section=section,
            item=number,
            argument=personal.seal_text(case.candidacy.person, COLUMN, words),
            at=at,
        )
        return drafts

    return decide(actor, code, CHALLENGE, command, at=at, seen=seen)


def challenge_page(actor: Actor, code: str, *, at: datetime) -> ChallengePage | None:
    """The oldest challenge of a candidacy that waits; None where none does."""
    case = open_candidacy(actor, code, ANSWER, at=at)
    step = test_step(case.edition)
    waiting = [c for c in case.candidacy.state(step, Examination).challenges if not c.outcome]
    if not waiting:
        return None
    first = waiting[0]
    row = ChallengeArgument.objects.filter(
        candidacy=code, step=step, section=first.section, item=first.item
    ).first()
    words = ""
    if row is not None:
        words = personal.open_text(case.candidacy.person, COLUMN, bytes(row.argument))
    competition = case.candidacy.competition
    return ChallengePage(
        code=code,
        version=case.version,
        challenge=first,
        argument=words,
        checked=checked_item(actor, competition, first.section, first.item),
        competition=competition,
    )


def decide_challenge(
    actor: Actor,
    code: str,
    *,
    upheld: bool,
    at: datetime,
    seen: str | None,
    **why: str,
) -> Case:
    """Answer the oldest challenge that waits, which is the one the page shows."""

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        state = case.candidacy.state(step, Examination)
        oldest = next((c.seq for c in state.challenges if not c.outcome), 0)
        return rules.decide_challenge(
            case.candidacy,
            case.edition,
            step=step,
            at=at,
            about=oldest,
            upheld=upheld,
            **why,
        )

    return decide(actor, code, ANSWER, command, at=at, seen=seen)


def request_rescoring(actor: Actor, code: str, *, at: datetime, seen: str | None = None) -> Case:
    """Ask for one's answers to be scored again."""

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        return rules.request_rescoring(case.as_shown(), case.edition, step=step, at=at)

    return decide(actor, code, ASK, command, at=at, seen=seen)


def decide_rescoring(
    actor: Actor, code: str, *, at: datetime, seen: str | None, **why: str
) -> Case:
    """Score the answers again by the key in force, and answer with what came out."""

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        key = key_of(case.candidacy.competition, step)
        return rules.decide_rescoring(
            case.candidacy,
            case.edition,
            step=step,
            at=at,
            raw=raw_scores([code], step, key)[code],
            base_scale=scale_of_form(case.competition, form_of(case, step)),
            key=key_digest(key),
            **why,
        )

    return decide(actor, code, RESCORE, command, at=at, seen=seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengedItem:
    """An item with how many challenges wait for an answer or were answered."""

    section: str
    item: int
    lodged: int
    files: tuple[str, ...]


def challenged_items(actor: Actor, competition: str) -> tuple[ChallengedItem, ...]:
    """The items challenged in a competition, the most challenged first."""
    require(actor, ANSWER)
    read_competition(competition)
    codes = ExaminationStanding.objects.filter(competition=competition).values("file")
    found: dict[tuple[str, int], list[str]] = {}
    for row in ChallengeArgument.objects.filter(candidacy__in=codes).order_by("at", "pk"):
        found.setdefault((row.section, row.item), []).append(row.candidacy)
    rows = [
        ChallengedItem(section=s, item=i, lodged=len(files), files=tuple(files))
        for (s, i), files in found.items()
    ]
    return tuple(sorted(rows, key=lambda r: (-r.lodged, r.section, r.item)))
