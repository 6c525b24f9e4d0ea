"""DIF against difR 5.1 (R) on real tests."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.psychometrics.outside import answers_of, numbers, reference, table

from concours.psychometrics.dif import mantel_haenszel
from concours.psychometrics.dif_logistic import logistic_dif

# data set: column of the group, code of the focal group, block of the reference values
SETS = {
    "verbal": ("Gender", 1, "dif_gender_focal_male"),
    "fims": ("country", 2, "dif_country"),
    "math": ("female", 1, "dif_female"),
    "msatb": ("gender", 1, "dif"),
    "gmat": ("group", 1, "dif"),
    "hci": ("gender", 1, "dif_gender"),
    "mathexam14w": ("group", 2, "dif_group"),
}
# Elsewhere the reference's own Nagelkerke maximum has underflowed to 1 (log-likelihood below -745).
GAIN_SOUND = ("verbal", "math", "hci", "mathexam14w")


def given(
    name: str,
) -> tuple[NDArray[np.int8], NDArray[np.bool_], Any]:
    """Answers, focal group and reference block of a data set."""
    column, code, block = SETS[name]
    found = reference(name)
    items = [row["item"] for row in found["ctt"]["item"]]
    return answers_of(name, items), table(name)[column].to_numpy() == code, found[block]


@pytest.mark.parametrize("name", SETS)
def test_mantel_haenszel_agrees_with_the_reference(name: str) -> None:
    scored, focal, block = given(name)
    found = mantel_haenszel(scored, focal)
    plain = mantel_haenszel(scored, focal, continuity=False)
    np.testing.assert_allclose(found.chi2, block["MH"]["stat"], atol=1e-9)
    np.testing.assert_allclose(found.odds_ratio, block["MH"]["alphaMH"], atol=1e-9)
    np.testing.assert_allclose(found.log_odds_se**2, block["MH"]["varLambda"], atol=1e-9)
    np.testing.assert_allclose(found.delta, block["MH"]["deltaMH"], atol=1e-9)
    np.testing.assert_allclose(found.mean_gap, block["STD"]["PDIF"], atol=1e-9)
    np.testing.assert_allclose(plain.chi2, block["MH_nocorrect"]["stat"], atol=1e-9)


@pytest.mark.parametrize("name", [name for name in SETS if name != "fims"])
def test_purification_agrees_with_the_reference(name: str) -> None:
    scored, focal, block = given(name)
    found = mantel_haenszel(scored, focal, purify=True)
    assert (np.flatnonzero(found.flagged) + 1).tolist() == block["MH_purified"]["DIFitems"]
    assert found.rounds == block["MH_purified"]["nrPur"]
    np.testing.assert_allclose(found.chi2, block["MH_purified"]["stat"], atol=1e-9)


def test_purification_says_so_when_every_item_is_flagged() -> None:
    scored, focal, _ = given("fims")
    found = mantel_haenszel(scored, focal, purify=True)
    assert found.flagged.all()
    assert [n.code for n in found.notices] == ["no_anchor_left"]


@pytest.mark.parametrize("name", SETS)
def test_logistic_regression_agrees_with_the_reference(name: str) -> None:
    scored, focal, block = given(name)
    found = logistic_dif(scored, focal)
    np.testing.assert_allclose(found.chi2, numbers(block["Logistic_both"]["stat"]), atol=1e-8)
    np.testing.assert_allclose(
        found.uniform_chi2, numbers(block["Logistic_udif"]["stat"]), atol=1e-8
    )
    np.testing.assert_allclose(
        found.nonuniform_chi2, numbers(block["Logistic_nudif"]["stat"]), atol=1e-8
    )
    if name in GAIN_SOUND:
        np.testing.assert_allclose(
            found.gain, numbers(block["Logistic_both"]["deltaR2"]), atol=1e-8
        )
