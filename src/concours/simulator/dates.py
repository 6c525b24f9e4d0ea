"""Dates that came before the base instant: what follows is written down, as the worker would."""

from datetime import datetime, timedelta

from concours.selection.opening import Opening
from concours.selection.road import openings
from concours.selection.steps import STEPS
from concours.simulator.cohort import Cohort

MOST_ROUNDS = 3


def lapse_all(cohort: Cohort) -> None:
    """Write what follows for every open file whose date has come; a second date may follow the first."""
    for code in cohort.people:
        for _ in range(MOST_ROUNDS):
            if not _lapse(cohort, code):
                break


def _lapse(cohort: Cohort, code: str) -> bool:
    file, edition = cohort.file(code), cohort.edition
    due = [
        (o.due_on, o)
        for o in openings(file, edition, at=cohort.base)
        if file.closed is None and o.lapse and o.due_on is not None and o.due_on < cohort.base
    ]
    if not due:
        return False
    due_on, opening = min(due, key=lambda pair: (pair[0], pair[1].command))
    at = max(due_on + timedelta(minutes=10), file.last_at or due_on)
    return _follow(cohort, code, opening, due_on, at) if cohort.past(at) else False


def _follow(cohort: Cohort, code: str, opening: Opening, due_on: datetime, at: datetime) -> bool:
    lapse = STEPS[cohort.edition.step(opening.step).kind].lapses[opening.lapse]
    drafts = lapse(cohort.file(code), cohort.edition, step=opening.step, at=at, due_on=due_on)
    cohort.act(drafts, by="system", role="system", at=at)
    return cohort.tell_all(code, at + timedelta(minutes=5))
