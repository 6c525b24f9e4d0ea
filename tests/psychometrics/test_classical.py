"""Laws and refusals of item analysis, distractors and classification."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from concours.kernel.errors import BadInput
from concours.psychometrics.classical import item_analysis
from concours.psychometrics.consistency import classification, conditional_error
from concours.psychometrics.distractor import distractors, mark

Matrix = NDArray[np.int8]
complete = arrays(
    np.int8,
    array_shapes(min_dims=2, max_dims=2, min_side=3, max_side=9),
    elements=st.integers(0, 3),
)
holed = arrays(
    np.int8,
    array_shapes(min_dims=2, max_dims=2, min_side=3, max_side=9),
    elements=st.integers(-1, 2),
)


def simulated(persons: int = 400, items: int = 12, seed: int = 7) -> Matrix:
    """Right-or-wrong answers of a one-dimensional test."""
    chance = np.random.default_rng(seed)
    ability, hard = chance.normal(size=(persons, 1)), np.linspace(-1.5, 1.5, items)
    return (chance.random((persons, items)) < 1 / (1 + np.exp(hard - ability))).astype(np.int8)


@given(scored=holed, seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_the_order_of_persons_changes_nothing(scored: Matrix, seed: int) -> None:
    one = item_analysis(scored)
    two = item_analysis(np.random.default_rng(seed).permutation(scored))
    np.testing.assert_allclose(one.item_rest, two.item_rest, atol=1e-9)
    np.testing.assert_array_equal(one.mean, two.mean)
    np.testing.assert_array_equal(one.notices, two.notices)


@given(scored=complete)
@settings(max_examples=60, deadline=None)
def test_correlations_are_those_of_the_score_with_and_without_the_item(scored: Matrix) -> None:
    found = item_analysis(scored)
    total = scored.sum(axis=1, dtype=int)
    for j in range(scored.shape[1]):
        own = scored[:, j].astype(int)
        for value, other in ((found.item_total[j], total), (found.item_rest[j], total - own)):
            if own.std() > 0 and other.std() > 0:
                assert value == pytest.approx(np.corrcoef(own, other)[0, 1], abs=1e-9)
            else:
                assert np.isnan(value)


@given(scored=complete)
@settings(max_examples=60, deadline=None)
def test_alpha_is_never_above_lambda_two(scored: Matrix) -> None:
    found = item_analysis(scored).reliability
    if np.isfinite(found.alpha):
        assert found.alpha <= found.lambda2 + 1e-12


def test_chunks_give_what_the_whole_gives() -> None:
    scored = simulated()

    def chunks() -> Iterator[Matrix]:
        yield from (scored[start : start + 150] for start in range(0, 400, 150))

    one, two = item_analysis(scored), item_analysis(chunks())
    np.testing.assert_array_equal(one.covariance, two.covariance)
    assert one.reliability.alpha == two.reliability.alpha


def test_an_item_all_got_right_is_named_and_has_no_correlation() -> None:
    scored = simulated()
    scored[:, 3] = 1
    found = item_analysis(scored)
    assert np.isnan(found.item_rest[3])
    assert [(n.code, n.where) for n in found.notices] == [("constant_item", "4")]


def test_items_never_shown_together_leave_no_reliability() -> None:
    scored = simulated(items=4)
    scored[:200, :2] = -1
    scored[200:, 2:] = -1
    found = item_analysis(scored)
    assert np.isnan(found.reliability.alpha)
    assert [n.code for n in found.reliability.notices] == ["items_never_together"]


def test_one_item_and_three_persons_are_told_apart_from_a_reliability() -> None:
    found = item_analysis(np.array([[0], [1], [1]], dtype=np.int8))
    assert found.difficulty.tolist() == [2 / 3]
    assert [n.code for n in found.notices] == ["too_few_items"]


@pytest.mark.parametrize(
    ("responses", "code"),
    [
        ([[0.5, 1], [1, 1]], "answer_not_whole"),
        ([[np.nan, 1], [1, 1]], "answer_not_whole"),
        ([[-2, 1], [1, 1]], "answer_out_of_range"),
        ([[1, 0]], "too_few_persons"),
        ([1, 0], "answers_not_a_matrix"),
        ([["a", "b"]], "answers_not_numbers"),
    ],
)
def test_what_cannot_be_read_is_refused(responses: list[object], code: str) -> None:
    with pytest.raises(BadInput) as refused:
        item_analysis(np.array(responses))
    assert refused.value.code == code


def test_relabelling_the_options_changes_no_statistic() -> None:
    chance = np.random.default_rng(3)
    options = chance.integers(1, 5, size=(300, 6)).astype(np.int8)
    key = np.array([1, 2, 3, 4, 1, 2])
    new = np.array([0, 3, 1, 4, 2])
    one, two = distractors(options, key), distractors(new[options].astype(np.int8), new[key])
    np.testing.assert_allclose(one.correlation, two.correlation[new[1:] - 1])
    np.testing.assert_array_equal(one.chosen, two.chosen[new[1:] - 1])


def test_a_miskeyed_item_is_named_with_the_option_that_fits() -> None:
    scored = simulated(persons=800)
    options = np.where(
        scored == 1, 2, 1 + 2 * np.random.default_rng(1).integers(0, 2, scored.shape)
    )
    key = np.full(12, 2)
    key[4] = 3
    found = distractors(options.astype(np.int8), key)
    assert found.suspects.tolist() == [0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]
    np.testing.assert_array_equal(mark(options, np.full(12, 2)), scored)


def test_decisions_repeat_as_often_as_two_forms_agree() -> None:
    chance = np.random.default_rng(11)
    ability = 0.2 + 0.75 * chance.beta(4, 3, size=200_000)
    first, second = chance.binomial(40, ability), chance.binomial(40, ability)
    found = classification(
        first, [20, 28], reliability=float(np.corrcoef(first, second)[0, 1]), highest=40
    )
    placed = [np.searchsorted([20, 28], x, side="right") for x in (first, second)]
    truly = np.searchsorted([0.5, 0.7], ability, side="right")
    assert found.length == 40
    assert found.consistent == pytest.approx((placed[0] == placed[1]).mean(), abs=0.003)
    assert found.accurate == pytest.approx((placed[0] == truly).mean(), abs=0.003)
    assert found.agreement.sum() == pytest.approx(1)
    np.testing.assert_allclose(found.agreement, found.agreement.T)


def test_the_error_of_a_score_vanishes_at_both_ends_and_meets_the_reliability_between() -> None:
    scored = simulated(persons=3000)
    total = scored.sum(axis=1)
    alpha = item_analysis(scored).reliability.alpha
    spread = total.var(ddof=1)
    kr21 = 12 / 11 * (1 - total.mean() * (12 - total.mean()) / (12 * spread))
    error = conditional_error(total, items=12, reliability=alpha, kr21=kr21)
    assert conditional_error([0, 12], items=12).tolist() == [0, 0]
    assert (error**2).mean() == pytest.approx(spread * (1 - alpha), rel=0.01)
