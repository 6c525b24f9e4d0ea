"""A text table read a million bytes at a time: whole rows, their cells found by separators."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from concours.kernel.errors import BadInput

Places = NDArray[np.int64]

PIECE = 1 << 20
LONGEST_ROW = 1 << 26
NOT_PRESENTED = ("", "NA", "-1")
NEWLINE, RETURN, QUOTE, ZERO = b"\n"[0], b"\r"[0], b'"'[0], b"0"[0]
MINUS, LETTER_N, LETTER_A = b"-"[0], b"N"[0], b"A"[0]
MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some whole rows of a text table.

    data          bytes, of which the rows are a part
    starts, ends  (rows, columns) where each cell begins and ends in ``data``
    first         number of rows before these
    read          bytes of the file read so far
    quoted        whether there are double quotes, so that a cell may not be what it looks like
    """

    data: NDArray[np.uint8]
    starts: Places
    ends: Places
    first: int
    read: int
    quoted: bool

    @property
    def text(self) -> bytes:
        """The rows as they stand in the file."""
        stop = int(self.ends[-1, -1])
        return self.data[int(self.starts[0, 0]) : stop].tobytes() + b"\n"


@dataclass(slots=True)
class _Lines:
    """How far the checks have come: cells of a row (0: no header yet), rows met, an empty line."""

    path: Path
    wanted: int = 0
    rows: int = 0
    empty: int = 0


def header_of(path: Path, separator: str) -> tuple[str, ...]:
    """The names of the columns; raises BadInput for an empty file or a name met twice."""
    first = b""
    with path.open("rb") as source:
        for line in source:
            first = (first + line).removeprefix(MARK).lstrip(b"\r\n")
            if first and first.count(b'"') % 2 == 0:
                break
    if not first:
        raise BadInput("empty_file", field=str(path), remedy="The file has no header.")
    row = _polars(first, separator, path).row(0)
    names = tuple("" if name is None else str(name) for name in row)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadInput(
            "repeated_column",
            field=twice[0],
            remedy=f"{path.name} has more than one column of this name; rename or drop one.",
        )
    return names


def pieces(path: Path, separator: str) -> Iterator[Piece]:
    """The rows below the header, a piece of about 1 MB at a time.

    Separators and line ends within double quotes are text. Empty lines at the end are left out.
    Raises BadInput, with the row, where a row has more or fewer cells than the header (an empty
    line has none, unless there is one column), and for a quote that is never closed.
    Cost: one pass over the bytes; memory of some twenty times a piece.
    """
    rest, read = b"", 0
    lines = _Lines(path)
    with path.open("rb") as source:
        while True:
            more = source.read(PIECE)
            text = (rest + more).removeprefix(MARK) if read == 0 else rest + more
            read += len(more)
            if not more and text and text[-1] != NEWLINE:
                text += b"\n"
            data = np.frombuffer(text, dtype=np.uint8)
            at, stops, quoted = _marks(data, ord(separator))
            if stops.size:
                piece = _checked(data, at, stops, lines, read, quoted)
                if piece is not None:
                    yield piece
                rest = text[int(at[stops[-1]]) + 1 :]
            else:
                rest = text
            if len(rest) > LONGEST_ROW or (rest and not more):
                raise BadInput(
                    "quote_not_closed",
                    field=f"row {lines.rows + 1}",
                    remedy=f"The row does not end in {path.name}; is a double quote left open?",
                )
            if not more:
                return


def _marks(data: NDArray[np.uint8], separator: int) -> tuple[Places, Places, bool]:
    """Places of separators and line ends; which of those are line ends; whether there are quotes."""
    ends = data == NEWLINE
    cuts = (data == separator) | ends
    quotes = data == QUOTE
    quoted = bool(quotes.any())
    if quoted:  # a piece begins where a row does, outside quotes
        cuts &= np.logical_not(np.logical_xor.accumulate(quotes))
    at = np.flatnonzero(cuts)
    return at, np.flatnonzero(ends[at]), quoted


def _checked(
    data: NDArray[np.uint8], at: Places, stops: Places, lines: _Lines, read: int, quoted: bool
) -> Piece | None:
    """The rows that end at ``at[stops]``, every one as long as the header; None if there are none."""
    cells = np.diff(stops, prepend=-1)
    begins = np.append(0, at[stops[:-1]] + 1)
    sizes = at[stops] - begins
    filled = (sizes > 1) | ((sizes == 1) & (data[begins] != RETURN))
    top = 0
    if not lines.wanted:
        if not filled.any():
            return None
        top = int(np.argmax(filled)) + 1
        lines.wanted = int(cells[top - 1])
    filled = filled[top:] | (lines.wanted == 1)
    rows = int(np.flatnonzero(filled)[-1]) + 1 if filled.any() else 0
    cells = cells[top : top + rows]
    wrong = (cells != lines.wanted) | ~filled[:rows]
    if rows and (lines.empty or wrong.any()):
        first = int(np.argmax(wrong))
        raise BadInput(
            "wrong_number_of_cells",
            field=f"row {lines.empty or lines.rows + first + 1}",
            remedy=f"Found {0 if lines.empty or not filled[first] else int(cells[first])} cells in "
            f"{lines.path.name} where the header has {lines.wanted}; "
            "write an empty cell for what was not presented.",
        )
    if rows < filled.size and not lines.empty:
        lines.empty = lines.rows + rows + 1
    if not rows:
        return None
    low = int(stops[top - 1]) + 1 if top else 0
    flat = at[low : low + rows * lines.wanted]
    starts = np.append(int(begins[top]), flat[:-1] + 1).reshape(rows, lines.wanted)
    ends = flat.reshape(rows, lines.wanted).copy()
    last = ends[:, -1]
    last -= (last > starts[:, -1]) & (data[last - 1] == RETURN)
    lines.rows += rows
    return Piece(data, starts, ends, lines.rows - rows, read, quoted)


def whole_cells(piece: Piece, columns: Places) -> NDArray[np.int8] | None:
    """Numbers of one or two digits in these columns, -1 where not presented (empty, NA or -1).

    (rows, columns); None where a cell is anything else, and has to be looked at closely.
    """
    if piece.quoted:
        return None
    starts = piece.starts[:, columns]
    width = piece.ends[:, columns] - starts
    if width.max() > 2:
        return None
    digit = piece.data[starts] - np.uint8(ZERO)  # what is below "0" comes out above 9
    fine = (digit <= 9) | (width == 0)
    found = np.where(width == 0, np.int8(-1), digit.astype(np.int8))
    two = width == 2
    if two.any():
        one, other = piece.data[starts[two]], piece.data[starts[two] + 1]
        absent = ((one == MINUS) & (other == ZERO + 1)) | ((one == LETTER_N) & (other == LETTER_A))
        second = other - np.uint8(ZERO)
        number = digit[two].astype(np.int8) * np.int8(10) + second.astype(np.int8)
        fine[two] = absent | ((digit[two] <= 9) & (second <= 9))
        found[two] = np.where(absent, np.int8(-1), number)
    return found if fine.all() else None


def marked_cells(piece: Piece, columns: Places, key: Sequence[str]) -> NDArray[np.int8] | None:
    """1 where a cell is the key's option, 0 where it is another, -1 where it is empty.

    (rows, columns); None where a cell or an option of the key is longer than one letter.
    """
    if piece.quoted or not all(len(option.encode()) == 1 for option in key):
        return None
    starts = piece.starts[:, columns]
    width = piece.ends[:, columns] - starts
    if width.max() > 1:
        return None
    right = piece.data[starts] == np.frombuffer("".join(key).encode(), np.uint8)
    return np.where(width == 0, np.int8(-1), right.astype(np.int8))


def texts(piece: Piece, column: int, path: Path) -> list[str | None]:
    """One column of a piece without quotes, as text; None where empty, NA or -1."""
    text = piece.data.tobytes()
    places = zip(piece.starts[:, column].tolist(), piece.ends[:, column].tolist(), strict=True)
    try:
        found = [text[start:end].decode() for start, end in places]
    except UnicodeDecodeError as error:
        raise _not_text(path) from error
    return [None if value in NOT_PRESENTED else value for value in found]


def frame_of(
    piece: Piece, names: Sequence[str], columns: Sequence[str], separator: str, path: Path
) -> pl.DataFrame:
    """These columns of a piece, every cell as text, null where empty, NA or -1."""
    # a header of our own, because empty lines above the first row would be passed over
    header = separator.join(str(place) for place in range(len(names))) + "\n"
    found = _polars(header.encode() + piece.text, separator, path, NOT_PRESENTED)
    return found.select(pl.col(str(names.index(name))).alias(name) for name in columns)


def _polars(text: bytes, separator: str, path: Path, missing: Sequence[str] = ()) -> pl.DataFrame:
    """Text as a frame; with codes of what is missing, its first row is the header."""
    try:
        return pl.read_csv(
            text,
            has_header=bool(missing),
            infer_schema=False,
            separator=separator,
            null_values=list(missing) or None,
        )
    except pl.exceptions.ComputeError as error:
        if "utf-8" not in str(error):
            raise
        raise _not_text(path) from error


def _not_text(path: Path) -> BadInput:
    return BadInput(
        "not_utf8", field=str(path), remedy="Save the file as UTF-8; some of it is something else."
    )
