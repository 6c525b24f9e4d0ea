"""Many-facet models against TAM 4.3-25 (R), on its own fixed nodes and on ours."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from tests.psychometrics.outside import reference, table

from concours.psychometrics.rater_result import RaterModel
from concours.psychometrics.raters import rater_model
from concours.psychometrics.rating import Steps

FIVE = ["k1", "k2", "k3", "k4", "k5"]
# data set: items, person column, steps, nodes of the reference
SETS: dict[str, tuple[list[str], str, Steps, int]] = {
    "essay_immer01a": (FIVE, "idstud", "item", 21),
    "essay_immer01b": (FIVE, "idstud", "item", 61),
    "ratings1": (FIVE, "idstud", "item", 61),
    "ratings2": (FIVE, "idstud", "item", 61),
    "cqc04_raters": (["spe", "coh", "str", "gra", "con"], "pid", "common", 61),
    "ex10_raters": ([f"I{k:04d}" for k in range(1, 6)], "pid", "item", 61),
    "ptam1": (["OP", "TF"], "pid", "item", 61),
}


def fitted(name: str, *, like_the_reference: bool) -> tuple[RaterModel, dict[str, Any]]:
    """Our model and the reference's block."""
    items, person, steps, nodes = SETS[name]
    found = table(name).select([person, "rater", *items])
    if name == "ptam1":  # the reference leaves out raters with fewer than 30 ratings
        found = found.filter(pl.len().over("rater") >= 30)
    long = found.unpivot(
        index=[person, "rater"], on=items, variable_name="item", value_name="score"
    ).drop_nulls()
    model = rater_model(
        long[person].to_numpy(),
        long["item"].to_numpy(),
        {"rater": long["rater"].to_numpy()},
        long["score"].to_numpy(),
        steps=steps,
        nodes=np.linspace(-6, 6, nodes) if like_the_reference else None,
    )
    block = reference(name)
    return model, block.get("mfr") or block.get("main") or block


@pytest.mark.parametrize("name", SETS)
def test_severities_and_difficulties_agree_with_the_reference_on_its_nodes(name: str) -> None:
    model, expected = fitted(name, like_the_reference=True)
    known = {row["parameter"]: row["xsi"] for row in expected["xsi"]}
    facet = model.facets[0]
    np.testing.assert_allclose(
        facet.severity, [known[f"rater{c}"] for c in facet.levels], atol=0.005
    )
    np.testing.assert_allclose(model.difficulty, [known[str(c)] for c in model.items], atol=0.002)
    assert -2 * model.log_likelihood <= expected["deviance"] + 0.002
    assert model.converged
    assert model.notices == ()
    for row in expected.get("person10", []):
        place = int(np.flatnonzero(model.persons == row["pid"])[0])
        assert model.ability[place] == pytest.approx(row["EAP"], abs=0.001)
        assert model.ability_error[place] == pytest.approx(row["SD.EAP"], abs=0.001)
    assert model.reliability == pytest.approx(expected["EAP.rel"], abs=0.001)


@pytest.mark.parametrize("name", SETS)
def test_our_own_nodes_never_lose_likelihood(name: str) -> None:
    model, expected = fitted(name, like_the_reference=False)
    assert -2 * model.log_likelihood <= expected["deviance"] + 0.002


@pytest.mark.parametrize("name", ["ratings1", "ratings2"])
def test_steps_agree_with_the_reference(name: str) -> None:
    model, expected = fitted(name, like_the_reference=True)
    known = {row["parameter"]: row["xsi"] for row in expected["xsi"]}
    for item, steps in zip(model.items, model.steps, strict=True):
        listed = [known[f"{item}:step{k}"] for k in (1, 2, 3)]
        np.testing.assert_allclose(steps, listed, atol=0.002)
