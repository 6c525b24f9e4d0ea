"""Item analysis and reliability against psych 2.5.3 (R) on real tests."""

import numpy as np
import pytest
from tests.psychometrics.outside import answers_of, numbers, reference, table

from concours.psychometrics.classical import item_analysis
from concours.psychometrics.distractor import distractors, mark

COMPLETE = ["lsat6", "verbal", "hci", "read", "msatb", "cz_matura", "sat12_scored", "fims", "math"]


@pytest.mark.parametrize("name", [*COMPLETE, "ability"])
def test_reliability_agrees_with_the_reference(name: str) -> None:
    ctt = reference(name)["ctt"]
    found = item_analysis(answers_of(name, [row["item"] for row in ctt["item"]])).reliability
    np.testing.assert_allclose(found.alpha, ctt["raw_alpha"], atol=1e-10)
    np.testing.assert_allclose(found.alpha_se, ctt["ase"], atol=1e-10)
    np.testing.assert_allclose(found.lambda2_standardised, ctt["lambda2"], atol=1e-10)
    np.testing.assert_allclose(found.lambda6, ctt["lambda6"], atol=1e-10)
    np.testing.assert_allclose(
        found.alpha_without, [row["raw_alpha"] for row in ctt["alpha_drop"]], atol=1e-10
    )


@pytest.mark.parametrize("name", COMPLETE)
def test_item_statistics_agree_with_the_reference(name: str) -> None:
    rows = reference(name)["ctt"]["item"]
    found = item_analysis(answers_of(name, [row["item"] for row in rows]))
    for ours, theirs in (
        ("item_rest", "r.drop"),
        ("item_total", "raw.r"),
        ("mean", "mean"),
        ("sd", "sd"),
    ):
        np.testing.assert_allclose(
            getattr(found, ours), numbers([r[theirs] for r in rows]), atol=1e-10
        )


@pytest.mark.parametrize("name", ["lsat6", "hci", "read", "sat12_scored"])
def test_omega_agrees_with_the_reference(name: str) -> None:
    found = reference(name)
    items = [row["item"] for row in found["ctt"]["item"]]
    ours = item_analysis(answers_of(name, items)).reliability.omega
    np.testing.assert_allclose(ours, found["omega"]["omega_tot"], atol=1e-6)


def test_missing_answers_use_those_presented_only() -> None:
    rows = reference("ability")["ctt"]["item"]
    found = item_analysis(answers_of("ability", [row["item"] for row in rows]))
    assert found.presented.tolist() == [row["n"] for row in rows]
    np.testing.assert_allclose(found.item_total, [row["raw.r"] for row in rows], atol=1e-10)
    assert [n.code for n in found.notices] == ["pairwise_moments"]


def test_the_known_wrong_key_of_the_science_test_is_the_only_one_named() -> None:
    raw = table("sat12_raw").to_numpy().astype(np.int8)
    options = np.where(raw == 8, 0, raw)
    key = table("sat12_key")["key"].to_numpy()
    found = distractors(options, key)
    assert np.flatnonzero(found.suspects).tolist() == [31]
    assert found.suspects[31] == 3
    assert [(n.code, n.where) for n in found.notices] == [("key_suspect", "32")]
    np.testing.assert_array_equal(mark(options, key), answers_of("sat12_scored"))
