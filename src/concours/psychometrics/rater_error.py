"""Standard errors of a rater model, and how well each level of each facet fits."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import linalg, sparse

from concours.psychometrics.arrays import Floats, Ints
from concours.psychometrics.rater_likelihood import Expected, Problem, information

# How far a person's expected score is followed as it bends with ability, within the posterior.
DEGREES = 3
# Posterior weights below this add nothing to a standard error.
NOTHING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Mean squares, 1 expected; (levels,). Infit weighs by information, outfit does not."""

    infit: Floats
    outfit: Floats


def covariance(task: Problem, found: Expected, variance: float) -> Floats:
    """Covariance of (parameters, variance) from the observed information (Louis 1982).

    What ability, unseen, takes away is the spread of each person's score over
    the posterior; it is summed over orthogonal polynomials of ability up to the
    third, beyond which nothing is left within a posterior. NaN throughout when
    the information cannot be inverted. Cost: ratings x nodes x categories, and parameters^3.
    """
    size = task.design.shape[1]
    bend = np.zeros((size + 1, size + 1))
    bend[:size, :size] = information(task, found)
    persons = found.posterior.shape[0]
    total = float((found.posterior @ found.theta**2).sum())
    bend[size, size] = total / variance**3 - persons / (2 * variance**2)
    pairs = _pairs(task)
    for weighted in _polynomials(found):
        expected = _expected_categories(task, found, pairs, weighted) @ task.design
        spread = weighted @ found.theta**2 / (2 * variance**2)
        lost = sparse.csr_array(sparse.hstack([expected, sparse.csr_array(spread[:, None])]))
        bend -= (lost.T @ lost).toarray()
    scale = np.sqrt(np.maximum(np.diag(bend), 1e-300))
    try:
        factor = linalg.cholesky(bend / np.outer(scale, scale), lower=True)
    except linalg.LinAlgError:
        return np.full((size + 1, size + 1), np.nan)
    if np.diag(factor).min() < 1e-6:
        return np.full((size + 1, size + 1), np.nan)
    half = linalg.solve_triangular(factor, np.eye(size + 1) / scale, lower=True)
    return np.asarray(half.T @ half)


def _pairs(task: Problem) -> sparse.csc_array:
    """Ratings of each person in each cell, (persons, cells)."""
    cells, size = task.closed.shape
    by_cell = sparse.kron(sparse.eye_array(cells), np.ones((size, 1)))
    return sparse.csc_array(task.counts @ sparse.csr_array(by_cell))


def _polynomials(found: Expected) -> Iterator[Floats]:
    """Posterior times each orthonormal polynomial of ability from the first on, (persons, nodes).

    Where a posterior is so sharp that a polynomial vanishes on it, zeros.
    """
    weight = found.posterior
    mean = weight @ found.theta
    away = found.theta[None, :] - mean[:, None]
    before, now = np.zeros_like(away), np.ones_like(away)
    norm_before = np.ones(mean.size)
    for degree in range(DEGREES):
        # three-term recurrence (Stieltjes), each person's own
        norm = (weight * now**2).sum(axis=1)
        safe = np.where(norm > NOTHING, norm, 1.0)
        if degree:
            yield weight * now * np.where(norm > NOTHING, 1 / np.sqrt(safe), 0.0)[:, None]
        shift = (weight * away * now**2).sum(axis=1) / safe
        back = (
            norm / np.where(norm_before > NOTHING, norm_before, 1.0)
            if degree
            else np.zeros(mean.size)
        )
        before, now = now, (away - shift[:, None]) * now - back[:, None] * before
        norm_before = norm
    norm = (weight * now**2).sum(axis=1)
    yield (
        weight
        * now
        * np.where(norm > NOTHING, 1 / np.sqrt(np.where(norm > NOTHING, norm, 1.0)), 0.0)[:, None]
    )


def _expected_categories(
    task: Problem, found: Expected, pairs: sparse.csc_array, weighted: Floats
) -> sparse.csr_array:
    """Weighted sum over ability of each person's expected ratings, (persons, cells x categories)."""
    cells, size, _ = found.chances.shape
    data = np.empty((pairs.nnz, size))
    for cell in range(cells):
        here = slice(int(pairs.indptr[cell]), int(pairs.indptr[cell + 1]))
        data[here] = weighted[pairs.indices[here]] @ found.chances[cell].T
    data *= pairs.data[:, None]
    cell_of = np.repeat(np.arange(cells), np.diff(pairs.indptr))
    column = cell_of[:, None] * size + np.arange(size)
    row = np.repeat(pairs.indices, size)
    return sparse.csr_array(
        sparse.coo_array((data.ravel(), (row, column.ravel())), shape=task.counts.shape)
    )


def person_information(task: Problem, found: Expected) -> Floats:
    """Information each person's ratings hold about ability where the posterior is highest, (persons,)."""
    category = np.arange(found.chances.shape[1], dtype=np.float64)
    mean = np.einsum("k,ckq->cq", category, found.chances)
    spread = np.einsum("k,ckq->cq", category**2, found.chances) - mean**2
    whole = _pairs(task) @ spread
    return np.asarray(
        np.take_along_axis(whole, found.posterior.argmax(axis=1)[:, None], axis=1)[:, 0]
    )


def fit_of(found: Expected, level: Ints, levels: int) -> Fit:
    """Infit and outfit of the levels (cells,) of one facet, averaged over the posterior.

    Under the model ability and ratings are drawn together, so the average
    squared standardised residual over posterior draws is 1.
    Source: Wright & Masters (1982); Wu & Adams (2013), posterior residuals.
    """
    category = np.arange(found.chances.shape[1], dtype=np.float64)
    mean = np.einsum("k,ckq->cq", category, found.chances)
    spread = np.einsum("k,ckq->cq", category**2, found.chances) - mean**2
    away = (category[None, :, None] - mean[:, None, :]) ** 2
    squared = (found.tallies * away).sum(axis=1)
    n = found.tallies.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        standard = np.where(spread > 0, squared / np.maximum(spread, 1e-12), 0.0).sum(axis=1)
        infit = np.bincount(level, squared.sum(axis=1), levels) / np.bincount(
            level, (n * spread).sum(axis=1), levels
        )
        outfit = np.bincount(level, standard, levels) / np.bincount(level, n.sum(axis=1), levels)
    return Fit(infit=infit, outfit=outfit)
