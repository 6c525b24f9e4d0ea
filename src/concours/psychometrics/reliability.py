"""How far a sum score would repeat itself: alpha, lambda-2, lambda-6, omega, and the error of a score."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from concours.kernel.errors import BadInput
from concours.psychometrics.arrays import Floats
from concours.psychometrics.notice import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """Coefficients of one covariance matrix, each NaN where it does not exist.

    alpha, alpha_se      on the points as given; se by van Zyl, Neudecker & Nel
    alpha_standardised, lambda2_standardised, lambda6, omega
                         on the correlation matrix (items on one scale)
    lambda2              on the points as given
    alpha_without        (items,)  alpha when the item is taken out
    sem                  standard error of measurement of the sum score, in points
    loadings             (items,)  of the one factor behind ``omega``, NaN for constant items
    """

    alpha: float
    alpha_se: float
    alpha_standardised: float
    lambda2: float
    lambda2_standardised: float
    lambda6: float
    omega: float
    loadings: Floats
    alpha_without: Floats
    sem: float
    notices: tuple[Notice, ...]


def _total(covariance: Floats) -> float:
    """Variance of the sum score; zero where only rounding is left of it."""
    total = float(covariance.sum())
    return total if total > 1e-12 * float(np.trace(covariance)) else 0.0


def alpha_of(covariance: Floats) -> float:
    """Coefficient alpha of a covariance matrix (Cronbach 1951); NaN without variance or for one item."""
    size, total = covariance.shape[0], _total(covariance)
    if size < 2 or not total > 0:
        return float("nan")
    return float(size / (size - 1) * (1 - np.trace(covariance) / total))


def lambda2_of(covariance: Floats) -> float:
    """Guttman's lambda-2 (1945), never below alpha; NaN without variance."""
    size, total = covariance.shape[0], _total(covariance)
    if size < 2 or not total > 0:
        return float("nan")
    off = covariance - np.diag(np.diag(covariance))
    return float((off.sum() + np.sqrt(size / (size - 1) * (off**2).sum())) / total)


def _lambda6(correlation: Floats) -> float:
    """Guttman's lambda-6: errors from each item's regression on all others."""
    if correlation.shape[0] < 2 or np.linalg.cond(correlation) > 1e12:
        return float("nan")
    smc = 1 - 1 / np.diag(np.linalg.inv(correlation))
    return float(1 - (1 - smc).sum() / correlation.sum())


def one_factor(correlation: ArrayLike, *, tolerance: float = 1e-10, most: int = 5000) -> Floats:
    """Loadings (items,) of one factor by unweighted least squares off the diagonal.

    Each step is the exact minimum for one loading given the others, so the
    misfit never grows. Raises BadInput when it has not settled after ``most``
    sweeps. Cost: sweeps x items^2. Source: Harman & Jones (1966), minres.
    """
    matrix = np.asarray(correlation, dtype=np.float64)
    loadings: Floats = np.sqrt(np.clip(np.abs(matrix - np.eye(len(matrix))).max(axis=1), 0.01, 1))
    loadings *= np.where(matrix.sum(axis=1) < 0, -1.0, 1.0)
    for _ in range(most):
        before = loadings.copy()
        power = float(loadings @ loadings)
        for j in range(len(matrix)):
            rest = power - loadings[j] ** 2
            if rest > 0:
                new = (matrix[j] @ loadings - matrix[j, j] * loadings[j]) / rest
                power = rest + new**2
                loadings[j] = new
        if np.abs(loadings - before).max() < tolerance:
            return loadings if loadings.sum() >= 0 else -loadings
    raise BadInput(
        "factor_not_found",
        field="correlation",
        remedy="No single factor settles; look at the item correlations.",
    )


def omega_of(correlation: Floats) -> tuple[float, Floats]:
    """McDonald's omega (1999) of standardised items under one factor, and its loadings."""
    loadings = one_factor(correlation)
    total = float(correlation.sum())
    if not total > 1e-12 * len(correlation):
        raise BadInput(
            "no_common_variance",
            field="correlation",
            remedy="The items cancel out; their sum has no variance.",
        )
    return (total - float((1 - loadings**2).sum())) / total, loadings


def _alpha_se(covariance: Floats, persons: int) -> float:
    """Large-sample standard error of alpha (van Zyl, Neudecker & Nel 2000)."""
    size, total, trace = covariance.shape[0], _total(covariance), float(np.trace(covariance))
    if size < 2 or not total > 0:
        return float("nan")
    square = covariance @ covariance
    q = 2 * size**2 / ((size - 1) ** 2 * total**3)
    q *= total * (np.trace(square) + trace**2) - 2 * trace * square.sum()
    return float(np.sqrt(max(q, 0.0) / persons))


def reliability(covariance: ArrayLike, *, persons: int) -> Reliability:
    """All coefficients of item covariances (items, items) of ``persons`` persons.

    Constant items are left out of the correlation-based ones; an item pair
    nobody was shown makes every coefficient undefined, with a notice. Raises
    BadInput when the matrix is not square. Cost: items^3.
    """
    matrix = np.asarray(covariance, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise BadInput(
            "not_a_covariance",
            field="covariance",
            remedy=f"Give a square matrix, not {matrix.shape}.",
        )
    size = matrix.shape[0]
    empty = np.full(size, np.nan)
    if not np.isfinite(matrix).all():
        text = "Some items were never shown together; the sum score has no reliability."
        return _nothing(empty, Notice("items_never_together", text))
    own = np.diag(matrix)
    varies = own > 0
    if size < 2 or varies.sum() < 2:
        return _nothing(empty, Notice("too_few_items", "Reliability needs two items that vary."))
    sd = np.sqrt(own[varies])
    correlation = matrix[np.ix_(varies, varies)] / np.outer(sd, sd)
    notices: tuple[Notice, ...] = ()
    loadings = empty.copy()
    try:
        omega, loadings[varies] = omega_of(correlation)
    except BadInput as refusal:
        omega = float("nan")
        notices += (Notice(refusal.code, refusal.remedy),)
    if (np.abs(loadings[varies]) > 1).any():
        notices += (
            Notice("heywood_case", "An item's loading is above one; omega is not to be trusted."),
        )
    alpha, total = alpha_of(matrix), _total(matrix)
    return Reliability(
        alpha=alpha,
        alpha_se=_alpha_se(matrix, persons),
        alpha_standardised=alpha_of(correlation),
        lambda2=lambda2_of(matrix),
        lambda2_standardised=lambda2_of(correlation),
        lambda6=_lambda6(correlation),
        omega=omega,
        loadings=loadings,
        alpha_without=_alpha_without(matrix),
        sem=float(np.sqrt(total * (1 - alpha))) if alpha <= 1 else float("nan"),
        notices=notices,
    )


def _alpha_without(matrix: Floats) -> Floats:
    """Alpha with each item taken out, from sums: no matrix is rebuilt."""
    size = matrix.shape[0]
    if size < 3:
        return np.full(size, np.nan)
    own = np.diag(matrix)
    total = matrix.sum() - 2 * matrix.sum(axis=1) + own
    trace = np.trace(matrix) - own
    with np.errstate(divide="ignore", invalid="ignore"):
        alpha = (size - 1) / (size - 2) * (1 - trace / total)
    return np.where(total > 0, alpha, np.nan)


def _nothing(empty: Floats, notice: Notice) -> Reliability:
    """A result without coefficients, and why."""
    nan = float("nan")
    return Reliability(
        alpha=nan,
        alpha_se=nan,
        alpha_standardised=nan,
        lambda2=nan,
        lambda2_standardised=nan,
        lambda6=nan,
        omega=nan,
        loadings=empty,
        alpha_without=empty,
        sem=nan,
        notices=(notice,),
    )
