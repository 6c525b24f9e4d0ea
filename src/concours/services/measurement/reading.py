"""Answer files, read in batches: CSV, Parquet or packed; wrong cells are named by row and column."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from concours.kernel.errors import BadInput
from concours.psychometrics.counted import Counted
from concours.psychometrics.layout import lay_out
from concours.psychometrics.responses import pack_chunk
from concours.services.measurement.answer_cells import Wanted, parts_of
from concours.services.measurement.packed_file import (
    Batch,
    Sheet,
    batches_of,
    is_packed,
    read_packed,
    write_packed,
)
from concours.services.measurement.spool import spooled
from concours.services.measurement.table_source import open_source


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
    path: Path,
    columns: Columns,
    packed: Path,
    *,
    key: Mapping[str, str] | None = None,
    told: Counted | None = None,
) -> Sheet:
    """The responses in a file. A CSV or Parquet file is first packed into ``packed``.

    Empty cells, NA and -1 mean not presented. With a ``key`` (item to right option) the cells are
    options, and are marked 1 where they are the key's and 0 otherwise. ``told`` hears how much has
    been read.

    Raises BadInput for a missing file or column, or a cell that is no whole number from 0 to 126.
    Cost: one pass over the file; memory of one batch of rows, whatever the number of persons. The
    answers stand on disk meanwhile, a byte each, in an unnamed file beside ``packed``.
    """
    if path.is_file() and is_packed(path):
        return read_packed(path)
    source = open_source(path)
    items = _items(source.names, columns)
    if key is not None:
        missing = [name for name in items if name not in key]
        if missing:
            raise BadInput(
                "item_without_key", field=missing[0], remedy="Give a key for every item in use."
            )
    wanted = Wanted(tuple(items), columns.lowest, key, columns.id, columns.group, columns.weight)
    with spooled(packed.parent, len(items)) as spool:
        for part in parts_of(source, wanted, told):
            spool.add(part)
        categories = [max(int(top), 1) + 1 for top in spool.tops]
        layout = lay_out(items, categories)
        write_packed(packed, layout, spool.batches(layout))
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
