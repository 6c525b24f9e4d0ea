"""The rehearsal's cohort: 600 people in four windows, so that every step has open files.

Some more sit in a small late window, for the desks of the marks.
"""

from datetime import UTC, date, datetime, timedelta

from numpy.random import Generator

from concours.policy.shipped import default_edition
from concours.simulator.assessing import assess_all, invite_all
from concours.simulator.clearing import clear_all
from concours.simulator.cohort import Cohort, at_hour
from concours.simulator.dates import lapse_all
from concours.simulator.enlisting import hold_class, place_all
from concours.simulator.home import REHEARSAL
from concours.simulator.marking import hold_late_window
from concours.simulator.people import TRACKS, invent
from concours.simulator.reading import read_all, write_all
from concours.simulator.staffing import hire_everybody, hire_item_staff
from concours.simulator.testing import score_all, sit_all
from concours.simulator.window import Window, apply_all, open_window

BASE = datetime(2026, 9, 28, 14, tzinfo=UTC)
SEED = 20_260_928
SHARES = (0.15, 0.38, 0.3, 0.17)
"""Of all people, those in the windows of June 2024, October 2025, June 2026, October 2026."""
STARTS = (date(2024, 6, 8), date(2025, 10, 4), date(2026, 6, 6), date(2026, 10, 10))
TITLES = ("June 2024", "October 2025", "June 2026", "October 2026")


def rehearsal_cohort(chance: Generator, *, people: int = 600, base: datetime = BASE) -> Cohort:
    """Build the cohort: the same generator state gives the same entries, code for code."""
    cohort = Cohort(edition=default_edition(), base=base, chance=chance)
    hire_everybody(cohort)
    everybody = invent(people, base=base.date(), chance=chance)
    counts = [round(people * share) for share in SHARES]
    counts[-1] = people - sum(counts[:-1])
    needs = {track: max(2, round(people / 100)) for track in TRACKS}
    first = 0
    for starts, title, count in zip(STARTS, TITLES, counts, strict=True):
        window = open_window(
            cohort,
            title=f"{REHEARSAL.title}, {title}",
            starts=starts,
            needs=needs,
            people=count,
        )
        _walk(cohort, window, everybody[first : first + count])
        first += count
    _classes(cohort, needs)
    lapse_all(cohort)
    hire_item_staff(cohort)
    (own,) = chance.spawn(1)
    hold_late_window(cohort, first=people + 1, chance=own)
    return cohort


def _walk(cohort: Cohort, window: Window, people) -> None:  # type: ignore[no-untyped-def]
    zone, starts = cohort.edition.zone, window.calendar.test_starts
    apply_all(cohort, window, people)
    sit_all(cohort, window)
    scored = at_hour(starts + timedelta(days=11), 10, zone)
    score_all(cohort, window, scored)
    told = scored + timedelta(days=17)
    write_all(cohort, window, told)
    allocated = told + timedelta(days=48)
    decided = allocated + timedelta(days=26)
    early = TRACKS if decided + timedelta(days=60) < cohort.base else TRACKS[:2]
    read_all(cohort, window, allocated=allocated, decided=decided, tracks=early)
    invited = decided + timedelta(days=4)
    season = (invited + timedelta(days=150)).date()
    invite_all(cohort, window, at=invited, season_ends=season)
    assess_all(cohort, window, invited=invited, first_day=(invited + timedelta(days=24)).date())
    clear_all(cohort, window)
    place_all(cohort, window)


def _classes(cohort: Cohort, needs: dict[str, int]) -> None:
    """Two classes: one that is trained and sworn in, one called shortly before the base instant."""
    small = {track: max(1, need // 3) for track, need in needs.items()}
    zone = cohort.edition.zone
    hold_class(
        cohort,
        title="Class of January 2026",
        called=at_hour(date(2025, 12, 1), 10, zone),
        starts_on=date(2026, 1, 20),
        sizes=small,
    )
    hold_class(
        cohort,
        title="Class of November 2026",
        called=at_hour(date(2026, 9, 21), 10, zone),
        starts_on=date(2026, 11, 16),
        sizes=small,
    )
