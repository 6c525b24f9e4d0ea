"""Answer sheets from a file: read whole, checked cell by cell, and only then believed."""

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from concours.kernel.errors import BadInput

MOST_FAULTS = 50
OMITTED = frozenset({"", "NA", "na", ".", "-"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something wrong with the file, by row (1 is the first line) and column name."""

    row: int
    column: str
    code: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyItem:
    """One item of a key: its name in the sheets, the right answer, its section, whether it counts."""

    name: str
    key: str
    section: str = ""
    counts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One person's answers in the order of the key; "" is an omission."""

    row: int
    person: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """A whole file, checked."""

    key: tuple[KeyItem, ...]
    sheets: tuple[Sheet, ...]
    options: tuple[str, ...]


class BadSheets(BadInput):
    """The file has faults; nothing of it was taken in."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        first = faults[0]
        super().__init__(
            "bad_answer_sheets",
            remedy=f"Row {first.row}, column {first.column}: {first.remedy}"
            f" ({len(faults)} fault(s) in all; nothing was taken in.)",
            field=first.column,
            numbers={"faults": str(len(faults)), "row": str(first.row), "column": first.column},
        )
        self.faults = tuple(faults)


def read_key(lines: Iterable[str]) -> tuple[KeyItem, ...]:
    """Read a key: columns ``item`` and ``key``, perhaps ``section`` and ``counts`` (yes or no)."""
    reader = csv.DictReader(lines)
    columns = reader.fieldnames or []
    faults = [
        Fault(row=1, column=name, code="column_missing", remedy=f"The key needs a column {name}.")
        for name in ("item", "key")
        if name not in columns
    ]
    if faults:
        raise BadSheets(faults)
    items: list[KeyItem] = []
    seen: set[str] = set()
    for number, row in enumerate(reader, start=2):
        name, key = (row["item"] or "").strip(), (row["key"] or "").strip()
        counts = (row.get("counts") or "yes").strip().lower()
        if not name or name in seen:
            faults.append(_fault(number, "item", "item_twice", "Name each item once."))
        if not key:
            faults.append(_fault(number, "key", "key_missing", "Give the right answer."))
        if counts not in ("yes", "no"):
            faults.append(_fault(number, "counts", "not_yes_or_no", "Write yes or no."))
        seen.add(name)
        section = (row.get("section") or "").strip()
        items.append(KeyItem(name=name, key=key, section=section, counts=counts == "yes"))
    if not items:
        faults.append(_fault(2, "item", "empty", "The key names no item."))
    if faults:
        raise BadSheets(faults)
    return tuple(items)


def _answer_faults(
    answers: Sequence[str],
    number: int,
    key: Sequence[KeyItem],
    known: frozenset[str],
    omitted: frozenset[str],
) -> list[Fault]:
    return [
        _fault(
            number,
            item.name,
            "unknown_answer",
            f"{answer!r} is none of {', '.join(sorted(known))}.",
        )
        for item, answer in zip(key, answers, strict=True)
        if answer not in omitted and answer not in known
    ]


def read_sheets(
    lines: Iterable[str],
    *,
    key: Sequence[KeyItem],
    person_column: str = "",
    options: Sequence[str] = (),
    omitted: frozenset[str] = OMITTED,
) -> Sheets:
    """Read and check answer sheets, one row a person; columns the key does not name are left out.

    ``options`` are the letters or digits that may stand in a cell; by default those
    of the key. ``omitted`` are read as no answer. Without ``person_column`` rows are
    known by their number. Raises BadSheets with every fault (up to fifty).
    """
    reader = csv.reader(lines)
    header = [name.strip() for name in next(reader, [])]
    faults = _header_faults(header, key, person_column)
    if faults:
        raise BadSheets(faults)
    places = [header.index(item.name) for item in key]
    at_person = header.index(person_column) if person_column else -1
    known = frozenset(options) or frozenset(item.key for item in key)
    sheets: list[Sheet] = []
    seen: dict[str, int] = {}
    for number, cells in enumerate(reader, start=2):
        if not cells:
            continue
        if len(cells) != len(header):
            faults.append(
                _fault(
                    number,
                    header[min(len(cells), len(header) - 1)],
                    "cells_missing",
                    f"This row has {len(cells)} cells; the header has {len(header)}.",
                )
            )
            continue
        person = cells[at_person].strip() if person_column else str(number - 1)
        faults += _person_faults(person, number, person_column, seen)
        seen.setdefault(person, number)
        found = [cells[place].strip() for place in places]
        faults += _answer_faults(found, number, key, known, omitted)
        answers = tuple("" if answer in omitted else answer for answer in found)
        sheets.append(Sheet(row=number, person=person, answers=answers))
        if len(faults) >= MOST_FAULTS:
            break
    if not sheets and not faults:
        faults.append(_fault(2, header[0], "empty", "The file holds no answer sheet."))
    if faults:
        raise BadSheets(faults)
    return Sheets(key=tuple(key), sheets=tuple(sheets), options=tuple(sorted(known)))


def deal(key: Sequence[KeyItem], sections: Sequence[str]) -> tuple[KeyItem, ...]:
    """Give the items without a section to the sections in equal blocks, in their order."""
    free = [item for item in key if not item.section]
    size, more = divmod(len(free), len(sections))
    dealt: dict[str, str] = {}
    start = 0
    for place, section in enumerate(sections):
        end = start + size + (place < more)
        dealt |= {item.name: section for item in free[start:end]}
        start = end
    return tuple(
        KeyItem(
            name=item.name,
            key=item.key,
            section=item.section or dealt[item.name],
            counts=item.counts,
        )
        for item in key
    )


def _header_faults(
    header: Sequence[str], key: Sequence[KeyItem], person_column: str
) -> list[Fault]:
    faults = [
        _fault(1, item.name, "item_missing", "The sheets have no column for this item of the key.")
        for item in key
        if item.name not in header
    ]
    faults += [
        _fault(1, name, "column_twice", "Name each column once.")
        for name, count in Counter(header).items()
        if count > 1
    ]
    if person_column and person_column not in header:
        faults.append(
            _fault(1, person_column, "column_missing", "The sheets have no such column of persons.")
        )
    return faults[:MOST_FAULTS]


def _person_faults(person: str, number: int, column: str, seen: dict[str, int]) -> list[Fault]:
    if not person:
        return [_fault(number, column, "person_missing", "Say whose sheet this is.")]
    if person in seen:
        return [
            _fault(number, column, "person_twice", f"This person stands in row {seen[person]} too.")
        ]
    return []


def _fault(row: int, column: str, code: str, remedy: str) -> Fault:
    return Fault(row=row, column=column, code=code, remedy=remedy)
