"""What administrations said of items: difficulty, discrimination, options, a, b, c, fit, DIF."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from concours.kernel.errors import BadInput
from concours.records.models import BankFigures, BankItem
from concours.selection.authority import Actor, require
from concours.services.examination.sheets import Fault

NUMBERS = ("difficulty", "discrimination", "a", "b", "c", "fit")
ALIASES = {
    "item_rest": "discrimination",
    "outfit": "fit",
    "persons": "presented",
    "mh_class": "dif",
    "name": "item",
}
"""Columns of the measurement commands' tables, as this bank calls them."""
BOUNDS = {
    "difficulty": (0.0, 1.0),
    "discrimination": (-1.0, 1.0),
    "a": (-10.0, 10.0),
    "b": (-15.0, 15.0),
    "c": (0.0, 0.9),
    "fit": (0.0, 100.0),
}
DIF = ("", "A", "B", "C")
MOST_FAULTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One administration's figures of one item; None where it gave none.

    ``options`` gives each letter's count, share and correlation with the rest;
    ``version`` is 0 for the one that stands.
    """

    item: str
    version: int = 0
    presented: int = 0
    difficulty: float | None = None
    discrimination: float | None = None
    a: float | None = None
    b: float | None = None
    c: float | None = None
    fit: float | None = None
    dif: str = ""
    options: dict[str, list[float | None]] = field(default_factory=dict)


class BadFile(BadInput):
    """A file with faults, each by row and column; nothing of it was taken in."""

    def __init__(self, code: str, faults: Sequence[Fault]) -> None:
        first = faults[0]
        super().__init__(
            code,
            remedy=f"Row {first.row}, column {first.column}: {first.remedy}"
            f" ({len(faults)} fault(s) in all; nothing was taken in.)",
            field=first.column,
            numbers={"faults": str(len(faults)), "row": str(first.row), "column": first.column},
        )
        self.faults = tuple(faults)


def read_figures(lines: Iterable[str]) -> tuple[Figures, ...]:
    """Figures from CSV: a column ``item`` and any of presented, difficulty, discrimination, a, b,
    c, fit, dif; tables of the measurement commands can be given as they are.

    Raises BadFile naming every fault by row and column.
    """
    reader = csv.DictReader(lines)
    columns = {name: ALIASES.get(name, name) for name in reader.fieldnames or []}
    if "item" not in columns.values():
        raise BadFile(
            "bad_figures",
            [Fault(row=1, column="item", code="column_missing", remedy="Give a column item.")],
        )
    faults: list[Fault] = []
    found: dict[str, Figures] = {}
    for row, cells in enumerate(reader, start=2):
        named: dict[str, str] = {}
        for column, value in cells.items():
            if column is not None and isinstance(value, str):
                named.setdefault(columns[column], value.strip())
        figures = _figures(row, named, faults)
        if figures.item in found:
            faults.append(_fault(row, "item", "item_twice", "Each item stands in one row."))
        found[figures.item] = figures
    if faults:
        raise BadFile("bad_figures", faults[:MOST_FAULTS])
    return tuple(found.values())


@transaction.atomic
def record_figures(
    actor: Actor, administration: str, figures: Sequence[Figures], *, at: datetime
) -> int:
    """Keep an administration's figures of the versions that stand; how many items were known.

    A second record of the same administration takes the place of the first. Raises
    BadInput for an item the bank does not hold.
    """
    require(actor, "items.record_figures")
    if not administration or len(administration) > 40:
        raise BadInput(
            "administration_missing",
            remedy="Name the administration in up to 40 characters, such as its file or 2016-06.",
            field="administration",
        )
    names = [one.item for one in figures]
    rows = {row.name: row for row in BankItem.objects.filter(name__in=names)}
    unknown = [name for name in names if name not in rows]
    if unknown:
        raise BadInput(
            "no_such_item",
            remedy=f"The bank has no item {', '.join(unknown[:5])}.",
            field="item",
            numbers={"unknown": str(len(unknown))},
        )
    BankFigures.objects.bulk_create(
        [
            BankFigures(
                item=one.item,
                version=one.version or rows[one.item].version,
                administration=administration,
                at=at,
                presented=one.presented,
                options=one.options,
                dif=one.dif,
                **{name: getattr(one, name) for name in NUMBERS},
            )
            for one in figures
        ],
        update_conflicts=True,
        unique_fields=["item", "administration"],
        update_fields=["version", "at", "presented", "options", "dif", *NUMBERS],
        batch_size=200,
    )
    _show_latest(list(rows.values()))
    return len(figures)


def _show_latest(rows: list[BankItem]) -> None:
    """Let each item's row show its latest known figures, those of a, b, c together."""
    names = [row.name for row in rows]
    counts = dict(
        BankFigures.objects.filter(item__in=names)
        .values_list("item")
        .annotate(n=Count("pk"))
        .order_by()
    )
    by_item = {row.name: row for row in rows}
    for found in BankFigures.objects.filter(item__in=names).order_by("at", "pk"):
        row = by_item[found.item]
        for name in ("difficulty", "discrimination"):
            if getattr(found, name) is not None:
                setattr(row, name, getattr(found, name))
        if found.b is not None:
            row.a, row.b, row.c = found.a, found.b, found.c
    for row in rows:
        row.administrations = counts.get(row.name, 0)
    BankItem.objects.bulk_update(
        rows, ["administrations", "difficulty", "discrimination", "a", "b", "c"], batch_size=200
    )


def _figures(row: int, named: dict[str, str], faults: list[Fault]) -> Figures:
    numbers: dict[str, float | None] = {}
    for name in NUMBERS:
        numbers[name] = _number(row, name, named.get(name, ""), faults)
    presented = named.get("presented", "") or "0"
    if not presented.isdecimal():
        faults.append(_fault(row, "presented", "not_a_number", "Give a whole number of persons."))
        presented = "0"
    dif = named.get("dif", "").upper()
    if dif not in DIF:
        faults.append(_fault(row, "dif", "not_a_class", "A class of DIF is A, B, C or empty."))
    if not named.get("item"):
        faults.append(_fault(row, "item", "item_missing", "Name the item."))
    return Figures(
        item=named.get("item", ""),
        presented=int(presented),
        dif=dif if dif in DIF else "",
        **numbers,  # type: ignore[arg-type]
    )


def _number(row: int, name: str, text: str, faults: list[Fault]) -> float | None:
    if text.lower() in {"", "nan", "na"}:
        return None
    low, high = BOUNDS[name]
    try:
        value = float(text)
    except ValueError:
        faults.append(_fault(row, name, "not_a_number", f"{text[:20]} is not a number."))
        return None
    if not low <= value <= high:
        faults.append(_fault(row, name, "out_of_range", f"{name} lies from {low:g} to {high:g}."))
        return None
    return value


def _fault(row: int, column: str, code: str, remedy: str) -> Fault:
    return Fault(row=row, column=column, code=code, remedy=remedy)
