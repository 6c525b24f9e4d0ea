"""A table on file, CSV, TSV or Parquet, read a batch of rows at a time whatever its size."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from concours.kernel.errors import BadInput
from concours.psychometrics.counted import Counted
from concours.services.measurement.text_table import NOT_PRESENTED, frame_of, header_of, pieces

# Cells of one batch of a Parquet file.
CELLS = 1 << 20
SEPARATORS = {".csv": ",", ".txt": ",", ".tsv": "\t"}
PARQUET = (".parquet", ".pq")


@dataclass(frozen=True, slots=True)
class Source:
    """A table on file.

    names      its columns
    separator  between the cells of a text file; "" for Parquet
    size       of a text file its bytes, of Parquet its rows
    """

    path: Path
    names: tuple[str, ...]
    separator: str
    size: int

    def batches(
        self, columns: Sequence[str], told: Counted | None = None
    ) -> Iterator[pl.DataFrame]:
        """These columns in their order, a batch of rows at a time; cells of text files are text.

        Texts that are empty, NA or -1 are null. Raises BadInput as ``pieces`` does.
        Memory: some twenty times 1 MB of text, or a million cells and a page of each column.
        """
        if self.separator:
            for piece in pieces(self.path, self.separator):
                if told is not None:
                    told(piece.read, self.size)
                yield frame_of(piece, self.names, columns, self.separator, self.path)
            return
        step = max(1, CELLS // len(columns))
        for low in range(0, self.size, step):
            # a slice of a lazy frame reads its own pages only; other ways hold whole row groups
            part = pl.scan_parquet(self.path).select(columns).slice(low, step).collect()
            yield part.with_columns(pl.col(pl.String).replace(NOT_PRESENTED, None))
            if told is not None:
                told(min(low + step, self.size), self.size)

    def whole(self, columns: Sequence[str], told: Counted | None = None) -> pl.DataFrame:
        """These columns of all rows."""
        parts = list(self.batches(columns, told)) if columns else []
        return pl.concat(parts) if parts else pl.DataFrame(dict.fromkeys(columns, ()))


def open_source(path: Path) -> Source:
    """A table to be read.

    Raises BadInput for a missing or an empty file, another format, or a column's name met twice.
    """
    if not path.is_file():
        raise BadInput("no_such_file", field=str(path), remedy="Check the path.")
    kind = path.suffix.lower()
    if kind in SEPARATORS:
        separator = SEPARATORS[kind]
        return Source(path, header_of(path, separator), separator, path.stat().st_size)
    if kind in PARQUET:
        try:
            frame = pl.scan_parquet(path)
            names = tuple(frame.collect_schema().names())
            rows = int(frame.select(pl.len()).collect().item())
        except pl.exceptions.ComputeError as error:
            raise BadInput(
                "unreadable_file", field=str(path), remedy="This is not a Parquet file."
            ) from error
        return Source(path, names, "", rows)
    raise BadInput(
        "unknown_format", field=str(path), remedy="Give .csv, .tsv, .parquet or a packed file."
    )
