"""Adverse impact: worked figures, laws, and what must not be shown."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concours.kernel.errors import BadInput
from concours.psychometrics.impact import adverse_impact, impact_at_cuts, wilson


def test_the_guidelines_example_is_below_four_fifths() -> None:
    # Uniform Guidelines questions and answers no. 12: 60 % of 80 whites, 30 % of 40 blacks hired
    found = adverse_impact(["white", "black"], [80, 40], [48, 12])
    row = found.groups[1]
    assert found.reference == "white"
    assert row.ratio == pytest.approx(0.5)
    assert row.below_four_fifths is True
    assert row.shortfall == pytest.approx(12)
    assert row.rate_low is not None
    assert row.rate_high is not None
    assert row.rate_low < 0.3 < row.rate_high
    assert found.groups[0].ratio == 1
    assert found.groups[0].below_four_fifths is False


def test_fishers_test_is_the_sum_of_tables_no_likelier_than_this_one() -> None:
    found = adverse_impact(["a", "b"], [20, 12], [15, 3], smallest=5)
    chances = [comb(20, 18 - k) * comb(12, k) / comb(32, 18) for k in range(13)]
    expected = sum(c for c in chances if c <= chances[3] * (1 + 1e-9))
    assert found.groups[1].fisher_p == pytest.approx(expected)


def test_exactly_four_fifths_is_not_below() -> None:
    found = adverse_impact(["a", "b"], [100, 100], [50, 40])
    assert found.groups[1].below_four_fifths is False


@given(x=st.integers(0, 50), more=st.integers(0, 50))
def test_wilsons_interval_holds_the_rate_and_stays_within_bounds(x: int, more: int) -> None:
    n = x + more + 1
    low, high = wilson(x, n, 0.95)
    assert 0 <= low <= x / n + 1e-12
    assert x / n - 1e-12 <= high <= 1


@given(
    pool=st.lists(st.integers(10, 200), min_size=2, max_size=5),
    shares=st.lists(st.floats(0, 1), min_size=5, max_size=5),
)
def test_shortfall_is_what_would_bring_the_group_to_the_reference_rate(
    pool: list[int], shares: list[float]
) -> None:
    chosen = [int(n * s) for n, s in zip(pool, shares, strict=False)]
    names = [f"g{k}" for k in range(len(pool))]
    found = adverse_impact(names, pool, chosen)
    base = names.index(found.reference)
    for row, n, x in zip(found.groups, pool, chosen, strict=True):
        if row.shortfall is not None:
            assert (x + row.shortfall) / n == pytest.approx(chosen[base] / pool[base])
            assert row.shortfall >= -1e-9


def test_a_small_group_and_the_next_smallest_show_nothing_at_all() -> None:
    found = adverse_impact(["a", "b", "c", "d"], [400, 7, 120, 60], [200, 7, 50, 20])
    assert found.suppressed == ("b", "d")
    hidden = [row for row in found.groups if row.group in found.suppressed]
    for row in hidden:
        values = [getattr(row, name) for name in row.__slots__ if name != "group"]
        assert values == [None] * len(values)
    assert [(n.code, n.where) for n in found.notices] == [
        ("group_suppressed", "b"),
        ("group_suppressed", "d"),
    ]


def test_a_small_group_never_becomes_the_reference_for_its_perfect_rate() -> None:
    found = adverse_impact(["a", "b", "c"], [100, 60, 9], [50, 40, 9], smallest=10)
    assert (found.reference, found.suppressed) == ("b", ("c",))
    assert [n.code for n in found.notices] == ["group_suppressed", "keep_total_back"]
    assert adverse_impact(["a", "b", "c", "d"], [100, 60, 9, 30], [50, 40, 9, 3]).reference == "b"


def test_nobody_selected_in_the_reference_group_has_no_ratio() -> None:
    found = adverse_impact(["a", "b"], [50, 50], [0, 5], reference="a")
    assert found.groups[1].ratio is None
    assert [n.code for n in found.notices] == ["no_reference_selection"]


def test_the_cut_is_inclusive() -> None:
    scores, names = [1.0, 2.0, 3.0, 4.0] * 10, ["a", "b"] * 20
    at_two, at_four = impact_at_cuts(scores, names, [2.0, 4.0])
    assert [row.selected for row in at_two.groups] == [10, 20]
    assert [row.selected for row in at_four.groups] == [0, 10]


@pytest.mark.parametrize(
    ("considered", "selected", "code"),
    [
        ([10, 20], [11, 5], "wrong_counts"),
        ([10.5, 20], [1, 5], "wrong_counts"),
        ([10], [1], "shapes_disagree"),
        ([3, 20], [1, 5], "groups_too_small"),
    ],
)
def test_counts_that_cannot_be_are_refused(
    considered: list[float], selected: list[float], code: str
) -> None:
    with pytest.raises(BadInput) as refused:
        adverse_impact(["a", "b"], considered, selected)
    assert refused.value.code == code
