"""The compiled loops of the E-step: packed rows in, sums over persons out (see ``packing_kernels``)."""

import numpy as np
from numpy.typing import NDArray

from concours.psychometrics.jit import compiled

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]

LOG2E = 1.4426950408889634
LN2 = 0.6931471805599453
# Terms below exp(-40) of the largest change no sum in double precision, and stopping there keeps
# denormal numbers (some seven times slower) out of the loops.
FLOOR = -40.0


@compiled
def weighted_products(
    rows: Bytes,
    slot: Ints,
    shift: Ints,
    missing: Ints,
    spread: Floats,
    weights: Floats,
    place: Floats,
    table: NDArray[np.float32],
) -> None:
    """Add each person's vector to the table rows of that person's bytes.

    The vector is the categories of all items times ``spread`` (n,), then Chebyshev polynomials at
    ``place`` (n,) in -1 .. 1 times ``weights`` (n,); ``table`` is (bytes, 256, items + degrees).
    Gathered by item it is the matrix product of the categories with these vectors.
    """
    n, width = rows.shape
    items, wide = slot.size, table.shape[2]
    vector = np.empty(wide, np.float32)
    for i in range(n):
        s = spread[i]
        for j in range(items):
            code = (np.int64(rows[i, slot[j]]) >> shift[j]) & missing[j]
            vector[j] = np.float32(0.0 if code == missing[j] else s * code)
        before, now = weights[i], weights[i] * place[i]
        for r in range(items, wide):
            vector[r] = np.float32(before)
            before, now = now, 2.0 * place[i] * now - before
        for g in range(width):
            b = rows[i, g]
            for r in range(wide):
                table[g, b, r] += vector[r]


@compiled
def exponentiate(values: Floats, bits: Ints) -> None:
    """values = exp(values), for values in [-40, 0], written so that the compiler vectorises it.

    ``bits`` is scratch of the same length. Error below 1e-14 of the value. One array in and out:
    with two that might overlap, the compiler would fall back to single steps.
    """
    scale = bits.view(np.float64)
    for q in range(values.size):
        x = values[q]
        k = np.floor(x * LOG2E + 0.5)
        r = x - k * LN2
        p = 1.0 + r * (1.0 / 12.0)
        p = 1.0 + r * p * (1.0 / 11.0)
        p = 1.0 + r * p * (1.0 / 10.0)
        p = 1.0 + r * p * (1.0 / 9.0)
        p = 1.0 + r * p * (1.0 / 8.0)
        p = 1.0 + r * p * (1.0 / 7.0)
        p = 1.0 + r * p * (1.0 / 6.0)
        p = 1.0 + r * p * (1.0 / 5.0)
        p = 1.0 + r * p * (1.0 / 4.0)
        p = 1.0 + r * p * (1.0 / 3.0)
        p = 1.0 + r * p * (1.0 / 2.0)
        values[q] = 1.0 + r * p
        bits[q] = (np.int64(k) + 1023) << 52
    for q in range(values.size):
        values[q] *= scale[q]


@compiled
def log_likelihoods(
    rows: Bytes, i: int, table: Floats, start: Floats, group: int, out: Floats
) -> float:
    """out = start[group] + sum of table rows for person i; returns the largest entry.

    Indexes whole arrays on purpose: taking views in the loop doubles its time.
    """
    width = rows.shape[1]
    nodes = out.size
    for q in range(nodes):
        out[q] = start[group, q]
    g = 0
    while g + 4 <= width:
        b0, b1, b2, b3 = rows[i, g], rows[i, g + 1], rows[i, g + 2], rows[i, g + 3]
        for q in range(nodes):
            out[q] += (table[g, b0, q] + table[g + 1, b1, q]) + (
                table[g + 2, b2, q] + table[g + 3, b3, q]
            )
        g += 4
    while g < width:
        b0 = rows[i, g]
        for q in range(nodes):
            out[q] += table[g, b0, q]
        g += 1
    top = out[0]
    for q in range(nodes):
        top = max(top, out[q])
    return float(top)


@compiled
def posterior(
    rows: Bytes, i: int, table: Floats, start: Floats, group: int, bits: Ints, out: Floats
) -> float:
    """Fill ``out`` with person i's posterior over nodes; returns the log marginal likelihood."""
    nodes = out.size
    top = log_likelihoods(rows, i, table, start, group, out)
    for q in range(nodes):
        out[q] = max(out[q] - top, FLOOR)
    exponentiate(out, bits)
    total = 0.0
    for q in range(nodes):
        total += out[q]
    scale = 1.0 / total
    for q in range(nodes):
        out[q] *= scale
    return float(top + np.log(total))


@compiled
def expected_counts(
    rows: Bytes,
    table: Floats,
    log_prior: Floats,
    groups: Ints,
    weights: Floats,
    counts: Floats,
    node_counts: Floats,
) -> float:
    """The E-step over a shard.

    rows         (n, bytes)           packed responses
    table        (bytes, 256, nodes)  log-likelihood of each byte value at each node
    log_prior    (groups, nodes)      log weight of each node in each group
    counts       (bytes, 256, nodes)  receives the expected counts
    node_counts  (groups, nodes)      receives the expected persons per node

    Returns the weighted marginal log-likelihood of the shard.
    """
    n, width = rows.shape
    nodes = table.shape[2]
    post = np.empty(nodes)
    bits = np.empty(nodes, np.int64)
    total = 0.0
    for i in range(n):
        group = groups[i]
        w = weights[i]
        total += w * posterior(rows, i, table, log_prior, group, bits, post)
        if w != 1.0:
            for q in range(nodes):
                post[q] *= w
        for g in range(width):
            b = rows[i, g]
            for q in range(nodes):
                counts[g, b, q] += post[q]
        for q in range(nodes):
            node_counts[group, q] += post[q]
    return total


@compiled
def posterior_rows(
    rows: Bytes, table: Floats, log_prior: Floats, groups: Ints, out: Floats, marginal: Floats
) -> None:
    """Posterior of every person of a shard (n, nodes), with log marginal likelihoods (n,)."""
    nodes = table.shape[2]
    bits = np.empty(nodes, np.int64)
    post = np.empty(nodes)
    for i in range(rows.shape[0]):
        marginal[i] = posterior(rows, i, table, log_prior, groups[i], bits, post)
        for q in range(nodes):
            out[i, q] = post[q]


@compiled
def posterior_moments(
    rows: Bytes,
    table: Floats,
    log_prior: Floats,
    theta: Floats,
    groups: Ints,
    mean: Floats,
    sd: Floats,
    marginal: Floats,
) -> None:
    """Posterior mean, standard deviation and log marginal likelihood of each person."""
    nodes = theta.size
    post = np.empty(nodes)
    bits = np.empty(nodes, np.int64)
    for i in range(rows.shape[0]):
        marginal[i] = posterior(rows, i, table, log_prior, groups[i], bits, post)
        first = 0.0
        for q in range(nodes):
            first += post[q] * theta[q]
        second = 0.0
        for q in range(nodes):
            second += post[q] * (theta[q] - first) ** 2
        mean[i] = first
        sd[i] = np.sqrt(second)


@compiled
def sufficient_pass(
    rows: Bytes,
    values: Floats,
    cells: Ints,
    weights: Floats,
    low: Floats,
    per_step: Floats,
    mean: Floats,
    log_marginal: Floats,
    sums: Floats,
    mass: Floats,
) -> float:
    """The E-step where the weighted score says all: complete responses within each cell.

    values        (bytes, 256)    what a byte value adds to the weighted score
    low, per_step (cells,)        start of each cell's score grid; grid points per unit
    mean          (cells, points) posterior mean at each grid point
    log_marginal  (cells, points) log marginal likelihood at each grid point
    sums          (bytes, 256)    receives the posterior means met at each byte value
    mass          (cells, points) receives the persons, spread by cubic Lagrange weights

    Returns the sum of the interpolated log marginals.
    """
    n, width = rows.shape
    points = mean.shape[1]
    total = 0.0
    for i in range(n):
        score = 0.0
        for g in range(width):
            score += values[g, rows[i, g]]
        cell = cells[i]
        w = weights[i]
        t = (score - low[cell]) * per_step[cell]
        k = min(max(int(t), 1), points - 3)
        u = t - k
        c0 = -u * (u - 1.0) * (u - 2.0) / 6.0
        c1 = (u + 1.0) * (u - 1.0) * (u - 2.0) / 2.0
        c2 = -(u + 1.0) * u * (u - 2.0) / 2.0
        c3 = (u + 1.0) * u * (u - 1.0) / 6.0
        m = mean[cell]
        z = log_marginal[cell]
        e = w * (c0 * m[k - 1] + c1 * m[k] + c2 * m[k + 1] + c3 * m[k + 2])
        total += w * (c0 * z[k - 1] + c1 * z[k] + c2 * z[k + 1] + c3 * z[k + 2])
        mass[cell, k - 1] += w * c0
        mass[cell, k] += w * c1
        mass[cell, k + 1] += w * c2
        mass[cell, k + 2] += w * c3
        for g in range(width):
            sums[g, rows[i, g]] += e
    return total
