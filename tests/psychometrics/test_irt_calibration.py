"""Calibration: known answers, known truths, laws, and what is refused."""

from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.psychometrics.irt_data import abilities, drawn, lsat6, lsat6_persons, some_2pl

from concours.kernel.errors import BadInput
from concours.psychometrics.calibration import Calibration, calibrate
from concours.psychometrics.fitting import Step
from concours.psychometrics.nodes import Nodes
from concours.psychometrics.parameters import item_parameters
from concours.psychometrics.shards import threaded
from concours.psychometrics.sufficient import FEWEST_PERSONS

quick = partial(calibrate, standard_errors="none")


def test_lsat_section_6_under_the_two_parameter_model() -> None:
    # Published: Bock & Aitkin (1981) and many since; -2466.65 is the maximum everybody reaches.
    found = quick(lsat6_persons(), "2pl", tolerance=1e-8)
    assert found.converged
    assert found.log_likelihood == pytest.approx(-2466.653378, abs=1e-5)
    np.testing.assert_allclose(found.a, [0.8254, 0.7229, 0.8905, 0.6886, 0.6575], atol=1e-3)
    np.testing.assert_allclose(
        -found.a * found.b, [2.7732, 0.9902, 0.2491, 1.2848, 2.0532], atol=1e-3
    )


def test_lsat_section_6_under_the_one_parameter_model() -> None:
    # Thissen (1982), Psychometrika 47, 175-186: common slope 0.755, -2 log L 4933.88.
    found = quick(lsat6_persons(), "1pl", tolerance=1e-8)
    assert -2 * found.log_likelihood == pytest.approx(4933.875, abs=1e-3)
    np.testing.assert_allclose(found.a, 0.7551, atol=1e-3)
    assert found.free_parameters == 6


def test_weights_stand_for_persons() -> None:
    patterns, persons = lsat6()
    apart, together = quick(lsat6_persons(), "2pl"), quick(patterns, "2pl", weights=persons)
    np.testing.assert_allclose(together.a, apart.a, atol=1e-6)
    assert together.log_likelihood == pytest.approx(apart.log_likelihood, abs=1e-7)


@settings(max_examples=8, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_persons_changes_nothing(chance: object) -> None:
    answers = lsat6_persons()
    order = np.random.default_rng(chance.getrandbits(32)).permutation(len(answers))  # type: ignore[attr-defined]
    one, other = quick(answers), quick(answers[order])
    np.testing.assert_allclose(one.a, other.a, atol=1e-8)
    np.testing.assert_allclose(one.b, other.b, atol=1e-8)


def test_the_order_of_items_changes_nothing_but_their_order() -> None:
    answers = lsat6_persons()
    one, other = quick(answers, tolerance=1e-8), quick(answers[:, ::-1], tolerance=1e-8)
    np.testing.assert_allclose(one.a, other.a[::-1], atol=1e-6)


def test_swapping_right_and_wrong_everywhere_mirrors_the_scale() -> None:
    answers = lsat6_persons()
    one, other = quick(answers, tolerance=1e-8), quick(1 - answers, tolerance=1e-8)
    np.testing.assert_allclose(np.abs(other.a), one.a, atol=1e-5)
    np.testing.assert_allclose(np.abs(other.b), np.abs(one.b), atol=1e-4)


def test_graded_and_partial_credit_models_agree_where_there_are_two_categories() -> None:
    answers = lsat6_persons()
    two, graded, partial_credit = (quick(answers, m) for m in ("2pl", "grm", "gpcm"))
    np.testing.assert_allclose(graded.a, two.a, atol=1e-4)
    np.testing.assert_allclose(partial_credit.a, two.a, atol=1e-12)


def test_known_2pl_parameters_are_recovered() -> None:
    truth = some_2pl(30, 1)
    found = calibrate(drawn(truth, abilities(4000, 2), 3), "2pl")
    errors = found.standard_errors
    assert errors is not None
    z = np.concatenate([(found.a - truth.a) / errors.a, (found.b - truth.b) / errors.b])
    assert np.abs(z).max() < 4.0
    assert 0.7 < z.std() < 1.3


def test_known_3pl_parameters_are_recovered() -> None:
    generator = np.random.default_rng(4)
    truth = item_parameters(
        a=generator.lognormal(0.2, 0.2, 25), b=generator.normal(0, 1, 25), c=np.full(25, 0.2)
    )
    found = quick(drawn(truth, abilities(5000, 5), 6), "3pl")
    assert found.converged
    assert np.sqrt(((found.c - truth.c) ** 2).mean()) < 0.06
    assert np.corrcoef(found.b, truth.b)[0, 1] > 0.99


@pytest.mark.parametrize("model", ["gpcm", "grm", "pcm"])
def test_known_thresholds_are_recovered(model: str) -> None:
    generator = np.random.default_rng(7)
    a = np.ones(12) if model == "pcm" else generator.lognormal(0, 0.2, 12)
    middle = generator.normal(0, 0.7, 12)
    truth = item_parameters(a=a, thresholds=[[m - 0.8, m, m + 0.9] for m in middle], models=model)
    found = calibrate(drawn(truth, abilities(4000, 8), 9), model)
    errors = found.standard_errors
    assert errors is not None
    z = (found.parameters.thresholds - truth.thresholds) / errors.thresholds
    assert np.abs(z).max() < 4.0


def test_formats_may_be_mixed() -> None:
    truth = item_parameters(
        a=[1.0, 1.3, 0.9, 1.1, 1.2, 0.8],
        thresholds=[[0.0], [-0.5], [0.5], [-1.0, 0.2], [0.0, 1.0], [-0.7, 0.0, 0.7]],
        models=["2pl", "2pl", "2pl", "gpcm", "grm", "gpcm"],
    )
    found = quick(drawn(truth, abilities(6000, 10), 11), truth.models)
    assert found.parameters.models == truth.models
    np.testing.assert_allclose(found.parameters.thresholds, truth.thresholds, atol=0.25)


def test_forms_with_common_items_come_out_on_one_scale() -> None:
    truth = some_2pl(30, 12)
    answers = drawn(truth, abilities(6000, 13), 14)
    answers[:3000, 20:] = -1
    answers[3000:, :10] = -1
    found = quick(answers)
    np.testing.assert_allclose(found.b, truth.b, atol=0.35)
    assert np.sqrt(((found.a - truth.a) ** 2).mean()) < 0.12


def test_groups_have_means_and_spreads_of_their_own() -> None:
    truth = some_2pl(30, 15)
    theta = np.concatenate([abilities(3000, 16), abilities(3000, 17, mean=0.8, sd=1.3)])
    labels = ["home"] * 3000 + ["away"] * 3000
    found = calibrate(drawn(truth, theta, 18), groups=labels, reference="home")
    home, away = found.groups
    assert (home.label, home.mean, home.sd) == ("home", 0.0, 1.0)
    errors = found.standard_errors
    assert errors is not None
    assert abs(away.mean - 0.8) < 4 * errors.mean[1] < 0.3
    assert abs(away.sd - 1.3) < 4 * errors.sd[1] < 0.3
    assert found.free_parameters == 62


def test_pilot_items_are_placed_on_the_scale_of_fixed_ones() -> None:
    truth = some_2pl(30, 19)
    answers = drawn(truth, abilities(5000, 20, mean=0.5, sd=1.2), 21)
    bank = truth.select([str(j) for j in range(1, 21)])
    found = calibrate(answers, fixed=bank, groups=["now"] * 5000)
    np.testing.assert_allclose(found.a[:20], truth.a[:20], rtol=1e-12)
    np.testing.assert_allclose(found.b[:20], truth.b[:20], rtol=1e-12)
    errors = found.standard_errors
    assert errors is not None
    assert errors.a[:20].tolist() == [0.0] * 20
    assert np.abs((found.b[20:] - truth.b[20:]) / errors.b[20:]).max() < 4.0
    (group,) = found.groups
    assert group.mean == pytest.approx(0.5, abs=0.1)
    assert group.sd == pytest.approx(1.2, abs=0.1)


def test_a_second_calibration_with_all_items_fixed_changes_no_item() -> None:
    answers = lsat6_persons()
    first = quick(answers, tolerance=1e-9)
    again = quick(answers, fixed=first.parameters, tolerance=1e-9)
    np.testing.assert_allclose(again.b, first.b, atol=1e-12)
    assert again.groups[0].mean == pytest.approx(0.0, abs=1e-4)
    assert again.groups[0].sd == pytest.approx(1.0, abs=1e-4)


def test_the_quick_way_by_scores_agrees_with_the_way_by_counts() -> None:
    truth = some_2pl(12, 22)
    answers = drawn(truth, abilities(FEWEST_PERSONS, 23), 24)
    by_scores = quick(answers)
    # one more form, of a single person, changes almost nothing but the way it is computed
    by_counts = quick(answers[: FEWEST_PERSONS - 1])
    np.testing.assert_allclose(by_scores.a, by_counts.a, atol=2e-3)
    nodes = Nodes(-6, 6, 64)
    same = quick(
        np.concatenate([answers, answers]), weights=np.full(2 * len(answers), 0.5), nodes=nodes
    )
    exact = quick(answers, nodes=nodes)
    np.testing.assert_allclose(same.a, exact.a, atol=1e-6)


def test_results_do_not_depend_on_the_number_of_workers() -> None:
    answers = drawn(some_2pl(20, 25), abilities(5000, 26), 27)
    answers[::7, 3] = -1
    alone, four, builtin = (quick(answers, map=m) for m in (threaded(1), threaded(4), map))
    assert alone.a.tobytes() == four.a.tobytes() == builtin.a.tobytes()
    assert alone.log_likelihood == four.log_likelihood == builtin.log_likelihood


def test_chunks_give_the_same_result_as_the_whole() -> None:
    answers = lsat6_persons()
    chunked = quick((answers[low : low + 100] for low in range(0, 1000, 100)), categories=2)
    assert chunked.a.tobytes() == quick(answers).a.tobytes()


def test_the_record_never_falls_and_is_told_as_it_grows() -> None:
    told: list[Step] = []
    found = quick(lsat6_persons(), progress=told.append)
    assert tuple(told) == found.record
    climb = [step.log_posterior for step in found.record if step.kept]
    assert all(later >= earlier - 1e-6 for earlier, later in pairwise(climb))
    assert found.iterations == len(found.record)


def test_stopping_early_is_said() -> None:
    found = quick(lsat6_persons(), most_iterations=2)
    assert not found.converged
    assert [n.code for n in found.warnings] == ["not_converged"]


def test_a_backward_item_is_named() -> None:
    answers = drawn(some_2pl(10, 28), abilities(1000, 29), 30)
    answers[:, 4] = 1 - answers[:, 4]
    found = quick(answers, items=[f"item {k}" for k in range(10)])
    assert [n.where for n in found.warnings if n.code == "negative_slope"] == ["item 4"]


def test_empty_persons_are_counted_and_change_nothing() -> None:
    answers = lsat6_persons()
    padded = np.concatenate([answers, np.full((7, 5), -1, np.int8)])
    found, plain = quick(padded), quick(answers)
    assert [n.text for n in found.warnings if n.code == "empty_persons"] == [
        "7 persons were presented no item at all."
    ]
    np.testing.assert_allclose(found.a, plain.a, atol=1e-5)


def split_design() -> np.ndarray:
    answers = drawn(some_2pl(10, 31), abilities(2000, 32), 33)
    answers[:1000, 5:] = -1
    answers[1000:, :5] = -1
    return answers


def test_forms_that_nothing_links_are_refused() -> None:
    with pytest.raises(BadInput) as refused:
        quick(split_design())
    assert refused.value.code == "forms_not_connected"


def test_forms_that_nothing_links_are_named_where_allowed() -> None:
    found = quick(split_design(), allow_unconnected=True)
    assert "forms_not_connected" in [n.code for n in found.warnings]


def test_fixed_items_link_forms() -> None:
    bank = some_2pl(10, 31).select(["1", "6"])
    assert quick(split_design(), fixed=bank).converged


@pytest.mark.parametrize(
    ("column", "code", "words"),
    [
        (np.ones(1000), "constant_item", "category 1"),
        (np.full(1000, -1), "item_not_presented", "Nobody was presented"),
        (np.arange(1000) % 2 * 2, "category_skipped", "category 1"),
    ],
)
def test_items_without_a_maximum_are_refused(column: np.ndarray, code: str, words: str) -> None:
    answers = np.column_stack([lsat6_persons(), column]).astype(np.int8)
    with pytest.raises(BadInput) as refused:
        quick(answers, "gpcm", items=["a", "b", "c", "d", "e", "odd"])
    assert (refused.value.code, refused.value.field) == (code, "odd")
    assert words in refused.value.remedy


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"model": "4pl"}, "unknown_model"),
        ({"model": ["2pl"] * 4}, "shapes_disagree"),
        ({"groups": ["a"] * 3}, "shapes_disagree"),
        ({"groups": ["a"] * 1000, "reference": "b"}, "unknown_group"),
        ({"weights": [1.0]}, "weights_out_of_range"),
        ({"standard_errors": "guess"}, "unknown_method"),
        ({"fixed": item_parameters(a=[1.0], b=[0.0], names=["9"])}, "unknown_item"),
        ({"fixed": item_parameters(a=[1.0], thresholds=[[0.0, 1.0]])}, "categories_disagree"),
    ],
)
def test_wrong_arguments_are_refused(arguments: dict[str, object], code: str) -> None:
    with pytest.raises(BadInput) as refused:
        calibrate(lsat6_persons(), **arguments)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_fixed_rasch_items_must_share_a_slope() -> None:
    bank = item_parameters(a=[1.0, 1.5], b=[0.0, 0.0], models="1pl")
    with pytest.raises(BadInput) as refused:
        quick(lsat6_persons(), "1pl", fixed=bank)
    assert refused.value.code == "slopes_differ"


def test_three_persons_and_one_item_give_an_answer_or_say_why_not() -> None:
    found = calibrate(np.array([[0], [1], [1]], np.int8), "1pl", most_iterations=50)
    assert {n.code for n in found.warnings} >= {"few_persons", "no_standard_errors"}


def test_perfect_and_zero_scores_do_no_harm() -> None:
    answers = np.concatenate([lsat6_persons(), np.ones((50, 5)), np.zeros((50, 5))]).astype(np.int8)
    assert quick(answers).converged


def test_five_hundred_items_are_calibrated() -> None:
    truth = some_2pl(500, 34)
    found = quick(drawn(truth, abilities(600, 35), 36))
    assert found.converged
    assert np.corrcoef(found.b, truth.b)[0, 1] > 0.95
    assert found.nodes.step < 0.15


def test_persons_with_all_missing_but_one_answer_count_for_little() -> None:
    answers = drawn(some_2pl(20, 37), abilities(1000, 38), 39)
    lonely = np.full((20, 20), -1, np.int8)
    np.fill_diagonal(lonely, 1)
    found = quick(np.concatenate([answers, lonely]))
    np.testing.assert_allclose(found.b, quick(answers).b, atol=0.1)


def outcome(answers: np.ndarray, model: str, weights: np.ndarray) -> Calibration | BadInput:
    """What calibrating ends in."""
    try:
        return calibrate(answers, model, weights=weights, most_iterations=15)
    except BadInput as refused:
        return refused


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**31))
def test_any_small_matrix_is_calibrated_or_refused_and_never_ends_in_no_number(seed: int) -> None:
    generator = np.random.default_rng(seed)
    persons, items = int(generator.integers(4, 60)), int(generator.integers(1, 6))
    answers = generator.integers(0, 2, (persons, items)).astype(np.int8)
    answers[generator.random(answers.shape) < generator.choice([0.0, 0.3])] = -1
    model = str(generator.choice(["1pl", "2pl", "3pl", "gpcm", "grm"]))
    found = outcome(answers, model, generator.integers(0, 3, persons))
    match found:
        case BadInput():
            assert found.field
            assert found.remedy
        case _:
            assert np.isfinite(found.a).all()
            assert np.isfinite(found.log_likelihood)
            assert found.converged or "not_converged" in {n.code for n in found.warnings}
