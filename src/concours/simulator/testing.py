"""The test: check-in, sections, scores, essays marked where the rule allows, results."""

from collections.abc import Callable
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from concours.ledger.draft import Draft
from concours.selection.examination import Examination, Mark
from concours.selection.examination_result import (
    decide_examination,
    record_marks,
    score_choice,
    settle_essay,
)
from concours.selection.examination_seats import check_in, lapse_seat
from concours.selection.examination_sitting import (
    lock_section,
    open_section,
    open_sitting,
    submit_sitting,
)
from concours.selection.session import Session, close_session, fold_session, open_session
from concours.simulator.cohort import Cohort
from concours.simulator.content import digest_of, essay_of
from concours.simulator.people import Invented
from concours.simulator.window import BASE_SCALE, Window

SECTIONS = (("job_knowledge", 40), ("english_expression", 50), ("biographic", 40), ("essay", 30))
ITEMS = {"job_knowledge": 54, "english_expression": 59, "biographic": 68}
"""Counted items of each section: the pilots, one in ten, never count."""
STEP = "examination"


def sit_all(cohort: Cohort, window: Window) -> None:
    """Every session on its day: doors, arrivals, sittings, close."""
    for session in window.sessions:
        state = cohort.world.folded(session, fold_session)
        if state.starts_at is not None and cohort.past(state.starts_at + timedelta(hours=5)):
            _session(cohort, window, state, state.starts_at)


def _session(cohort: Cohort, window: Window, session: Session, starts: datetime) -> None:
    proctor = cohort.staff["proctor"]
    seated = [
        code
        for code in window.codes
        if (seat := cohort.file(code).state(STEP, Examination).seat) is not None
        and seat.session == session.file
        and cohort.file(code).closed is None
    ]
    doors = starts - timedelta(minutes=20)
    cohort.act(
        open_session(session, cohort.edition, at=doors), by=proctor, role="proctor", at=doors
    )
    open_now = cohort.world.folded(session.file, fold_session)
    for code in seated:
        person = cohort.people[code]
        if person.eager < 0.13:
            continue
        arrived = check_in(
            cohort.file(code),
            cohort.edition,
            step=STEP,
            at=doors + timedelta(minutes=5),
            session=open_now,
            document="passport",
            has_photograph=True,
            expires=(starts + timedelta(days=900)).date(),
            name_matches=True,
        )
        cohort.act(arrived, by=proctor, role="proctor", at=doors + timedelta(minutes=5))
        _sit(cohort, code, person, starts)
    closes = starts + timedelta(hours=5)
    cohort.act(
        close_session(cohort.world.folded(session.file, fold_session), sitting=0),
        by=proctor,
        role="proctor",
        at=closes,
    )
    for code in seated:
        if cohort.people[code].eager < 0.13:
            _absent(cohort, code, starts)


def _absent(cohort: Cohort, code: str, starts: datetime) -> None:
    """Nobody came: what follows when the day has passed, as the worker would write it."""
    at = starts + timedelta(days=2)
    if cohort.past(at) and cohort.file(code).closed is None:
        due = starts + timedelta(days=1)
        drafts = lapse_seat(cohort.file(code), cohort.edition, step=STEP, at=at, due_on=due)
        cohort.act(drafts, by="system", role="system", at=at)
        cohort.tell_all(code, at + timedelta(minutes=5))


def _sit(cohort: Cohort, code: str, person: Invented, starts: datetime) -> None:
    own, at = cohort.file(code).person, starts

    def act(command: Callable[..., tuple[Draft, ...]], **plain: Any) -> None:
        drafts = command(cohort.file(code), cohort.edition, step=STEP, at=at, **plain)
        cohort.act(drafts, by=own, role="candidate", at=at)

    act(open_sitting)
    for section, minutes in SECTIONS:
        act(open_section, section=section)
        at += timedelta(minutes=minutes * 0.9)
        act(lock_section, section=section)
    answers = digest_of(
        {"raw": {s: str(r) for s, r in raw_of(person).items()}, "essay": essay_of(person)}
    )
    act(submit_sitting, answers=answers, counts={**ITEMS, "essay": 1})


def raw_of(person: Invented) -> dict[str, Fraction]:
    """Whole raw scores: the person's ability on the base scale, within what the section has."""
    found = {}
    for (section, items), ability in zip(ITEMS.items(), person.sections, strict=True):
        mean, sd = (float(x) for x in BASE_SCALE[section])
        found[section] = Fraction(min(items, max(0, round(mean + sd * (ability + 0.12)))))
    return found


def score_all(cohort: Cohort, window: Window, at: datetime) -> None:
    """Score, mark the essays of those at or above the cut, and decide, all within some weeks."""
    if not cohort.past(at):
        return
    for code in window.codes:
        file = cohort.file(code)
        if file.closed is not None or not file.state(STEP, Examination).sat:
            continue
        score_one(cohort, window, code, at)
        mark_one(cohort, code, cohort.people[code], at + timedelta(days=4))
        decide_one(cohort, code, at + timedelta(days=16))


def score_one(cohort: Cohort, window: Window, code: str, at: datetime) -> None:
    """Score one candidate's multiple choice."""
    drafts = score_choice(
        cohort.file(code),
        cohort.edition,
        step=STEP,
        at=at,
        raw=raw_of(cohort.people[code]),
        base_scale=cohort.world.competition(window.competition).base_scale,
        key=digest_of({"window": window.calendar.window}),
    )
    administrator = cohort.staff["test-administrator"]
    cohort.act(drafts, by=administrator, role="test_administrator", at=at)


def mark_one(cohort: Cohort, code: str, person: Invented, at: datetime) -> None:
    """Have an essay marked that is to be; a third marker settles it where two differ too much."""
    scores = cohort.file(code).state(STEP, Examination).scores
    if scores is None or not scores.essay_marked or not cohort.past(at):
        return
    markers = cohort.holding("marker")
    first = int(cohort.chance.integers(len(markers)))
    pair = (markers[first], markers[(first + 1) % len(markers)])
    noise = cohort.chance.normal(0, 0.75, size=3)
    given = [min(6, max(0, round(3.6 + 1.1 * person.writing + float(e)))) for e in noise]
    marks = tuple(Mark(marker=m.code, mark=g) for m, g in zip(pair, given[:2], strict=True))
    entered = record_marks(cohort.file(code), cohort.edition, step=STEP, at=at, marks=marks)
    cohort.act(entered, by="system", role="system", at=at)
    if cohort.file(code).state(STEP, Examination).another_reading:
        third = Mark(marker=markers[(first + 2) % len(markers)].code, mark=given[2])
        later = at + timedelta(days=3)
        settled = settle_essay(cohort.file(code), cohort.edition, step=STEP, at=later, mark=third)
        cohort.act(settled, by=cohort.staff["chair"], role="chair", at=later)


def decide_one(cohort: Cohort, code: str, at: datetime) -> None:
    """Decide one result and tell it the day after."""
    if not cohort.past(at):
        return
    drafts = decide_examination(cohort.file(code), cohort.edition, step=STEP, at=at)
    cohort.act(drafts, by=cohort.staff["test-administrator"], role="test_administrator", at=at)
    cohort.tell_all(code, at + timedelta(days=1))
