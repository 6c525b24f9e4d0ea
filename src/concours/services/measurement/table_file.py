"""Tables of scores, ratings, judgements and groups, read whole; wrong cells are named by row and column."""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from concours.kernel.errors import BadInput
from concours.psychometrics.counted import Counted
from concours.services.measurement.answer_cells import Wanted, parts_of
from concours.services.measurement.table_source import Source, open_source

Floats = NDArray[np.float64]
Texts = NDArray[np.str_]


def open_table(path: Path, needed: Sequence[str] = ()) -> Source:
    """A CSV, TSV or Parquet table to be read by column or in batches.

    Empty cells, NA and -1 of text files are missing. Raises BadInput for a
    missing file, another format, or a column that is not there.
    """
    source = open_source(path)
    missing = [name for name in needed if name and name not in source.names]
    if missing:
        raise BadInput(
            "no_such_column",
            field=missing[0],
            remedy=f"The columns of {path.name} are: {', '.join(source.names[:40])}.",
        )
    return source


def read_table(path: Path, needed: Sequence[str] = (), told: Counted | None = None) -> pl.DataFrame:
    """The same, read whole; raises BadInput, too, when it has no rows."""
    source = open_table(path, needed)
    frame = source.whole(source.names, told)
    if frame.height == 0:
        raise BadInput("no_rows", field=str(path), remedy="The file has no rows below its header.")
    return frame


def read_columns(path: Path, columns: Sequence[str], told: Counted | None = None) -> pl.DataFrame:
    """These columns of a table and no others, "" left out; raises BadInput as ``read_table``.

    Memory grows with the cells of these columns.
    """
    wanted = list(dict.fromkeys(name for name in columns if name))
    frame = open_table(path, columns).whole(wanted, told)
    if frame.height == 0:
        raise BadInput("no_rows", field=str(path), remedy="The file has no rows below its header.")
    return frame


def numbers_of(frame: pl.DataFrame, column: str, path: Path) -> Floats:
    """A column of numbers; raises BadInput with the row of the first cell that is none."""
    values = frame[column].cast(pl.Float64, strict=False)
    if values.is_null().any():
        row = int(values.is_null().arg_max() or 0)
        raise BadInput(
            "not_a_number",
            field=f"row {row + 1}, column {column}",
            remedy=f"Found {frame[column][row]!r} in {path.name}; every row needs a number here.",
        )
    return values.to_numpy().astype(np.float64)


def texts_of(frame: pl.DataFrame, column: str, path: Path) -> Texts:
    """A column of codes as text; raises BadInput with the row of the first empty cell."""
    values = frame[column].cast(pl.String)
    if values.is_null().any():
        row = int(values.is_null().arg_max() or 0)
        raise BadInput(
            "empty_cell",
            field=f"row {row + 1}, column {column}",
            remedy=f"Every row of {path.name} needs a value here.",
        )
    return np.array(values.to_list(), dtype=np.str_)


def answers_of(
    source: Source, items: Sequence[str], told: Counted | None = None
) -> NDArray[np.int8]:
    """Scored answers (persons, items), -1 not presented; raises BadInput with row and column.

    ``told`` hears how much has been read.
    The answers stand in an unnamed temporary file, a byte each, that is mapped: memory they take
    is given back where it is short.
    """
    parts = parts_of(source, Wanted(tuple(items)), told)
    return _joined((part.answers for part in parts), len(items), source.path)


def options_of(
    source: Source,
    items: Sequence[str],
    key: Mapping[str, str],
    omitted: Sequence[str],
    told: Counted | None = None,
) -> tuple[NDArray[np.int8], NDArray[np.int64], tuple[str, ...]]:
    """Chosen options (persons, items) as numbers from 1, the key, and the options' names.

    Codes in ``omitted`` become 0; missing cells -1. Raises BadInput for an item
    without a key or more than 126 different options. Two passes over the file, of which ``told``
    hears as of one.
    """
    missing = [name for name in items if name not in key]
    if missing:
        raise BadInput(
            "item_without_key", field=missing[0], remedy="Give a key for every item in use."
        )
    seen = {key[name] for name in items}
    for part in source.batches(items, _half(told, 0)):
        seen |= {v for name in items for v in _texts(part[name]).unique() if v is not None}
    names = tuple(sorted(seen - set(omitted), key=lambda v: (len(v), v)))
    if len(names) > 126:
        raise BadInput(
            "too_many_options",
            field=items[0],
            remedy="More than 126 different answers; are these items?",
        )
    code = {name: n for n, name in enumerate(names, start=1)} | dict.fromkeys(omitted, 0)
    old, new = list(code), list(code.values())
    parts = (
        np.stack(
            [
                _texts(part[name])
                .replace_strict(old, new, default=None, return_dtype=pl.Int8)
                .fill_null(-1)
                .to_numpy()
                for name in items
            ],
            axis=1,
        )
        for part in source.batches(items, _half(told, 1))
    )
    return (
        _joined(parts, len(items), source.path),
        np.array([code[key[n]] for n in items], dtype=np.int64),
        names,
    )


def _texts(column: pl.Series) -> pl.Series:
    """Answers as text, without white space at the ends."""
    return column.cast(pl.String).str.strip_chars()


def _half(told: Counted | None, which: int) -> Counted | None:
    """One of two passes, told as half of the work."""
    if told is None:
        return None
    return lambda done, total: told(which * total + done, 2 * total)


def _joined(parts: Iterable[NDArray[np.int8]], items: int, path: Path) -> NDArray[np.int8]:
    """Batches one below the other, in a mapped file."""
    with tempfile.TemporaryFile() as file:
        persons = 0
        for part in parts:
            file.write(np.ascontiguousarray(part).tobytes())
            persons += len(part)
        if not persons:
            raise BadInput(
                "no_rows", field=str(path), remedy="The file has no rows below its header."
            )
        file.flush()
        return np.asarray(np.memmap(file, np.int8, "c", 0, (persons, items)))


def item_columns(columns: Sequence[str], items: Sequence[str], others: Sequence[str]) -> list[str]:
    """The item columns: those asked for, or every column that is none of the ``others``."""
    for name in (*items, *others):
        if name and name not in columns:
            raise BadInput(
                "no_such_column",
                field=name,
                remedy=f"The columns are: {', '.join(columns[:40])}.",
            )
    found = list(items) or [name for name in columns if name not in set(others)]
    if not found:
        raise BadInput("no_items", field="items", remedy="No column is left to be an item.")
    return found
