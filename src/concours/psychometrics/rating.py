"""Ratings as sparse counts: who rated whom on what, and whether the raters are connected."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from concours.kernel.errors import BadInput
from concours.psychometrics.arrays import Floats, Ints
from concours.psychometrics.notice import Notice

Steps = Literal["item", "common"]
Codes = NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class Ratings:
    """Checked ratings, long form; every column is coded 0, 1, ... in the order of its codes.

    cell     (ratings,)  number of the rating's combination of item and facet levels
    cells    (cells, 1 + facets)  item and facet levels of each combination
    score    (ratings,)  0 up to the item's highest, counted from ``lowest``
    highest  (items,)
    """

    persons: Codes
    items: Codes
    facets: tuple[tuple[str, Codes], ...]
    person: Ints
    cell: Ints
    cells: Ints
    score: Ints
    highest: Ints
    lowest: int

    @property
    def categories(self) -> int:
        """Most categories of any item."""
        return int(self.highest.max()) + 1

    def counts(self) -> sparse.csr_array:
        """Ratings by person and (cell, category), (persons, cells x categories)."""
        column = self.cell * self.categories + self.score
        shape = (self.persons.size, self.cells.shape[0] * self.categories)
        ones = np.ones(column.size)
        return sparse.csr_array(sparse.coo_array((ones, (self.person, column)), shape=shape))


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """How the levels of a facet hang together through persons rated by more than one.

    part      (levels,)  number of the connected part a level belongs to, 0 the largest
    shared    (levels,)  persons this level shares with another
    parts     number of parts: 1 when every two levels can be compared
    """

    part: Ints
    shared: Ints
    parts: int


def ratings(
    person: ArrayLike,
    item: ArrayLike,
    facets: Mapping[str, ArrayLike],
    score: ArrayLike,
    *,
    lowest: int = 0,
) -> Ratings:
    """Check and code ratings, one row a rating: person, item (criterion), facets, score.

    Scores are whole, from ``lowest``; each item's highest is the highest met. Raises
    BadInput when columns differ in length, a score is not whole or too low, an
    item has one score only, a score between lowest and highest was never given,
    or a level of a facet gave nothing but lowest (or nothing but highest) scores.
    """
    if not facets:
        raise BadInput(
            "no_facet", field="facets", remedy="Give one facet at least, such as the rater."
        )
    given = np.asarray(score, dtype=np.float64)
    columns = [np.asarray(person), np.asarray(item), *(np.asarray(v) for v in facets.values())]
    if given.ndim != 1 or given.size == 0 or any(c.shape != given.shape for c in columns):
        raise BadInput(
            "shapes_disagree",
            field="score",
            remedy="Give one value in every column for each rating.",
        )
    wrong = (
        ~np.isfinite(given) | (given < lowest) | (given != np.round(given)) | (given > lowest + 126)
    )
    if wrong.any():
        row = int(np.argmax(wrong))
        raise BadInput(
            "score_not_whole",
            field="score",
            remedy=f"Rating {row + 1} is {given[row]:g}; give whole numbers from {lowest}.",
        )
    coded = [np.unique(c, return_inverse=True) for c in columns]
    whole = given.astype(np.int64) - lowest
    place = np.stack([inverse for _, inverse in coded[1:]], axis=1)
    sizes = tuple(codes.size for codes, _ in coded[1:])
    known, cell = np.unique(np.ravel_multi_index(tuple(place.T), sizes), return_inverse=True)
    cells = np.stack(np.unravel_index(known, sizes), axis=1)
    highest = np.zeros(coded[1][0].size, dtype=np.int64)
    np.maximum.at(highest, place[:, 0], whole)
    found = Ratings(
        persons=coded[0][0],
        items=coded[1][0],
        facets=tuple((name, codes) for name, (codes, _) in zip(facets, coded[2:], strict=True)),
        person=coded[0][1].astype(np.int64),
        cell=cell.ravel().astype(np.int64),
        cells=cells.astype(np.int64),
        score=whole,
        highest=highest,
        lowest=lowest,
    )
    _refuse_the_inestimable(found)
    return found


def _refuse_the_inestimable(found: Ratings) -> None:
    """Name items and levels whose parameters have no finite estimate."""
    place = found.cells[found.cell]
    used = np.zeros((found.items.size, found.categories), dtype=np.int64)
    np.add.at(used, (place[:, 0], found.score), 1)
    for j, name in enumerate(found.items):
        if found.highest[j] == 0:
            raise BadInput(
                "constant_item",
                field="score",
                remedy=f"Item {name} has only scores of {found.lowest}; leave it out.",
            )
        empty = np.flatnonzero(used[j, : found.highest[j]] == 0)
        if empty.size:
            raise BadInput(
                "category_never_used",
                field="score",
                remedy=f"Item {name} never has score {empty[0] + found.lowest}; join categories, "
                "or say what the lowest score is.",
            )
    top = found.highest[place[:, 0]]
    for column, (name, codes) in enumerate(found.facets, start=1):
        given = np.bincount(place[:, column], weights=found.score, minlength=codes.size)
        most = np.bincount(place[:, column], weights=top, minlength=codes.size)
        stuck = (given == 0) | (given == most)
        if stuck.any():
            which = ", ".join(str(c) for c in codes[stuck][:5])
            raise BadInput(
                "severity_without_bound",
                field=name,
                remedy=f"{name} {which} gave only lowest or only highest scores, so no severity fits; leave out.",
            )


def connection(found: Ratings, column: int) -> Connection:
    """Connected parts of facet number ``column`` (0 for the first), through shared persons."""
    codes = found.facets[column][1]
    level = found.cells[found.cell, column + 1]
    ones = np.ones(level.size)
    size = (found.persons.size, codes.size)
    seen = sparse.csr_array(sparse.coo_array((ones, (found.person, level)), shape=size))
    seen.data[:] = 1.0
    linked = seen.T @ seen
    _, part = sparse.csgraph.connected_components(linked, directed=False)
    order = np.argsort(-np.bincount(part), kind="stable")
    renamed = np.empty_like(order)
    renamed[order] = np.arange(order.size)
    several = np.asarray(seen.sum(axis=1)).ravel() > 1
    shared = np.asarray(seen[several].sum(axis=0)).ravel()
    return Connection(
        part=renamed[part].astype(np.int64), shared=shared.astype(np.int64), parts=int(order.size)
    )


def connection_notices(name: str, codes: Codes, found: Connection) -> tuple[Notice, ...]:
    """Say when levels cannot be compared through persons they share."""
    if found.parts == 1:
        return ()
    text = (
        f"The levels of {name} fall into {found.parts} parts that share no person; severities of different parts "
        "are comparable only if persons were assigned at random."
    )
    apart = tuple(
        Notice("level_apart", f"This {name} shares no person with the largest part.", str(codes[k]))
        for k in np.flatnonzero(found.part > 0)
    )
    return (Notice("unconnected_facet", text, name), *apart)


def design_matrix(found: Ratings, steps: Steps) -> tuple[sparse.csr_array, tuple[slice, ...]]:
    """Rows (cell, category): what the log odds of the category lose by each parameter.

    Columns: items with steps "item" have one for each category above 0 (their
    sum of thresholds up to it); with "common", a difficulty each and then one
    for each inner category. Each facet has a column for every level but the
    last, which is less the sum of the others. Returns the slices of these parts.
    """
    size, count = found.categories, found.items.size
    rows: list[Ints] = []
    columns: list[Ints] = []
    values: list[Floats] = []

    def put(row: Ints, column: Ints, value: Floats | float) -> None:
        rows.append(row)
        columns.append(column)
        values.append(np.broadcast_to(np.asarray(value, dtype=float), row.shape))

    item = found.cells[:, 0]
    place = np.arange(item.size)
    first = np.concatenate([[0], np.cumsum(found.highest)])
    width = int(first[-1]) if steps == "item" else count + size - 2
    parts = [slice(0, width)]
    for k in range(1, size):
        open_cells = place[found.highest[item] >= k]
        here = open_cells * size + k
        if steps == "item":
            put(here, first[item[open_cells]] + k - 1, 1.0)
        else:
            put(here, item[open_cells], float(k))
            if k < size - 1:
                put(here, np.full(here.size, count + k - 1), 1.0)
        start = width
        for column, (_, codes) in enumerate(found.facets, start=1):
            level, last = found.cells[open_cells, column], codes.size - 1
            own = level < last
            put(here[own], start + level[own], float(k))
            others = np.repeat(here[~own], last)
            put(others, np.tile(start + np.arange(last), int((~own).sum())), -float(k))
            start += last
    for _, codes in found.facets:
        parts.append(slice(parts[-1].stop, parts[-1].stop + codes.size - 1))
    shape = (item.size * size, parts[-1].stop)
    entries = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    return sparse.csr_array(sparse.coo_array(entries, shape=shape)), tuple(parts)
