"""Answer files, read in batches: CSV, Parquet or packed; wrong cells are named by row and column."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from concours.kernel.errors import BadInput
from concours.psychometrics.layout import lay_out
from concours.psychometrics.responses import pack_chunk
from concours.services.measurement.packed_file import (
    Batch,
    Sheet,
    batches_of,
    is_packed,
    read_packed,
    write_packed,
)
from concours.services.measurement.row_lengths import check_row_lengths

BATCH = 50_000
NOT_PRESENTED = ("", "NA", "-1")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a table mean what.

    items   the item columns; empty: every column that is not named otherwise
    id, group, weight  a column's name, or "" for none
    leave_out  columns that are none of these
    lowest  the code of the lowest category: 1 where answers are written 1, 2, 3 ...
    """

    items: tuple[str, ...] = ()
    id: str = ""
    group: str = ""
    weight: str = ""
    leave_out: tuple[str, ...] = ()
    lowest: int = 0


def read_sheet(
    path: Path, columns: Columns, packed: Path, *, key: Mapping[str, str] | None = None
) -> Sheet:
    """The responses in a file. A CSV or Parquet file is first packed into ``packed``.

    Empty cells, NA and -1 mean not presented. With a ``key`` (item to right option) the cells are
    options, and are marked 1 where they are the key's and 0 otherwise.

    Raises BadInput for a missing file or column, or a cell that is no whole number from 0 to 126.
    Cost: two passes over the file, a batch of 50,000 rows in memory.
    """
    if not path.is_file():
        raise BadInput("no_such_file", field=str(path), remedy="Check the path.")
    if is_packed(path):
        return read_packed(path)
    frame = scan(path)
    header = frame.collect_schema().names()
    items = _items(header, columns)
    if key is not None:
        missing = [name for name in items if name not in key]
        if missing:
            raise BadInput(
                "item_without_key", field=missing[0], remedy="Give a key for every item in use."
            )
    categories = (
        [2] * len(items) if key is not None else _categories(frame, items, columns.lowest, path)
    )
    layout = lay_out(items, categories)

    def batches() -> Iterator[Batch]:
        done = 0
        for part in frame.collect_batches(chunk_size=BATCH, maintain_order=True):
            cells = (
                _marked(part, items, key)
                if key is not None
                else _whole(part, items, columns.lowest, done, path)
            )
            yield Batch(
                pack_chunk(layout, cells, done),
                _texts(part, columns.id),
                _texts(part, columns.group),
                _weights(part, columns.weight, done, path),
            )
            done += part.height

    write_packed(packed, layout, batches())
    return read_packed(packed)


def with_categories(sheet: Sheet, categories: Sequence[int], packed: Path) -> Sheet:
    """The sheet with room for so many categories per item, packed again into ``packed`` if need be.

    Wanted where nobody reached the highest categories that parameters already know.
    """
    layout = sheet.responses.layout
    if layout.categories.tolist() == list(categories):
        return sheet
    wider = lay_out(layout.names, categories)

    def batches() -> Iterator[Batch]:
        done = 0
        for batch in batches_of(sheet):
            persons = batch.rows.shape[0]
            cells = sheet.responses.unpack(done, done + persons)
            yield Batch(pack_chunk(wider, cells, done), batch.ids, batch.groups, batch.weights)
            done += persons

    spare = packed.with_suffix(".new")
    write_packed(spare, wider, batches())
    spare.replace(packed)
    return read_packed(packed)


def scan(path: Path) -> pl.LazyFrame:
    """A table to be read in batches, every CSV cell as text; raises BadInput for another format.

    A text file with rows of unequal length is refused, with the row.
    """
    match path.suffix.lower():
        case ".csv" | ".txt":
            check_row_lengths(path, ",")
            return pl.scan_csv(path, infer_schema=False, null_values=list(NOT_PRESENTED))
        case ".tsv":
            check_row_lengths(path, "\t")
            return pl.scan_csv(
                path, infer_schema=False, separator="\t", null_values=list(NOT_PRESENTED)
            )
        case ".parquet" | ".pq":
            return pl.scan_parquet(path)
    raise BadInput(
        "unknown_format", field=str(path), remedy="Give .csv, .tsv, .parquet or a packed file."
    )


def read_key(path: Path) -> dict[str, str]:
    """An answer key from a CSV file with columns item and key; raises BadInput if it has others."""
    table = pl.read_csv(path, infer_schema=False)
    if not {"item", "key"} <= set(table.columns):
        raise BadInput(
            "wrong_columns",
            field=str(path),
            remedy=f"A key needs columns item and key; found {', '.join(table.columns)}.",
        )
    return dict(zip(table["item"].to_list(), table["key"].to_list(), strict=True))


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _items(header: Sequence[str], columns: Columns) -> list[str]:
    named = [c for c in (columns.id, columns.group, columns.weight) if c]
    for name in [*named, *columns.items, *columns.leave_out]:
        if name not in header:
            raise BadInput(
                "no_such_column",
                field=name,
                remedy=f"The columns are: {', '.join(header[:40])}.",
            )
    if columns.items:
        return list(columns.items)
    return [name for name in header if name not in {*named, *columns.leave_out}]


def _categories(frame: pl.LazyFrame, items: Sequence[str], lowest: int, path: Path) -> list[int]:
    """Highest response of each item plus one; unreadable cells are named on the second pass."""
    tops = frame.select(
        pl.col(name).cast(pl.Int64, strict=False).max().alias(name) for name in items
    ).collect()
    found = [1 if (top := tops[name][0]) is None else int(top) for name in items]
    for name, top in zip(items, found, strict=True):
        if top > 126:
            numbers = pl.col(name).cast(pl.Int64, strict=False)
            row = int(frame.select((numbers > 126).fill_null(False).arg_max()).collect().item())
            raise BadInput(
                "response_out_of_range",
                field=f"row {row + 1}, column {name}",
                remedy=f"Found {top} in {path.name}; responses are 0 to 126. "
                "Is this column an item? Name it with --id or --leave-out if not.",
            )
    return [max(top - lowest, 1) + 1 for top in found]


def _whole(
    part: pl.DataFrame, items: Sequence[str], lowest: int, done: int, path: Path
) -> NDArray[np.int8]:
    cast_part = part.select(pl.col(name).cast(pl.Int8, strict=False) for name in items)
    for name in items:
        values = cast_part[name]
        # what is no number, and what is below the lowest category and not the mark for missing
        below = (values < lowest) & (values != -1) if lowest else values < -1
        lost = (values.is_null() & part[name].is_not_null()) | below.fill_null(False)
        if lost.any():
            row = int(lost.arg_max() or 0)
            raise BadInput(
                "response_unreadable",
                field=f"row {done + row + 1}, column {name}",
                remedy=f"Found {part[name][row]!r} in {path.name}; use whole numbers from {lowest}, and "
                "leave the cell empty (or NA, or -1) for not presented.",
            )
    filled = cast(NDArray[np.int8], cast_part.fill_null(-1).to_numpy().astype(np.int8, copy=False))
    return np.where(filled < 0, filled, filled - np.int8(lowest)) if lowest else filled


def _marked(part: pl.DataFrame, items: Sequence[str], key: Mapping[str, str]) -> NDArray[np.int8]:
    marks = part.select(
        (pl.col(name).cast(pl.String).str.strip_chars() == key[name]).cast(pl.Int8).alias(name)
        for name in items
    )
    return cast(NDArray[np.int8], marks.fill_null(-1).to_numpy().astype(np.int8, copy=False))


def _texts(part: pl.DataFrame, name: str) -> list[str] | None:
    if not name:
        return None
    return [str(v) for v in part[name].cast(pl.String).fill_null("").to_list()]


def _weights(part: pl.DataFrame, name: str, done: int, path: Path) -> list[float] | None:
    if not name:
        return None
    values = part[name].cast(pl.Float64, strict=False)
    if values.is_null().any():
        row = int(values.is_null().arg_max() or 0)
        raise BadInput(
            "weight_unreadable",
            field=f"row {done + row + 1}, column {name}",
            remedy=f"Found {part[name][row]!r} in {path.name}; every person needs a weight.",
        )
    return [float(v) for v in values.to_list()]
