"""Laws and refusals of rater models and of agreement."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from concours.kernel.errors import BadInput
from concours.psychometrics.agreement import intraclass, kappa
from concours.psychometrics.fitting import Step
from concours.psychometrics.rater_result import RaterModel
from concours.psychometrics.raters import rater_model

Columns = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def simulated(
    persons: int = 600, raters: int = 8, items: int = 3, seed: int = 3, each: int = 2
) -> Columns:
    """Each person rated by ``each`` raters on every item; severities spread over two logits."""
    chance = np.random.default_rng(seed)
    severity = np.linspace(-1, 1, raters)
    ability = chance.normal(0, 1.2, persons)
    chosen = np.stack([chance.permutation(raters)[:each] for _ in range(persons)])
    person = np.repeat(np.arange(persons), each * items)
    rater = np.repeat(chosen.ravel(), items)
    item = np.tile(np.arange(items), persons * each)
    eta = ability[person] - severity[rater] - 0.4 * (item - 1)
    logit = np.cumsum(eta[:, None] - np.array([-1.0, 0.0, 1.0]), axis=1)
    share = np.exp(np.column_stack([np.zeros(eta.size), logit]))
    share /= share.sum(axis=1, keepdims=True)
    score = (chance.random(eta.size)[:, None] > share.cumsum(axis=1)).sum(axis=1)
    return person, item, rater, score


def fit(columns: Columns, **options: object) -> RaterModel:
    person, item, rater, score = columns
    return rater_model(person, item, {"rater": rater}, score, **options)  # type: ignore[arg-type]


def test_severities_come_back_within_their_errors() -> None:
    model = fit(simulated(persons=1500))
    facet = model.facets[0]
    away = (facet.severity - np.linspace(-1, 1, 8)) / facet.error
    assert model.converged
    assert np.abs(away).max() < 3.5
    assert facet.error.max() < 0.1
    assert abs(model.variance - 1.44) < 3.5 * model.variance_error
    np.testing.assert_allclose(facet.infit, 1, atol=0.15)
    np.testing.assert_allclose(facet.severity.sum(), 0, atol=1e-9)
    np.testing.assert_allclose(model.steps.sum(axis=1), 0, atol=1e-9)


def test_errors_are_those_of_repeated_samples() -> None:
    found = np.stack(
        [fit(simulated(persons=150, raters=4, seed=s)).facets[0].severity for s in range(24)]
    )
    stated = fit(simulated(persons=150, raters=4, seed=99)).facets[0].error
    np.testing.assert_allclose(found.std(axis=0, ddof=1), stated, rtol=0.4)


@given(seed=st.integers(0, 30))
@settings(max_examples=5, deadline=None)
def test_the_order_of_ratings_and_the_names_of_raters_change_nothing(seed: int) -> None:
    columns = simulated(persons=120)
    order = np.random.default_rng(seed).permutation(columns[0].size)
    person, item, rater, score = (c[order] for c in columns)
    one = fit(columns)
    two = rater_model(person, item, {"rater": np.array([f"R{9 - r}" for r in rater])}, score)
    np.testing.assert_allclose(one.facets[0].severity, two.facets[0].severity[::-1], atol=1e-5)
    np.testing.assert_allclose(one.ability, two.ability, atol=1e-5)


def test_a_person_rated_by_the_severe_is_given_back_what_severity_took() -> None:
    person, item, rater, score = simulated(persons=2000, each=1)
    model = fit((person, item, rater, score))
    lenient, severe = (model.ability[np.unique(person[rater == r])].mean() for r in (0, 7))
    raw = [score[rater == r].mean() for r in (0, 7)]
    assert raw[0] - raw[1] > 0.6
    assert abs(lenient - severe) < 0.15
    assert (np.diff(model.fair[np.argsort(model.ability)]) >= -1e-12).all()


def test_more_facets_and_common_steps_are_fitted_together() -> None:
    person, item, rater, score = simulated(persons=800)
    occasion = np.random.default_rng(1).integers(0, 3, score.size)
    model = rater_model(person, item, {"rater": rater, "occasion": occasion}, score, steps="common")
    assert [f.name for f in model.facets] == ["rater", "occasion"]
    np.testing.assert_allclose(model.facets[1].severity, 0, atol=0.15)
    np.testing.assert_allclose(model.steps, np.broadcast_to(model.steps[0], model.steps.shape))


def test_a_scale_that_begins_at_one_gives_the_same_severities_and_scores_on_its_own_scale() -> None:
    person, item, rater, score = simulated(persons=200)
    plain = fit((person, item, rater, score))
    moved = fit((person, item, rater, score + 1), lowest=1)
    np.testing.assert_array_equal(plain.facets[0].severity, moved.facets[0].severity)
    np.testing.assert_allclose(moved.fair, plain.fair + 1)
    np.testing.assert_allclose(moved.facets[0].mean, plain.facets[0].mean + 1)
    with pytest.raises(BadInput, match="whole numbers from 1"):
        fit((person, item, rater, score), lowest=1)


def test_raters_who_share_no_person_are_named() -> None:
    person, item, rater, score = simulated(persons=300, raters=4)
    model = fit((person, item, np.where(person < 150, rater, rater + 4), score))
    assert model.facets[0].connection.parts == 2
    assert [n.code for n in model.notices] == ["unconnected_facet", *["level_apart"] * 4]


def test_a_rater_tied_to_the_others_by_few_persons_is_named() -> None:
    person, item, rater, score = simulated(persons=300, raters=4, each=1)
    bridge = person < 20
    columns = (
        np.concatenate([person, person[bridge]]),
        np.concatenate([item, item[bridge]]),
        np.concatenate([rater, (rater[bridge] + 1) % 3]),
        np.concatenate([score, score[bridge]]),
    )
    model = fit(columns)
    named = {n.where for n in model.notices if n.code in ("weakly_linked", "level_apart")}
    assert "3" in named


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("fraction", "score_not_whole"),
        ("gap", "category_never_used"),
        ("stuck", "severity_without_bound"),
        ("constant", "constant_item"),
        ("short", "shapes_disagree"),
    ],
)
def test_ratings_without_an_estimate_are_refused_by_name(change: str, code: str) -> None:
    person, item, rater, score = simulated(persons=60)
    given = score.astype(float)
    if change == "fraction":
        given[5] = 1.5
    elif change == "gap":
        given[(item == 1) & (given == 1)] = 2
    elif change == "stuck":
        given[rater == 2] = 0
    elif change == "constant":
        given[item == 0] = 0
    with pytest.raises(BadInput) as refused:
        rater_model(person[:-1] if change == "short" else person, item, {"rater": rater}, given)
    assert refused.value.code == code


def test_not_converging_is_said() -> None:
    model = fit(simulated(persons=100), most_iterations=2)
    assert not model.converged
    assert model.notices[0].code == "not_converged"


def test_kappa_of_a_published_table() -> None:
    # Cohen (1960), table 1: 200 persons, observed .70, chance .41
    table = np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    first = np.repeat([0, 0, 0, 1, 1, 1, 2, 2, 2], table.ravel())
    second = np.repeat([0, 1, 2] * 3, table.ravel())
    found = kappa(first, second)
    assert found.exact == pytest.approx(0.70)
    assert found.kappa == pytest.approx((0.70 - 0.41) / 0.59)
    np.testing.assert_array_equal(found.table, table)


@given(data=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=6, max_size=60))
@settings(max_examples=60, deadline=None)
def test_kappa_is_one_for_equal_ratings_and_the_same_from_either_side(
    data: list[tuple[int, int]],
) -> None:
    first, second = np.array(data).T
    for weights in ("none", "linear", "quadratic"):
        one, two = kappa(first, second, weights=weights), kappa(second, first, weights=weights)
        np.testing.assert_allclose([one.kappa, one.error], [two.kappa, two.error], atol=1e-6)
        if len(set(first.tolist())) > 1:
            assert kappa(first, first, weights=weights).kappa == pytest.approx(1)


def test_intraclass_correlations_of_a_published_table() -> None:
    # Shrout & Fleiss (1979), table 2: six targets, four judges; results in their table 4
    table = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    found = intraclass(table)
    assert [
        round(v, 2) for v in (found.one_way, found.single_agreement, found.single_consistency)
    ] == [0.17, 0.29, 0.71]
    means = (found.one_way_mean, found.mean_agreement, found.mean_consistency)
    assert [round(v, 2) for v in means] == [0.44, 0.62, 0.91]
    assert found.low < found.single_agreement < found.high


def test_every_pass_is_told_with_a_change_that_ends_below_the_tolerance() -> None:
    person, item, rater, score = simulated(persons=200)
    told: list[Step] = []
    model = rater_model(person, item, {"rater": rater}, score, progress=told.append)
    last = told[-model.iterations :]
    assert [step.iteration for step in last] == list(range(1, model.iterations + 1))
    assert last[-1].change < 1e-6 <= last[-2].change
    assert last[-1].log_posterior == pytest.approx(model.log_likelihood, abs=1e-6)
