"""The E-step for any model: posterior weights of the nodes, added up by item and category."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from concours.psychometrics.design import Design
from concours.psychometrics.kernels import expected_counts
from concours.psychometrics.layout import Layout
from concours.psychometrics.models import Block, log_probabilities
from concours.psychometrics.shards import Shard, ShardMap

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Expected:
    """What the M-step needs to know of the persons.

    totals      (all categories,)        persons in each category
    moments     (items,)                 sum over persons of category times expected ability
    item_nodes  (items, nodes)           persons presented the item, spread over nodes
    nodes       (groups, nodes)          persons of each group, spread over nodes
    counts      (all categories, nodes)  totals spread over nodes; empty where moments suffice
    log_likelihood                       marginal, of the parameters the posterior came from
    """

    totals: Floats
    moments: Floats
    item_nodes: Floats
    nodes: Floats
    counts: Floats
    log_likelihood: float


def category_table(layout: Layout, blocks: tuple[Block, ...], theta: Floats) -> Floats:
    """(all categories, nodes) log probability of each category of each item."""
    table = np.empty((int(layout.categories.sum()), theta.size))
    first = layout.first
    for block in blocks:
        rows = first[block.items][:, None] + np.arange(block.categories)
        table[rows] = log_probabilities(block, theta)
    return table


def expect_by_counts(
    design: Design, blocks: tuple[Block, ...], theta: Floats, prior: Floats, run: ShardMap
) -> Expected:
    """The E-step by looking up every response of every person.

    prior  (groups, nodes) log weights of the nodes
    Cost: persons x bytes x nodes additions, twice; memory of a shard and a table per thread.
    Source: Bock & Aitkin (1981), Psychometrika 46, 443-459.
    """
    layout = design.layout
    table = category_table(layout, blocks, theta)
    counts = np.zeros_like(table)
    nodes = np.zeros_like(prior)
    total = 0.0
    for part_counts, part_nodes, part in run(
        partial(_count_shard, table=table, prior=prior), design.shards
    ):
        counts += part_counts
        nodes += part_nodes
        total += part
    first = layout.first[:-1]
    level = np.arange(counts.shape[0]) - np.repeat(first, layout.categories)
    return Expected(
        totals=counts.sum(axis=1),
        moments=np.add.reduceat(level * (counts @ theta), first),
        item_nodes=np.add.reduceat(counts, first, axis=0),
        nodes=nodes,
        counts=counts,
        log_likelihood=total,
    )


def _count_shard(shard: Shard, *, table: Floats, prior: Floats) -> tuple[Floats, Floats, float]:
    spread = shard.layout.spread(table)
    sums = np.zeros_like(spread)
    nodes = np.zeros_like(prior)
    rows = np.ascontiguousarray(shard.rows)
    total = expected_counts(rows, spread, prior, shard.groups, shard.weights, sums, nodes)
    return shard.layout.gather(sums, shard.layout.met(rows)), nodes, total
