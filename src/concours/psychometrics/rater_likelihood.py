"""The marginal likelihood of ratings: expectation over ability, and one step uphill."""

from dataclasses import dataclass

import numpy as np
from scipy import linalg, sparse

from concours.psychometrics.arrays import Flags, Floats, Ints
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
    nodes     standard-normal nodes; or, with ``fixed``, abilities
    few, first, level   the design again for Newton's steps: every column but the
              first facet's; the slice those leave out; the first facet's level of each cell
    shift     (columns of few,)  what raises all items by as much as raising every level
    """

    counts: sparse.csr_array
    back: sparse.csr_array
    design: sparse.csr_array
    closed: Flags
    observed: Floats
    nodes: Floats
    fixed: bool
    few: sparse.csr_array
    first: slice
    level: Ints
    shift: Floats

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


def problem(
    found: Ratings,
    design: sparse.csr_array,
    parts: tuple[slice, ...],
    nodes: Floats,
    *,
    fixed: bool,
    common: bool,
) -> Problem:
    """Lay out ratings for the passes to come; ``parts`` are the slices of the design's columns."""
    counts = found.counts()
    closed = np.arange(found.categories)[None, :] > found.highest[found.cells[:, 0]][:, None]
    seen = np.asarray(counts.sum(axis=0)).ravel()
    kept = np.r_[0 : parts[0].stop, parts[1].stop : design.shape[1]]
    shift = np.zeros(kept.size)
    if common:
        shift[: found.items.size] = 1.0
    else:
        shift[: parts[0].stop] = np.concatenate([np.arange(1, h + 1) for h in found.highest])
    return Problem(
        counts=counts,
        back=sparse.csr_array(counts.T.tocsr()),
        design=design,
        closed=closed,
        observed=np.asarray(design.T @ seen),
        nodes=nodes,
        fixed=fixed,
        few=sparse.csr_array(design[:, kept]),
        first=parts[1],
        level=found.cells[:, 1],
        shift=shift,
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
    weight = _weights(_spread(found))
    return np.asarray((task.design.T @ (weight @ task.design)).toarray())


def _spread(found: Expected) -> Floats:
    """Expected covariance of the categories of each cell, (cells, categories, categories)."""
    size = found.chances.shape[1]
    n = found.tallies.sum(axis=1)
    weighted = n[:, None, :] * found.chances
    cross = -(weighted @ found.chances.transpose(0, 2, 1))
    cross[:, np.arange(size), np.arange(size)] += weighted.sum(axis=2)
    return np.asarray(cross)


def _weights(cross: Floats) -> sparse.csr_array:
    """The same as one block-diagonal matrix."""
    cells, size, _ = cross.shape
    start = np.arange(0, cells * size * size + 1, size)
    column = (np.arange(cells)[:, None, None] * size + np.arange(size)) + np.zeros(
        (1, size, 1), dtype=np.int64
    )
    return sparse.csr_array((cross.ravel(), column.ravel(), start), shape=(cells * size,) * 2)


def improve(task: Problem, found: Expected, values: Floats) -> tuple[Floats, float]:
    """One Newton step of the complete-data likelihood, and the population's variance.

    A rating has one level of the first facet, so that facet's block is diagonal
    and is taken out by hand: the step costs no more with thousands of raters.
    """
    cells, size, _ = found.chances.shape
    category = np.arange(size, dtype=np.float64)
    expected = np.einsum("cq,ckq->ck", found.tallies.sum(axis=1), found.chances)
    excess = expected - found.tallies.sum(axis=2)
    cross = _spread(found)
    levels = task.first.stop - task.first.start + 1
    slope_few = task.few.T @ excess.ravel()
    slope_level = np.bincount(task.level, weights=excess @ category, minlength=levels)
    bend_few = (task.few.T @ (_weights(cross) @ task.few)).toarray()
    along = cross @ category
    own = np.bincount(task.level, weights=along @ category, minlength=levels)
    owner = sparse.csr_array(
        sparse.coo_array(
            (along.ravel(), (np.arange(cells * size), np.repeat(task.level, size))),
            shape=(cells * size, levels),
        )
    )
    across = (task.few.T @ owner).toarray()
    reduced = bend_few - (across / own) @ across.T
    few = linalg.lstsq(reduced, slope_few - across @ (slope_level / own))[0]
    level = (slope_level - across.T @ few) / own
    few += task.shift * level.mean()  # severities add up to 0; what they lose the items gain
    level -= level.mean()
    step = np.empty_like(values)
    step[: task.first.start], step[task.first.stop :] = np.split(few, [task.first.start])
    step[task.first] = level[:-1]
    largest = float(np.abs(step).max())
    if largest > LARGEST_STEP:
        step *= LARGEST_STEP / largest
    second = float((found.posterior @ found.theta**2).mean())
    return values + step, second
