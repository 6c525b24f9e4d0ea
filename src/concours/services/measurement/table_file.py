"""Tables of scores, ratings, judgements and groups, read whole; wrong cells are named by row and column."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from concours.kernel.errors import BadInput
from concours.services.measurement.reading import scan

Floats = NDArray[np.float64]
Texts = NDArray[np.str_]


def read_table(path: Path, needed: Sequence[str] = ()) -> pl.DataFrame:
    """A CSV, TSV or Parquet table; empty cells, NA and -1 of text files are missing.

    Raises BadInput for a missing file, another format, no rows, or a column that is not there.
    """
    if not path.is_file():
        raise BadInput("no_such_file", field=str(path), remedy="Check the path.")
    frame = scan(path).collect()
    missing = [name for name in needed if name and name not in frame.columns]
    if missing:
        raise BadInput(
            "no_such_column",
            field=missing[0],
            remedy=f"The columns of {path.name} are: {', '.join(frame.columns[:40])}.",
        )
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


def answers_of(frame: pl.DataFrame, items: Sequence[str], path: Path) -> NDArray[np.int8]:
    """Scored answers (persons, items), -1 not presented; raises BadInput with row and column."""
    columns = []
    for name in items:
        values = frame[name].cast(pl.Float64, strict=False)
        found = values.fill_null(-1).to_numpy()
        lost = values.is_null() & frame[name].is_not_null()
        wrong = lost.to_numpy() | (found != np.round(found)) | (found < -1) | (found > 126)
        if wrong.any():
            row = int(np.argmax(wrong))
            raise BadInput(
                "response_unreadable",
                field=f"row {row + 1}, column {name}",
                remedy=f"Found {frame[name][row]!r} in {path.name}; use whole numbers from 0, and "
                "leave the cell empty (or NA, or -1) for not presented.",
            )
        columns.append(found.astype(np.int8))
    return np.stack(columns, axis=1)


def options_of(
    frame: pl.DataFrame, items: Sequence[str], key: Mapping[str, str], omitted: Sequence[str]
) -> tuple[NDArray[np.int8], NDArray[np.int64], tuple[str, ...]]:
    """Chosen options (persons, items) as numbers from 1, the key, and the options' names.

    Codes in ``omitted`` become 0; missing cells -1. Raises BadInput for an item
    without a key or more than 126 different options.
    """
    missing = [name for name in items if name not in key]
    if missing:
        raise BadInput(
            "item_without_key", field=missing[0], remedy="Give a key for every item in use."
        )
    texts = {name: frame[name].cast(pl.String).str.strip_chars().to_list() for name in items}
    seen = {v for column in texts.values() for v in column if v is not None} | {
        key[n] for n in items
    }
    names = tuple(sorted(seen - set(omitted), key=lambda v: (len(v), v)))
    if len(names) > 126:
        raise BadInput(
            "too_many_options",
            field=items[0],
            remedy="More than 126 different answers; are these items?",
        )
    code: dict[str | None, int] = {name: n for n, name in enumerate(names, start=1)}
    code |= {None: -1} | dict.fromkeys(omitted, 0)
    chosen = np.array([[code[v] for v in texts[name]] for name in items], dtype=np.int8).T
    return (
        np.ascontiguousarray(chosen),
        np.array([code[key[n]] for n in items], dtype=np.int64),
        names,
    )


def item_columns(frame: pl.DataFrame, items: Sequence[str], others: Sequence[str]) -> list[str]:
    """The item columns: those asked for, or every column that is none of the ``others``."""
    for name in (*items, *others):
        if name and name not in frame.columns:
            raise BadInput(
                "no_such_column",
                field=name,
                remedy=f"The columns are: {', '.join(frame.columns[:40])}.",
            )
    found = list(items) or [name for name in frame.columns if name not in set(others)]
    if not found:
        raise BadInput("no_items", field="items", remedy="No column is left to be an item.")
    return found
