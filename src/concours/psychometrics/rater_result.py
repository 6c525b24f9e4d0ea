"""What a rater model says: severities, difficulties, abilities, their errors and their fit."""

from dataclasses import dataclass, replace

import numpy as np

from concours.psychometrics.arrays import Floats, Ints
from concours.psychometrics.notice import Notice
from concours.psychometrics.rater_error import fit_of
from concours.psychometrics.rater_fitting import Climbed
from concours.psychometrics.rater_likelihood import Problem, log_chances
from concours.psychometrics.rating import (
    Codes,
    Connection,
    Ratings,
    Steps,
    connection,
    design_matrix,
)

FEW_SHARED = 5


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


def facet_of(found: Ratings, k: int, climbed: Climbed, spread: Floats) -> Facet:
    """Severities with the last level put back, and their fit."""
    name, codes = found.facets[k]
    part, last = climbed.parts[k + 1], climbed.last
    free = climbed.values[part]
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


def weakly_linked(facet: Facet) -> tuple[Notice, ...]:
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


def described(
    found: Ratings,
    climbed: Climbed,
    spread: Floats,
    facets: tuple[Facet, ...],
    steps: Steps,
    notices: tuple[Notice, ...],
) -> RaterModel:
    """The result, from where the climb ended and the covariance of the estimates there."""
    values, last = climbed.values, climbed.last
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
        fair=found.lowest + _fair(found, climbed.task, values, steps, ability),
        reliability=float(ability.var() / (ability.var() + (ability_error**2).mean())),
        log_likelihood=last.log_likelihood,
        variance=climbed.variance,
        variance_error=float(np.sqrt(spread[-1, -1])),
        converged=climbed.settled,
        iterations=climbed.passes,
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
