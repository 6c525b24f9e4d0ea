"""The iteration: E-step, M-step, a rescaling that frees it of its slowest mode, extrapolation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concours.psychometrics.acceleration import Anderson
from concours.psychometrics.design import Design
from concours.psychometrics.expectation import Expected, expect_by_counts
from concours.psychometrics.information import block_information
from concours.psychometrics.maximisation import (
    Freedom,
    Priors,
    log_prior_of_items,
    maximise,
    shifted,
)
from concours.psychometrics.models import Block
from concours.psychometrics.nodes import Nodes, choose_nodes, log_prior
from concours.psychometrics.shards import ShardMap
from concours.psychometrics.sufficient import expect_by_scores, suffices

Floats = NDArray[np.float64]

# A first approach on a part of the persons pays where passes are dear.
LARGE = 200_000
SAMPLE_EVERY = 16
ROUGH = 1e-3
# The information is looked up where persons are.
WITHIN = np.linspace(-3.0, 3.0, 25)


@dataclass(frozen=True, slots=True)
class Step:
    """One pass over the persons.

    iteration      from 1
    log_posterior  at the parameters the pass started from
    change         largest change the M-step then asked for
    kept           False where an extrapolated point lost ground and was given up; its change is
                   that of the point it came from
    """

    iteration: int
    log_posterior: float
    change: float
    kept: bool = True


Progress = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class State:
    """Everything that moves: items and groups."""

    blocks: tuple[Block, ...]
    mean: Floats
    sd: Floats

    def flat(self) -> Floats:
        """One vector: item values, means, logarithms of sds."""
        parts = [block.values.ravel() for block in self.blocks]
        return np.concatenate([*parts, self.mean, np.log(self.sd)])

    def moved(self, flat: Floats) -> "State":
        """The state with its numbers taken from a vector."""
        blocks, place = [], 0
        for block in self.blocks:
            size = block.values.size
            blocks.append(block.with_values(flat[place : place + size].reshape(block.values.shape)))
            place += size
        groups = self.mean.size
        mean, log_sd = flat[place : place + groups], flat[place + groups :]
        return State(tuple(blocks), mean, np.exp(np.clip(log_sd, -5.0, 5.0)))

    def possible(self) -> bool:
        """Whether every number is finite and ordered categories are in order."""
        if not np.isfinite(self.flat()).all() or np.abs(self.flat()).max() > 200.0:
            return False
        return all(
            block.family != "cumulative" or (np.diff(block.values[:, 1:], axis=1) < 0).all()
            for block in self.blocks
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """What is to be fitted and how well; ``anchored`` when fixed items carry the scale."""

    design: Design
    freedom: Freedom
    priors: Priors
    anchored: bool
    nodes: Nodes | None
    tolerance: float
    most_iterations: int

    def free_parameters(self, blocks: Sequence[Block]) -> int:
        """How many numbers are estimated."""
        free, shared = self.freedom.free, self.freedom.shared
        items = sum(
            int((free[b.items]).sum()) * b.values.shape[1] - int((free & shared)[b.items].sum())
            for b in blocks
        )
        groups = len(self.design.groups) - (0 if self.anchored else 1)
        return int(items + int(self.freedom.slope_free) + 2 * groups)


@dataclass(frozen=True, slots=True)
class Fitted:
    """Where the iteration ended."""

    blocks: tuple[Block, ...]
    mean: Floats
    sd: Floats
    nodes: Nodes
    node_weight: Floats
    log_likelihood: float
    log_posterior: float
    converged: bool
    record: tuple[Step, ...]


def expect(problem: Problem, state: State, nodes: Nodes, run: ShardMap) -> Expected:
    """One E-step, by the cheapest way that is exact for this design and these models."""
    theta = nodes.theta
    prior = log_prior(theta, state.mean, state.sd)
    step = expect_by_scores if suffices(problem.design, state.blocks) else expect_by_counts
    return step(problem.design, state.blocks, theta, prior, run)


def fit(
    problem: Problem, blocks: tuple[Block, ...], run: ShardMap, progress: Progress | None = None
) -> Fitted:
    """Iterate to the maximum, first on a sample of the persons where that saves passes."""
    groups = len(problem.design.groups)
    state = State(blocks, np.zeros(groups), np.ones(groups))
    large = problem.design.persons >= LARGE and not suffices(problem.design, blocks)
    if large:
        part = Problem(
            problem.design.sample(SAMPLE_EVERY),
            problem.freedom,
            problem.priors,
            problem.anchored,
            problem.nodes,
            max(ROUGH, problem.tolerance),
            problem.most_iterations,
        )
        near = _iterate(part, state, run, None)
        state = State(near.blocks, near.mean, near.sd)
    return _iterate(problem, state, run, progress)


def _iterate(problem: Problem, state: State, run: ShardMap, progress: Progress | None) -> Fitted:
    nodes = problem.nodes or _nodes_for(state)
    memory = Anderson()
    record: list[Step] = []
    retreat: State | None = None
    reached = -np.inf
    while True:
        expected = expect(problem, state, nodes, run)
        posterior = expected.log_likelihood + sum(
            float(log_prior_of_items(b, problem.priors)[problem.freedom.free[b.items]].sum())
            for b in state.blocks
        )
        if retreat is not None and not posterior >= reached - 1e-10 * abs(reached) - 1e-7:
            state, retreat = retreat, None
            memory.forget()
            record.append(Step(len(record) + 1, posterior, record[-1].change, kept=False))
            if progress is not None:
                progress(record[-1])
            continue
        image = _improved(problem, state, expected, nodes)
        before, after = state.flat(), image.flat()
        change = float(np.abs(after - before).max())
        record.append(Step(len(record) + 1, posterior, change))
        if progress is not None:
            progress(record[-1])
        converged = change < problem.tolerance
        finer = None if problem.nodes else _nodes_for(image)
        if finer is not None and not _enough(nodes, finer):
            nodes, state, retreat, reached = finer, image, None, -np.inf
            memory.forget()
            if len(record) < problem.most_iterations:
                continue
        if converged or len(record) >= problem.most_iterations:
            break
        reached = posterior
        state, retreat = _next_state(memory, state, image)
    return Fitted(
        blocks=state.blocks,
        mean=state.mean,
        sd=state.sd,
        nodes=nodes,
        node_weight=expected.nodes,
        log_likelihood=expected.log_likelihood,
        log_posterior=posterior,
        converged=converged,
        record=tuple(record),
    )


def _next_state(memory: Anderson, state: State, image: State) -> tuple[State, State | None]:
    """The extrapolated state with the plain one to fall back on, or the plain one alone."""
    tried = state.moved(memory.next_point(state.flat(), image.flat()))
    if tried.possible():
        return tried, image
    memory.forget()
    return image, None


def _improved(problem: Problem, state: State, expected: Expected, nodes: Nodes) -> State:
    theta = nodes.theta
    blocks = maximise(
        state.blocks, expected, problem.design.layout, theta, problem.freedom, problem.priors
    )
    weight = np.maximum(expected.nodes, 0.0)
    total = np.maximum(weight.sum(axis=1), 1e-300)
    mean = (weight @ theta) / total
    sd = np.sqrt((weight * (theta - mean[:, None]) ** 2).sum(axis=1) / total)
    # a group without weight stays where it is; none shrinks below what the nodes can show
    known = weight.sum(axis=1) > 0
    mean = np.where(known, mean, state.mean)
    sd = np.where(known, np.maximum(sd, nodes.step / 2), state.sd)
    if problem.anchored:
        return State(blocks, mean, sd)
    if np.isfinite(problem.priors.slope[1]):
        # a prior on slopes ties the scale to the unit: no expansion of the reference group
        mean[0], sd[0] = 0.0, 1.0
        return State(blocks, mean, sd)
    # Parameter expansion: the reference group's mean and sd were freed in this step, and the
    # scale is now set back so that they are 0 and 1.
    zero, unit = float(mean[0]), float(sd[0])
    return State(
        tuple(shifted(block, zero, unit) for block in blocks), (mean - zero) / unit, sd / unit
    )


def _nodes_for(state: State) -> Nodes:
    within = np.concatenate([m + s * WITHIN for m, s in zip(state.mean, state.sd, strict=True)])
    total = np.zeros(within.size)
    for block in state.blocks:
        total += block_information(block, within).sum(axis=0)
    return choose_nodes(float(total.max()), state.mean, state.sd)


def _enough(used: Nodes, wanted: Nodes) -> bool:
    """A little short in reach or step is left alone, so that the grid does not chase the fit."""
    return (
        used.low <= wanted.low + 0.5
        and used.high >= wanted.high - 0.5
        and used.step <= 1.1 * wanted.step
    )
