"""Reading a file of corrections: each wrong cell is named by row and column, nothing half-read."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from concours.kernel.errors import BadInput
from concours.kernel.exact import fraction
from concours.kernel.identifiers import read_code

MOST_ROWS = 20_000
Check = Callable[[str], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongCell:
    """One cell that cannot be used: its row (the heading is row 1), its column, and why."""

    row: int
    column: str
    found: str
    remedy: str


class WrongSheet(BadInput):
    """A file with wrong cells; all of them, so that one round mends the file."""

    def __init__(self, cells: Sequence[WrongCell]) -> None:
        first = cells[0]
        super().__init__(
            "wrong_cells",
            remedy=f"{len(cells)} cells are wrong, the first in row {first.row}, {first.column}: {first.remedy}",
            field="file",
        )
        self.cells = tuple(cells)


def whole_or_half(text: str) -> Fraction:
    """A raw score: zero or more."""
    value = fraction(text)
    if value < 0:
        raise BadInput("negative", remedy="A score is zero or more.")
    return value


def yes_or_no(text: str) -> bool:
    """yes or no, in any case."""
    if text.lower() not in ("yes", "no"):
        raise BadInput("not_yes_or_no", remedy="Write yes or no.")
    return text.lower() == "yes"


def day(text: str) -> date:
    """A day as 2027-02-28."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("not_a_day", remedy="Write a day as 2027-02-28.") from error


def read_sheet(content: bytes, columns: Mapping[str, Check]) -> tuple[dict[str, str], ...]:
    """The rows of a CSV file with exactly these columns and one of candidacies.

    Raises BadInput when it is no such file, and WrongSheet with every wrong cell:
    a code that is none, a candidacy named twice, a value its column does not take.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("not_utf8", remedy="Save the file as CSV in UTF-8.", field="file") from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    wanted = ["candidacy", *columns]
    if reader.fieldnames is None or sorted(reader.fieldnames) != sorted(wanted):
        raise BadInput(
            "wrong_columns", remedy=f"The first row must be: {', '.join(wanted)}.", field="file"
        )
    rows, wrong, seen = [], [], dict[str, int]()
    for number, row in enumerate(reader, start=2):
        if number > MOST_ROWS + 1:
            raise BadInput(
                "too_many_rows", remedy=f"At most {MOST_ROWS} rows a file.", field="file"
            )
        clean = {name: (row.get(name) or "").strip() for name in wanted}
        wrong.extend(_wrong(clean, number, columns, seen))
        rows.append(clean)
    if wrong:
        raise WrongSheet(wrong)
    if not rows:
        raise BadInput("no_rows", remedy="The file has a heading but no rows.", field="file")
    return tuple({**row, "candidacy": read_code(row["candidacy"])} for row in rows)


def _wrong(
    row: Mapping[str, str], number: int, columns: Mapping[str, Check], seen: dict[str, int]
) -> list[WrongCell]:
    found = []
    try:
        code = read_code(row["candidacy"])
    except BadInput as error:
        found.append(_cell(number, "candidacy", row["candidacy"], error.remedy))
    else:
        if code in seen:
            found.append(
                _cell(number, "candidacy", code, f"It stands in row {seen[code]} already.")
            )
        seen.setdefault(code, number)
    for column, check in columns.items():
        try:
            check(row[column])
        except BadInput as error:
            found.append(_cell(number, column, row[column], error.remedy))
    return found


def _cell(row: int, column: str, found: str, remedy: str) -> WrongCell:
    return WrongCell(row=row, column=column, found=found[:60], remedy=remedy)
