"""The chapter of a DIF report that compares two calibrations."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from concours.kernel.errors import BadInput
from concours.psychometrics.calibration import Calibration, calibrate
from concours.psychometrics.dif_irt import CalibrationDif, compare_calibrations
from concours.psychometrics.item_covariance import item_covariances
from concours.psychometrics.notice import Notice
from concours.psychometrics.responses import pack
from concours.services.measurement.report import Part, Table
from concours.services.measurement.telling import SILENT, Telling

MODELS = ("1pl", "2pl", "3pl")
TOLERANCE = 1e-6


def irt_part(
    scored: NDArray[np.int8],
    focal: NDArray[np.bool_],
    items: Sequence[str],
    model: str,
    *,
    purify: bool,
    level: float,
    told: Telling = SILENT,
) -> tuple[Part, tuple[Notice, ...]]:
    """Calibrate both groups apart, link them, test every item; notices name the group they speak of.

    Raises BadInput for another model, or when a group cannot be calibrated.
    """
    if model not in MODELS:
        raise BadInput("unknown_model", field="irt", remedy=f"Use one of {', '.join(MODELS)}.")
    groups = {"reference": ~focal, "focal": focal}
    made = {
        name: calibrate(
            pack(scored[rows], items=items),
            model,
            tolerance=TOLERANCE,
            progress=told.passes(f"calibrating the {name} group", TOLERANCE),
            progress_of_errors=told.counted(f"standard errors, {name} group"),
        )
        for name, rows in groups.items()
    }
    spread = {name: _spread(name, found) for name, found in made.items()}
    one, two = made["reference"].parameters, made["focal"].parameters
    found = compare_calibrations(
        one, two, spread["reference"], spread["focal"], purify=purify, level=level
    )
    moved = found.link.parameters(two)
    table = Table(
        "irt",
        "Two calibrations by item, on the scale of the reference group",
        {
            "item": list(items),
            "a_reference": one.a.tolist(),
            "a_focal": moved.a.tolist(),
            "b_reference": one.b.tolist(),
            "b_focal": moved.b.tolist(),
            "c_reference": one.c.tolist(),
            "c_focal": moved.c.tolist(),
            "chi2": found.chi2.tolist(),
            "df": found.df.tolist(),
            "p": found.p.tolist(),
            "gap": found.gap.tolist(),
            "in_anchor": ["yes" if kept else "no" for kept in found.anchor],
        },
    )
    notices = tuple(
        Notice(n.code, n.text, f"{name} group, {n.where}" if n.where else f"{name} group")
        for name, calibration in made.items()
        for n in calibration.warnings
    )
    return Part("Two calibrations compared", (_text(model, found),), (table,)), notices + tuple(
        Notice(n.code, n.text, items[int(n.where) - 1]) if n.where.isdigit() else n
        for n in found.notices
    )


def _spread(name: str, found: Calibration) -> NDArray[np.float64]:
    """Covariances of the items; raises BadInput where the calibration has no errors."""
    if found.standard_errors is None:
        raise BadInput(
            "no_standard_errors",
            field=f"{name} group",
            remedy="Its parameters have no errors; use fewer items or a simpler model.",
        )
    return item_covariances(found.parameters, found.standard_errors)


def _text(model: str, found: CalibrationDif) -> str:
    return (
        f"Each group was calibrated apart ({model}); the focal scale was linked by {found.link.method} on the items "
        f"that do not differ, after {found.rounds} rounds: A = {found.link.slope:.4f}, B = {found.link.shift:.4f}. "
        "chi2 is Lord's statistic; gap is the unsigned area between the two curves over a standard normal population, "
        "in points. The link's own error is not in the test."
    )
