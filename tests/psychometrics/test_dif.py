"""Laws and refusals of DIF."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import chi2 as chi_square

from concours.kernel.errors import BadInput
from concours.psychometrics.calibration import calibrate
from concours.psychometrics.dif import mantel_haenszel
from concours.psychometrics.dif_irt import compare_calibrations, lord
from concours.psychometrics.dif_logistic import logistic_dif
from concours.psychometrics.item_covariance import item_covariances
from concours.psychometrics.responses import pack

Matrix = NDArray[np.int8]
Group = NDArray[np.bool_]


def simulated(
    seed: int, shift: float = 0.0, turn: float = 0.0, persons: int = 1500
) -> tuple[Matrix, Group]:
    """Ten items, the third shifted or turned for the focal group, which is less able by half a logit."""
    chance = np.random.default_rng(seed)
    focal = chance.random(persons) < 0.4
    ability = chance.normal(size=persons) - 0.5 * focal
    logit = ability[:, None] - np.linspace(-1.5, 1.5, 10)
    logit[:, 2] = ability * (1 + turn * focal) + 0.8 - shift * focal
    return (chance.random((persons, 10)) < expit(logit)).astype(np.int8), focal


@given(seed=st.integers(0, 50))
@settings(max_examples=15, deadline=None)
def test_swapping_the_groups_turns_the_sign_and_nothing_else(seed: int) -> None:
    scored, focal = simulated(seed, shift=0.5, persons=400)
    one, two = mantel_haenszel(scored, focal), mantel_haenszel(scored, ~focal)
    np.testing.assert_allclose(one.chi2, two.chi2, atol=1e-9)
    np.testing.assert_allclose(one.delta, -two.delta, atol=1e-9)
    a, b = logistic_dif(scored, focal), logistic_dif(scored, ~focal)
    np.testing.assert_allclose(a.chi2, b.chi2, atol=1e-6)


@given(seed=st.integers(0, 50))
@settings(max_examples=10, deadline=None)
def test_the_order_of_persons_changes_nothing(seed: int) -> None:
    scored, focal = simulated(3, shift=0.5, persons=400)
    order = np.random.default_rng(seed).permutation(400)
    one, two = (
        mantel_haenszel(scored, focal, purify=True),
        mantel_haenszel(scored[order], focal[order], purify=True),
    )
    np.testing.assert_array_equal(one.chi2, two.chi2)
    assert one.notices == two.notices


def test_a_shifted_item_is_large_dif_against_the_focal_group() -> None:
    scored, focal = simulated(1, shift=1.2, persons=4000)
    found = mantel_haenszel(scored, focal, purify=True)
    assert np.flatnonzero(found.ets == "C").tolist() == [2]
    assert found.delta[2] < -1.5
    assert found.mean_gap[2] < 0
    assert not found.anchor[2]


def test_a_turned_item_shows_in_the_interaction() -> None:
    scored, focal = simulated(2, turn=1.5, persons=6000)
    found = logistic_dif(scored, focal)
    assert int(np.argmax(found.nonuniform_chi2)) == 2
    assert found.coefficients[2, 3] > 0


def test_the_full_model_reproduces_the_observed_share_in_each_group() -> None:
    scored, focal = simulated(4, shift=0.7)
    found = logistic_dif(scored, focal)
    total = scored.sum(axis=1)
    b = found.coefficients[2]
    fitted = expit(b[0] + b[1] * total + b[2] * focal + b[3] * total * focal)
    for group in (focal, ~focal):
        assert fitted[group].mean() == pytest.approx(scored[group, 2].mean(), abs=1e-9)


def test_more_than_two_scores_are_compared_by_mantels_statistic() -> None:
    scored, focal = simulated(5, shift=1.0, persons=3000)
    pairs = scored[:, 0::2] + scored[:, 1::2]
    found = mantel_haenszel(pairs, focal)
    assert np.isnan(found.odds_ratio).all()
    assert int(np.argmax(found.chi2)) == 1
    assert found.ets[1] in ("B", "C")
    with pytest.raises(BadInput, match="not_right_or_wrong"):
        logistic_dif(pairs, focal)


def test_missing_answers_count_only_those_shown_and_say_so() -> None:
    scored, focal = simulated(6)
    hidden = scored.copy()
    hidden[::2, 9] = -1
    found = mantel_haenszel(hidden, focal, matching=scored.sum(axis=1))
    kept = mantel_haenszel(scored[1::2], focal[1::2], matching=scored[1::2].sum(axis=1))
    assert found.chi2[9] == pytest.approx(kept.chi2[9])
    assert [n.code for n in mantel_haenszel(hidden, focal).notices] == [
        "matched_on_incomplete_score"
    ]


def test_separated_answers_are_named_not_repaired() -> None:
    scored, focal = simulated(7, persons=300)
    scored[:, 0] = scored[:, 1:].sum(axis=1) > 4
    found = logistic_dif(scored, focal)
    assert np.isnan(found.chi2[0])
    assert [(n.code, n.where) for n in found.notices] == [("model_not_settled", "1")]


def test_an_empty_group_is_refused() -> None:
    scored, focal = simulated(8, persons=50)
    with pytest.raises(BadInput, match="empty_group"):
        mantel_haenszel(scored, np.zeros_like(focal))


def test_lords_statistic_is_the_squared_distance_after_linking() -> None:
    reference = np.array([[1.0, 0.0], [1.5, 1.0]])
    slope, shift = 1.25, -0.5
    moved = np.column_stack([reference[:, 0] * slope, (reference[:, 1] - shift) / slope])
    moved[1, 1] += 0.4 / slope
    spread = np.broadcast_to(np.diag([0.01, 0.02]), (2, 2, 2))
    turned = np.broadcast_to(np.diag([0.01 * slope**2, 0.02 / slope**2]), (2, 2, 2))
    found = lord(reference, moved, spread, turned, line=(slope, shift))
    np.testing.assert_allclose(found.chi2, [0, 0.4**2 / 0.04], atol=1e-12)
    np.testing.assert_allclose(found.p, chi_square.sf(found.chi2, 2))


@pytest.mark.parametrize("model", ["1pl", "2pl"])
def test_two_calibrations_differ_on_the_shifted_item_alone(model: str) -> None:
    scored, focal = simulated(1, shift=1.2, persons=4000)
    one, two = (calibrate(pack(scored[group]), model) for group in (~focal, focal))
    assert one.standard_errors is not None
    assert two.standard_errors is not None
    spread = [
        item_covariances(c.parameters, c.standard_errors) for c in (one, two) if c.standard_errors
    ]
    np.testing.assert_allclose(np.sqrt(spread[0][:, 1, 1]), one.standard_errors.b, rtol=1e-6)
    found = compare_calibrations(one.parameters, two.parameters, spread[0], spread[1], level=0.001)
    assert np.flatnonzero(found.flagged).tolist() == [2]
    assert np.flatnonzero(~found.anchor).tolist() == [2]
    assert int(np.argmax(found.gap)) == 2
    # the focal group is less able by half a logit: that is the link's business, not the items'
    assert found.link.shift == pytest.approx(
        -0.5 * one.parameters.a.mean() ** (model == "1pl"), abs=0.15
    )


def test_two_calibrations_of_the_same_answers_do_not_differ() -> None:
    scored, _ = simulated(9)
    made = calibrate(pack(scored), "2pl")
    assert made.standard_errors is not None
    spread = item_covariances(made.parameters, made.standard_errors)
    found = compare_calibrations(made.parameters, made.parameters, spread, spread)
    np.testing.assert_allclose(found.chi2, 0, atol=1e-9)
    assert not found.flagged.any()


def test_an_item_that_falls_with_ability_is_tested_but_never_links() -> None:
    scored, focal = simulated(1, persons=3000)
    scored[focal, 5] = 1 - scored[focal, 5]
    one, two = (calibrate(pack(scored[group]), "2pl") for group in (~focal, focal))
    spread = [
        item_covariances(c.parameters, c.standard_errors) for c in (one, two) if c.standard_errors
    ]
    found = compare_calibrations(one.parameters, two.parameters, spread[0], spread[1], level=0.001)
    assert np.flatnonzero(~found.anchor).tolist() == [5]
    assert np.flatnonzero(found.flagged).tolist() == [5]
    assert [(n.code, n.where) for n in found.notices] == [("not_in_link", "6")]
    assert "6" not in found.link.anchors
