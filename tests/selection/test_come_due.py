"""Results are the same with the worker off: outcome, dates and openings of every step, as of any day."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import pytest
from tests.selection.clearance_strategies import Way, cleared
from tests.selection.examination_strategies import JUDGED as OPENED
from tests.selection.examination_strategies import eligible
from tests.selection.narratives_strategies import Field

from concours.selection.candidacy import Candidacy
from concours.selection.come_due import as_of, come_due, follow, forward, passed
from concours.selection.road import openings, road
from concours.selection.standing import standing_of
from concours.simulator.cohort import Cohort
from concours.simulator.rehearsal import rehearsal_cohort

LATER = (timedelta(0), timedelta(minutes=10), timedelta(days=3))
"""How long after a date has come a worker gets round to it."""
COVERED = {
    "application.lapse",
    "examination.lapse_seat",
    "examination.lapse_window",
    "narratives.check_deadline",
    "assessment.check_invitation",
    "clearance.lapse_forms",
    "clearance.lapse_waiver",
    "review.lapse_reply",
    "register.lapse_clock",
}
DAYS = (1, 20, 60, 200, 700)


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    """People at every step of the road."""
    return rehearsal_cohort(np.random.default_rng(5), people=200)


def shown(file: Candidacy, cohort: Cohort, at: datetime) -> tuple[object, ...]:
    """All that pages and lists say of a file as of a day, but how many entries it has."""
    row = standing_of(file, cohort.edition, at=at)
    return (
        [getattr(row, name) for name in row.__slots__ if name != "seq"],
        road(file, cohort.edition, at=at),
        openings(file, cohort.edition, at=at),
    )


def worked(file: Candidacy, cohort: Cohort, at: datetime, late: timedelta) -> Candidacy:
    """The file after a worker that ran all the time, each time so late after a date."""
    while due := passed(file, cohort.edition, at=at):
        runs = min(at, (due[0].due_on or at) + late)
        file = forward(file, follow(file, cohort.edition, due[0], at=runs), at=runs)
    return file


def open_files(cohort: Cohort) -> Sequence[Candidacy]:
    """Everybody still on the road, and a file for each wait the cohort happens not to hold."""
    narratives = Field()
    forms, waiver = Way().offer(), Way().offer().papers().medical("2")
    review = cleared().seat().vote(True, False, False)
    return [
        *(file for code in cohort.people if (file := cohort.file(code)).closed is None),
        eligible().now,
        narratives.file(narratives.files[0]),
        *(way.file() for way in (forms, waiver, review)),
    ]


def test_every_day_reads_the_same_whether_and_whenever_the_worker_ran(cohort: Cohort) -> None:
    seen = set()
    for file in open_files(cohort):
        for days in DAYS:
            at = cohort.base + timedelta(days=days)
            due = passed(file, cohort.edition, at=at)
            seen |= {o.lapse for o in due}
            without = shown(as_of(file, cohort.edition, at=at), cohort, at)
            for late in LATER if due else ():
                assert shown(worked(file, cohort, at, late), cohort, at) == without
    assert seen == COVERED


def test_a_closed_file_and_a_day_before_the_date_leave_everything_as_it_is(cohort: Cohort) -> None:
    file = eligible().now
    due = min(o.due_on for o in openings(file, cohort.edition, at=OPENED) if o.due_on)
    early = due - timedelta(seconds=1)
    assert come_due(file, cohort.edition, at=early) == ()
    closed = as_of(file, cohort.edition, at=due)
    assert (closed.closed is not None, come_due(closed, cohort.edition, at=due)) == (True, ())
