"""DIF from two calibrations: do an item's parameters differ more than their errors allow?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from concours.kernel.errors import BadInput
from concours.psychometrics.arrays import Flags, Floats, Ints
from concours.psychometrics.linking import Link, Method, expected_points, link
from concours.psychometrics.notice import Notice
from concours.psychometrics.parameters import ItemParameters


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
    line: tuple[float, float] = (1.0, 0.0),
    level: float = 0.05,
) -> ParameterDif:
    """Lord's chi-square for each item from two separate calibrations.

    reference, focal   (items, parameters)  columns a, b, or a, b, c, or b alone;
                       logistic metric
    ..._covariance     (items, parameters, parameters)  their sampling covariance
    line               (A, B) that puts the focal scale on the reference scale:
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
    slope, shift = line
    if not (np.isfinite([slope, shift]).all() and slope > 0):
        raise BadInput("wrong_link", field="line", remedy="Give (A, B) with A above 0.")
    if width == 1:  # locations alone
        turn, move = np.array([slope]), np.array([shift])
    else:
        turn, move = np.array([1 / slope, slope, 1.0][:width]), np.array([0.0, shift, 0.0][:width])
    difference = two * turn + move - one
    total = v_one + v_two * np.outer(turn, turn)
    chi2, notices = _distances(difference, total)
    p = stats.chi2.sf(chi2, width)
    return ParameterDif(
        chi2=chi2,
        df=np.full(items, width, dtype=np.int64),
        p=p,
        difference=difference,
        flagged=p < level,
        notices=notices,
    )


def _distances(difference: Floats, total: Floats) -> tuple[Floats, tuple[Notice, ...]]:
    """Squared distance of each item in units of its covariance; NaN and a notice without an inverse."""
    chi2 = np.full(len(difference), np.nan)
    notices = []
    text = "The covariance of this item's parameters cannot be inverted; it cannot be judged."
    for j, (away, spread) in enumerate(zip(difference, total, strict=True)):
        sound = np.isfinite(spread).all() and np.linalg.eigvalsh(spread)[0] > 0
        if sound and np.isfinite(away).all():
            chi2[j] = away @ np.linalg.solve(spread, away)
        else:
            notices.append(Notice("dif_undecided", text, str(j + 1)))
    return chi2, tuple(notices)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationDif:
    """Two calibrations compared after a link through the items that do not differ.

    chi2, df, p, flagged   (items,) as in ``ParameterDif``
    anchor   (items,)  items the link rests on in the last round
    link     the line that carries the focal scale to the reference scale
    gap      (items,)  unsigned area between the two curves over a standard normal
             population of the reference scale, in points
    """

    chi2: Floats
    df: Ints
    p: Floats
    flagged: Flags
    anchor: Flags
    link: Link
    gap: Floats
    rounds: int
    notices: tuple[Notice, ...]


COLUMNS = {"1pl": np.array([1]), "2pl": np.array([0, 1]), "3pl": np.array([0, 1, 2])}
NODES = np.linspace(-4, 4, 81)
MOST_ROUNDS = 30


def compare_calibrations(
    reference: ItemParameters,
    focal: ItemParameters,
    reference_covariance: ArrayLike,
    focal_covariance: ArrayLike,
    *,
    method: Method = "stocking_lord",
    purify: bool = True,
    level: float = 0.05,
) -> CalibrationDif:
    """Lord's test of every item, the link resting on items that do not differ.

    reference, focal   the same right-or-wrong items calibrated in each group
    ..._covariance     (items, 3, 3) of a, b, c, as ``item_covariances`` gives

    Compared are b for 1pl, a and b for 2pl, all three for 3pl. Flagged items
    leave the link and the comparison begins again until the flags repeat. An item
    whose slope is not above 0 in both groups is tested, but never links.
    Raises BadInput as ``link`` and ``lord``, and when fewer than two items are left.
    Source: Lord (1980); Candell & Drasgow (1988), APM 12, 253-260.
    Cost: a link and the items' small inverses in each round.
    """
    v_one, v_two = (
        np.asarray(reference_covariance, dtype=float),
        np.asarray(focal_covariance, dtype=float),
    )
    rising = np.asarray((reference.a > 0) & (focal.a > 0))
    text = "Its slope is not above 0 in both groups; the link leaves it out. Check the key."
    notices = tuple(Notice("not_in_link", text, str(int(j) + 1)) for j in np.flatnonzero(~rising))
    anchor = rising
    rounds = 0
    while True:
        names = [n for n, kept in zip(reference.names, anchor, strict=True) if kept]
        line = link(focal.select(names), reference.select(names), method=method)
        found = _tested(reference, focal, v_one, v_two, line, level)
        kept_next = ~found.flagged & rising
        if not purify or (kept_next == anchor).all() or rounds == MOST_ROUNDS:
            break
        if kept_next.sum() < 2:
            raise BadInput(
                "no_anchor_left",
                field="focal",
                remedy="Nearly every item differs; the scales cannot be linked.",
            )
        anchor = kept_next
        rounds += 1
    notices += found.notices
    if purify and not (kept_next == anchor).all():
        notices += (
            Notice(
                "purification_not_settled", f"The flags still change after {MOST_ROUNDS} rounds."
            ),
        )
    weight = np.exp(-0.5 * NODES**2)
    away = expected_points(line.parameters(focal), NODES) - expected_points(reference, NODES)
    return CalibrationDif(
        chi2=found.chi2,
        df=found.df,
        p=found.p,
        flagged=found.flagged,
        anchor=anchor,
        link=line,
        gap=(np.abs(away) * weight).sum(axis=1) / weight.sum(),
        rounds=rounds,
        notices=notices,
    )


def _tested(
    reference: ItemParameters,
    focal: ItemParameters,
    v_one: Floats,
    v_two: Floats,
    line: Link,
    level: float,
) -> ParameterDif:
    """Lord's statistic, model by model."""
    size = reference.items
    if v_one.shape != (size, 3, 3) or v_two.shape != (size, 3, 3):
        raise BadInput(
            "shapes_disagree", field="focal_covariance", remedy=f"Give covariances {(size, 3, 3)}."
        )
    chi2, p, df = np.full(size, np.nan), np.full(size, np.nan), np.zeros(size, dtype=np.int64)
    difference = np.zeros((size, 3))
    notices: list[Notice] = []
    values = [np.stack([x.a, x.b, x.c], axis=1) for x in (reference, focal)]
    for model, columns in COLUMNS.items():
        here = np.flatnonzero([m == model for m in reference.models])
        if here.size == 0:
            continue
        block = np.ix_(here, columns, columns)
        found = lord(
            values[0][np.ix_(here, columns)],
            values[1][np.ix_(here, columns)],
            v_one[block],
            v_two[block],
            line=(line.slope, line.shift),
            level=level,
        )
        chi2[here], p[here], df[here] = found.chi2, found.p, found.df
        difference[np.ix_(here, columns)] = found.difference
        notices += [
            Notice(n.code, n.text, str(int(here[int(n.where) - 1]) + 1)) for n in found.notices
        ]
    return ParameterDif(
        chi2=chi2, df=df, p=p, difference=difference, flagged=p < level, notices=tuple(notices)
    )
