"""The classical half on inputs at the edge: no crash, no warning of NumPy's, a name for what is missing."""

import numpy as np
import pytest
from numpy.typing import NDArray

from concours.kernel.errors import BadInput
from concours.psychometrics.classical import item_analysis
from concours.psychometrics.dif import mantel_haenszel
from concours.psychometrics.dif_logistic import logistic_dif
from concours.psychometrics.distractor import distractors
from concours.psychometrics.equating import equate
from concours.psychometrics.frequency import frequency
from concours.psychometrics.raters import rater_model


def draw(persons: int, items: int) -> NDArray[np.int8]:
    return np.random.default_rng(8).integers(0, 2, (persons, items)).astype(np.int8)


EDGES = {
    "one item": draw(3, 1),
    "two persons": draw(2, 4),
    "many items": draw(5, 500),
    "all right": np.ones((6, 4), dtype=np.int8),
    "all wrong": np.zeros((6, 4), dtype=np.int8),
    "one answer each": np.where(np.eye(6, 4, dtype=bool), 1, -1).astype(np.int8),
    "nothing presented": np.full((4, 3), -1, dtype=np.int8),
    "one answer in all": np.where(np.arange(12).reshape(4, 3) == 5, 1, -1).astype(np.int8),
    "highest points": np.full((4, 2), 127, dtype=np.int8)
    * np.array([[0], [1], [1], [0]], dtype=np.int8),
}


@pytest.mark.parametrize("name", EDGES)
def test_item_analysis_says_what_it_cannot_know(name: str) -> None:
    scored = EDGES[name]
    found = item_analysis(scored)
    known = np.isfinite(found.item_rest)
    assert (np.abs(found.item_rest[known]) <= 1 + 1e-9).all()
    assert found.presented.tolist() == (scored >= 0).sum(axis=0).tolist()
    if not np.isfinite(found.reliability.alpha):
        assert found.notices != ()


@pytest.mark.parametrize("name", EDGES)
def test_group_comparisons_name_the_items_they_cannot_judge(name: str) -> None:
    scored = EDGES[name]
    focal = np.arange(scored.shape[0]) % 2 == 0
    found = mantel_haenszel(scored, focal, purify=True)
    unknown = np.flatnonzero(~np.isfinite(found.chi2)) + 1
    named = {int(n.where) for n in found.notices if n.code == "dif_undecided"}
    assert named == set(unknown.tolist())
    assert (found.ets[~np.isfinite(found.chi2)] == "").all()


@pytest.mark.parametrize("name", [name for name in EDGES if name != "highest points"])
def test_regressions_without_a_solution_are_named(name: str) -> None:
    scored = EDGES[name]
    found = logistic_dif(scored, np.arange(scored.shape[0]) % 2 == 0)
    lost = {int(n.where) for n in found.notices if n.code == "model_not_settled"}
    assert lost == set((np.flatnonzero(~np.isfinite(found.chi2)) + 1).tolist())


def test_an_option_nobody_or_everybody_chose_has_no_correlation() -> None:
    found = distractors(np.full((5, 3), 2, dtype=np.int8), np.array([2, 1, 2]))
    assert np.isnan(found.correlation).all()
    assert [(n.code, n.where) for n in found.notices] == [("key_never_chosen", "2")]


def test_forms_on_which_all_earned_the_same_are_refused_by_linear_equating() -> None:
    flat, other = frequency([0.0, 9.0, 0.0]), frequency([3.0, 4.0, 2.0])
    with pytest.raises(BadInput, match="scores_do_not_vary"):
        equate(flat, other, method="linear")
    assert np.isfinite(equate(flat, other).equated).all()


def test_one_rater_for_all_has_severity_nought() -> None:
    chance = np.random.default_rng(2)
    person, item = np.repeat(np.arange(60), 4), np.tile(np.arange(4), 60)
    score = (chance.random(240) < 0.3 + 0.4 * chance.random(60)[person]).astype(int)
    model = rater_model(person, item, {"rater": np.zeros(240, dtype=int)}, score)
    assert model.facets[0].severity.tolist() == [0.0]
    assert model.converged
