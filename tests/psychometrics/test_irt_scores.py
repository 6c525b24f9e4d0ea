"""Scores of persons: exact where they can be worked out, monotone where they must be."""

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize_scalar
from tests.psychometrics.irt_data import abilities, drawn, some_2pl

from concours.kernel.errors import BadInput
from concours.psychometrics.information import information_of_test
from concours.psychometrics.models import ability_derivatives, log_probabilities
from concours.psychometrics.nodes import Nodes
from concours.psychometrics.parameters import blocks_of, item_parameters
from concours.psychometrics.responses import pack
from concours.psychometrics.rounding import scaled_scores, t_scores
from concours.psychometrics.scoring import score
from concours.psychometrics.sum_scores import sum_score_table

MIXED = item_parameters(
    a=[1.0, 1.4, 0.7, 1.2, 0.9],
    thresholds=[[0.2], [-0.5], [1.0], [-1.0, 0.4], [-0.5, 0.5, 1.0]],
    c=[0.0, 0.2, 0.0, 0.0, 0.0],
    models=["2pl", "3pl", "2pl", "gpcm", "grm"],
)


def every_answer() -> np.ndarray:
    axes = [range(-1, int(k)) for k in MIXED.categories]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 5).astype(np.int8)


def log_likelihood(answers: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """By the definition, one person at a time."""
    total = np.zeros((len(answers), theta.size))
    for block in blocks_of(MIXED):
        table = log_probabilities(block, theta)
        for row, item in enumerate(block.items):
            for i, x in enumerate(answers[:, item]):
                total[i] += table[row, x] if x >= 0 else 0.0
    return total


def test_eap_is_the_mean_of_the_posterior() -> None:
    answers = every_answer()
    theta = np.linspace(-8, 8, 801)
    density = np.exp(log_likelihood(answers, theta) - 0.5 * theta**2)
    density /= density.sum(axis=1, keepdims=True)
    mean = density @ theta
    found = score(answers, MIXED)
    np.testing.assert_allclose(found.theta, mean, atol=2e-7)
    sd = np.sqrt((density * (theta - mean[:, None]) ** 2).sum(axis=1))
    np.testing.assert_allclose(found.se, sd, atol=2e-7)


def test_map_is_where_the_posterior_is_highest() -> None:
    answers = every_answer()[::7]
    found = score(answers, MIXED, method="map", prior_mean=0.3, prior_sd=0.8)
    for i, row in enumerate(answers):

        def below(t: float, row: np.ndarray = row) -> float:
            prior = 0.5 * ((t - 0.3) / 0.8) ** 2
            return float(prior - log_likelihood(row[None], np.array([t]))[0, 0])

        best = minimize_scalar(below, bounds=(-6, 6), method="bounded", options={"xatol": 1e-9})
        assert found.theta[i] == pytest.approx(best.x, abs=2e-5)
        h = 1e-3
        curve = (below(best.x + h) - 2 * below(best.x) + below(best.x - h)) / h**2
        assert found.se[i] == pytest.approx(curve**-0.5, rel=1e-4)


def test_wle_solves_warms_equation() -> None:
    answers = every_answer()
    answers = answers[(answers >= 0).all(axis=1)][::5]
    found = score(answers, MIXED, method="wle")
    for i, row in enumerate(answers):

        def equation(t: float, row: np.ndarray = row) -> float:
            point = np.array([t])
            first, fisher, warm = 0.0, 0.0, 0.0
            for block in blocks_of(MIXED):
                p, p1, p2 = ability_derivatives(block, point)
                for n, item in enumerate(block.items):
                    first += p1[n, row[item], 0] / p[n, row[item], 0]
                    fisher += (p1[n, :, 0] ** 2 / p[n, :, 0]).sum()
                    warm += (p1[n, :, 0] * p2[n, :, 0] / p[n, :, 0]).sum()
            return float(first + warm / (2 * fisher))

        assert equation(found.theta[i]) == pytest.approx(0.0, abs=1e-5)
        assert found.theta[i] == pytest.approx(
            brentq(equation, found.theta[i] - 0.2, found.theta[i] + 0.2), abs=1e-6
        )
    information = information_of_test(MIXED, found.theta)
    np.testing.assert_allclose(found.se, information**-0.5, rtol=1e-5)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31), st.sampled_from(["eap", "map", "wle", "sum"]))
def test_one_more_right_answer_never_lowers_a_score(seed: int, method: str) -> None:
    parameters = some_2pl(12, seed)
    generator = np.random.default_rng(seed)
    worse = generator.integers(0, 2, (20, 12)).astype(np.int8)
    worse[:, 0] = 0
    better = worse.copy()
    better[:, 0] = 1
    low, high = score(worse, parameters, method=method), score(better, parameters, method=method)
    assert (high.theta > low.theta).all()


def test_scores_recover_abilities_with_the_error_they_state() -> None:
    parameters = some_2pl(60, 1)
    theta = abilities(5000, 2)
    found = score(drawn(parameters, theta, 3), parameters)
    assert np.sqrt(((found.theta - theta) ** 2).mean()) == pytest.approx(
        np.sqrt((found.se**2).mean()), rel=0.04
    )


def test_a_person_with_no_answer_has_the_prior_and_no_weighted_likelihood() -> None:
    answers = np.array([[1, 1, 1, 1, 2], [-1] * 5], np.int8)
    for method in ("eap", "map", "sum"):
        found = score(answers, MIXED, method=method, prior_mean=0.4, prior_sd=0.9)
        assert found.scored.tolist() == [True, False]
        assert [n.code for n in found.warnings] == ["empty_persons"]
        assert (found.theta[1], found.se[1]) == (pytest.approx(0.4), pytest.approx(0.9, abs=1e-6))
    assert np.isnan(score(answers, MIXED, method="wle").theta).tolist() == [False, True]


def test_each_person_may_have_a_population_of_their_own() -> None:
    answers = every_answer()[200:204]
    means = np.array([0.0, 1.0, 0.0, -1.0])
    together = score(answers, MIXED, prior_mean=means)
    for i, mean in enumerate(means):
        alone = score(answers[i : i + 1], MIXED, prior_mean=mean)
        assert together.theta[i] == pytest.approx(alone.theta[0], abs=1e-7)


def test_items_are_matched_by_name() -> None:
    answers = every_answer()
    packed = pack(
        answers[:, ::-1], items=MIXED.names[::-1], categories=MIXED.categories[::-1].tolist()
    )
    np.testing.assert_allclose(score(packed, MIXED).theta, score(answers, MIXED).theta, atol=1e-12)


def test_sum_score_table_is_the_posterior_given_the_sum() -> None:
    parameters = some_2pl(6, 4)
    nodes = Nodes(-6, 6, 121)
    table = sum_score_table(parameters, nodes=nodes)
    answers = np.array([[b >> j & 1 for j in range(6)] for b in range(64)], np.int8)
    theta = nodes.theta
    prior = np.exp(-0.5 * theta**2)
    prior /= prior.sum()
    (block,) = blocks_of(parameters)
    log_p = log_probabilities(block, theta)
    likelihood = np.exp(np.stack([sum(log_p[j, x] for j, x in enumerate(row)) for row in answers]))
    for total in range(7):
        joint = likelihood[answers.sum(axis=1) == total].sum(axis=0) * prior
        assert table.share[total] == pytest.approx(joint.sum(), abs=1e-12)
        assert table.theta[total] == pytest.approx(joint @ theta / joint.sum(), abs=1e-9)
    assert table.share.sum() == pytest.approx(1.0)


def test_sum_scores_go_by_the_form_a_person_was_presented() -> None:
    parameters = some_2pl(8, 5)
    answers = drawn(parameters, abilities(50, 6), 7)
    answers[:25, 6:] = -1
    found = score(answers, parameters, method="sum")
    short = sum_score_table(
        parameters.select([str(j) for j in range(1, 7)]), nodes=Nodes(-6, 6, 64)
    )
    np.testing.assert_allclose(
        found.theta[:25], short.theta[answers[:25, :6].sum(axis=1)], atol=1e-6
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"method": "best"}, "unknown_method"),
        ({"prior_sd": 0.0}, "prior_out_of_range"),
        ({"prior_mean": [0.0, 1.0, 2.0]}, "shapes_disagree"),
    ],
)
def test_wrong_arguments_are_refused(arguments: dict[str, object], code: str) -> None:
    with pytest.raises(BadInput) as refused:
        score(np.zeros((2, 5), np.int8), MIXED, **arguments)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_other_items_or_categories_are_refused() -> None:
    for items, categories, code in (
        (["1", "2", "3", "4", "9"], [2, 2, 2, 3, 4], "unknown_item"),
        (list(MIXED.names), [2, 2, 2, 4, 4], "categories_disagree"),
    ):
        packed = pack(np.zeros((1, 5), np.int8), items=items, categories=categories)
        with pytest.raises(BadInput) as refused:
            score(packed, MIXED)
        assert refused.value.code == code


def test_t_scores_round_halves_up_once() -> None:
    assert t_scores([0.0, 0.0005, -0.0015, 1.23449, 2.5]).texts() == [
        "50.00", "50.01", "49.99", "62.34", "75.00",
    ]  # fmt: skip


@given(st.floats(-4, 4, allow_nan=False), st.integers(0, 4))
def test_scaled_scores_are_the_decimal_arithmetic_of_the_rule(value: float, decimals: int) -> None:
    exact = Decimal("500") + Decimal("100") * Decimal(repr(value))
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    found = scaled_scores([value], slope=100, intercept=500, decimals=decimals)
    assert found.texts() == [str(rounded)]


@given(st.lists(st.floats(-5, 5, allow_nan=False), min_size=2, max_size=20))
def test_rounding_keeps_the_order(values: list[float]) -> None:
    units = t_scores(sorted(values)).units
    assert (np.diff(units) >= 0).all()


def test_scaled_scores_are_held_within_their_limits() -> None:
    found = scaled_scores([-9.0, 0.0, 9.0], slope=100, intercept=500, low=200, high=800)
    assert found.units.tolist() == [200, 500, 800]


def test_half_even_is_another_rule() -> None:
    assert scaled_scores([0.5, 1.5], rule="half_even").units.tolist() == [0, 2]
    assert scaled_scores([0.5, 1.5], rule="half_up").units.tolist() == [1, 2]


@pytest.mark.parametrize("arguments", [{"rule": "up"}, {"decimals": 10}])
def test_unknown_rounding_rules_are_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(BadInput) as refused:
        scaled_scores([0.0], **arguments)  # type: ignore[arg-type]
    assert refused.value.code == "rounding_rule"


def test_a_score_that_is_no_number_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        t_scores([np.nan])
    assert refused.value.code == "not_finite"
