"""Log-linear smoothing of score distributions before they are equated."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.special import xlogy

from concours.kernel.errors import BadInput
from concours.psychometrics.arrays import Flags, Floats
from concours.psychometrics.frequency import Frequency, JointFrequency, possible

MOST_STEPS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Smoothed:
    """A fitted distribution that keeps the moments asked for.

    counts          fitted persons, in the shape of what was given
    root            (cells, parameters)  C with C C' the covariance of the fitted shares
    chi2, df, p     likelihood-ratio test against the observed counts
    aic, bic        smaller is better
    """

    counts: Floats
    root: Floats
    chi2: float
    df: int
    p: float
    aic: float
    bic: float


def presmooth(given: Frequency, *, degree: int) -> Smoothed:
    """Fit log counts by a polynomial: the fitted scores keep ``degree`` moments.

    Raises BadInput when degree is below 1 or not below the number of scores, or
    Newton's method does not settle (too high a degree for the data). Cost: scores x degree^2.
    Source: Holland & Thayer (1987), ETS RR-87-31; (2000), JEBS 25, 133-183.
    """
    if not 1 <= degree < given.counts.size:
        raise BadInput(
            "wrong_degree",
            field="degree",
            remedy=f"Give a degree from 1 to {given.counts.size - 1}.",
        )
    design = _powers(given.points, degree)
    return _fit(given.counts, design, np.ones(given.counts.size, dtype=np.bool_))


def presmooth_joint(
    given: JointFrequency, *, degrees: tuple[int, int], cross: Sequence[tuple[int, int]] = ((1, 1),)
) -> Smoothed:
    """Fit a joint distribution: moments of each score, and the cross moments named.

    degrees  (total, anchor); cross  powers of the two, each at least 1.
    Pairs an internal anchor does not allow stay at 0. Raises as ``presmooth``.
    Cost: cells x parameters^2, some ten times. Source: Holland & Thayer (2000), JEBS 25, 133-183.
    """
    rows, columns = given.counts.shape
    if not (1 <= degrees[0] < rows and 1 <= degrees[1] < columns):
        raise BadInput(
            "wrong_degree",
            field="degrees",
            remedy="Give degrees from 1 to the number of scores less one.",
        )
    if any(i < 1 or j < 1 or i > degrees[0] or j > degrees[1] for i, j in cross):
        raise BadInput(
            "wrong_degree",
            field="cross",
            remedy="Give cross moments from (1, 1) up to the degrees.",
        )
    x, v = _powers(given.total.points, degrees[0]), _powers(given.anchor.points, degrees[1])
    parts = [np.repeat(x, columns, axis=0), np.tile(v, (rows, 1))]
    parts += [np.outer(x[:, i - 1], v[:, j - 1]).reshape(-1, 1) for i, j in cross]
    open_cells = (
        possible(given.counts.shape).ravel()
        if given.internal
        else np.ones(rows * columns, dtype=np.bool_)
    )
    found = _fit(given.counts.ravel(), np.hstack(parts), open_cells)
    return Smoothed(
        counts=found.counts.reshape(rows, columns),
        root=found.root,
        chi2=found.chi2,
        df=found.df,
        p=found.p,
        aic=found.aic,
        bic=found.bic,
    )


def choose_degree(given: Frequency, *, most: int = 10) -> tuple[int, tuple[Smoothed, ...]]:
    """The degree with the smallest AIC, and every fit from 1 to ``most`` that settled.

    given  counts of one score; most  highest degree tried, never above levels - 2

    Raises BadInput when no degree settles. Cost: a fit of each degree.
    Source: Akaike (1974); Moses & Holland (2009), JEM 46, 159-176.
    """
    fits: list[Smoothed] = []
    for degree in range(1, min(most, given.counts.size - 2) + 1):
        try:
            fits.append(presmooth(given, degree=degree))
        except BadInput:
            break
    if not fits:
        raise BadInput(
            "smoothing_not_settled",
            field="degree",
            remedy="No polynomial fits these counts; use them unsmoothed.",
        )
    return int(np.argmin([fit.aic for fit in fits])) + 1, tuple(fits)


def _powers(points: Floats, degree: int) -> Floats:
    """Polynomials up to a degree, orthogonal over the scores: the same model, well conditioned."""
    x = 2 * (points - points[0]) / (points[-1] - points[0]) - 1
    q, _ = np.linalg.qr(np.vander(x, degree + 1, increasing=True))
    columns: Floats = q[:, 1:] * np.sqrt(points.size)
    return columns


def _fit(counts: Floats, design: Floats, cells: Flags) -> Smoothed:
    """Multinomial maximum likelihood by Newton's method with halved steps."""
    n = float(counts.sum())
    if counts[~cells].any():
        raise BadInput(
            "impossible_counts",
            field="counts",
            remedy="Persons stand where the internal anchor allows none.",
        )
    used, observed = design[cells], counts[cells]
    p = _shares(used, observed)
    fitted = np.zeros_like(counts)
    fitted[cells] = n * p
    centred = used - used.T @ p
    factor, upper = np.linalg.qr(np.sqrt(p)[:, None] * centred)
    if np.abs(np.diag(upper)).min() < 1e-10:
        raise BadInput(
            "smoothing_not_settled",
            field="degree",
            remedy="Use a lower degree; some moments repeat others.",
        )
    root = np.zeros((counts.size, used.shape[1]))
    root[cells] = np.sqrt(p)[:, None] * factor / np.sqrt(n)
    chi2 = float(
        2 * (xlogy(observed, observed) - observed * np.log(np.maximum(n * p, 1e-300))).sum()
    )
    width, df = used.shape[1], int(cells.sum()) - used.shape[1] - 1
    return Smoothed(
        counts=fitted,
        root=root,
        chi2=chi2,
        df=df,
        p=float(stats.chi2.sf(chi2, df)) if df > 0 else 1.0,
        aic=chi2 + 2 * width,
        bic=chi2 + float(np.log(n)) * width,
    )


def _shares(used: Floats, observed: Floats) -> Floats:
    """Fitted shares of the cells, by Newton's method with halved steps."""
    n, beta = float(observed.sum()), np.zeros(used.shape[1])

    def shares(at: Floats) -> Floats:
        eta = used @ at
        raw = np.exp(eta - eta.max())
        normal: Floats = raw / raw.sum()
        return normal

    def height(at: Floats) -> float:
        eta = used @ at
        top = float(eta.max())
        return float(observed @ eta) - n * (top + float(np.log(np.exp(eta - top).sum())))

    now = height(beta)
    for _ in range(MOST_STEPS):
        p = shares(beta)
        slope = used.T @ (observed - n * p)
        mean = used.T @ p
        bend = n * ((used.T * p) @ used - np.outer(mean, mean))
        step = np.linalg.lstsq(bend, slope, rcond=None)[0]
        size, new = 1.0, height(beta + step)
        while new < now - 1e-10 * abs(now) and size > 1e-6:
            size /= 2
            new = height(beta + size * step)
        beta, now = beta + size * step, new
        if np.abs(slope).max() < 1e-9 * n:
            return shares(beta)
    raise BadInput(
        "smoothing_not_settled",
        field="degree",
        remedy="Use a lower degree; this one follows empty cells.",
    )
