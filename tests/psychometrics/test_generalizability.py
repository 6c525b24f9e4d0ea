"""Laws of variance components and decision studies."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from concours.kernel.errors import BadInput
from concours.psychometrics import generalizability
from concours.psychometrics.agreement import intraclass
from concours.psychometrics.classical import item_analysis
from concours.psychometrics.generalizability import components, decide

Facets = dict[str, NDArray[np.int64]]


def crossed(persons: int, raters: int, seed: int) -> tuple[NDArray[np.float64], Facets]:
    """Scores with variances 1.0 (person), 0.3 (rater) and 0.5 (residual)."""
    chance = np.random.default_rng(seed)
    person, rater = np.repeat(np.arange(persons), raters), np.tile(np.arange(raters), persons)
    y = chance.normal(0, 1, persons)[person] + chance.normal(0, 0.3**0.5, raters)[rater]
    return y + chance.normal(0, 0.5**0.5, y.size), {"person": person, "rater": rater}


@given(seed=st.integers(0, 100))
@settings(max_examples=15, deadline=None)
def test_a_crossed_design_gives_alpha_and_the_intraclass_correlation(seed: int) -> None:
    y, facets = crossed(30, 4, seed)
    study = components(y, facets, ["person", "rater"], object="person")
    table = y.reshape(30, 4)
    if min(study.variances) > 0:
        four, one = decide(study, {"rater": 4}), decide(study, {"rater": 1})
        found = intraclass(table)
        assert four.generalizability == pytest.approx(found.mean_consistency)
        assert one.dependability == pytest.approx(found.single_agreement)


def test_the_generalizability_of_a_test_is_its_alpha() -> None:
    scored = (
        np.random.default_rng(1).random((200, 8))
        < 0.3 + 0.4 * np.random.default_rng(2).random((200, 1))
    ).astype(np.int8)
    facets = {"person": np.repeat(np.arange(200), 8), "item": np.tile(np.arange(8), 200)}
    study = components(scored.ravel(), facets, ["person", "item"], object="person")
    alpha = item_analysis(scored).reliability.alpha
    assert decide(study, {"item": 8}).generalizability == pytest.approx(alpha)


def test_balanced_data_give_the_same_by_all_three_methods(monkeypatch: pytest.MonkeyPatch) -> None:
    y, facets = crossed(40, 5, 3)
    balanced = components(y, facets, ["person", "rater"], object="person")
    # an added row that changes next to nothing makes the design unbalanced
    more = {name: np.append(level, level[0]) for name, level in facets.items()}
    likelihood = components(np.append(y, y[0]), more, ["person", "rater"], object="person")
    monkeypatch.setattr(generalizability, "MOST_LEVELS", 0)
    quick = components(np.append(y, y[0]), more, ["person", "rater"], object="person")
    assert (balanced.method, likelihood.method, quick.method) == ("ems", "reml", "henderson")
    np.testing.assert_allclose(likelihood.variances, balanced.variances, rtol=0.05)
    np.testing.assert_allclose(quick.variances, balanced.variances, rtol=0.05)


def test_unbalanced_components_come_back_within_their_errors() -> None:
    y, facets = crossed(150, 12, 5)
    keep = np.random.default_rng(5).random(y.size) < 0.3
    study = components(
        y[keep], {n: v[keep] for n, v in facets.items()}, ["person", "rater"], object="person"
    )
    assert study.method == "reml"
    away = (study.variances - [1.0, 0.3, 0.5]) / study.errors
    assert np.abs(away).max() < 3


def test_adding_a_constant_changes_no_component_and_a_factor_squares() -> None:
    y, facets = crossed(30, 4, 9)
    plain = components(y, facets, ["person", "rater"], object="person").variances
    moved = components(3 * y + 100, facets, ["person", "rater"], object="person").variances
    np.testing.assert_allclose(moved, 9 * plain)


def test_more_raters_never_make_a_decision_less_dependable() -> None:
    y, facets = crossed(60, 4, 4)
    study = components(y, facets, ["person", "rater"], object="person")
    found = [decide(study, {"rater": n}).dependability for n in (1, 2, 4, 8)]
    assert found == sorted(found)
    assert (
        decide(study, {"rater": 2}, fixed=["rater"]).generalizability
        >= decide(study, {"rater": 2}).generalizability
    )


def test_an_estimate_below_zero_is_kept_and_named() -> None:
    y = np.array([0.0, 1, 1, 0, 0, 1, 1, 0])
    facets = {"person": np.repeat(np.arange(4), 2), "rater": np.tile([0, 1], 4)}
    study = components(y, facets, ["person", "rater"], object="person")
    assert study.variance("person") < 0
    assert "variance_below_zero" in [n.code for n in study.notices]


@pytest.mark.parametrize(
    ("effects", "code"),
    [
        (["person", "person"], "effects_repeat"),
        (["person", "task"], "unknown_facet"),
        (["person", "rater", "person x rater"], "effect_is_residual"),
    ],
)
def test_designs_that_cannot_be_told_apart_are_refused(effects: list[str], code: str) -> None:
    y, facets = crossed(10, 3, 1)
    with pytest.raises(BadInput) as refused:
        components(y, facets, effects, object="person")
    assert refused.value.code == code
    with pytest.raises(BadInput, match="wrong_sizes"):
        decide(components(y, facets, ["person", "rater"], object="person"), {})
