"""Standard setting: worked figures, laws and refusals."""

import numpy as np
import pytest
from scipy.special import expit

from concours.kernel.errors import BadInput
from concours.psychometrics.parameters import item_parameters
from concours.psychometrics.standards import angoff, bookmark, contrasting_groups


def test_the_angoff_cut_is_the_mean_of_the_judges_sums() -> None:
    table = np.array([[0.5, 0.6, 0.7], [0.7, 0.6, 0.9]])
    found = angoff(table)
    assert found.cut == pytest.approx(2.0)
    np.testing.assert_allclose(found.judges, [1.8, 2.2])
    assert found.judge_error == pytest.approx(0.4 / 2)
    np.testing.assert_allclose(found.item_means, [0.6, 0.6, 0.8])


def test_the_angoff_error_is_that_of_new_judges() -> None:
    chance, cuts = np.random.default_rng(1), []
    hard = chance.uniform(0.3, 0.8, 20)
    for _ in range(200):
        table = np.clip(
            hard + chance.normal(0, 0.06, (8, 1)) + chance.normal(0, 0.05, (8, 20)), 0, 1
        )
        cuts.append(angoff(table).cut)
    errors = [
        angoff(
            np.clip(hard + chance.normal(0, 0.06, (8, 1)) + chance.normal(0, 0.05, (8, 20)), 0, 1)
        ).error
        for _ in range(50)
    ]
    assert np.mean(errors) == pytest.approx(np.std(cuts, ddof=1), rel=0.15)


def test_items_that_stand_for_others_add_to_the_error() -> None:
    table = np.linspace(0.3, 0.8, 15) + np.random.default_rng(3).uniform(-0.1, 0.1, (6, 15))
    assert angoff(table, items_fixed=False).error > angoff(table).error


def test_a_judge_far_from_the_others_is_named() -> None:
    table = np.full((12, 10), 0.6) + np.random.default_rng(1).normal(0, 0.01, (12, 10))
    table[4] = 0.95
    assert [(n.code, n.where) for n in angoff(table).notices if n.code == "judge_far_off"] == [
        ("judge_far_off", "5")
    ]


def test_a_bookmark_is_the_place_of_the_last_page_mastered() -> None:
    items = item_parameters(a=[1.0, 2.0, 1.0], b=[1.0, -1.0, 0.0])
    found = bookmark(items, np.array([2, 3, 3]))
    assert found.order.tolist() == [1, 2, 0]
    np.testing.assert_allclose(found.places, [-1 + np.log(2) / 2, np.log(2), 1 + np.log(2)])
    np.testing.assert_allclose(found.judges, [found.places[0], found.places[1], found.places[1]])
    assert found.cut == pytest.approx(np.log(2))
    assert found.points == pytest.approx(expit(np.log(2) - 1) + expit(2 * (np.log(2) + 1)) + 2 / 3)


def test_a_page_has_its_probability_at_its_place_for_every_kind_of_item() -> None:
    items = item_parameters(a=[1.2, 0.9], thresholds=[[0.3], [-0.5, 0.8]], models=["2pl", "gpcm"])
    found = bookmark(items, np.array([2, 3]), probability=0.5)
    assert sorted(found.order.tolist()) == [0, 1, 1]
    guess = item_parameters(a=[1.0], b=[0.0], c=[0.2])
    place = bookmark(guess, np.array([2]), probability=0.6, guessing_removed=False).places[0]
    assert 0.2 + 0.8 * expit(place) == pytest.approx(0.6)
    with pytest.raises(BadInput, match="probability_below_guessing"):
        bookmark(guess, np.array([2]), probability=0.2, guessing_removed=False)


def test_contrasting_groups_meet_where_both_are_as_likely() -> None:
    chance = np.random.default_rng(4)
    low, high = chance.normal(40, 8, 4000), chance.normal(60, 8, 4000)
    scores, able = np.concatenate([low, high]), np.repeat([False, True], 4000)
    found = contrasting_groups(scores, able)
    assert found.cut == pytest.approx(50, abs=4 * found.error)
    assert found.crossing == pytest.approx(50, abs=0.5)
    assert found.error < 0.3
    moved = contrasting_groups(scores * 2 + 10, able)
    assert moved.cut == pytest.approx(2 * found.cut + 10)
    assert moved.error == pytest.approx(2 * found.error)


def test_equal_weight_does_not_ask_how_many_were_judged_competent() -> None:
    chance = np.random.default_rng(5)
    scores = np.concatenate([chance.normal(40, 8, 6000), chance.normal(60, 8, 1000)])
    able = np.repeat([False, True], [6000, 1000])
    assert contrasting_groups(scores, able).cut > 52
    assert contrasting_groups(scores, able, equal_weight=True).cut == pytest.approx(50, abs=1)


@pytest.mark.parametrize(
    ("scores", "able", "code"),
    [
        ([1.0, 2, 3, 4], [False, False, True, True], "groups_do_not_overlap"),
        ([1.0, 2, 3, 4], [True, True, True, True], "empty_group"),
        ([1.0, 2, np.nan, 4], [True, False, True, False], "shapes_disagree"),
    ],
)
def test_groups_that_give_no_cut_are_refused(
    scores: list[float], able: list[bool], code: str
) -> None:
    with pytest.raises(BadInput) as refused:
        contrasting_groups(scores, np.array(able))
    assert refused.value.code == code


def test_a_judgement_outside_its_range_is_refused_with_its_place() -> None:
    with pytest.raises(BadInput, match="Judge 2, item 1"):
        angoff([[0.5, 0.5], [1.5, 0.5]])
    with pytest.raises(BadInput, match="page_outside"):
        bookmark(item_parameters(a=[1.0], b=[0.0]), np.array([1]))
