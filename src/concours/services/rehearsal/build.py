"""Build the rehearsal: simulator, then `append_many`, then the rows the pages need.

The same seed gives the same people, the same decisions and the same file codes
every time. Nothing is written twice: a built rehearsal is left alone.
"""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from numpy.random import default_rng

from concours.ledger.entry import Sealed
from concours.records.bulk import append_many, refresh_statistics
from concours.records.ledger_store import Recorded
from concours.records.models import FileHead
from concours.selection.person import open_person
from concours.services.clock import set_clock
from concours.services.ledger.log import sequence_and_sign
from concours.services.refresh import refresh
from concours.services.rehearsal.answers import (
    Given,
    invent_answers,
    submitted_with,
    write_answers,
)
from concours.services.rehearsal.applications import fill_applications
from concours.services.rehearsal.bank import deal_past_tests
from concours.services.rehearsal.days import fill_days
from concours.services.rehearsal.letters import write_letters
from concours.services.rehearsal.marks import fill_marks
from concours.services.rehearsal.narratives import fill_narratives
from concours.services.rehearsal.people import write_people
from concours.services.rehearsal.tests import STEP, fill_tests
from concours.simulator.cohort import Cohort
from concours.simulator.rehearsal import BASE, SEED, rehearsal_cohort
from concours.simulator.world import by_file

RUN = "rehearsal"
FILLS: tuple[Callable[[Cohort], None], ...] = (
    fill_applications,
    fill_tests,
    fill_narratives,
    fill_days,
)
Progress = Callable[[str], None]


@contextmanager
def _without_looking_for_cycles() -> Iterator[None]:
    """Leave the collector of cycles off: everything built is kept to the end, and it would be
    looked through again and again (a quarter of the time, and more the more people there are)."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_without_looking_for_cycles()
def build_rehearsal(
    *, people: int = 600, machine_now: datetime, say: Progress = lambda _: None
) -> bool:
    """Build everything; false when a rehearsal (or anything else) already stands here.

    A build that was broken off goes on: entries by run and file, rows once.
    """
    if FileHead.objects.exists():
        return False
    chance = default_rng(SEED)
    say("walking the cohort along the road")
    cohort = rehearsal_cohort(chance, people=people)
    newcomer = cohort.new_code()
    cohort.act(open_person(newcomer), by="system", role="system", at=BASE)
    say("writing people")
    write_people(cohort, newcomer=newcomer)
    deal_past_tests(cohort, step=STEP)
    given = invent_answers(cohort)
    say("writing entries")
    write_entries(cohort, given)
    say("writing what they gave")
    fill_steps(cohort)
    write_answers(cohort, given)
    say("filling the desks of the marks")
    fill_marks(cohort)
    say("writing letters")
    write_letters(cohort)
    set_clock(to=cohort.base, machine_now=machine_now, running=True)
    refresh_statistics()
    say("signing the log")
    while sequence_and_sign(at=cohort.base):
        pass
    return True


def write_entries(cohort: Cohort, given: Mapping[str, Given] | None = None) -> int:
    """Append every file of the cohort: first those that others are folded with.

    The entries of submissions hold the digests of the answers ``given``.
    """
    answers = given or {}
    files = by_file(cohort.world.acts)
    order = sorted(files, key=lambda code: (code in cohort.people, code))

    def recorded() -> object:
        for code in order:
            yield (
                code,
                [
                    Recorded(
                        draft=submitted_with(draft, answers),
                        at=act.at,
                        actor=act.actor,
                        role=act.role,
                    )
                    for draft, act in files[code]
                ],
            )

    def after(codes: Sequence[str], _: Sequence[Sealed]) -> None:
        refresh(codes)

    return append_many(RUN, recorded(), after_batch=after)  # type: ignore[arg-type]


def fill_steps(cohort: Cohort) -> None:
    """Let every step write the source rows its pages show."""
    for fill in FILLS:
        fill(cohort)
