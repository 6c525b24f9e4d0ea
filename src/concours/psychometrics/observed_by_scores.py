"""The observed information where the weighted score says all, without a pass per parameter.

With complete forms and adjacent-category models a person's log-likelihood is
``d . x + log Z(s)``, where log Z depends on the person only through the weighted score s. Its
second derivatives are covariances of functions of ability given s, so that one matrix product
over the persons (slopes with slopes) and tables over s give the whole matrix: the information of
the completed data less that of what is missing (Louis 1982, JRSS B 44, 226-233), to about six
digits.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from concours.psychometrics.design import Design
from concours.psychometrics.kernels import weighted_products
from concours.psychometrics.layout import BYTE
from concours.psychometrics.models import Block, log_probabilities
from concours.psychometrics.packing_kernels import add_up
from concours.psychometrics.shards import Shard, ShardMap
from concours.psychometrics.sufficient import ScoreTables, categories_of, score_tables, score_values

Floats = NDArray[np.float64]

# Degree of the polynomials in s that stand for the covariances of one parameter with ability.
DEGREE = 31
# Every cell costs tables of its own; beyond so many, cross-products are quicker.
MOST_CELLS = 16
# Points of the score grid: linear interpolation between so many errs by some 1e-5.
POINTS = 1024


@dataclass(frozen=True, slots=True)
class PersonSums:
    """What a pass over the persons adds up.

    slopes  (items, items)          sum of the posterior variance times both categories
    shapes  (cells, items, degree)  sum of category times polynomial of the weighted score
    """

    slopes: Floats
    shapes: Floats


def available(design: Design, blocks: tuple[Block, ...]) -> bool:
    """Whether every person's likelihood is a function of a weighted score, of few known forms."""
    return (
        design.forms is not None
        and len(design.cells) <= MOST_CELLS
        and all(block.family == "adjacent" for block in blocks)
    )


def missing_information(
    design: Design,
    blocks: tuple[Block, ...],
    theta: Floats,
    prior: Floats,
    group_terms: tuple[Floats, Floats],
    run: ShardMap,
) -> Floats:
    """(numbers, numbers) sum over persons of the posterior covariance of the complete-data score.

    Numbers are those of the state: item values block by block, group means, logarithms of sds.
    Cost: persons x bytes x items additions in single precision; tables of cells x 1024 x nodes.
    """
    assert design.forms is not None
    slope = np.empty(design.layout.items)
    for block in blocks:
        slope[block.items] = block.values[:, 0]
    tables = score_tables(design, blocks, slope, theta, prior, POINTS)
    mass, sums = _pass(design, slope, tables, theta, run)
    functions, items_of, is_slope = _functions(blocks, theta)
    groups = prior.shape[0]
    size = functions.shape[0]
    total = np.zeros((size + 2 * groups, size + 2 * groups))
    total[:size, :size] = np.where(
        is_slope[:, None] & is_slope[None, :], sums.slopes[np.ix_(items_of, items_of)], 0.0
    )
    for cell, (form, group) in enumerate(design.cells):
        used = design.forms[form][items_of]
        own = np.zeros((size + 2 * groups, theta.size))
        own[:size] = np.where(used[:, None], functions, 0.0)
        for k, term in enumerate(group_terms):
            own[size + k * groups + group] = term[group]
        post = tables.posterior[cell]
        weight = np.maximum(mass[cell], 0.0)
        means = post @ own.T  # (points, numbers)
        total += (own * (weight @ post)) @ own.T - (means * weight[:, None]).T @ means
        with_theta = post @ (own * theta).T - tables.mean[cell][:, None] * means
        shape = sums.shapes[cell] @ _coefficients(tables, cell, weight, with_theta)
        cross = np.where(is_slope[:, None], shape[items_of], 0.0)
        total[:size] += cross
        total[:, :size] += cross.T
    return total


def _pass(
    design: Design, slope: Floats, tables: ScoreTables, theta: Floats, run: ShardMap
) -> tuple[Floats, PersonSums]:
    variance = tables.posterior @ theta**2 - tables.mean**2
    work = partial(
        _shard_sums,
        values=score_values(design.layout, slope),
        low=tables.low,
        per_step=tables.per_step,
        variance=variance,
    )
    mass = np.zeros(tables.mean.shape)
    items, cells = design.layout.items, len(design.cells)
    slopes, shapes = np.zeros((items, items)), np.zeros((cells, items, DEGREE + 1))
    for part_mass, part in run(work, design.shards):
        mass += part_mass
        slopes += part.slopes
        shapes += part.shapes
    return mass, PersonSums(slopes, shapes)


def _shard_sums(
    shard: Shard, *, values: Floats, low: Floats, per_step: Floats, variance: Floats
) -> tuple[Floats, PersonSums]:
    cells, points = variance.shape
    layout = shard.layout
    items = layout.items
    mass = np.zeros((cells, points))
    slopes, shapes = np.zeros((items, items)), np.zeros((cells, items, DEGREE + 1))
    level = categories_of(layout)
    rows = np.ascontiguousarray(shard.rows)
    score = np.empty(rows.shape[0])
    add_up(rows, values, score)
    place = np.clip((score - low[shard.cells]) * per_step[shard.cells], 0.0, points - 1.001)
    left = place.astype(np.int64)
    share = place - left
    spread = variance[shard.cells, left] * (1.0 - share)
    spread += variance[shard.cells, left + 1] * share
    for c in np.unique(shard.cells):
        mine = np.flatnonzero(shard.cells == c)
        weight = shard.weights[mine]
        mass[c] += np.bincount(left[mine], weight * (1.0 - share[mine]), points)
        mass[c] += np.bincount(left[mine] + 1, weight * share[mine], points)
        table = np.zeros((layout.width, BYTE, items + DEGREE + 1), np.float32)
        own = rows if mine.size == rows.shape[0] else rows[mine]
        weighted_products(
            own,
            layout.slot,
            layout.shift,
            layout.missing,
            weight * spread[mine],
            weight,
            2.0 * place[mine] / (points - 1) - 1.0,
            table,
        )
        sums = layout.gather(table, layout.met(own))
        product = np.add.reduceat(level[:, None] * sums, layout.first[:-1])
        slopes += product[:, :items]
        shapes[c] += product[:, items:]
    return mass, PersonSums(slopes, shapes)


def _functions(
    blocks: tuple[Block, ...], theta: Floats
) -> tuple[Floats, NDArray[np.int64], NDArray[np.bool_]]:
    """Per number of the items: minus its expected part of the score at each node; its item; slope?"""
    parts, items, slopes = [], [], []
    for block in blocks:
        prob = np.exp(log_probabilities(block, theta))
        mean = np.einsum("k,nkq->nq", np.arange(block.categories), prob)
        part = np.concatenate([(mean * theta)[:, None], prob[:, 1:]], axis=1)
        parts.append(-part.reshape(-1, theta.size))
        items.append(np.repeat(block.items, block.categories))
        slopes.append(np.tile(np.arange(block.categories) == 0, block.items.size))
    return np.concatenate(parts), np.concatenate(items), np.concatenate(slopes)


def _coefficients(tables: ScoreTables, cell: int, weight: Floats, curves: Floats) -> Floats:
    """(degree, numbers) polynomials that follow the curves over s where there are persons."""
    points = weight.size
    basis = chebyshev.chebvander(2.0 * np.arange(points) / (points - 1) - 1.0, DEGREE)
    held = basis * (weight + 1e-6 * weight.sum() / points)[:, None]
    # where all persons have a few scores only, fewer degrees tell them apart
    return np.asarray(np.linalg.lstsq(held.T @ basis, held.T @ curves, rcond=1e-13)[0])
