"""Each person's share in the gradient of the log-likelihood, and the sum of their products."""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from concours.psychometrics.design import Design
from concours.psychometrics.expectation import category_table
from concours.psychometrics.kernels import posterior_rows
from concours.psychometrics.models import Block, log_gradients
from concours.psychometrics.responses import Responses
from concours.psychometrics.shards import Shard, ShardMap

Floats = NDArray[np.float64]

ROWS = 2048


def cross_products(
    design: Design,
    blocks: tuple[Block, ...],
    theta: Floats,
    prior: Floats,
    group_terms: tuple[Floats, Floats],
    squared: bool,
    run: ShardMap,
) -> tuple[Floats, float]:
    """Sum over persons of w s s' (or w^2 s s'), s the person's score; and the sum of the w.

    The score has an entry for every number of the state: item values block by block, group
    means, logarithms of group sds.
    Cost: persons x parameters^2, as matrix products; memory of 2,048 persons per thread.
    """
    work = partial(
        _shard_products,
        blocks=blocks,
        table=category_table(design.layout, blocks, theta),
        gradients=tuple(log_gradients(block, theta) for block in blocks),
        prior=prior,
        group_terms=group_terms,
        squared=squared,
    )
    total, persons = 0.0, 0.0
    products: Floats | None = None
    for part, weight in run(work, design.shards):
        products = part if products is None else products + part
        total += weight
    persons = total
    assert products is not None
    return products, persons


def _shard_products(
    shard: Shard,
    *,
    blocks: tuple[Block, ...],
    table: Floats,
    gradients: tuple[Floats, ...],
    prior: Floats,
    group_terms: tuple[Floats, Floats],
    squared: bool,
) -> tuple[Floats, float]:
    spread = shard.layout.spread(table)
    size = sum(block.values.size for block in blocks) + 2 * prior.shape[0]
    products = np.zeros((size, size))
    for low in range(0, shard.rows.shape[0], ROWS):
        rows = np.ascontiguousarray(shard.rows[low : low + ROWS])
        groups = shard.groups[low : low + ROWS]
        weights = shard.weights[low : low + ROWS]
        post = np.empty((rows.shape[0], table.shape[1]))
        posterior_rows(rows, spread, prior, groups, post, np.empty(rows.shape[0]))
        scores = _scores(Responses(shard.layout, rows).unpack(), post, blocks, gradients)
        by_group = np.eye(prior.shape[0])[groups]
        parts = [by_group * (post @ term.T) for term in group_terms]
        whole = np.concatenate([scores, *parts], axis=1)
        whole *= (weights if squared else np.sqrt(weights))[:, None]
        products += whole.T @ whole
    return products, float(shard.weights.sum())


def _scores(
    responses: NDArray[np.int8],
    post: Floats,
    blocks: tuple[Block, ...],
    gradients: tuple[Floats, ...],
) -> Floats:
    """(persons, item numbers) posterior mean of the complete-data score."""
    parts = []
    for block, gradient in zip(blocks, gradients, strict=True):
        n, p, categories, nodes = gradient.shape
        reached = responses[:, block.items]
        part = np.zeros((post.shape[0], n, p))
        for k in range(categories):
            means = (post @ gradient[:, :, k].reshape(n * p, nodes).T).reshape(-1, n, p)
            part += means * (reached == k)[:, :, None]
        parts.append(part.reshape(post.shape[0], n * p))
    return np.concatenate(parts, axis=1)
