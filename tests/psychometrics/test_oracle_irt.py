"""Calibration and scores against mirt 1.47 and TAM 4.3 (R) on real tests.

The references use 61 nodes on [-6, 6] and a tolerance of 1e-7. Their Rasch fits keep the slope at 1
and free the variance; ours keeps the variance at 1 and frees the common slope: the same model.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import logit
from tests.psychometrics.outside import answers_of, numbers, reference, table

from concours.psychometrics.calibration import Calibration, calibrate
from concours.psychometrics.fit_items import item_fit
from concours.psychometrics.fit_overall import overall_fit
from concours.psychometrics.fit_persons import residual_fit
from concours.psychometrics.nodes import Nodes
from concours.psychometrics.parameters import item_parameters
from concours.psychometrics.responses import pack
from concours.psychometrics.scoring import score
from concours.psychometrics.sum_scores import sum_score_table

Floats = NDArray[np.float64]
quick = partial(calibrate, standard_errors="none", tolerance=1e-7)


@dataclass(frozen=True)
class Case:
    """A data set, a place in its reference, and our model."""

    data: str
    path: str
    model: str
    file: str = ""

    def reference(self) -> Any:
        found = reference(self.data)
        for step in self.path.split("/"):
            found = found[step]
        return found

    def answers(self, items: list[str]) -> NDArray[np.int8]:
        answers = answers_of(self.file or self.data, items)
        if self.data == "bfi":
            answers = np.where(answers > 0, answers - 1, -1).astype(np.int8)
        return without_gaps(answers)


def without_gaps(answers: NDArray[np.int8]) -> NDArray[np.int8]:
    """The references re-score categories nobody reached; we refuse them, so the suite does it."""
    result = answers.copy()
    for j in range(answers.shape[1]):
        seen = np.unique(answers[answers[:, j] >= 0, j])
        present = answers[:, j] >= 0
        result[present, j] = np.searchsorted(seen, answers[present, j])
    return result


TWO = [
    ("lsat6", "2PL"), ("sat12_scored", "2PL"), ("wirs", "2PL"), ("fims", "2PL"),
    ("ability", "2PL_with_NA"), ("verbal", "2PL"), ("fraction", "2PL"), ("gmat", "2PL"),
    ("msatb", "2PL"), ("hci", "2PL"), ("mathexam14w", "2PL"), ("math", "2PL"),
    ("read", "2PL"), ("numeracy_scored", "2PL"), ("deayala", "2PL"),
]  # fmt: skip
ONE = [
    ("lsat6", "Rasch"), ("sat12_scored", "Rasch"), ("wirs", "Rasch"), ("ability", "Rasch_with_NA"),
    ("verbal", "Rasch"), ("msatb", "Rasch"), ("mathexam14w", "Rasch"), ("math", "Rasch"),
    ("read", "Rasch"), ("numeracy_scored", "Rasch"), ("cqc01", "Rasch"), ("deayala", "Rasch"),
]  # fmt: skip
THREE = ["sat12_scored", "deayala", "hci", "msatb"]
FORMS = [("X", "kb36_formx"), ("Y", "kb36_formy")]
CASES = [
    *[Case(name, path, "2pl") for name, path in TWO],
    *[Case(name, path, "1pl") for name, path in ONE],
    *[Case(name, "3PL_prior", "3pl") for name in THREE],
    *[Case("kb36_forms", f"{form}/2PL", "2pl", file) for form, file in FORMS],
    *[Case("kb36_forms", f"{form}/3PL_prior", "3pl", file) for form, file in FORMS],
    Case("science4", "GRM", "grm"),
    Case("science4", "GPCM", "gpcm"),
    Case("science4", "PCM_mirt", "pcm"),
    Case("timss_aus_twn", "GPCM", "gpcm"),
    Case("timss_aus_twn", "GRM", "grm"),
    Case("cz_matura", "GPCM", "gpcm"),
    Case("cz_matura", "GRM", "grm"),
    *[Case("bfi", f"{scale}/GRM", "grm") for scale in ("agree", "consc", "extra", "neuro", "open")],
    Case("cqc05_booklets", "Rasch_mirt", "pcm"),
]  # fmt: skip


def label(case: Case) -> str:
    return f"{case.data}-{case.path}".replace("/", "-")


def fitted(case: Case, **more: Any) -> tuple[Any, NDArray[np.int8], Calibration]:
    expected = case.reference()
    answers = case.answers([row["item"] for row in expected["items"]])
    spread = float(np.sqrt(expected["latent_cov"])) if case.model in ("1pl", "pcm") else 1.0
    # the reference's nodes, measured in our unit: they cut wide distributions off at 6 logits
    grid = Nodes(-6.0 / spread, 6.0 / spread, 61 if answers.shape[1] < 100 else 121)
    return (
        expected,
        answers,
        calibrate(
            answers,
            case.model,
            **{"standard_errors": "none", "tolerance": 1e-7, "nodes": grid, **more},
        ),
    )


@pytest.mark.parametrize("case", CASES, ids=label)
def test_the_maximum_is_no_lower_and_the_parameters_agree(case: Case) -> None:
    expected, _, found = fitted(case)
    assert found.converged
    prior = 0.0
    if case.model == "3pl":
        c = numbers([row["g"] for row in expected["items"]])
        prior = float((-0.5 * ((logit(c) + 1.386) / 0.5) ** 2).sum())
        np.testing.assert_allclose(found.c, c, atol=1e-3)
    assert found.log_posterior > expected["logLik"] + prior - 1e-3
    if not expected["converged"]:
        return
    spread = np.sqrt(expected["latent_cov"])
    parameters = found.parameters
    slopes = numbers([row["a1"] for row in expected["items"]]) * spread
    np.testing.assert_allclose(np.abs(parameters.a), np.abs(slopes), atol=1e-3)
    for j, row in enumerate(expected["items"]):
        steps = int(parameters.categories[j]) - 1
        b = parameters.thresholds[j, :steps]
        ours = -parameters.a[j] * (b if case.model == "grm" else np.cumsum(b))
        plain = steps == 1 and row.get("d1") is None
        theirs = numbers([row["d" if plain else f"d{k}"] for k in range(1, steps + 1)])
        np.testing.assert_allclose(ours, theirs, atol=1e-3)


SMALL = [
    c for c in CASES
    if c.data in ("lsat6", "wirs", "science4", "read", "cqc01", "mathexam14w") and c.model != "3pl"
]  # fmt: skip


@pytest.mark.parametrize("case", SMALL, ids=label)
def test_observed_standard_errors_agree(case: Case) -> None:
    expected, _, found = fitted(case, standard_errors="observed")
    errors = found.standard_errors
    assert errors is not None
    own = np.sqrt(np.diag(errors.covariance))
    for (item, kind), se in zip(errors.labels, own, strict=True):
        if item == "shared":
            continue
        theirs = expected["se"][expected["items"][int(item) - 1]["item"]]
        key = {"a": "a1", "d1": "d1" if "d1" in theirs else "d"}.get(kind, kind)
        if theirs[key] is not None:
            assert se == pytest.approx(theirs[key], abs=1e-3)


@pytest.mark.parametrize("case", SMALL, ids=label)
def test_scores_agree(case: Case) -> None:
    expected, answers, found = fitted(case)
    spread = float(np.sqrt(expected["latent_cov"]))
    for method, key in (("eap", "EAP"), ("map", "MAP"), ("wle", "WLE")):
        rows = expected[key]
        name = next(k for k in rows[0] if not k.startswith("SE"))
        ours = score(answers[: len(rows)], found.parameters, method=method)
        np.testing.assert_allclose(ours.theta * spread, numbers([r[name] for r in rows]), atol=1e-3)
        if method != "wle":  # the reference's error of a WLE is the curvature, ours Warm's
            np.testing.assert_allclose(
                ours.se * spread, numbers([r[f"SE_{name}"] for r in rows]), atol=1e-3
            )


def test_the_error_of_a_wle_agrees_with_tam() -> None:
    expected = reference("lsat6")["TAM1PL"]
    answers = answers_of("lsat6")
    found = quick(answers, "1pl")
    ours = score(answers[:25], found.parameters, method="wle")
    for key, values in (("theta", ours.theta), ("error", ours.se)):
        np.testing.assert_allclose(
            values * found.a[0], [row[key] for row in expected["wle25"]], atol=1e-3
        )


@pytest.mark.parametrize(("name", "path"), [("lsat6", "2PL"), ("sat12_scored", "2PL")])
def test_sum_score_tables_agree(name: str, path: str) -> None:
    expected = reference(name)[path]
    answers = answers_of(name, [row["item"] for row in expected["items"]])
    ours = sum_score_table(quick(answers).parameters)
    rows = expected["EAPsum"]
    factor = next(k for k in rows[0] if k.startswith("F"))
    at = [row["Sum.Scores"] for row in rows]
    np.testing.assert_allclose(ours.theta[at], [row[factor] for row in rows], atol=1e-3)
    np.testing.assert_allclose(ours.se[at], [row[f"SE_{factor}"] for row in rows], atol=1e-3)
    np.testing.assert_allclose(
        ours.share[at] * len(answers), [row["expected"] for row in rows], atol=1e-3
    )


def test_test_information_agrees() -> None:
    expected = reference("lsat6")["2PL"]["testinfo"]
    found = quick(answers_of("lsat6"))
    np.testing.assert_allclose(found.information(expected["theta"]), expected["info"], atol=1e-4)


def test_two_groups_agree_and_a_grid_that_reaches_further_fits_better() -> None:
    expected = reference("fims")["multigroup_2PL"]
    items = [row["item"] for row in expected["items"]]
    answers, country = answers_of("fims", items), table("fims")["country"].to_numpy()
    same = quick(answers, groups=country, nodes=Nodes(-6, 6, 61))
    assert same.log_likelihood > expected["logLik"] - 1e-3
    # the reference's group moves on a grid that cuts it off at 3.2 sd, which biases its sd
    assert same.groups[1].mean == pytest.approx(expected["c2_mean"], abs=0.02)
    assert same.groups[1].sd ** 2 == pytest.approx(expected["c2_var"], abs=0.06)
    assert quick(answers, groups=country).log_likelihood > same.log_likelihood


def test_pilot_items_fit_better_than_a_placement_under_another_distribution() -> None:
    # The reference lets the latent distribution be a histogram, ours is normal: not comparable
    # number by number. Under a normal population ours must be the better placement, and correlate.
    expected = reference("fims_fixed_calibration")["items"]
    names = [row["item"] for row in expected]
    country = table("fims")["country"].to_numpy()
    answers = answers_of("fims", names)[country == 2]
    a = numbers([row["a1"] for row in expected])
    d = numbers([row["d"] for row in expected])
    theirs = item_parameters(a=a, b=-d / a, names=names)
    found = quick(answers, items=names, fixed=theirs.select(names[:10]))
    held = quick(answers, items=names, fixed=theirs)
    np.testing.assert_allclose(found.a[:10], a[:10], rtol=1e-12)
    assert found.log_likelihood > held.log_likelihood
    assert np.corrcoef(found.a[10:], a[10:])[0, 1] > 0.97
    assert np.corrcoef(found.b[10:], theirs.b[10:])[0, 1] > 0.97


FITTED = [
    c for c in CASES
    if c.data in ("lsat6", "sat12_scored", "wirs", "math", "mathexam14w", "cqc01", "numeracy_scored")
    and c.model in ("1pl", "2pl")
]  # fmt: skip


@pytest.mark.parametrize("case", FITTED, ids=label)
def test_fit_of_the_test_and_its_items_agrees(case: Case) -> None:
    expected, answers, found = fitted(case, tolerance=1e-8)
    responses = pack(answers)
    whole, theirs = overall_fit(responses, found.parameters, nodes=found.nodes), expected["M2"][0]
    assert whole.degrees == theirs["df"]
    assert whole.statistic == pytest.approx(theirs["M2"], rel=2e-3)
    assert whole.rmsea == pytest.approx(theirs["RMSEA"], abs=1e-3)
    assert whole.srmsr == pytest.approx(theirs["SRMSR"], abs=1e-3)
    items = item_fit(responses, found.parameters)
    statistic = numbers([row["S_X2"] for row in expected["itemfit"]])
    degrees = numbers([row["df.S_X2"] for row in expected["itemfit"]])
    np.testing.assert_allclose(items.statistic, statistic, atol=5e-3, rtol=1e-3)
    # under 1pl the reference charges each item for the common slope, ours does not
    assert (items.degrees - degrees).tolist() == [float(case.model == "1pl")] * len(degrees)


def test_residual_mean_squares_agree() -> None:
    for data, path, model in (("lsat6", "2PL", "2pl"), ("science4", "GRM", "grm")):
        expected, answers, found = fitted(Case(data, path, model), tolerance=1e-8)
        responses = pack(answers)
        theta = score(responses, found.parameters).theta
        items = residual_fit(responses, found.parameters, theta).items
        for key in ("outfit", "infit"):
            theirs = numbers([row[key] for row in expected["itemfit"]])
            np.testing.assert_allclose(getattr(items, key), theirs, atol=1e-3)
        theirs = numbers([row["z.infit"] for row in expected["itemfit"]])
        np.testing.assert_allclose(items.infit_z, theirs, atol=1e-3)
