"""Compartments: particulars kept encrypted apart, of which the ledger holds a commitment only."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from concours.ledger.canonical import canonical
from concours.records import personal
from concours.records.models import CompartmentRecord

COLUMN = "compartment_record.content"
SALT = "_salt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """One record of a compartment in clear, for a reader the caller has let in."""

    kind: str
    at: datetime
    by: str
    commitment: str
    content: Mapping[str, Any]


def keep(
    *,
    person: str,
    file: str,
    step: str,
    compartment: str,
    kind: str,
    content: Mapping[str, Any],
    by: str,
    at: datetime,
) -> str:
    """Seal particulars in their compartment; returns the commitment an entry holds.

    Called inside a decision's transaction: the record stands or falls with the entry.
    """
    text = canonical({**content, SALT: secrets.token_hex(32)})
    commitment = hashlib.sha256(text.encode()).hexdigest()
    CompartmentRecord.objects.create(
        person=person,
        file=file,
        step=step,
        compartment=compartment,
        kind=kind,
        content=personal.seal_text(person, COLUMN, text, compartment=compartment),
        commitment=commitment,
        at=at,
        by=by,
    )
    return commitment


def particulars(
    file: str, *, compartment: str, kinds: Sequence[str] = ()
) -> tuple[Particulars, ...]:
    """The records of one compartment of one file, oldest first; the caller has checked who reads.

    What was erased is left out.
    """
    rows = CompartmentRecord.objects.filter(file=file, compartment=compartment)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    found = list(rows.order_by("at", "code"))
    texts = personal.open_many(
        COLUMN, [(row.person, row.content) for row in found], compartment=compartment
    )
    return tuple(
        Particulars(
            kind=row.kind,
            at=row.at,
            by=row.by,
            commitment=row.commitment,
            content={k: v for k, v in json.loads(text).items() if k != SALT},
        )
        for row, text in zip(found, texts, strict=True)
        if text
    )


def latest(file: str, *, compartment: str, kind: str) -> Particulars | None:
    """The newest record of a kind; None where there is none."""
    found = particulars(file, compartment=compartment, kinds=(kind,))
    return found[-1] if found else None
