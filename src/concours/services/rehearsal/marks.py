"""The desks of the marks in the rehearsal: markers' sheets, scripts whose mark is known, a
checked key with one change that waits for its second person, and a challenge's argument."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from concours.records import personal
from concours.records.models import ChallengeArgument, EssaySheet, KeyCheckItem, SeededScript
from concours.selection.authority import Actor
from concours.selection.examination import Examination, whole
from concours.services.examination.key_check_run import check_key
from concours.services.examination.key_review import propose
from concours.services.examination.requests import COLUMN
from concours.simulator.cohort import Cohort, Staff
from concours.simulator.marking import ARGUMENT, FLAWED, STARTS
from concours.simulator.testing import STEP

SCRIPTS = (
    (
        2,
        (
            "Trade is good and war is bad, so countries ought to trade. My country trades a lot. Some "
            "people say that it should stop, but they are wrong, because trade is good, as I said. In "
            "the end every country must decide for itself what is best for it."
        ),
    ),
    (
        4,
        (
            "A country that buys all its grain from one neighbour saves money in ordinary years and "
            "pays for it in the bad one. Two answers are open to it: to keep a store, or to keep a "
            "second supplier. The store is cheaper for ten years; the second supplier teaches more. I "
            "would begin with the store, and say openly when the second contract is to follow."
        ),
    ),
    (
        6,
        (
            "The question supposes that dependence is a state. It is a price, and like every price it "
            "moves. What a small country needs is not independence but a price it can see: contracts "
            "that end on different days, a store that is counted in public, and a neighbour that loses "
            "something too when deliveries stop. Where all three stand, reliance is a choice renewed "
            "each year; where one is missing, it is a debt that somebody else may call in."
        ),
    ),
)
"""Essays written for the purpose, each with the mark the chair gave it."""
DISTANCES = ((0, 0, 0), (0, -1, 0), (2, 2, 0), (0, 0, -1))
"""How far each marker's marks lie from the known ones; the third is more lenient than allowed."""


def fill_marks(cohort: Cohort) -> None:
    """Write everybody's sheets; in the late window also what is still under way."""
    EssaySheet.objects.bulk_create(_sheets(cohort), batch_size=1_000)
    late = [
        code
        for code in sorted({cohort.file(c).competition for c in cohort.people})
        if (found := cohort.world.competition(code).calendar) and found.test_starts == STARTS
    ]
    for competition in late:
        _arguments(cohort, competition)
        if any(cohort.file(c).competition == competition for c in _marked(cohort)):
            _scripts(cohort, competition)
            _open_sheets(cohort, competition)
        _key(cohort, competition)


def _marked(cohort: Cohort) -> list[str]:
    return [c for c in cohort.people if cohort.file(c).state(STEP, Examination).marks]


def _sheet(
    cohort: Cohort,
    candidacy: str,
    marker: str,
    reading: int,
    *,
    mark: int | None,
    locked_at: datetime | None,
    script_of: str = "",
) -> EssaySheet:
    """One sheet; ``script_of`` names the competition of one for a script whose mark is known."""
    return EssaySheet(
        code=cohort.new_code(),
        candidacy=candidacy,
        competition=script_of or cohort.file(candidacy).competition,
        step=STEP,
        marker=marker,
        reading=reading,
        mark=mark,
        locked_at=locked_at,
        seeded=bool(script_of),
    )


def _sheets(cohort: Cohort) -> Iterator[EssaySheet]:
    """The locked sheets behind every mark on record."""
    for code in _marked(cohort):
        facts = [f for f in cohort.world.read(code) if f.kind == "essay.marked"]
        for reading, fact in enumerate(facts, start=1):
            marker = str(fact.body.get("marker"))
            mark = whole(fact.body, "mark")
            yield _sheet(cohort, code, marker, reading, mark=mark, locked_at=fact.at)


def _scripts(cohort: Cohort, competition: str) -> None:
    """Known-mark scripts, and what every marker gave them."""
    added = cohort.base - timedelta(days=14)
    made = SeededScript.objects.bulk_create(
        SeededScript(
            code=cohort.new_code(),
            competition=competition,
            step=STEP,
            text=text,
            mark=mark,
            added_by=cohort.staff["chair"].code,
            at=added,
        )
        for mark, text in SCRIPTS
    )
    EssaySheet.objects.bulk_create(
        _sheet(
            cohort,
            script.code,
            marker.code,
            1,
            script_of=competition,
            mark=min(6, max(0, script.mark + far)),
            locked_at=added + timedelta(days=3, hours=place),
        )
        for marker, distances in zip(cohort.holding("marker"), DISTANCES, strict=False)
        for place, (script, far) in enumerate(zip(made, distances, strict=True))
    )


def _open_sheets(cohort: Cohort, competition: str) -> None:
    """Essays that are still read: two markers each, the first of them has locked one."""
    waiting = [
        code
        for code in cohort.people
        if (file := cohort.file(code)).competition == competition
        and (scores := file.state(STEP, Examination).scores) is not None
        and scores.essay_marked
        and not file.state(STEP, Examination).marks
    ]
    markers: tuple[Staff, ...] = cohort.holding("marker")
    sheets = []
    for place, code in enumerate(waiting):
        pair = (markers[place % len(markers)], markers[(place + 1) % len(markers)])
        for reading, marker in enumerate(pair, start=1):
            locked = place == 0 and reading == 1
            sheets.append(
                _sheet(
                    cohort,
                    code,
                    marker.code,
                    reading,
                    mark=4 if locked else None,
                    locked_at=cohort.base - timedelta(days=6) if locked else None,
                )
            )
    EssaySheet.objects.bulk_create(sheets)


def _arguments(cohort: Cohort, competition: str) -> None:
    """Why the flawed item was challenged, sealed for whoever wrote it."""
    rows = []
    for code in cohort.people:
        file = cohort.file(code)
        challenges = file.state(STEP, Examination).challenges
        if file.competition != competition or not challenges:
            continue
        key = personal.keys_of([file.person])[file.person]
        rows.append(
            ChallengeArgument(
                candidacy=code,
                step=STEP,
                section=FLAWED[0],
                item=FLAWED[1],
                argument=personal.seal_with(key, file.person, COLUMN, ARGUMENT),
                at=challenges[0].lodged_at,
            )
        )
    ChallengeArgument.objects.bulk_create(rows)


def _key(cohort: Cohort, competition: str) -> None:
    """The key as checked, and a change of the flawed item proposed by one person."""
    proposer = cohort.staff["test-administrator"]
    check_key(competition, at=cohort.base - timedelta(days=4), by=proposer.code)
    section, number = FLAWED
    checked = KeyCheckItem.objects.filter(
        competition=competition, section=section, number=number
    ).first()
    if checked is None or not checked.suspect:
        return
    propose(
        Actor(code=proposer.code, roles=frozenset(proposer.roles)),
        competition,
        section=section,
        item=number,
        treatment="rekey",
        option=checked.suspect,
        reason="wrong_key",
        at=cohort.base - timedelta(days=3),
    )
