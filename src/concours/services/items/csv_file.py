"""Items as CSV, in and out: a row an item, a column a part, every fault named by row and column."""

import csv
import io
from collections.abc import Iterable, Mapping

from concours.selection.item_content import LETTERS, ItemContent
from concours.services.examination.sheets import Fault
from concours.services.items.figures import BadFile
from concours.services.items.parcel import Incoming, Parcel

PARTS = ("name", "section", "subject", "subtopic", "kind", "stem")
AFTER = ("key", "rationale", "stimulus", "fixed", "level", "enemies")
COLUMNS = (*PARTS, *LETTERS, *AFTER)
REQUIRED = ("name", "section", "subject", "subtopic", "stem")
RUNS = ("=", "+", "-", "@", "\t", "\r", "'")
"""How a cell begins that a spreadsheet would run; such a cell is written after an apostrophe."""
YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "": False}
MOST_BYTES = 20_000_000


def csv_file(items: Mapping[str, ItemContent]) -> bytes:
    """Items as CSV in UTF-8, by name."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for name in sorted(items):
        content = items[name]
        options = dict(content.options)
        writer.writerow(
            [
                _guarded(cell)
                for cell in (
                    name,
                    content.section,
                    content.subject,
                    content.subtopic,
                    content.kind,
                    content.stem,
                    *(options.get(letter, "") for letter in LETTERS),
                    "".join(content.key),
                    content.rationale,
                    content.stimulus,
                    "" if content.shuffle else "yes",
                    content.level,
                    " ".join(content.enemies),
                )
            ]
        )
    return out.getvalue().encode()


def read_csv(data: bytes) -> Parcel:
    """Items from CSV. Raises BadFile for a file that is none, and for cells of a wrong form."""
    if len(data) > MOST_BYTES:
        raise _refused(
            [_fault(1, "file", "file_too_large", f"A file may have {MOST_BYTES} bytes.")]
        )
    try:
        text = data.decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        columns = list(reader.fieldnames or [])
        rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise _refused(
            [_fault(1, "file", "not_csv", f"The file is not CSV in UTF-8: {error}.")]
        ) from error
    faults = list(_heads(columns))
    if faults:
        raise _refused(faults)
    parcel, seen = Parcel(), set()
    for number, cells in enumerate(rows, start=2):
        if None in cells or None in cells.values():
            faults.append(_fault(number, "file", "row_length", "Give as many cells as columns."))
            continue
        found = {column: _plain(cells.get(column) or "") for column in COLUMNS}
        if found["name"] in seen:
            faults.append(_fault(number, "name", "item_twice", "Each item stands in one row."))
        seen.add(found["name"])
        if found["fixed"].lower() not in YES:
            faults.append(_fault(number, "fixed", "not_yes_or_no", "Write yes or no."))
        parcel.items.append(
            Incoming(place=f"row {number}", row=number, name=found["name"], content=_content(found))
        )
    if faults:
        raise _refused(faults)
    if not parcel.items:
        raise _refused([_fault(1, "file", "no_items", "The file has no row of an item.")])
    return parcel


def _content(found: Mapping[str, str]) -> ItemContent:
    texts = [found[letter] for letter in LETTERS]
    while texts and not texts[-1]:
        texts.pop()
    return ItemContent(
        section=found["section"],
        subject=found["subject"],
        subtopic=found["subtopic"],
        kind=found["kind"] or "choice",
        stem=found["stem"],
        options=tuple(zip(LETTERS, texts, strict=False)),
        key=tuple(sorted(found["key"].upper().replace(" ", ""))),
        rationale=found["rationale"],
        stimulus=found["stimulus"],
        shuffle=not YES.get(found["fixed"].lower(), False),
        level=found["level"],
        enemies=tuple(sorted(set(found["enemies"].split()))),
    )


def _heads(columns: list[str]) -> Iterable[Fault]:
    for name in REQUIRED:
        if name not in columns:
            yield _fault(1, name, "column_missing", f"Give a column {name}.")
    for name in columns:
        if name not in COLUMNS:
            yield _fault(1, str(name)[:40], "column_unknown", f"Columns are {', '.join(COLUMNS)}.")
    if len(set(columns)) != len(columns):
        yield _fault(1, "file", "column_twice", "Name each column once.")


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(RUNS) else cell


def _plain(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") else cell


def _refused(faults: list[Fault]) -> BadFile:
    return BadFile("bad_items", faults[:50])


def _fault(row: int, column: str, code: str, remedy: str) -> Fault:
    return Fault(row=row, column=column, code=code, remedy=remedy)
