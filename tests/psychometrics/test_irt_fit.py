"""Fit statistics: quiet where the model holds, loud where it does not."""

import numpy as np
import pytest
from tests.psychometrics.irt_data import abilities, drawn, lsat6_persons, some_2pl

from concours.kernel.errors import BadInput
from concours.psychometrics.calibration import calibrate
from concours.psychometrics.fit_items import item_fit, joined
from concours.psychometrics.fit_overall import overall_fit
from concours.psychometrics.fit_persons import residual_fit
from concours.psychometrics.parameters import item_parameters
from concours.psychometrics.responses import pack
from concours.psychometrics.scoring import score


def test_lsat_section_6_fits() -> None:
    responses = pack(lsat6_persons())
    found = calibrate(responses, standard_errors="none", tolerance=1e-8)
    whole = overall_fit(responses, found.parameters)
    assert whole.degrees == 5
    assert whole.statistic == pytest.approx(4.738, abs=0.002)
    items = item_fit(responses, found.parameters)
    assert items.degrees.tolist() == [2, 2, 1, 2, 2]
    assert (items.p > 0.3).all()


def test_statistics_have_their_distribution_where_the_model_holds() -> None:
    truth = some_2pl(20, 1)
    p_items: list[float] = []
    p_whole: list[float] = []
    for seed in range(5):
        responses = pack(drawn(truth, abilities(1500, 100 + seed), 200 + seed))
        found = calibrate(responses, standard_errors="none")
        p_items.extend(item_fit(responses, found.parameters).p)
        p_whole.append(overall_fit(responses, found.parameters).p)
    assert 0.35 < np.mean(p_items) < 0.65
    assert np.mean(np.array(p_items) < 0.05) < 0.12
    assert min(p_whole) > 0.001


def test_an_item_that_does_not_follow_its_model_is_found() -> None:
    truth = some_2pl(20, 2)
    theta = abilities(3000, 3)
    answers = drawn(truth, theta, 4)
    # right in the middle only: no rising curve fits
    odd = np.abs(theta) < 0.5
    answers[:, 7] = np.random.default_rng(5).random(3000) < np.where(odd, 0.9, 0.3)
    responses = pack(answers)
    found = calibrate(responses, standard_errors="none")
    fit = item_fit(responses, found.parameters)
    assert int(np.argmin(fit.p)) == 7
    assert fit.p[7] < 1e-6
    assert fit.rmsea[7] == fit.rmsea.max()


def test_two_abilities_in_one_test_are_found() -> None:
    truth = some_2pl(20, 6)
    answers = drawn(truth, abilities(2000, 7), 8)
    other = drawn(truth, abilities(2000, 9), 10)
    answers[:, 10:] = other[:, 10:]
    responses = pack(answers)
    found = calibrate(responses, standard_errors="none")
    whole = overall_fit(responses, found.parameters)
    assert whole.p < 1e-10
    assert whole.rmsea_low < whole.rmsea < whole.rmsea_high


def test_fit_goes_by_form() -> None:
    truth = some_2pl(16, 11)
    answers = drawn(truth, abilities(4000, 12), 13)
    answers[:2000, 12:] = -1
    answers[2000:, :4] = -1
    responses = pack(answers)
    found = calibrate(responses, standard_errors="none")
    fit = item_fit(responses, found.parameters)
    assert (fit.persons[:4] < fit.persons[4:12].min()).all()
    assert np.mean(fit.p < 0.05) < 0.25


def test_fixed_items_spend_no_degrees_of_freedom() -> None:
    responses = pack(lsat6_persons())
    found = calibrate(responses, standard_errors="none")
    free = item_fit(responses, found.parameters)
    held = item_fit(responses, found.parameters, fixed=["1"])
    assert (held.degrees - free.degrees).tolist() == [2, 0, 0, 0, 0]


def test_joining_cells_keeps_every_person() -> None:
    generator = np.random.default_rng(14)
    for _ in range(50):
        observed = generator.integers(0, 6, (7, 3)).astype(float)
        expected = generator.random((7, 3)) * 3
        o, e = joined(observed, expected)
        assert np.nansum(o) == pytest.approx(observed.sum())
        assert np.nansum(e) == pytest.approx(expected.sum())
        assert e.shape[0] == 1 or not (e < 1.0).any()


def test_mean_squares_are_near_one_and_lz_near_standard_normal_at_true_abilities() -> None:
    truth = item_parameters(
        a=[1.0, 1.3, 0.8, 1.2, 1.0, 0.9] * 6,
        thresholds=[[0.0], [-1.0], [1.0], [-0.5, 0.5], [0.2], [-1.0, 0.0, 1.0]] * 6,
        models=["2pl", "2pl", "2pl", "gpcm", "2pl", "grm"] * 6,
    )
    theta = abilities(3000, 15)
    found = residual_fit(pack(drawn(truth, theta, 16)), truth, theta)
    np.testing.assert_allclose(found.items.infit, 1.0, atol=0.1)
    assert found.items.outfit_z.std() < 1.8
    assert found.persons.infit.mean() == pytest.approx(1.0, abs=0.02)
    assert (found.lz.mean(), found.lz.std()) == (
        pytest.approx(0.0, abs=0.08), pytest.approx(1.0, abs=0.08),
    )  # fmt: skip


def test_a_person_who_answers_the_wrong_way_round_stands_out() -> None:
    truth = some_2pl(40, 17)
    answers = drawn(truth, abilities(300, 18), 19)
    answers[0] = (truth.b > 0).astype(np.int8)
    responses = pack(answers)
    found = residual_fit(responses, truth, score(responses, truth).theta)
    assert int(np.argmin(found.lz)) == 0
    assert found.lz[0] < -3


def test_m2_refuses_what_it_cannot_answer() -> None:
    answers = lsat6_persons()
    parameters = calibrate(answers, standard_errors="none").parameters
    answers[3, 2] = -1
    with pytest.raises(BadInput) as refused:
        overall_fit(pack(answers), parameters)
    assert (refused.value.code, refused.value.field) == ("responses_missing", "person 4, item 3")
    few = calibrate(lsat6_persons()[:, :2], "1pl", standard_errors="none").parameters
    with pytest.raises(BadInput) as refused:
        overall_fit(pack(lsat6_persons()[:, :2]), few)
    assert refused.value.code == "no_degrees_of_freedom"


def test_residuals_need_an_ability_for_everybody() -> None:
    with pytest.raises(BadInput) as refused:
        residual_fit(pack(lsat6_persons()), some_2pl(5, 20), np.zeros(3))
    assert refused.value.code == "shapes_disagree"


def test_m2_refuses_items_that_leave_nothing_to_chance() -> None:
    certain = item_parameters(a=[1e6] * 5, b=[0.05] * 5)
    with pytest.raises(BadInput) as refused:
        overall_fit(pack(lsat6_persons()), certain)
    assert refused.value.code == "moments_not_distinct"
