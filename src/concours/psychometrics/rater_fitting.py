"""The climb of a rater model: from ratings to the estimates of greatest marginal likelihood."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from concours.kernel.errors import BadInput
from concours.psychometrics.acceleration import Anderson
from concours.psychometrics.arrays import Floats
from concours.psychometrics.fitting import Progress, Step
from concours.psychometrics.rater_error import person_information
from concours.psychometrics.rater_likelihood import Expected, Problem, expect, improve, problem
from concours.psychometrics.rating import Ratings, Steps, design_matrix

REACH = 6.0
FEWEST_NODES, MOST_NODES = 61, 401
ROUGH = 1e-2


@dataclass(frozen=True, slots=True)
class Climbed:
    """Where the climb ended.

    parts      slices of ``values``: items and steps, then each facet
    values     (parameters,)  difficulties and steps, severities without each facet's last level
    variance   of ability
    last       the pass at these values
    settled    whether the largest change fell below the tolerance
    """

    task: Problem
    parts: tuple[slice, ...]
    values: Floats
    variance: float
    last: Expected
    passes: int
    settled: bool


def fitted(
    found: Ratings,
    steps: Steps,
    nodes: ArrayLike | None,
    tolerance: float,
    most: int,
    progress: Progress | None,
) -> Climbed:
    """Lay out the problem and climb; twice where the nodes are ours to choose.

    Arguments as in ``rater_model``. Raises BadInput for nodes that are not three finite abilities.
    """
    design, parts = design_matrix(found, steps)
    common = steps == "common"
    task = problem(found, design, parts, _nodes(nodes), fixed=nodes is not None, common=common)
    begin = np.append(_start(found, task, parts, steps), np.log(2.0))
    if nodes is None:
        # a rough answer first: it says how close the nodes must lie
        values, variance, last, _, _ = _climb(task, begin, max(tolerance, ROUGH), most, progress)
        count = _nodes_needed(task, last, variance)
        task = replace(task, nodes=np.linspace(-REACH, REACH, count))
        begin = np.append(values, np.log(variance))
    values, variance, last, passes, settled = _climb(task, begin, tolerance, most, progress)
    return Climbed(task, parts, values, variance, last, passes, settled)


def _nodes(given: ArrayLike | None) -> Floats:
    """Abilities given, or standard-normal nodes to begin with."""
    if given is None:
        return np.linspace(-REACH, REACH, FEWEST_NODES)
    fixed = np.asarray(given, dtype=np.float64)
    if fixed.ndim != 1 or fixed.size < 3 or not np.isfinite(fixed).all():
        raise BadInput("wrong_nodes", field="nodes", remedy="Give three finite abilities or more.")
    return fixed


def _nodes_needed(task: Problem, found: Expected, variance: float) -> int:
    """Nodes that put one within a posterior standard deviation of the best-known person's next."""
    most = float(person_information(task, found).max())
    needed = int(np.ceil(2 * REACH * np.sqrt(1 + variance * most))) + 1
    return min(max(needed, FEWEST_NODES), MOST_NODES)


def _start(found: Ratings, task: Problem, parts: tuple[slice, ...], steps: Steps) -> Floats:
    """Thresholds from the shares of each score, widened as ability's spread asks; no severities."""
    size = found.categories
    used = np.zeros((found.items.size, size))
    np.add.at(used, (found.cells[found.cell, 0], found.score), 1.0)
    values = np.zeros(task.design.shape[1])
    logs = -np.log(np.maximum(used, 0.5) / np.maximum(used[:, :1], 0.5)) * 1.5
    if steps == "item":
        values[parts[0]] = np.concatenate([logs[j, 1 : h + 1] for j, h in enumerate(found.highest)])
    else:
        values[: found.items.size] = logs[:, -1] / (size - 1)
    return values


def _climb(
    task: Problem, begin: Floats, tolerance: float, most: int, progress: Progress | None
) -> tuple[Floats, float, Expected, int, bool]:
    """EM with one Newton step a pass, accelerated, never below where it was."""
    helper = Anderson()
    point = begin
    found = expect(task, point[:-1], float(np.exp(point[-1])))
    safe = point
    for passes in range(1, most + 1):
        new, second = improve(task, found, point[:-1])
        image = np.append(new, np.log(second))
        change = float(np.abs(image - point).max())
        if progress is not None:
            progress(Step(passes, found.log_likelihood, change))
        if change < tolerance:
            return image[:-1], second, expect(task, image[:-1], second), passes, True
        trial = helper.next_point(point, image) if passes > 3 else image
        if np.abs(trial - image).max() > 2.0:
            trial = image
        ahead = expect(task, trial[:-1], float(np.exp(trial[-1])))
        if ahead.log_likelihood < found.log_likelihood - 1e-9 * abs(found.log_likelihood):
            helper.forget()
            trial = image if np.abs(trial - image).max() > 0 else (image + safe) / 2
            ahead = expect(task, trial[:-1], float(np.exp(trial[-1])))
        safe, point, found = point, trial, ahead
    return point[:-1], float(np.exp(point[-1])), found, most, False
