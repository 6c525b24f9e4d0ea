"""The marginal likelihood of ratings: expectation over ability, and one step uphill."""

from dataclasses import dataclass

import numpy as np
from scipy import linalg, sparse

from concours.psychometrics.arrays import Flags, Floats
from concours.psychometrics.rating import Ratings

NEVER = -1e30
LARGEST_STEP = 1.0


@dataclass(frozen=True, slots=True)
class Problem:
    """What does not change while the estimates move.

    counts    (persons, cells x categories)
    design    (cells x categories, parameters)
    closed    (cells, categories)  categories an item does not have
    observed  (parameters,)  what the ratings themselves say of each parameter
    nodes     standard-normal nodes and log weights; or, with ``fixed``, abilities
    """

    counts: sparse.csr_array
    back: sparse.csr_array
    design: sparse.csr_array
    closed: Flags
    observed: Floats
    nodes: Floats
    fixed: bool

    @property
    def categories(self) -> int:
        """Categories of the widest item."""
        return int(self.closed.shape[1])

    def abilities(self, variance: float) -> Floats:
        """Where ability is integrated, (nodes,)."""
        return self.nodes if self.fixed else self.nodes * np.sqrt(variance)

    def log_prior(self, variance: float) -> Floats:
        """Log weights of a normal population on the nodes, summing to one."""
        theta = self.abilities(variance)
        density = -0.5 * theta**2 / variance
        raw = np.exp(density - density.max())
        weights: Floats = density - density.max() - np.log(raw.sum())
        return weights


@dataclass(frozen=True, slots=True)
class Expected:
    """One pass over the persons.

    log_likelihood  of all ratings
    posterior       (persons, nodes)
    chances         (cells, categories, nodes)
    tallies         (cells, categories, nodes)  expected ratings at each node
    """

    log_likelihood: float
    theta: Floats
    posterior: Floats
    chances: Floats
    tallies: Floats


def problem(found: Ratings, design: sparse.csr_array, nodes: Floats, *, fixed: bool) -> Problem:
    """Lay out ratings for the passes to come."""
    counts = found.counts()
    closed = np.arange(found.categories)[None, :] > found.highest[found.cells[:, 0]][:, None]
    seen = np.asarray(counts.sum(axis=0)).ravel()
    return Problem(
        counts=counts,
        back=sparse.csr_array(counts.T.tocsr()),
        design=design,
        closed=closed,
        observed=np.asarray(design.T @ seen),
        nodes=nodes,
        fixed=fixed,
    )


def log_chances(task: Problem, values: Floats, theta: Floats) -> Floats:
    """Log chance of each category, (cells, categories, nodes)."""
    cells, size = task.closed.shape
    level = np.arange(size, dtype=np.float64)
    logit = level[None, :, None] * theta - (task.design @ values).reshape(cells, size)[:, :, None]
    logit = np.where(task.closed[:, :, None], NEVER, logit)
    top = logit.max(axis=1, keepdims=True)
    found: Floats = logit - top - np.log(np.exp(logit - top).sum(axis=1, keepdims=True))
    return found


def expect(task: Problem, values: Floats, variance: float) -> Expected:
    """Posterior of every person and the ratings expected at each node.

    Cost: ratings x nodes, twice, as sparse products.
    """
    theta = task.abilities(variance)
    log_chance = log_chances(task, values, theta)
    cells, size, nodes = log_chance.shape
    joint = task.counts @ log_chance.reshape(cells * size, nodes)
    joint += task.log_prior(variance)
    top = joint.max(axis=1, keepdims=True)
    joint -= top
    np.maximum(joint, -700.0, out=joint)  # no denormals: they cost more than they add
    posterior = np.exp(joint, out=joint)
    total = posterior.sum(axis=1, keepdims=True)
    posterior /= total
    return Expected(
        log_likelihood=float(np.log(total).sum() + top.sum()),
        theta=theta,
        posterior=posterior,
        chances=np.exp(log_chance),
        tallies=(task.back @ posterior).reshape(cells, size, nodes),
    )


def information(task: Problem, found: Expected) -> Floats:
    """Complete-data information (parameters, parameters) at the expectations given."""
    cells, size, _ = found.chances.shape
    n = found.tallies.sum(axis=1)
    first = np.einsum("cq,ckq->ck", n, found.chances)
    cross = -np.einsum("cq,ckq,clq->ckl", n, found.chances, found.chances, optimize=True)
    cross[:, np.arange(size), np.arange(size)] += first
    row = np.repeat(np.arange(cells * size), size)
    column = (np.arange(cells)[:, None, None] * size + np.arange(size)[None, None, :]) + np.zeros(
        (1, size, 1), dtype=int
    )
    weight = sparse.csr_array(
        sparse.coo_array((cross.ravel(), (row, column.ravel())), shape=(cells * size,) * 2)
    )
    return np.asarray((task.design.T @ (weight @ task.design)).toarray())


def score(task: Problem, found: Expected) -> Floats:
    """Gradient of the marginal log-likelihood by the parameters."""
    cells, size, _ = found.chances.shape
    expected = np.einsum("cq,ckq->ck", found.tallies.sum(axis=1), found.chances)
    return np.asarray(task.design.T @ expected.reshape(cells * size)) - task.observed


def improve(task: Problem, found: Expected, values: Floats) -> tuple[Floats, float]:
    """One Newton step of the complete-data likelihood, and the population's variance."""
    bend = information(task, found)
    step = linalg.solve(bend, score(task, found), assume_a="pos")
    largest = float(np.abs(step).max())
    if largest > LARGEST_STEP:
        step *= LARGEST_STEP / largest
    second = float((found.posterior @ found.theta**2).mean())
    return values + step, second
