"""Entry class and step from education and full years of qualifying experience."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from concours.kernel.errors import BadInput
from concours.policy.kind import Kind


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One line of the table: from so many years, a class and its first and last step."""

    education: str
    years_from: int
    grade: str
    first_step: int
    last_step: int


class DatedTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table and the day it took effect; the first of a list holds for earlier days too."""

    name: str
    since: date
    rows: list[Row]


class EntryTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Tables oldest first, and the levels of education in rising order with their words."""

    educations: dict[str, str]
    tables: list[DatedTable]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryClass:
    """Where somebody enters: class and step, by which table and which of its rows."""

    grade: str
    step: int
    table: str
    years: int
    education: str
    years_from: int
    first_step: int
    last_step: int


def full_years(years: str) -> int:
    """Full years only: "5.9" counts as 5. Raises BadInput for what is no number of years."""
    try:
        found = int(Decimal(years))
    except ArithmeticError as error:
        raise BadInput(
            "not_a_number", remedy="Write years as a number such as 9 or 5.9.", field="years"
        ) from error
    if not 0 <= found <= 60:
        raise BadInput("years_out_of_range", remedy="Years lie between 0 and 60.", field="years")
    return found


def table_on(rule: EntryTable, *, on: date) -> DatedTable:
    """The table in force on a day; before the first one, the first (no older one is sourced)."""
    fitting = [table for table in rule.tables if table.since <= on]
    return fitting[-1] if fitting else rule.tables[0]


def entry_class(rule: EntryTable, *, education: str, years: str, on: date) -> EntryClass:
    """Class and step: one step for each further full year in the row, held at its last step."""
    if education not in rule.educations:
        raise BadInput(
            "no_such_education",
            remedy=f"Choose one of {', '.join(rule.educations)}.",
            field="education",
        )
    whole = full_years(years)
    table = table_on(rule, on=on)
    row = max(
        (r for r in table.rows if r.education == education and r.years_from <= whole),
        key=lambda r: r.years_from,
    )
    step = min(row.first_step + whole - row.years_from, row.last_step)
    return EntryClass(
        grade=row.grade,
        step=step,
        table=table.name,
        years=whole,
        education=education,
        years_from=row.years_from,
        first_step=row.first_step,
        last_step=row.last_step,
    )


def _run(rule: EntryTable, given: Mapping[str, Any]) -> Mapping[str, object]:
    found = entry_class(rule, education=given["education"], years=given["years"], on=given["on"])
    return {"grade": found.grade, "step": found.step}


KIND = Kind("entry_table", EntryTable, _run)
