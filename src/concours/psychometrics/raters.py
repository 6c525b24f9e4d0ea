"""Many-facet ratings: how able the persons, how hard the criteria, how severe the raters."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from concours.kernel.errors import BadInput
from concours.psychometrics.acceleration import Anderson
from concours.psychometrics.arrays import Floats, Ints
from concours.psychometrics.fitting import Progress, Step
from concours.psychometrics.notice import Notice
from concours.psychometrics.rater_error import covariance, fit_of, person_information
from concours.psychometrics.rater_likelihood import (
    Expected,
    Problem,
    expect,
    improve,
    log_chances,
    problem,
)
from concours.psychometrics.rating import (
    Codes,
    Connection,
    Ratings,
    Steps,
    connection,
    connection_notices,
    design_matrix,
    ratings,
)

REACH = 6.0
FEWEST_NODES, MOST_NODES = 61, 401
ROUGH = 1e-2
FEW_SHARED = 5
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One facet; arrays are (levels,), in the order of ``levels``.

    severity   logits taken off every rating; the levels' mean is 0
    error      standard error of it; NaN where the information has no inverse
    infit, outfit   mean squares, 1 expected: above, less predictable than the
               model allows; below, too predictable
    count, mean     ratings given, and their mean score
    """

    name: str
    levels: Codes
    severity: Floats
    error: Floats
    infit: Floats
    outfit: Floats
    count: Ints
    mean: Floats
    connection: Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterModel:
    """A many-facet partial credit model and what it says.

    items, difficulty, difficulty_error, item_infit, item_outfit   (items,)
    steps         (items, most categories - 1)  how much harder each step is than
                  its item, adding up to 0; NaN beyond an item's last
    persons, ability, ability_error   (persons,)  EAP and posterior sd, logits
    fair          (persons,)  mean score per item at this ability under average severity
    reliability   variance of the EAPs over all variance of ability
    log_likelihood, variance, converged, iterations   of the fit
    """

    items: Codes
    difficulty: Floats
    difficulty_error: Floats
    item_infit: Floats
    item_outfit: Floats
    steps: Floats
    facets: tuple[Facet, ...]
    persons: Codes
    ability: Floats
    ability_error: Floats
    fair: Floats
    reliability: float
    log_likelihood: float
    variance: float
    variance_error: float
    converged: bool
    iterations: int
    notices: tuple[Notice, ...]


def rater_model(
    person: ArrayLike,
    item: ArrayLike,
    facets: Mapping[str, ArrayLike],
    score: ArrayLike,
    *,
    steps: Steps = "item",
    lowest: int = 0,
    nodes: ArrayLike | None = None,
    tolerance: float = TOLERANCE,
    most_iterations: int = 500,
    progress: Progress | None = None,
) -> RaterModel:
    """Fit log odds of neighbouring scores = ability - item - facets - step, by marginal likelihood.

    person, item, score  (ratings,)  long form, one row for each score a rater gave;
                         item is the criterion (one code throughout where there is one)
    facets     name to (ratings,)  the rater first, then any others (occasion, topic)
    steps      "item": thresholds of each item's own; "common": shared by all items
    lowest     the score the scale begins at
    nodes      (nodes,)  fixed abilities to integrate over; by default standard-normal
               nodes that move with the spread of ability, 61 or as many as the
               most closely known person needs
    tolerance  largest change of any parameter between two passes at which to stop
    progress   called after each pass with a ``Step``; a rough fit comes first where
               the nodes are ours to choose

    Ability is normal with mean 0. Persons with several ratings by one rater, or
    none by another, are all used as they are; nothing is laid out but the
    ratings met. Unconnected raters are named; not converging is a notice and
    ``converged`` false. Raises BadInput as ``ratings``.
    Cost: ratings x nodes a pass, some twenty passes; (parameters)^3 once.
    Source: Linacre (1989); Adams, Wilson & Wang (1997), APM 21, 1-23; Eckes (2015).
    """
    found = ratings(person, item, facets, score, lowest=lowest)
    if steps not in ("item", "common"):
        raise BadInput("unknown_steps", field="steps", remedy='Use "item" or "common".')
    if steps == "common" and len(set(found.highest.tolist())) > 1:
        raise BadInput(
            "steps_differ",
            field="steps",
            remedy='Items have different highest scores; use steps="item".',
        )
    task, parts, values, variance, last, passes, settled = _fitted(
        found, steps, nodes, tolerance, most_iterations, progress
    )
    notices: tuple[Notice, ...] = ()
    if not settled:
        text = f"The estimates still moved after {passes} passes; do not use them."
        notices += (Notice("not_converged", text),)
    spread = covariance(task, last, variance)
    if not np.isfinite(spread).all():
        notices += (
            Notice(
                "no_standard_errors",
                "The information has no inverse; some parameters cannot be told apart.",
            ),
        )
    described = tuple(
        _facet(found, k, parts[k + 1], values, spread, last) for k in range(len(found.facets))
    )
    for facet in described:
        notices += connection_notices(facet.name, facet.levels, facet.connection) + _weak(facet)
    return _described(
        found,
        task,
        last,
        values,
        variance,
        spread,
        described,
        steps,
        passes,
        settled,
        notices,
    )


def _fitted(
    found: Ratings,
    steps: Steps,
    nodes: ArrayLike | None,
    tolerance: float,
    most: int,
    progress: Progress | None,
) -> tuple[Problem, tuple[slice, ...], Floats, float, Expected, int, bool]:
    """Lay out the problem and climb; twice where the nodes are ours to choose."""
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
    return task, parts, values, variance, last, passes, settled


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


def _facet(
    found: Ratings, k: int, part: slice, values: Floats, spread: Floats, last: Expected
) -> Facet:
    """Severities with the last level put back, and their fit."""
    name, codes = found.facets[k]
    free = values[part]
    turn = np.vstack([np.eye(free.size), -np.ones((1, free.size))])
    level = found.cells[found.cell, k + 1]
    count = np.bincount(level, minlength=codes.size)
    fit = fit_of(last, found.cells[:, k + 1], codes.size)
    block = spread[part, part]
    return Facet(
        name=name,
        levels=codes,
        severity=turn @ free,
        error=np.sqrt(np.einsum("ij,jk,ik->i", turn, block, turn, optimize=True)),
        infit=fit.infit,
        outfit=fit.outfit,
        count=count,
        mean=found.lowest + np.bincount(level, weights=found.score, minlength=codes.size) / count,
        connection=connection(found, k),
    )


def _weak(facet: Facet) -> tuple[Notice, ...]:
    """Levels whose place among the others rests on very few persons."""
    if facet.levels.size < 2:
        return ()
    weak = np.flatnonzero((facet.connection.shared < FEW_SHARED) & (facet.connection.part == 0))
    text = f"Fewer than {FEW_SHARED} persons were also rated by another {facet.name}."
    return tuple(Notice("weakly_linked", text, str(facet.levels[k])) for k in weak)


def _items(
    found: Ratings, values: Floats, spread: Floats, steps: Steps
) -> tuple[Floats, Floats, Floats]:
    """Difficulty of each item, its error, and steps that add up to 0."""
    count, size = found.items.size, found.categories
    difficulty, error = np.empty(count), np.empty(count)
    table = np.full((count, size - 1), np.nan)
    first = np.concatenate([[0], np.cumsum(found.highest)])
    for j in range(count):
        m = int(found.highest[j])
        if steps == "item":
            sums, last = values[first[j] : first[j] + m], first[j] + m - 1
            difficulty[j], error[j] = sums[-1] / m, np.sqrt(spread[last, last]) / m
            table[j, :m] = np.diff(sums, prepend=0.0) - difficulty[j]
        else:
            inner = np.concatenate([[0.0], values[count : count + size - 2], [0.0]])
            difficulty[j], error[j] = values[j], np.sqrt(spread[j, j])
            table[j] = np.diff(inner)
    return difficulty, error, table


def _described(
    found: Ratings,
    task: Problem,
    last: Expected,
    values: Floats,
    variance: float,
    spread: Floats,
    facets: tuple[Facet, ...],
    steps: Steps,
    passes: int,
    settled: bool,
    notices: tuple[Notice, ...],
) -> RaterModel:
    """Put the result together."""
    difficulty, error, table = _items(found, values, spread, steps)
    ability = last.posterior @ last.theta
    ability_error = np.sqrt(np.maximum(last.posterior @ last.theta**2 - ability**2, 0.0))
    fit = fit_of(last, found.cells[:, 0], found.items.size)
    return RaterModel(
        items=found.items,
        difficulty=difficulty,
        difficulty_error=error,
        item_infit=fit.infit,
        item_outfit=fit.outfit,
        steps=table,
        facets=facets,
        persons=found.persons,
        ability=ability,
        ability_error=ability_error,
        fair=found.lowest + _fair(found, task, values, steps, ability),
        reliability=float(ability.var() / (ability.var() + (ability_error**2).mean())),
        log_likelihood=last.log_likelihood,
        variance=variance,
        variance_error=float(np.sqrt(spread[-1, -1])),
        converged=settled,
        iterations=passes,
        notices=notices,
    )


def _fair(found: Ratings, task: Problem, values: Floats, steps: Steps, ability: Floats) -> Floats:
    """Mean expected score over the items when every facet is at its mean, which is 0."""
    alone = Ratings(
        persons=found.persons,
        items=found.items,
        facets=(),
        person=found.person,
        cell=found.cell,
        cells=np.arange(found.items.size, dtype=np.int64)[:, None],
        score=found.score,
        highest=found.highest,
        lowest=found.lowest,
    )
    design, parts = design_matrix(alone, steps)
    closed = np.arange(found.categories)[None, :] > found.highest[:, None]
    plain = replace(task, design=design, closed=closed)
    chances = np.exp(log_chances(plain, values[parts[0]], np.unique(ability)))
    expected = (
        np.einsum("k,ckq->q", np.arange(found.categories, dtype=float), chances) / found.items.size
    )
    return np.asarray(expected[np.searchsorted(np.unique(ability), ability)])
