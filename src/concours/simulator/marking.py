"""A small late window whose marks are under way: some results told, essays at the markers' desks,
a challenge and a request to be scored again that wait for their answers."""

import hashlib
from datetime import date, datetime, timedelta

from numpy.random import Generator

from concours.selection.examination import Examination
from concours.selection.examination_challenges import (
    challenge_item,
    challenge_until,
    request_rescoring,
)
from concours.simulator.cohort import Cohort, at_hour
from concours.simulator.home import REHEARSAL
from concours.simulator.people import TRACKS, invent
from concours.simulator.testing import STEP, decide_one, mark_one, score_one, sit_all
from concours.simulator.window import Window, apply_all, open_window

STARTS = date(2026, 9, 9)
TITLE = "September 2026"
ONE_IN = 15
"""So many people of the cohort for one more who sits in the late window."""
FEWEST = 12
UNMARKED = 3
"""Essays at the markers' desks that have not been marked yet."""
FLAWED = ("job_knowledge", 12)
"""The item with a wrong key, by section and number; one candidate has challenged it."""
GROUND = "wrong_key"
ARGUMENT = (
    "The answer counted as right describes the situation before the reform. The option I chose "
    "is the one that the published reading list gives, so I ask for the key to be looked at."
)


def hold_late_window(cohort: Cohort, *, first: int, chance: Generator) -> Window:
    """Hold the window with people numbered from ``first``, by a generator of its own: whatever
    the cohort did before keeps its codes."""
    before, cohort.chance = cohort.chance, chance
    count = max(FEWEST, (first - 1) // ONE_IN)
    people = invent(count, base=cohort.base.date(), chance=chance, first=first)
    window = open_window(
        cohort,
        title=f"{REHEARSAL.title}, {TITLE}",
        starts=STARTS,
        needs=dict.fromkeys(TRACKS, 1),
        people=count,
    )
    apply_all(cohort, window, people)
    sit_all(cohort, window)
    _mark(cohort, window)
    cohort.chance = before
    return window


def _mark(cohort: Cohort, window: Window) -> None:
    """Score everybody; mark and decide all but the essays that are still being read."""
    zone = cohort.edition.zone
    scored = at_hour(STARTS + timedelta(days=6), 10, zone)
    lodged = at_hour(STARTS + timedelta(days=11), 12, zone)
    decided = at_hour(STARTS + timedelta(days=13), 10, zone)
    unmarked, challenged, asked = 0, False, False
    for code in _sat(cohort, window):
        score_one(cohort, window, code, scored)
        scores = cohort.file(code).state(STEP, Examination).scores
        waits = scores is not None and scores.essay_marked and unmarked < UNMARKED
        if not waits:
            mark_one(cohort, code, cohort.people[code], scored + timedelta(days=2))
        challenged = challenged or _challenge(cohort, code, lodged)
        if waits:
            unmarked += 1
            continue
        decide_one(cohort, code, decided)
        asked = asked or _ask(cohort, code, decided + timedelta(days=3))


def _sat(cohort: Cohort, window: Window) -> list[str]:
    """The candidacies of the window whose answers are in, in the order they applied."""
    return [
        code
        for code in window.codes
        if cohort.file(code).closed is None and cohort.file(code).state(STEP, Examination).answers
    ]


def _challenge(cohort: Cohort, code: str, at: datetime) -> bool:
    """Challenge the flawed item while there is time; whether there was."""
    file, (section, item) = cohort.file(code), FLAWED
    until = challenge_until(file, cohort.edition, step=STEP)
    if until is None or at >= until:
        return False
    drafts = challenge_item(
        file,
        cohort.edition,
        step=STEP,
        at=at,
        section=section,
        item=item,
        ground=GROUND,
        argument=hashlib.sha256(ARGUMENT.encode()).hexdigest(),
    )
    cohort.act(drafts, by=file.person, role="candidate", at=at)
    return True


def _ask(cohort: Cohort, code: str, at: datetime) -> bool:
    """Let somebody who did not pass ask to be scored again; whether they did."""
    file = cohort.file(code)
    if file.state(STEP, Examination).passed is not False:
        return False
    drafts = request_rescoring(file, cohort.edition, step=STEP, at=at)
    cohort.act(drafts, by=file.person, role="candidate", at=at)
    return True
