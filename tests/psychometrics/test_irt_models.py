"""The response models: probabilities are probabilities, derivatives are derivatives."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concours.kernel.errors import BadInput
from concours.psychometrics.information import expected_score, information_of_test, item_information
from concours.psychometrics.models import (
    Block,
    Family,
    ability_derivatives,
    log_gradients,
    log_probabilities,
)
from concours.psychometrics.parameters import blocks_of, item_parameters, parameters_of

THETA = np.linspace(-4, 4, 9)
slopes = st.floats(0.2, 3.0)
places = st.floats(-3.0, 3.0)


@st.composite
def blocks(draw: st.DrawFn) -> Block:
    """A block of one item of any family."""
    family: Family = draw(st.sampled_from(["adjacent", "lower", "cumulative"]))
    steps = 1 if family == "lower" else draw(st.integers(1, 4))
    d = [draw(places) for _ in range(steps)]
    if family == "cumulative":
        d = [3.0 - 1.5 * k + 0.4 * v / 3.0 for k, v in enumerate(d)]
    values = [draw(slopes), *d, *([draw(places)] if family == "lower" else [])]
    return Block(family, steps + 1, np.array([0]), np.array([values]))


@settings(max_examples=60, deadline=None)
@given(blocks())
def test_probabilities_of_an_item_sum_to_one(block: Block) -> None:
    total = np.exp(log_probabilities(block, THETA)).sum(axis=1)
    np.testing.assert_allclose(total, 1.0, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(blocks())
def test_gradients_by_parameters_are_those_of_the_log_probabilities(block: Block) -> None:
    exact = log_gradients(block, THETA)
    for k in range(block.values.shape[1]):
        h = np.zeros(block.values.shape[1])
        h[k] = 1e-5
        up = log_probabilities(block.with_values(block.values + h), THETA)
        down = log_probabilities(block.with_values(block.values - h), THETA)
        np.testing.assert_allclose(exact[:, k], (up - down) / 2e-5, atol=1e-6)


@settings(max_examples=60, deadline=None)
@given(blocks())
def test_derivatives_by_ability_are_those_of_the_probabilities(block: Block) -> None:
    _, first, second = ability_derivatives(block, THETA)
    up, down = ability_derivatives(block, THETA + 1e-5), ability_derivatives(block, THETA - 1e-5)
    np.testing.assert_allclose(first, (up[0] - down[0]) / 2e-5, atol=1e-7)
    np.testing.assert_allclose(second, (up[1] - down[1]) / 2e-5, atol=1e-6)


def test_extreme_abilities_give_finite_logarithms() -> None:
    parameters = item_parameters(
        a=[2.0, 2.0, 2.0],
        thresholds=[[0.0], [-1.0, 1.0], [0.5]],
        models=["3pl", "grm", "2pl"],
        c=[0.2, 0, 0],
    )
    for block in blocks_of(parameters):
        assert np.isfinite(log_probabilities(block, np.array([-300.0, 300.0]))).all()


def test_information_of_a_test_is_the_sum_over_its_items() -> None:
    parameters = item_parameters(a=[1.0, 0.5, 2.0], b=[0.0, 1.0, -1.0], c=[0.0, 0.2, 0.1])
    np.testing.assert_allclose(
        information_of_test(parameters, THETA), item_information(parameters, THETA).sum(axis=0)
    )
    p = 1 / (1 + np.exp(-THETA))
    np.testing.assert_allclose(item_information(parameters, THETA)[0], p * (1 - p), atol=1e-14)


def test_guessing_takes_information_away() -> None:
    sure = item_parameters(a=[1.5], b=[0.0])
    guessed = item_parameters(a=[1.5], b=[0.0], c=[0.25])
    assert (information_of_test(guessed, THETA) < information_of_test(sure, THETA)).all()


def test_the_expected_score_rises_from_guessing_to_the_maximum() -> None:
    parameters = item_parameters(a=[1.0, 2.0], b=[0.0, 1.0], c=[0.2, 0.0])
    curve = expected_score(parameters, np.linspace(-40, 40, 201))
    assert (np.diff(curve) >= 0).all()
    np.testing.assert_allclose([curve[0], curve[-1]], [0.2, 2.0], atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(slopes, places, st.floats(0.02, 0.4)), min_size=1, max_size=6))
def test_parameters_survive_the_way_in_and_out(rows: list[tuple[float, float, float]]) -> None:
    a, b, c = (np.array(column) for column in zip(*rows, strict=True))
    given_parameters = item_parameters(a=a, b=b, c=c)
    back = parameters_of(
        blocks_of(given_parameters), given_parameters.names, given_parameters.models
    )
    np.testing.assert_allclose(back.a, a)
    np.testing.assert_allclose(back.b, b, atol=1e-12)
    np.testing.assert_allclose(back.c, c, atol=1e-12)


def test_thresholds_survive_the_way_in_and_out() -> None:
    given_parameters = item_parameters(
        a=[1.2, 0.8, 1.0],
        thresholds=[[-1.0, 0.0, 1.5], [0.3, -0.2], [0.1]],
        models=["grm", "gpcm", "2pl"],
        names=["x", "y", "z"],
    )
    back = parameters_of(
        blocks_of(given_parameters), given_parameters.names, given_parameters.models
    )
    np.testing.assert_allclose(back.thresholds, given_parameters.thresholds, atol=1e-12)
    assert back.select(["z", "x"]).a.tolist() == [1.0, 1.2]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"a": [1.0], "b": [0.0], "thresholds": [[0.0]]}, "b_or_thresholds"),
        ({"a": [1.0, 1.0], "b": [0.0]}, "shapes_disagree"),
        ({"a": [1.0], "b": [np.inf]}, "parameter_out_of_range"),
        ({"a": [1.0], "b": [0.0], "c": [1.0]}, "parameter_out_of_range"),
        ({"a": [1.0], "b": [0.0], "models": "4pl"}, "unknown_model"),
        ({"a": [1.0], "thresholds": [[0.0, 1.0]], "models": "2pl"}, "too_many_categories"),
    ],
)
def test_impossible_parameters_are_refused(arguments: dict[str, object], code: str) -> None:
    with pytest.raises(BadInput) as refused:
        item_parameters(**arguments)  # type: ignore[arg-type]
    assert refused.value.code == code
