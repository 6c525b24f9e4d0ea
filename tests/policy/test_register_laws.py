"""Laws of the rules of clearance, register and service, over whole ranges and not examples only."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from concours.kernel.period import add_months
from concours.policy.edition import load_edition
from concours.policy.entry_table import EntryTable, entry_class
from concours.policy.language_points import LanguagePoints, Result, language_points
from concours.policy.points_cap import PointsCap, capped
from concours.policy.quorum import Quorum, carried
from concours.policy.time_abroad import TimeAbroad, judge_time_abroad
from concours.policy.training import Training, standing
from concours.policy.validity import Validity, good_until

E16 = load_edition("us_foreign_service", "2016")
E24 = load_edition("us_foreign_service", "2024")
TABLE = E16.value("service.entry_class", EntryTable)
DAYS = st.dates(date(2005, 1, 1), date(2035, 12, 31))


@given(education=st.sampled_from(sorted(TABLE.educations)), years=st.integers(0, 59))
def test_one_more_year_never_lowers_class_or_step(education: str, years: int) -> None:
    def height(count: int) -> tuple[int, int]:
        found = entry_class(TABLE, education=education, years=str(count), on=date(2025, 3, 1))
        return (-int(found.grade[-1]), found.step)

    now, then = height(years), height(years + 1)
    assert then[0] >= now[0]
    assert then[0] > now[0] or then[1] >= now[1]


@given(education=st.sampled_from(sorted(TABLE.educations)), years=st.decimals(0, 59, places=1))
def test_only_full_years_count(education: str, years) -> None:
    part = entry_class(TABLE, education=education, years=str(years), on=date(2025, 3, 1))
    whole = entry_class(TABLE, education=education, years=str(int(years)), on=date(2025, 3, 1))
    assert part == whole
    assert 1 <= part.step <= 14


RESULTS = st.lists(
    st.builds(
        Result,
        language=st.sampled_from(["korean", "french", "arabic"]),
        test=st.just("speaking"),
        level=st.sampled_from(["2", "3", "failed"]),
    ),
    max_size=8,
)


@given(results=RESULTS, more=RESULTS)
def test_until_2024_a_further_language_result_never_costs_points(results, more) -> None:
    rule = E16.value("register.language_points", LanguagePoints)
    before = language_points(rule, results=results)
    after = language_points(rule, results=[*results, *more])
    assert before <= after <= Fraction(38, 100)


@given(points=st.fractions(0, 2, max_denominator=10_000), on=DAYS)
def test_the_cap_never_adds_and_holds_from_october_2024(points: Fraction, on: date) -> None:
    found = capped(E24.value("register.points_cap", PointsCap), points=points, on=on)
    if on >= date(2024, 10, 1):
        assert found == min(points, Fraction(55, 100))
    else:
        assert found == points
    assert capped(E16.value("register.points_cap", PointsCap), points=points, on=on) == points


@given(votes_for=st.integers(0, 3))
def test_one_more_vote_for_never_turns_a_yes_into_a_no(votes_for: int) -> None:
    rule = E16.value("review.panel", Quorum)
    assert carried(rule, votes_for=votes_for, votes_against=3 - votes_for) == (votes_for >= 2)


ABROAD = E16.value("service.abroad", TimeAbroad)


@given(start=DAYS, days=st.integers(1, 3000))
def test_a_single_tour_is_refused_exactly_beyond_six_years(start: date, days: int) -> None:
    end = start + timedelta(days=days)
    found = judge_time_abroad(ABROAD, spans=(), tour=(start, end))
    assert (found == "refused") == (end > add_months(start, 72))
    assert (found == "fine") == (end < add_months(start, 60))


@given(start=DAYS, away=st.integers(1, 2000), home=st.integers(0, 800), tour=st.integers(1, 2000))
def test_a_break_at_home_never_makes_a_tour_worse(start, away, home, tour) -> None:
    order = ["fine", "warned", "refused"]
    back = start + timedelta(days=away)
    out = back + timedelta(days=home)
    end = out + timedelta(days=tour)
    with_before = judge_time_abroad(ABROAD, spans=((start, back),), tour=(out, end))
    alone = judge_time_abroad(ABROAD, spans=(), tour=(out, end))
    assert order.index(alone) <= order.index(with_before)
    if out >= add_months(back, 12):
        assert alone == with_before


TRAINING = E16.value("service.training", Training)
MODULE_RESULTS = st.lists(
    st.tuples(st.sampled_from(sorted(TRAINING.modules)), st.sampled_from(["passed", "failed"])),
    max_size=8,
)


@given(results=MODULE_RESULTS)
def test_two_failures_of_one_module_separate_whatever_else_happened(results) -> None:
    failures = [module for module, result in results if result == "failed"]
    twice = any(failures.count(module) > 1 for module in failures)
    assert (standing(TRAINING, results=results) == "separated") == twice


@given(day=DAYS)
def test_a_medical_clearance_never_outlives_a_security_clearance_of_the_same_day(day) -> None:
    medical = good_until(E16.value("clearance.medical_validity", Validity), from_day=day)
    security = good_until(E16.value("clearance.security_validity", Validity), from_day=day)
    assert day < medical < security
