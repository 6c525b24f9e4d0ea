"""Who was presented what: forms, groups, weights, and whether it all hangs together."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concours.kernel.errors import BadInput
from concours.psychometrics.layout import BYTE, Layout
from concours.psychometrics.packing_kernels import byte_histogram
from concours.psychometrics.responses import CHUNK, Responses, empty_key
from concours.psychometrics.shards import Shard, bounds

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Number = TypeVar("Number", np.int64, np.float64)

# Beyond so many different sets of presented items, persons are not sorted by form.
MOST_FORMS = 64
SOME = 4096


@dataclass(frozen=True, slots=True)
class Design:
    """Packed responses with everything that is known about them before a model is fitted.

    groups          labels, the reference group first
    group_weight    (groups,)              weighted persons in each
    totals          (all categories,)      weighted persons in each category
    presented       (items,)               weighted persons presented each item
    forms           (forms, items) or None which items each form holds; None: more than 64 forms
    cells           (cells, 2)             form and group of each cell that has persons
    empty           persons presented nothing
    parts           connected sets of items (numbers), largest first
    """

    layout: Layout
    shards: tuple[Shard, ...]
    groups: tuple[str, ...]
    group_weight: Floats
    persons: int
    totals: Floats
    forms: Flags | None
    cells: Ints
    empty: int
    parts: tuple[tuple[int, ...], ...]

    @property
    def presented(self) -> Floats:
        """(items,) weighted number of persons presented each item."""
        return np.add.reduceat(self.totals, self.layout.first[:-1])

    def sample(self, every: int) -> "Design":
        """Every n-th shard, for a first approach; only its shards differ."""
        return replace(self, shards=self.shards[::every])


def read_design(
    responses: Responses,
    *,
    groups: Sequence[object] | ArrayLike | None = None,
    reference: object = None,
    weights: ArrayLike | None = None,
) -> Design:
    """Sort persons by form and group, count categories, find connected parts.

    groups     (persons,) label of each person's population; None: one group
    reference  the group whose ability is mean 0, sd 1 (default: first label in order)
    weights    (persons,) how many persons each row stands for, >= 0

    Raises BadInput if lengths disagree, a weight is negative or not finite, or the reference group
    has no persons.
    """
    n = responses.persons
    codes, labels = _group_codes(groups, reference, n)
    weight = _weights(weights, n)
    forms, form_of, patterns, empty = _forms(responses)
    if forms is None:
        cells, cell_of = (
            np.stack([np.zeros(len(labels), np.int64), np.arange(len(labels))], 1),
            codes,
        )
    else:
        cells, cell_of = np.unique(form_of * len(labels) + codes, return_inverse=True)
        cells = np.stack([cells // len(labels), cells % len(labels)], axis=1)
    histogram = np.zeros((responses.layout.width, BYTE))
    for low in range(0, n, CHUNK):
        rows = np.ascontiguousarray(responses.rows[low : low + CHUNK])
        byte_histogram(rows, weight[low : low + CHUNK], histogram)
    by_group = np.bincount(codes, weight, len(labels)).astype(np.float64)
    codes, cell_of, weight = _thrifty(codes, n), _thrifty(cell_of, n), _thrifty(weight, n)
    shards = tuple(
        Shard(
            responses.layout,
            low,
            np.asarray(responses.rows[low:high]),
            _part(codes, low, high, n),
            _part(cell_of, low, high, n),
            _part(weight, low, high, n),
        )
        for low, high in bounds(n)
    )
    return Design(
        layout=responses.layout,
        shards=shards,
        groups=labels,
        group_weight=by_group,
        persons=n,
        totals=responses.layout.gather(histogram),
        forms=forms,
        cells=cells,
        empty=empty,
        parts=connected_parts(responses.layout.items, patterns),
    )


def _thrifty(column: NDArray[Number], persons: int) -> NDArray[Number]:
    """A column that says the same of everybody, cut to what the largest shard needs of it."""
    if (column == column[0]).all():
        return column[: max(high - low for low, high in bounds(persons))].copy()
    return column


def _part(column: NDArray[Number], low: int, high: int, persons: int) -> NDArray[Number]:
    return column[low:high] if column.size == persons else column[: high - low]


def connected_parts(items: int, patterns: Iterable[Flags]) -> tuple[tuple[int, ...], ...]:
    """Sets of items linked by persons who were presented items of both; largest first.

    patterns  batches of (forms, items), read only until all hangs together. An item nobody was presented is a part of its own.
    """
    parent = list(range(items))

    def root(j: int) -> int:
        while parent[j] != j:
            parent[j] = parent[parent[j]]
            j = parent[j]
        return j

    left = items
    for pattern in chain.from_iterable(patterns):
        if left == 1:
            break
        members = np.flatnonzero(pattern)
        for j in members[1:]:
            first, second = root(int(members[0])), root(int(j))
            if first != second:
                parent[second] = first
                left -= 1
    parts: dict[int, list[int]] = {}
    for j in range(items):
        parts.setdefault(root(j), []).append(j)
    return tuple(sorted((tuple(p) for p in parts.values()), key=lambda p: (-len(p), p)))


def _group_codes(
    groups: Sequence[object] | ArrayLike | None, reference: object, n: int
) -> tuple[Ints, tuple[str, ...]]:
    if groups is None:
        return np.zeros(n, np.int64), ("all",)
    array = np.asarray(groups)
    if array.shape != (n,):
        raise BadInput(
            "shapes_disagree", field="groups", remedy=f"{n} persons, groups of shape {array.shape}."
        )
    found, codes = np.unique(array, return_inverse=True)
    labels = [str(v) for v in found]
    if reference is not None:
        if str(reference) not in labels:
            raise BadInput(
                "unknown_group",
                field="reference",
                remedy=f"Group {reference} has no persons; groups are {', '.join(labels)}.",
            )
        first = labels.index(str(reference))
        order = [first, *(g for g in range(len(labels)) if g != first)]
        place = np.empty(len(labels), np.int64)
        place[order] = np.arange(len(labels))
        codes, labels = place[codes], [labels[g] for g in order]
    return codes.astype(np.int64), tuple(labels)


def _weights(weights: ArrayLike | None, n: int) -> Floats:
    if weights is None:
        return np.ones(n)
    array = np.asarray(weights, np.float64)
    if array.shape != (n,) or not np.isfinite(array).all() or (array < 0).any():
        raise BadInput(
            "weights_out_of_range",
            field="weights",
            remedy=f"Give {n} finite weights of zero or more.",
        )
    if not array.any():
        raise BadInput("weights_out_of_range", field="weights", remedy="All weights are zero.")
    return array


def _forms(responses: Responses) -> tuple[Flags | None, Ints, Iterator[Flags], int]:
    """Forms if they are few, each person's form, the patterns met, and how many are empty."""
    keys = responses.presence()
    if (keys == keys[0]).all():
        first, form_of = np.zeros(1, np.int64), np.zeros(keys.size, np.int64)
    else:
        _, first, form_of = np.unique(keys, return_index=True, return_inverse=True)
    empty = int((keys == empty_key(responses.layout)).sum())
    patterns = _patterns(responses, np.sort(first))
    if first.size > MOST_FORMS:
        return None, np.zeros(keys.size, np.int64), patterns, empty
    return next(_patterns(responses, first)), form_of.astype(np.int64), patterns, empty


def _patterns(responses: Responses, persons: Ints) -> Iterator[Flags]:
    """What these persons were presented, (patterns, items) at a time."""
    for low in range(0, persons.size, SOME):
        rows = np.ascontiguousarray(responses.rows[persons[low : low + SOME]])
        yield Responses(responses.layout, rows).unpack() >= 0
