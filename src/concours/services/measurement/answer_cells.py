"""Cells of an answer file turned into answers; what cannot be read is named by row and column."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from concours.kernel.errors import BadInput
from concours.psychometrics.counted import Counted
from concours.services.measurement.spool import Part
from concours.services.measurement.table_source import Source
from concours.services.measurement.text_table import (
    Piece,
    frame_of,
    marked_cells,
    pieces,
    texts,
    whole_cells,
)

Answers = NDArray[np.int8]

MOST = 126


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be read: item columns with the lowest category's code or a key, and the rest.

    key  item to right option, or None where cells are categories
    id, group, weight  a column's name, or "" for none
    """

    items: tuple[str, ...]
    lowest: int = 0
    key: Mapping[str, str] | None = None
    id: str = ""
    group: str = ""
    weight: str = ""

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that say something of a person."""
        return tuple(dict.fromkeys(name for name in (self.id, self.group, self.weight) if name))


def parts_of(source: Source, wanted: Wanted, told: Counted | None = None) -> Iterator[Part]:
    """A table's persons, a batch of rows at a time; ``told`` hears how much has been read.

    Raises BadInput with row and column for a cell that is no whole number from ``lowest`` to 126,
    a weight that is no number, or an identifier that holds a line end.
    Cost: one pass. Short cells are taken straight from the bytes of a text file; rows with any
    other (quotes, spaces, three digits) go the longer way through a data frame.
    """
    if source.separator:
        for piece in pieces(source.path, source.separator):
            yield _of_piece(piece, source, wanted)
            if told is not None:
                told(piece.read, source.size)
        return
    done = 0
    for frame in source.batches([*wanted.items, *wanted.named], told):
        yield _part(frame, _answers(frame, wanted, done, source), wanted, done, source)
        done += frame.height


def _of_piece(piece: Piece, source: Source, wanted: Wanted) -> Part:
    answers = _short(piece, source, wanted)
    if answers is None:
        frame = _frame(piece, source, (*wanted.items, *wanted.named))
        answers = _answers(frame, wanted, piece.first, source)
        return _part(frame, answers, wanted, piece.first, source)
    columns = {name: texts(piece, source.names.index(name), source.path) for name in wanted.named}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return _part(frame, answers, wanted, piece.first, source)


def _frame(piece: Piece, source: Source, columns: Sequence[str]) -> pl.DataFrame:
    return frame_of(piece, source.names, columns, source.separator, source.path)


def _short(piece: Piece, source: Source, wanted: Wanted) -> Answers | None:
    """Answers where every cell is short and sound, else None."""
    places = np.array([source.names.index(name) for name in wanted.items], np.int64)
    if wanted.key is not None:
        return marked_cells(piece, places, [wanted.key[name] for name in wanted.items])
    found = whole_cells(piece, places)
    if found is None or not wanted.lowest:
        return found
    if ((found >= 0) & (found < wanted.lowest)).any():
        return None
    return np.where(found < 0, found, found - np.int8(wanted.lowest))


def _answers(frame: pl.DataFrame, wanted: Wanted, done: int, source: Source) -> Answers:
    """Answers from a frame whose first row is number ``done``."""
    if wanted.key is None and (sound := _sound(frame, wanted)) is not None:
        return sound
    found = np.empty((frame.height, len(wanted.items)), np.int8)
    for place, name in enumerate(wanted.items):
        if wanted.key is not None:
            right = frame[name].cast(pl.String).str.strip_chars() == wanted.key[name]
            found[:, place] = right.cast(pl.Int8).fill_null(-1).to_numpy()
            continue
        numbers = _whole(frame[name], wanted.lowest, done, source)
        found[:, place] = np.where(numbers < 0, numbers, numbers - wanted.lowest)
    return found


def _sound(frame: pl.DataFrame, wanted: Wanted) -> Answers | None:
    """Answers where all columns hold whole numbers in range, in one go; else None."""
    given = frame.select(wanted.items)
    if not all(kind.is_integer() for kind in given.dtypes):
        return None
    small = given.cast(pl.Int8, strict=False)
    if sum(small.null_count().row(0)) != sum(given.null_count().row(0)):
        return None
    found = small.fill_null(-1).to_numpy()
    if found.min(initial=-1) < -1 or found.max(initial=0) > MOST:
        return None
    if not wanted.lowest:
        return np.ascontiguousarray(found)
    if ((found >= 0) & (found < wanted.lowest)).any():
        return None
    return np.where(found < 0, found, found - np.int8(wanted.lowest))


def _whole(column: pl.Series, lowest: int, done: int, source: Source) -> NDArray[np.int64]:
    """One item's categories as written, -1 not presented."""
    if column.dtype.is_float():
        column = column.fill_nan(None)
    numbers = column.cast(pl.Int64, strict=False)
    lost = numbers.is_null() & column.is_not_null()
    if column.dtype.is_float():
        lost |= (numbers.cast(pl.Float64) != column).fill_null(False)
    lost |= ((numbers < lowest) & (numbers != -1)).fill_null(False)
    beyond = (numbers > MOST).fill_null(False)
    if lost.any() or beyond.any():
        row = int((lost | beyond).arg_max() or 0)
        field = f"row {done + row + 1}, column {column.name}"
        found = f"Found {column[row]!r} in {source.path.name}"
        if beyond[row] and not lost[row]:
            raise BadInput(
                "response_out_of_range",
                field=field,
                remedy=f"{found}; responses are 0 to {MOST}. "
                "Is this column an item? Name it with --id or --leave-out if not.",
            )
        raise BadInput(
            "response_unreadable",
            field=field,
            remedy=f"{found}; use whole numbers from {lowest}, and "
            "leave the cell empty (or NA, or -1) for not presented.",
        )
    return numbers.fill_null(-1).to_numpy()


def _part(frame: pl.DataFrame, answers: Answers, wanted: Wanted, done: int, source: Source) -> Part:
    return Part(
        answers,
        _labels(frame, wanted.id, done),
        _labels(frame, wanted.group, done),
        _weights(frame, wanted.weight, done, source),
    )


def _labels(frame: pl.DataFrame, name: str, done: int) -> list[str] | None:
    if not name:
        return None
    values = frame[name].cast(pl.String).fill_null("")
    broken = values.str.contains("\n", literal=True)
    if broken.any():
        row = int(broken.arg_max() or 0)
        raise BadInput(
            "line_end_in_cell",
            field=f"row {done + row + 1}, column {name}",
            remedy=f"Found {values[row]!r}; write it on one line.",
        )
    return values.to_list()


def _weights(frame: pl.DataFrame, name: str, done: int, source: Source) -> list[float] | None:
    if not name:
        return None
    values = frame[name].cast(pl.Float64, strict=False)
    if values.is_null().any():
        row = int(values.is_null().arg_max() or 0)
        raise BadInput(
            "weight_unreadable",
            field=f"row {done + row + 1}, column {name}",
            remedy=f"Found {frame[name][row]!r} in {source.path.name}; every person needs a weight.",
        )
    return values.to_list()
