"""The M-step: each item's parameters by scoring steps that never lose ground."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from concours.psychometrics.expectation import Expected
from concours.psychometrics.layout import Layout
from concours.psychometrics.models import Block, log_gradients, log_probabilities

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

INNER = 12
HALVINGS = 8
LONGEST = 2.0


@dataclass(frozen=True, slots=True)
class Priors:
    """Beliefs about item parameters; a standard deviation of infinity means none.

    asymptote  mean and sd of the normal prior on the logit of c
    slope      mean and sd of the normal prior on the logarithm of the slope
    """

    asymptote: tuple[float, float] = (-1.386, 0.5)
    slope: tuple[float, float] = (0.0, np.inf)


@dataclass(frozen=True, slots=True)
class Freedom:
    """What may move: ``free`` (items,) flags, ``shared`` (items,) flags of the common slope."""

    free: Flags
    shared: Flags
    slope_free: bool


@dataclass(frozen=True, slots=True)
class Slice:
    """The part of an E-step that concerns one block: (n, ...) arrays."""

    totals: Floats
    moments: Floats
    nodes: Floats
    counts: Floats


def slice_of(expected: Expected, layout: Layout, block: Block) -> Slice:
    """Pick a block's rows out of an E-step."""
    rows = layout.first[block.items][:, None] + np.arange(block.categories)
    counts = expected.counts[rows] if expected.counts.shape[0] else expected.counts
    return Slice(
        expected.totals[rows],
        expected.moments[block.items],
        expected.item_nodes[block.items],
        counts,
    )


def maximise(
    blocks: tuple[Block, ...],
    expected: Expected,
    layout: Layout,
    theta: Floats,
    freedom: Freedom,
    priors: Priors,
    precision: float = 1e-8,
) -> tuple[Block, ...]:
    """Raise the expected complete-data log-likelihood to its maximum (to ``precision``).

    Newton steps for adjacent models (whose expected log-likelihood is concave), Fisher scoring for
    the others, halved where they would lose ground.
    """
    slices = [slice_of(expected, layout, block) for block in blocks]
    for _ in range(INNER):
        ahead = [
            derivatives(block, part, theta, priors)
            for block, part in zip(blocks, slices, strict=True)
        ]
        steps = _directions(blocks, ahead, freedom)
        blocks = _guarded(blocks, slices, steps, theta, priors, freedom)
        if max((float(np.abs(step).max(initial=0.0)) for step in steps), default=0.0) < precision:
            break
    return blocks


def objective(block: Block, part: Slice, theta: Floats, priors: Priors) -> Floats:
    """(n,) expected complete-data log-likelihood plus log prior of each item."""
    values = block.values
    log_p = log_probabilities(block, theta)
    if block.family == "adjacent":
        linear = values[:, 0] * part.moments + (values[:, 1:] * part.totals[:, 1:]).sum(axis=1)
        result = linear + (part.nodes * log_p[:, 0]).sum(axis=1)
    else:
        result = (part.counts * log_p).sum(axis=(1, 2))
    if block.family == "cumulative" and block.categories > 2:
        result[(np.diff(values[:, 1:], axis=1) >= 0).any(axis=1)] = -np.inf
    return np.asarray(result + log_prior_of_items(block, priors))


def log_prior_of_items(block: Block, priors: Priors) -> Floats:
    """(n,) log prior density of each item, up to a constant."""
    result = np.zeros(block.values.shape[0])
    if block.family == "lower":
        mean, sd = priors.asymptote
        result -= 0.5 * ((block.values[:, 2] - mean) / sd) ** 2
    mean, sd = priors.slope
    if np.isfinite(sd):
        positive = block.values[:, 0] > 0
        log_a = np.log(np.where(positive, block.values[:, 0], 1.0))
        result = np.where(positive, result - 0.5 * ((log_a - mean) / sd) ** 2, -np.inf)
    return result


def derivatives(block: Block, part: Slice, theta: Floats, priors: Priors) -> tuple[Floats, Floats]:
    """Gradient (n, p) and expected information (n, p, p) of the objective."""
    grad_log = log_gradients(block, theta)  # (n, p, k, q)
    prob = np.exp(log_probabilities(block, theta))
    weighted = grad_log * (prob * part.nodes[:, None, :])[:, None]
    n, p = block.values.shape
    flat = (n, p, -1)
    information = weighted.reshape(flat) @ grad_log.reshape(flat).transpose(0, 2, 1)
    if block.family == "adjacent":
        level = np.arange(block.categories)
        gradient = np.empty((n, p))
        mean = np.einsum("k,nkq->nq", level, prob)
        gradient[:, 0] = part.moments - (part.nodes * mean) @ theta
        expected = np.einsum("nkq,nq->nk", prob[:, 1:], part.nodes)
        gradient[:, 1:] = part.totals[:, 1:] - expected
    else:
        gradient = np.einsum("nkq,npkq->np", part.counts, grad_log)
    _add_priors(block, priors, gradient, information)
    return gradient, information


def _add_priors(block: Block, priors: Priors, gradient: Floats, information: Floats) -> None:
    if block.family == "lower" and np.isfinite(priors.asymptote[1]):
        mean, sd = priors.asymptote
        gradient[:, 2] -= (block.values[:, 2] - mean) / sd**2
        information[:, 2, 2] += 1.0 / sd**2
    mean, sd = priors.slope
    if np.isfinite(sd):
        a = block.values[:, 0]
        gradient[:, 0] -= (np.log(a) - mean) / (sd**2 * a)
        information[:, 0, 0] += np.maximum(1.0 + mean - np.log(a), 0.1) / (sd**2 * a**2)


def _directions(
    blocks: Sequence[Block], ahead: Sequence[tuple[Floats, Floats]], freedom: Freedom
) -> list[Floats]:
    steps: list[Floats] = []
    slope_gain, slope_weight = 0.0, 0.0
    parts = []
    for block, (gradient, information) in zip(blocks, ahead, strict=True):
        free, shared = freedom.free[block.items], freedom.shared[block.items]
        information = information + 1e-10 * np.eye(gradient.shape[1])
        step = np.linalg.solve(information, gradient[:, :, None])[:, :, 0]
        if shared.any():
            # eliminate the intercepts; what is left speaks of the common slope
            inner = information[:, 1:, 1:]
            cross = information[:, 1:, :1]
            alone = np.linalg.solve(inner, gradient[:, 1:, None])[:, :, 0]
            pull = np.linalg.solve(inner, cross)[:, :, 0]
            use = free & shared
            slope_gain += float((gradient[:, 0] - (cross[:, :, 0] * alone).sum(axis=1))[use].sum())
            rest = information[:, 0, 0] - (cross[:, :, 0] * pull).sum(axis=1)
            slope_weight += float(rest[use].sum())
            parts.append((len(steps), use, alone, pull))
        steps.append(np.where(free[:, None], step, 0.0))
    slope = slope_gain / slope_weight if freedom.slope_free and slope_weight > 0 else 0.0
    for place, use, alone, pull in parts:
        steps[place][use, 0] = slope
        steps[place][use, 1:] = (alone - pull * slope)[use]
    return [np.clip(step, -LONGEST, LONGEST) for step in steps]


def _guarded(
    blocks: tuple[Block, ...],
    slices: Sequence[Slice],
    steps: list[Floats],
    theta: Floats,
    priors: Priors,
    freedom: Freedom,
) -> tuple[Block, ...]:
    """Take the steps, each halved until its item (or all that share a slope) loses no ground."""
    before = [objective(b, s, theta, priors) for b, s in zip(blocks, slices, strict=True)]
    factor = [np.ones(b.items.size) for b in blocks]
    for _ in range(HALVINGS):
        tried = tuple(
            b.with_values(b.values + f[:, None] * step)
            for b, f, step in zip(blocks, factor, steps, strict=True)
        )
        after = [objective(b, s, theta, priors) for b, s in zip(tried, slices, strict=True)]
        lost, gain = False, 0.0
        for block, old, new, f in zip(blocks, before, after, factor, strict=True):
            alone = ~freedom.shared[block.items]
            worse = alone & (new < old - 1e-9 * np.abs(old) - 1e-12)
            f[worse] *= 0.5
            lost |= bool(worse.any())
            gain += float((new - old)[~alone].sum())
        if gain < -1e-9 * sum(float(np.abs(old).sum()) for old in before) - 1e-12:
            for block, f in zip(blocks, factor, strict=True):
                f[freedom.shared[block.items]] *= 0.5
            lost = True
        if not lost:
            return tried
    return tried


def shifted(block: Block, mean: float, sd: float) -> Block:
    """The same probabilities with ability measured as (t - mean) / sd."""
    values = block.values.copy()
    steps = block.categories - 1
    level = np.arange(1, steps + 1) if block.family == "adjacent" else np.ones(steps)
    values[:, 1 : 1 + steps] += values[:, :1] * mean * level
    values[:, 0] *= sd
    return block.with_values(values)


def asymptote(block: Block) -> Floats:
    """(n,) lower asymptotes of a "lower" block."""
    return np.asarray(expit(block.values[:, 2]))
