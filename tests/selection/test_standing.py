"""A list's row is the file as it stands at that instant: its periods tell it for every instant there is."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise

import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings
from tests.selection.clearance_strategies import Way, cleared
from tests.selection.examination_strategies import eligible
from tests.selection.narratives_strategies import Field

from concours.policy.edition import Edition, load_edition
from concours.selection.candidacy import Candidacy
from concours.selection.come_due import as_of
from concours.selection.standing import Period, Standing, periods_of, standing_of
from concours.simulator.rehearsal import rehearsal_cohort

EDITION = load_edition("us_foreign_service", "2016")


@cache
def files() -> Sequence[tuple[Candidacy, Edition]]:
    """People at every step of the road, and a file for each wait the cohort happens not to hold."""
    cohort = rehearsal_cohort(np.random.default_rng(5), people=80)
    narratives, review = Field(), cleared().seat().vote(True, False, False)
    ways = (Way().offer(), Way().offer().papers().medical("2"), review)
    waits = [eligible().now, narratives.file(narratives.files[0]), *(way.file() for way in ways)]
    return (
        *((cohort.file(code), cohort.edition) for code in cohort.people),
        *((file, EDITION) for file in waits),
    )


def without_number(standing: Standing) -> tuple[object, ...]:
    """A standing but for how many entries it was folded from."""
    return tuple(getattr(standing, name) for name in standing.__slots__ if name != "seq")


def row_at(periods: Sequence[Period], at: datetime) -> Standing:
    """The one period that holds at an instant."""
    (found,) = [
        p.standing
        for p in periods
        if (p.holds_from is None or p.holds_from <= at)
        and (p.holds_until is None or at < p.holds_until)
    ]
    return found


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_the_row_at_any_instant_is_the_folded_standing_at_it(data: st.DataObject) -> None:
    file, edition = data.draw(st.sampled_from(files()))
    periods = periods_of(file, edition)
    assert file.last_at is not None
    dates = [p.holds_until for p in periods if p.holds_until]
    later = st.timedeltas(timedelta(0), timedelta(days=2_000)).map(file.last_at.__add__)
    near = st.sampled_from(dates or [file.last_at]).flatmap(
        lambda d: st.sampled_from((d - timedelta(microseconds=1), d))
    )
    at = max(file.last_at, data.draw(st.one_of(later, near)))
    folded = standing_of(as_of(file, edition, at=at), edition, at=at)
    assert without_number(row_at(periods, at)) == without_number(folded)


def test_periods_lie_end_to_end_and_no_two_say_the_same() -> None:
    several = 0
    for file, edition in files():
        periods = periods_of(file, edition)
        assert (periods[0].holds_from, periods[-1].holds_until) == (None, None)
        for before, after in pairwise(periods):
            assert before.holds_until == after.holds_from
            assert without_number(before.standing) != without_number(after.standing)
        several += len(periods) > 1
    assert several > 5


def test_a_file_whose_forms_never_come_is_closed_from_the_very_date() -> None:
    way = Way().offer()
    first, last = periods_of(way.file(), EDITION)
    assert (first.standing.owner, first.standing.status) == ("candidate", "your_turn")
    assert (last.standing.status, last.standing.reason) == ("closed", "security_forms_late")
    assert last.holds_from == first.standing.due_on
