"""Dropping the standing rows, folding them anew, and proving them equal."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from concours.records.ledger_store import all_files, read_many
from concours.records.models import FileHead
from concours.records.models.kinds import Standing
from concours.records.models.ledger import FILE_KINDS
from concours.selection.competition import Competition
from concours.services.refresh import rows_for
from concours.services.standings import tables, write_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A standing row that the ledger does not come to, or that was missing."""

    table: str
    file: str
    kept: int
    folded: int


def rebuild() -> Iterator[tuple[int, list[Difference]]]:
    """Replace all standing rows from the ledger; yields files done, and what was not equal.

    The order of kinds lets competitions be folded before the candidacies that
    need them. Rows of files that are not in the ledger are removed last.
    """
    competitions: dict[str, Competition] = {}
    kinds = sorted(FILE_KINDS, key=lambda kind: (kind == "candidacy", kind))
    for kind in kinds:
        for codes in all_files(kind):
            with transaction.atomic():
                kept = _rows_of(codes)
                found = rows_for(kind, read_many(codes), competitions)
                folded = Counter(
                    key for rows in found for some in rows.values() for key in map(_key, some)
                )
                write_rows(codes, found)
            yield len(codes), list(_differences(kept, folded))
    yield 0, _remove_strays()


def _rows_of(codes: Sequence[str]) -> Counter[Any]:
    return Counter(
        _key(row) for table in tables() for row in table._default_manager.filter(file__in=codes)
    )


def _key(row: Standing) -> tuple[Any, ...]:
    """The row as a value: table, file, and every column but a number the database gave."""
    fields = [f for f in row._meta.concrete_fields if f.name != "id"]
    values = tuple((field.attname, _value(getattr(row, field.attname))) for field in fields)
    return (row._meta.db_table, row.file, values)


def _value(value: Any) -> Any:
    """A column's value that can be compared and counted; a JSON column's as its text."""
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else value


def _differences(kept: Counter[Any], folded: Counter[Any]) -> Iterator[Difference]:
    wrong, lacking = kept - folded, folded - kept
    for table, file in sorted({(table, file) for table, file, _ in (*wrong, *lacking)}):
        yield Difference(
            table=table,
            file=file,
            kept=sum(n for key, n in wrong.items() if key[:2] == (table, file)),
            folded=sum(n for key, n in lacking.items() if key[:2] == (table, file)),
        )


def _remove_strays() -> list[Difference]:
    found = []
    for table in tables():
        strays = table._default_manager.exclude(file__in=FileHead.objects.values("code"))
        for file in sorted(set(strays.values_list("file", flat=True))):
            found.append(Difference(table=table._meta.db_table, file=file, kept=1, folded=0))
        strays.delete()
    return found
