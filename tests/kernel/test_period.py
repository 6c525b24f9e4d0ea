"""Instants, days and months, to the instant and in the zone a rule names."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concours.kernel.errors import BadInput
from concours.kernel.period import (
    Period,
    add_months,
    as_utc,
    completed_years,
    day_end,
    day_of,
    day_start,
    due_after,
    instant,
    instant_text,
    months_between,
)

ZONE = "America/New_York"
instants = st.datetimes(
    min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)
)
days = st.dates(date(1950, 1, 1), date(2100, 1, 1))


@given(instants)
def test_an_instant_has_one_written_form(at: datetime) -> None:
    text = instant_text(at)
    assert len(text) == 27
    assert instant(text) == at
    assert instant(text).tzinfo is UTC
    assert instant_text(at.astimezone(timezone(timedelta(hours=9)))) == text


@given(instants, instants)
def test_written_forms_are_ordered_as_instants_are(one: datetime, other: datetime) -> None:
    assert (instant_text(one) < instant_text(other)) == (one < other)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2016-06-01",
        "2016-06-01T12:00:00Z",
        "2016-06-01T12:00:00.000000",
        "2016-06-01T12:00:00.000000+00:00",
        "2016-06-01 12:00:00.000000Z",
        "2016-13-01T12:00:00.000000Z",
        "2016-06-01T24:00:00.000000Z",
        "\u0662\u0660\u0661\u0666-06-01T12:00:00.000000Z",
        "2016-06-01T12:00:00.000000Z\n",
    ],
)
def test_any_other_form_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        instant(text)
    assert refused.value.code == "not_an_instant"


def test_a_time_without_a_zone_is_no_instant() -> None:
    with pytest.raises(BadInput):
        as_utc(datetime(2016, 6, 1, 12))


@given(days)
def test_a_day_is_all_of_it_in_its_zone(day: date) -> None:
    assert day_of(day_start(day, ZONE), ZONE) == day
    assert day_of(day_end(day, ZONE) - timedelta(microseconds=1), ZONE) == day
    assert day_end(day, ZONE) == day_start(day + timedelta(days=1), ZONE)


def test_days_with_a_clock_change_have_their_own_length() -> None:
    lengths = {
        day.isoformat(): day_end(day, ZONE) - day_start(day, ZONE)
        for day in (date(2016, 3, 13), date(2016, 6, 1), date(2016, 11, 6))
    }
    assert lengths == {
        "2016-03-13": timedelta(hours=23),
        "2016-06-01": timedelta(hours=24),
        "2016-11-06": timedelta(hours=25),
    }


def test_thirty_days_lapse_at_the_first_instant_of_day_31() -> None:
    """Ruling 15: day 0 is the day told, in the board's zone."""
    told = datetime(2016, 6, 2, 3, 30, tzinfo=UTC)  # 1 June, 23:30 in New York
    assert due_after(told, 30, ZONE) == datetime(2016, 7, 2, 4, tzinfo=UTC)


@given(instants, st.integers(0, 400))
def test_a_deadline_does_not_depend_on_the_hour_of_the_telling(at: datetime, count: int) -> None:
    day = day_of(at, ZONE)
    assert due_after(at, count, ZONE) == due_after(day_start(day, ZONE), count, ZONE)
    assert day_of(due_after(at, count, ZONE), ZONE) == day + timedelta(days=count + 1)


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        ("2016-01-31", 1, "2016-02-29"),
        ("2015-01-31", 1, "2015-02-28"),
        ("2016-08-31", 18, "2018-02-28"),
        ("2016-12-15", 1, "2017-01-15"),
        ("2016-03-31", -1, "2016-02-29"),
    ],
)
def test_months_are_added_by_the_calendar(day: str, months: int, found: str) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(found)


@given(days, st.integers(0, 600))
def test_adding_months_moves_exactly_so_many_months(day: date, months: int) -> None:
    assert months_between(day, add_months(day, months)) == months


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        ("1996-02-29", "2016-02-28", 19),
        ("1996-02-29", "2016-02-29", 20),
        ("1996-02-29", "2017-02-28", 20),
        ("1996-02-29", "2017-03-01", 21),
        ("1996-06-10", "2016-06-09", 19),
        ("1996-06-10", "2016-06-10", 20),
    ],
)
def test_years_are_completed_on_the_birthday(born: str, on: str, years: int) -> None:
    """Ruling 2: born on 29 February, a year older on 1 March in common years."""
    assert completed_years(born=date.fromisoformat(born), on=date.fromisoformat(on)) == years


def test_a_period_holds_its_start_and_not_its_end() -> None:
    start, end = datetime(2016, 6, 1, tzinfo=UTC), datetime(2016, 7, 1, tzinfo=UTC)
    period = Period(start, end)
    assert start in period
    assert end not in period
    assert end in Period(start)
