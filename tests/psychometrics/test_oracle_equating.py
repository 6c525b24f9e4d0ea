"""Equating tables against equate 2.0.9 and plink 1.5.1 (R), on the data of Kolen & Brennan."""

import numpy as np
import pytest
from scipy.stats import norm
from tests.psychometrics.outside import numbers, reference, table

from concours.psychometrics.anchor_equating import (
    Curved,
    Straight,
    equate_through_anchor,
    synthetic,
)
from concours.psychometrics.equating import Simple, equate
from concours.psychometrics.frequency import (
    Frequency,
    JointFrequency,
    frequency,
    joint_frequency_of,
)
from concours.psychometrics.irt_equating import (
    observed_score_equating,
    score_distribution,
    true_score_equating,
)
from concours.psychometrics.linking import link
from concours.psychometrics.parameters import ItemParameters, item_parameters
from concours.psychometrics.presmoothing import presmooth


def act_forms() -> tuple[Frequency, Frequency]:
    """Counts of two forms taken by equivalent groups."""
    found = table("actmath")
    return frequency(found["xcount"].to_numpy()), frequency(found["ycount"].to_numpy())


def anchored_forms() -> tuple[JointFrequency, JointFrequency]:
    """Counts of total and internal anchor of two forms."""
    one, two = (
        joint_frequency_of(f["total"].to_numpy(), f["anchor"].to_numpy(), high=36, anchor_high=12)
        for f in (table("kbneat_x"), table("kbneat_y"))
    )
    return one, two


@pytest.mark.parametrize("method", ["identity", "mean", "linear", "equipercentile"])
def test_equivalent_groups_agree_with_the_reference(method: Simple) -> None:
    rows = reference("actmath")["results"][method]["concordance"]
    found = equate(*act_forms(), method=method)
    np.testing.assert_allclose(found.equated, [row["yx"] for row in rows], atol=1e-6)
    if method != "mean":
        np.testing.assert_allclose(found.error, [row["se"] for row in rows], atol=1e-6)


@pytest.mark.parametrize("degree", [6, 8])
def test_smoothed_equating_agrees_with_the_reference(degree: int) -> None:
    results = reference("actmath")["results"]
    x, y = act_forms()
    one, two = presmooth(x, degree=degree), presmooth(y, degree=degree)
    for fit, side in ((one, "x"), (two, "y")):
        expected = [row["count"] for row in results[f"presmoothed{degree}"][side]]
        np.testing.assert_allclose(fit.counts, expected, atol=1e-6)
    found = equate(x, y, smoothed_x=one, smoothed_y=two)
    rows = results[f"equip_loglinear{degree}"]["concordance"]
    np.testing.assert_allclose(found.equated, [row["yx"] for row in rows], atol=1e-5)


LINEAR: dict[str, Straight] = {
    "tucker": "tucker",
    "levine": "levine",
    "nominal weights": "nominal_weights",
    "braun/holland": "braun_holland",
    "chained": "chained_linear",
}
CASES: list[tuple[str, Straight | Curved, float, bool]] = [
    ("linear levine true", "levine_true", 1.0, False)
]
CASES += [
    (f"{kind} {name} ws {weight:g}", method, weight, kind == "mean")
    for kind in ("mean", "linear")
    for name, method in LINEAR.items()
    for weight in (1.0, 0.5)
    if (kind, method) not in (("mean", "braun_holland"), ("linear", "nominal_weights"))
]
CURVED: dict[str, Curved] = {
    "frequency estimation": "frequency_estimation",
    "chained": "chained_equipercentile",
}
CASES += [
    (f"equipercentile {name} ws {weight:g}", method, weight, False)
    for name, method in CURVED.items()
    for weight in (1.0, 0.5)
]


@pytest.mark.parametrize(("block", "method", "weight", "slope_one"), CASES)
def test_groups_with_an_anchor_agree_with_the_reference(
    block: str, method: Straight | Curved, weight: float, slope_one: bool
) -> None:
    expected = reference("kbneat")["results"][block]
    x, y = anchored_forms()
    found = equate_through_anchor(
        x, y, method=method, weight=weight, slope_one=slope_one, errors=False
    )
    np.testing.assert_allclose(
        found.equated, [row["yx"] for row in expected["concordance"]], atol=5e-4
    )
    if expected.get("synthstats") and method in ("tucker", "levine"):
        made = synthetic(x, y, method=method, weight=weight)
        rows = expected["synthstats"]
        np.testing.assert_allclose(
            [made.mean_x, made.mean_y], [row["mean"] for row in rows], atol=1e-9
        )
        np.testing.assert_allclose([made.sd_x, made.sd_y], [row["sd"] for row in rows], atol=1e-9)


@pytest.mark.parametrize("name", ["tucker", "levine", "chained"])
def test_errors_agree_with_the_reference_without_normality(name: str) -> None:
    rows = reference("kbneat")["results"][f"linear {name} ws 1"]["concordance"]
    found = equate_through_anchor(*anchored_forms(), method=LINEAR[name])
    np.testing.assert_allclose(found.error, [row["se"]["g"] for row in rows], atol=5e-4)


def irt_forms() -> tuple[ItemParameters, ItemParameters]:
    """Form X carried onto the scale of form Y, with the constants of the reference."""
    forms = []
    for name in ("x", "y"):
        found = table(f"kb36_form{name}_par").to_numpy()
        forms.append(item_parameters(a=found[:, 0] * 1.7, b=found[:, 1], c=found[:, 2]))
    common = [str(j + 1) for j in range(2, 36, 3)]
    line = link(forms[0].select(common), forms[1].select(common), symmetric=False)
    return line.parameters(forms[0]), forms[1]


def test_true_score_equating_agrees_with_the_reference() -> None:
    x, y = irt_forms()
    expected = numbers([row["group1"] for row in reference("kb36_linking")["equate"]["tse"]])
    found = true_score_equating(y, x)
    known = np.isfinite(expected)
    np.testing.assert_allclose(found.equated[known], expected[known], atol=5e-4)
    assert known.sum() == 31


def test_observed_score_equating_agrees_with_the_reference() -> None:
    x, y = irt_forms()
    block = reference("kb36_linking")["equate"]["ose"]
    nodes = np.linspace(-4, 4, 40)
    for form, name in ((x, "group1"), (y, "group2")):
        expected = np.array(block["dist"][name])[:, 1]
        found = score_distribution(form, nodes) @ (norm.pdf(nodes) / norm.pdf(nodes).sum())
        np.testing.assert_allclose(found, expected / expected.sum(), atol=1e-7)
    table_of = observed_score_equating(y, x, nodes=nodes, weights=norm.pdf(nodes))
    expected = numbers([row["group1"] for row in block["scores"]])
    # the reference sets the lowest score to the lowest by hand
    np.testing.assert_allclose(table_of.equated[1:], expected[1:], atol=5e-4)
