"""DIF from two calibrations: do an item's parameters differ more than their errors allow?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from concours.kernel.errors import BadInput
from concours.psychometrics.arrays import Flags, Floats, Ints
from concours.psychometrics.notice import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterDif:
    """One row an item.

    chi2, p      (items,)  Wald statistic on ``df`` degrees of freedom; NaN without a covariance
    df           (items,)
    difference   (items, parameters)  focal less reference, on the reference scale
    flagged      (items,)  p below the level
    """

    chi2: Floats
    df: Ints
    p: Floats
    difference: Floats
    flagged: Flags
    notices: tuple[Notice, ...]


def lord(
    reference: ArrayLike,
    focal: ArrayLike,
    reference_covariance: ArrayLike,
    focal_covariance: ArrayLike,
    *,
    link: tuple[float, float] = (1.0, 0.0),
    level: float = 0.05,
) -> ParameterDif:
    """Lord's chi-square for each item from two separate calibrations.

    reference, focal   (items, parameters)  columns a, b, or a, b, c, or b alone;
                       logistic metric
    ..._covariance     (items, parameters, parameters)  their sampling covariance
    link               (A, B) that puts the focal scale on the reference scale:
                       a / A, A b + B; c does not move. Estimate it on anchor items.

    Leave c out where it was held equal or had a prior. A covariance that cannot be inverted leaves
    NaN with a notice. Raises BadInput when shapes disagree or A is not above 0.
    Cost: items. Source: Lord (1980), Applications of IRT, ch. 14; Langer (2008), Wald tests.
    """
    one, two = np.asarray(reference, dtype=float), np.asarray(focal, dtype=float)
    v_one, v_two = (
        np.asarray(reference_covariance, dtype=float),
        np.asarray(focal_covariance, dtype=float),
    )
    if one.ndim != 2 or one.shape != two.shape or one.shape[1] not in (1, 2, 3):
        raise BadInput(
            "shapes_disagree",
            field="focal",
            remedy="Give both groups the same items and one to three columns.",
        )
    items, width = one.shape
    if v_one.shape != (items, width, width) or v_two.shape != v_one.shape:
        raise BadInput(
            "shapes_disagree",
            field="focal_covariance",
            remedy=f"Give covariances {(items, width, width)}.",
        )
    slope, shift = link
    if not (np.isfinite([slope, shift]).all() and slope > 0):
        raise BadInput("wrong_link", field="link", remedy="Give (A, B) with A above 0.")
    if width == 1:  # locations alone
        turn, move = np.array([slope]), np.array([shift])
    else:
        turn, move = np.array([1 / slope, slope, 1.0][:width]), np.array([0.0, shift, 0.0][:width])
    difference = two * turn + move - one
    total = v_one + v_two * np.outer(turn, turn)
    chi2 = np.full(items, np.nan)
    notices = []
    for j in range(items):
        sound = np.isfinite(total[j]).all() and np.linalg.eigvalsh(total[j])[0] > 0
        if sound and np.isfinite(difference[j]).all():
            chi2[j] = difference[j] @ np.linalg.solve(total[j], difference[j])
        else:
            text = (
                "The covariance of this item's parameters cannot be inverted; it cannot be judged."
            )
            notices.append(Notice("dif_undecided", text, str(j + 1)))
    p = stats.chi2.sf(chi2, width)
    return ParameterDif(
        chi2=chi2,
        df=np.full(items, width, dtype=np.int64),
        p=p,
        difference=difference,
        flagged=p < level,
        notices=tuple(notices),
    )
