"""Variance components against Brennan's book and lme4 1.1-31 (R)."""

import numpy as np
from tests.psychometrics.outside import reference, table

from concours.psychometrics.generalizability import components, decide
from concours.psychometrics.variance_likelihood import restricted_likelihood

EFFECTS = ["Person", "Task", "Person x Task", "Rater:Task"]
LME4 = ["Person", "Task", "Person:Task", "Rater:Task", "Residual"]


def test_brennans_table_by_mean_squares_and_its_decision_study() -> None:
    found = table("brennan32")
    facets = {name: found[name].to_numpy() for name in ("Person", "Task", "Rater")}
    study = components(found["Score"].to_numpy(), facets, EFFECTS, object="Person")
    assert study.method == "ems"
    # Brennan (2001), table 3.2
    np.testing.assert_allclose(study.variances, [0.4731, 0.3252, 0.5596, 0.6475, 2.3803], atol=1e-4)
    expected, made = reference("brennan32")["dstudy"], decide(study, {"Task": 3, "Rater": 4})
    np.testing.assert_allclose(
        [made.generalizability, made.dependability, made.relative_error, made.absolute_error],
        [
            expected[k]
            for k in ("generalizability", "dependability", "var.error.rel", "var.error.abs")
        ],
        atol=1e-3,
    )


def test_restricted_likelihood_agrees_with_lme4() -> None:
    found = table("brennan32")
    task, person, rater = (found[c].to_numpy() for c in ("Task", "Person", "Rater"))
    levels = [
        np.unique(codes, axis=0, return_inverse=True)[1].ravel()
        for codes in (person, task, np.column_stack([person, task]), np.column_stack([task, rater]))
    ]
    variances, _ = restricted_likelihood(
        found["Score"].to_numpy().astype(float), levels, [int(v.max()) + 1 for v in levels]
    )
    expected = {row["grp"]: row["vcov"] for row in reference("brennan32")["vc"]}
    np.testing.assert_allclose(variances, [expected[name] for name in LME4], atol=5e-4)
