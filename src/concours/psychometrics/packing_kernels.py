"""The compiled loops over packed rows that know no model: pack, count, look up, add up.

A packed row holds each response in a field of 2, 4 or 8 bits that never crosses a byte, so that a
table with 256 entries per byte answers for up to four items at once ("four Russians": Arlazarov,
Dinic, Kronrod & Faradzhev 1970). A loop over persons then costs one look-up per byte, not one
per item, and what is not presented costs nothing extra.
"""

import numpy as np
from numpy.typing import NDArray

from concours.psychometrics.jit import compiled, compiled_strict

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]


@compiled_strict
def pack_rows(
    responses: NDArray[np.int8],
    slot: Ints,
    shift: Ints,
    categories: Ints,
    missing: Ints,
    out: Bytes,
) -> int:
    """Pack ``responses`` (n, items) into zeroed ``out`` (n, bytes).

    Returns -1, or the flat index of the first response outside -1 .. categories - 1.
    """
    n, items = responses.shape
    for i in range(n):
        for j in range(items):
            value = np.int64(responses[i, j])
            if value < -1 or value >= categories[j]:
                return int(i * items + j)
            code = missing[j] if value < 0 else value
            out[i, slot[j]] |= np.uint8(code << shift[j])
    return -1


@compiled_strict
def unpack_rows(rows: Bytes, slot: Ints, shift: Ints, missing: Ints, out: NDArray[np.int8]) -> None:
    """Undo ``pack_rows`` into ``out`` (n, items)."""
    n, items = out.shape
    for i in range(n):
        for j in range(items):
            code = (np.int64(rows[i, slot[j]]) >> shift[j]) & missing[j]
            out[i, j] = -1 if code == missing[j] else code


@compiled_strict
def byte_histogram(rows: Bytes, weights: Floats, out: Floats) -> None:
    """Add up the weight met at each value of each byte; ``out`` is (bytes, 256)."""
    n, width = rows.shape
    for i in range(n):
        w = weights[i]
        for g in range(width):
            out[g, rows[i, g]] += w


@compiled_strict
def byte_counts(rows: Bytes, out: Ints) -> None:
    """Count each value of each byte; ``out`` is (bytes, 256)."""
    n, width = rows.shape
    for i in range(n):
        for g in range(width):
            out[g, rows[i, g]] += 1


@compiled_strict
def mark_met(rows: Bytes, out: NDArray[np.bool_]) -> None:
    """Mark each value of each byte that occurs; ``out`` is (bytes, 256)."""
    n, width = rows.shape
    for i in range(n):
        for g in range(width):
            out[g, rows[i, g]] = True


@compiled_strict
def presence_keys(rows: Bytes, table: NDArray[np.uint64], out: NDArray[np.uint64]) -> None:
    """Give each row a key that depends only on which items it was presented."""
    n, width = rows.shape
    for i in range(n):
        key = np.uint64(0)
        for g in range(width):
            key += table[g, rows[i, g]]
        out[i] = key


@compiled
def add_up(rows: Bytes, table: Floats, out: Floats) -> None:
    """out[i] = sum over bytes of table[byte, value]."""
    n, width = rows.shape
    for i in range(n):
        total = 0.0
        for g in range(width):
            total += table[g, rows[i, g]]
        out[i] = total


@compiled
def spread_rows(
    values: Floats, first: Ints, slot: Ints, shift: Ints, missing: Ints, out: Floats
) -> None:
    """Add each item's rows of ``values`` (all categories, nodes) to every byte value that means it.

    ``out`` is zeroed (bytes, 256, nodes); an item not presented adds nothing.
    """
    nodes = values.shape[1]
    for j in range(slot.size):
        g, categories = slot[j], first[j + 1] - first[j]
        for code in range(256):
            k = (code >> shift[j]) & missing[j]
            if k < categories:
                row = first[j] + k
                for q in range(nodes):
                    out[g, code, q] += values[row, q]


@compiled
def gather_rows(
    table: Floats | NDArray[np.float32],
    first: Ints,
    slot: Ints,
    shift: Ints,
    missing: Ints,
    met: NDArray[np.bool_],
    out: Floats,
) -> None:
    """The transpose of ``spread_rows``: add up byte values by item and category.

    met  (bytes, 256) which rows of the table hold anything; the others are not looked at
    """
    nodes = table.shape[2]
    for j in range(slot.size):
        g, categories = slot[j], first[j + 1] - first[j]
        for code in range(256):
            k = (code >> shift[j]) & missing[j]
            if k < categories:
                row = first[j] + k
                if met[g, code]:
                    for q in range(nodes):
                        out[row, q] += table[g, code, q]
