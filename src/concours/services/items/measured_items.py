"""What the measurement room says of a test's items, taken back into the bank.

A report is taken only when it was made from responses that were handed over for this
competition. A calibration brings a, b, c and fit, an analysis of differential item
functioning its class, an item analysis difficulty and discrimination; what an
administration's figures held already and a report does not speak of stays.
"""

import csv
import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from concours.kernel.errors import BadInput
from concours.records.models import BankFigures, BankItem, MeasurementArtefact, TestItem
from concours.selection.authority import Actor, require
from concours.services.competitions import read_competition
from concours.services.examination.sessions import edition_of, test_step
from concours.services.items.figures import Figures, record_figures

TABLES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "calibration": {
        "parameters": {"a": "a", "b": "b", "c": "c"},
        "fit": {"outfit": "fit", "persons": "presented"},
    },
    "dif": {"mantel_haenszel": {"class": "dif"}},
    "items": {
        "items": {
            "presented": "presented",
            "difficulty": "difficulty",
            "item_rest": "discrimination",
        }
    },
}
"""For each kind of report the tables it is read from, and what their columns are to the bank."""


def take_item_report(actor: Actor, competition: str, folder: Path, *, at: datetime) -> int:
    """Keep what a report says of items with those items of the bank; how many.

    Each item's version is the one that was shown. Raises BadInput for a report of other
    responses, of a kind that says nothing of items, with a table changed since, or on
    items that are not the bank's.
    """
    require(actor, "items.record_figures")
    step = test_step(edition_of(read_competition(competition)))
    said = _record(folder)
    if said["kind"] not in TABLES:
        raise _bad("no_item_report", "Give the folder of concours calibrate, dif or items.")
    answers = {str(i["sha256"]) for i in said["inputs"] if i["role"] == "answers"}
    handed = MeasurementArtefact.objects.filter(
        competition=competition, step=step, what="responses", result__in=answers
    ).first()
    if handed is None:
        raise _bad("other_responses", "This report was not made from what was handed over.")
    rows = TestItem.objects.filter(competition=competition, step=step, section=handed.section)
    versions = dict(rows.filter(version__gt=0).values_list("name", "version"))
    found = {
        name: replace(one, version=versions[name])
        for name, one in _read(folder, said).items()
        if name in versions
    }
    known = set(BankItem.objects.filter(name__in=list(found)).values_list("name", flat=True))
    if not known:
        raise BadInput("not_from_the_bank", remedy="This test's items are not those of the bank.")
    merged = [_merged(found[name], competition) for name in sorted(known)]
    return record_figures(actor, competition, merged, at=at)


def _record(folder: Path) -> dict[str, Any]:
    try:
        said: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        if {"kind", "inputs", "tables"} <= set(said):
            return said
    except (OSError, ValueError) as error:
        raise _bad("unreadable_report", "Give the folder a measurement command wrote.") from error
    raise _bad("unreadable_report", "Give the folder a measurement command wrote.")


def _read(folder: Path, said: Mapping[str, Any]) -> dict[str, Figures]:
    """The figures by item; every table must be the one its report was written with."""
    found: dict[str, Figures] = {}
    for table, columns in TABLES[said["kind"]].items():
        path = folder / f"{table}.csv"
        if not path.is_file() or _digest(path) != said["tables"].get(table):
            raise _bad("table_changed", "The table is not the one its report was written with.")
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                name = row["item"]
                given = {own: _value(own, row.get(theirs) or "") for theirs, own in columns.items()}
                found[name] = replace(found.get(name, Figures(item=name)), **given)
    return found


def _value(name: str, text: str) -> Any:
    if name == "dif":
        return text if text in ("A", "B", "C") else ""
    if text.lower() in ("", "nan"):
        return 0 if name == "presented" else None
    return int(float(text)) if name == "presented" else float(text)


def _merged(one: Figures, administration: str) -> Figures:
    """Figures of one item with what its administration's row held already."""
    before = BankFigures.objects.filter(item=one.item, administration=administration).first()
    if before is None or before.version != one.version:
        return one
    kept = {
        field.name: getattr(before, field.name)
        for field in fields(one)
        if field.name not in ("item", "version") and getattr(one, field.name) in (None, 0, "", {})
    }
    return replace(one, **kept)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _bad(code: str, remedy: str) -> BadInput:
    return BadInput(code, remedy=remedy, field="report")
