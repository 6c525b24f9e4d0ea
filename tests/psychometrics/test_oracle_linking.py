"""Linking constants against plink 1.5.1 and sirt 4.1-15 (R)."""

import numpy as np
import pytest
from tests.psychometrics.outside import reference, table

from concours.psychometrics.linking import METHODS, Method, link
from concours.psychometrics.linking_error import linkage_error
from concours.psychometrics.parameters import ItemParameters, item_parameters

TITLES = dict(zip(METHODS, ("Mean/Mean", "Mean/Sigma", "Haebara", "Stocking-Lord"), strict=True))


def common_items(form: str, scaling: float) -> ItemParameters:
    """Every third item of a form of Kolen & Brennan's table 6.5."""
    found = table(f"kb36_form{form}_par").to_numpy()[2::3]
    return item_parameters(a=found[:, 0] * scaling, b=found[:, 1], c=found[:, 2])


@pytest.mark.parametrize("symmetric", [False, True])
@pytest.mark.parametrize("scaling", [1.0, 1.7])
@pytest.mark.parametrize("method", METHODS)
def test_constants_agree_with_the_reference(
    method: Method, scaling: float, symmetric: bool
) -> None:
    block = reference("kb36_linking")["results"][f"D{scaling:g}"]
    rows = block["symmetric" if symmetric else "constants"]
    expected = next(row for row in rows if row["method"] == TITLES[method])
    found = link(
        common_items("x", scaling), common_items("y", scaling), method=method, symmetric=symmetric
    )
    np.testing.assert_allclose(
        [found.slope, found.shift], [expected["A"], expected["B"]], atol=2e-6
    )


def test_a_shift_of_rasch_difficulties_and_its_error_agree_with_the_reference() -> None:
    found, pars = reference("pisa_pars"), table("pisa_pars")
    one, two = pars["study1"].to_numpy(), pars["study2"].to_numpy()
    shift = link(
        item_parameters(a=np.ones(25), b=two),
        item_parameters(a=np.ones(25), b=one),
        method="mean_mean",
    ).shift
    np.testing.assert_allclose(abs(shift), found["B.est"]["Mean.Mean"], atol=1e-9)
    np.testing.assert_allclose(
        linkage_error(one, two), found["descriptives"][0]["linkerror"], atol=1e-9
    )
