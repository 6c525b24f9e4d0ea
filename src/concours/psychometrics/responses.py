"""Responses in, packed rows out: the form in which measurement keeps answers in memory.

Convention of this package: persons in rows, items in columns, whole numbers from 0 for the
category reached, -1 where the item was not presented to the person.
"""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import cast

import numpy as np
from numpy.typing import NDArray

from concours.kernel.errors import BadInput
from concours.psychometrics.layout import BYTE, Layout, lay_out
from concours.psychometrics.packing_kernels import (
    byte_counts,
    pack_rows,
    presence_keys,
    unpack_rows,
)

Ints = NDArray[np.int64]
Chunk = NDArray[np.integer] | NDArray[np.bool_]

CHUNK = 65536


@dataclass(frozen=True, slots=True)
class Responses:
    """Packed responses of ``persons`` to the items of ``layout``.

    rows is (persons, bytes); it may be a memory map over a packed file, and then costs no memory
    of its own. Four right-or-wrong answers take one byte.
    """

    layout: Layout
    rows: NDArray[np.uint8]

    @property
    def persons(self) -> int:
        """Number of persons."""
        return int(self.rows.shape[0])

    def unpack(self, low: int = 0, high: int | None = None) -> NDArray[np.int8]:
        """Responses of persons low .. high - 1 as int8 (persons, items), -1 not presented."""
        part = np.ascontiguousarray(self.rows[low:high])
        out = np.empty((part.shape[0], self.layout.items), np.int8)
        unpack_rows(part, self.layout.slot, self.layout.shift, self.layout.missing, out)
        return out

    def category_counts(self) -> Ints:
        """(all categories,) how many persons reached each category, items one after another."""
        counts = np.zeros((self.layout.width, BYTE), np.int64)
        for low in range(0, self.persons, CHUNK):
            byte_counts(np.ascontiguousarray(self.rows[low : low + CHUNK]), counts)
        return cast(Ints, self.layout.gather(counts.astype(np.float64)).astype(np.int64))

    def presence(self) -> NDArray[np.uint64]:
        """(persons,) keys: equal exactly when two persons were presented the same items.

        Two different sets share a key with probability 2^-64.
        """
        table = _presence_table(self.layout)
        keys = np.empty(self.persons, np.uint64)
        for low in range(0, self.persons, CHUNK):
            part = np.ascontiguousarray(self.rows[low : low + CHUNK])
            presence_keys(part, table, keys[low : low + CHUNK])
        return keys


def pack(
    responses: "Responses | Chunk | Iterable[Chunk]",
    *,
    items: Sequence[str] | None = None,
    categories: Sequence[int] | int | None = None,
) -> Responses:
    """Pack responses, checking every value.

    responses   an array (persons, items), an iterable of such arrays (chunks of persons, each
                read once), or what ``pack`` gave before (returned as it is)
    items       names, by default "1", "2", ...
    categories  per item, or one number for all; by default the highest seen plus one (from an
                iterable: 3 at most, because chunks are packed as they come)

    Raises BadInput for a wrong type or shape, no persons, a value outside -1 .. categories - 1
    (with person and item), or chunks that differ in width.
    Cost: one pass; 2, 4 or 8 bits per response are kept.
    Source: none; the layout is this package's own (``Layout``).
    """
    if isinstance(responses, Responses):
        return responses
    chunks: Iterable[Chunk]
    if isinstance(responses, np.ndarray):
        whole = _as_int8(_checked(cast(Chunk, responses), 0), 0)
        if categories is None:
            top = whole.max(axis=0, initial=1) if whole.shape[0] else np.ones(whole.shape[1], int)
            categories = [int(t) + 1 for t in top]
        if whole.shape[0]:
            return _pack_whole(_layout_for(whole.shape[1], items, categories), whole)
        chunks = ()
    else:
        chunks = responses
    layout: Layout | None = None
    packed: list[NDArray[np.uint8]] = []
    done = 0
    for chunk in chunks:
        part = _checked(chunk, done)
        if layout is None:
            layout = _layout_for(part.shape[1], items, 3 if categories is None else categories)
        packed.append(pack_chunk(layout, part, done))
        done += part.shape[0]
    if layout is None or done == 0:
        raise BadInput("no_persons", field="responses", remedy="Give at least one person.")
    found = Responses(layout, packed[0] if len(packed) == 1 else np.concatenate(packed))
    return found if categories is not None else _trimmed(found)


def _trimmed(responses: Responses) -> Responses:
    """With as many categories as were seen; two and three take the same bits."""
    layout, counts = responses.layout, responses.category_counts()
    seen = [np.flatnonzero(counts[low:high]) for low, high in pairwise(layout.first)]
    categories = np.array([max(2, int(s[-1]) + 1 if s.size else 2) for s in seen], np.int64)
    return Responses(replace(layout, categories=categories), responses.rows)


def pack_chunk(layout: Layout, chunk: Chunk, start: int) -> NDArray[np.uint8]:
    """Pack one chunk whose first person is number ``start``; raises BadInput as ``pack`` does."""
    if chunk.shape[1] != layout.items:
        raise BadInput(
            "shapes_disagree",
            field=f"person {start + 1}",
            remedy=f"These rows have {chunk.shape[1]} items; {layout.items} are expected.",
        )
    small = _as_int8(chunk, start)
    out = np.zeros((small.shape[0], layout.width), np.uint8)
    wrong = pack_rows(small, layout.slot, layout.shift, layout.categories, layout.missing, out)
    if wrong >= 0:
        person, item = divmod(wrong, layout.items)
        most = layout.categories[item] - 1
        raise BadInput(
            "response_out_of_range",
            field=f"person {start + person + 1}, item {layout.names[item]}",
            remedy=f"Found {small[person, item]}; use 0 to {most} (or declare more categories), "
            "or -1 for not presented.",
        )
    return out


def _pack_whole(layout: Layout, whole: NDArray[np.int8]) -> Responses:
    """Pack an array in place of its result, runs of persons on several threads."""
    rows = np.zeros((whole.shape[0], layout.width), np.uint8)

    def fill(low: int) -> None:
        rows[low : low + CHUNK] = pack_chunk(layout, whole[low : low + CHUNK], low)

    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        # in order, so that the first refusal told is the first in the data
        for _ in pool.map(fill, range(0, whole.shape[0], CHUNK)):
            pass
    return Responses(layout, rows)


def _layout_for(width: int, items: Sequence[str] | None, categories: Sequence[int] | int) -> Layout:
    names = [str(j + 1) for j in range(width)] if items is None else list(items)
    counts = [categories] * width if isinstance(categories, int) else list(categories)
    if len(names) != width or len(counts) != width:
        raise BadInput(
            "shapes_disagree",
            field="items",
            remedy=f"{width} columns, {len(names)} item names and {len(counts)} category counts.",
        )
    return lay_out(names, counts)


def _checked(chunk: Chunk, start: int) -> Chunk:
    if chunk.ndim != 2:
        raise BadInput(
            "shapes_disagree",
            field="responses",
            remedy=f"Responses need two dimensions (persons, items); found {chunk.ndim}.",
        )
    if chunk.dtype.kind not in "iub":
        raise BadInput(
            "not_whole_numbers",
            field="responses",
            remedy=f"Responses must be whole numbers, -1 where not presented; found {chunk.dtype}.",
        )
    return chunk


def _as_int8(chunk: Chunk, start: int) -> NDArray[np.int8]:
    if chunk.dtype == np.int8:
        return np.ascontiguousarray(cast(NDArray[np.int8], chunk))
    whole = chunk.astype(np.int64)
    bad = np.argwhere((whole < -1) | (whole > 126))
    if bad.size:
        person, item = (int(v) for v in bad[0])
        raise BadInput(
            "response_out_of_range",
            field=f"person {start + person + 1}, item {item + 1}",
            remedy=f"Found {whole[person, item]}; use 0 to 126, or -1 for not presented.",
        )
    return whole.astype(np.int8)


def _presence_table(layout: Layout) -> NDArray[np.uint64]:
    """Per byte value, the sum of one fixed 64-bit number per item not presented in it."""
    table = np.zeros((layout.width, BYTE), np.uint64)
    codes = np.arange(BYTE)
    for j in range(layout.items):
        absent = ((codes >> layout.shift[j]) & layout.missing[j]) == layout.missing[j]
        table[layout.slot[j], absent] += np.uint64(_mixed(j + 1))
    return table


def empty_key(layout: Layout) -> np.uint64:
    """The key of a person who was presented nothing."""
    rows = pack_chunk(layout, np.full((1, layout.items), -1, np.int8), 0)
    return np.uint64(Responses(layout, rows).presence()[0])


def _mixed(number: int) -> int:
    """A well-mixed 64-bit number for each whole number (splitmix64, Steele, Lea & Flood 2014)."""
    full = (1 << 64) - 1
    z = (number * 0x9E3779B97F4A7C15) & full
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & full
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & full
    return z ^ (z >> 31)
