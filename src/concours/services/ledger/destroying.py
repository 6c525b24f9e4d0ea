"""Destroying the body of one entry by an act: a court's order, a name that should not be there."""

import re
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from concours.kernel.errors import BadInput
from concours.ledger.draft import Draft
from concours.ledger.entry import Sealed
from concours.records.ledger_store import append, lock_heads
from concours.records.models import BodyDestruction, LedgerBody, LedgerEntry
from concours.selection.authority import Actor, require, role_for
from concours.services.files import unknown_file
from concours.services.refresh import refresh

ACTION = "record.destroy_body"
REASONS = ("court_order", "personal_data", "compartment_data")
KIND = "record.body_destroyed"
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{2,39}")


@transaction.atomic
def destroy_body(
    actor: Actor, code: str, *, entry: int, reason: str, authority: str, at: datetime
) -> Sequence[Sealed]:
    """Destroy the body and salt of one entry; header, chain and every proof stay.

    The act is recorded in the file, with its reason and the authority it rests on,
    and in a table of its own without which the database refuses. The file is then
    folded without the body: what it decided counts as unknown, unless the entry is
    decided again. Raises NotPermitted, and BadInput for a reason that is none, an
    entry that is not there, or a body that is gone already.
    """
    require(actor, ACTION)
    if reason not in REASONS:
        raise BadInput("no_such_reason", remedy=f"Choose {', '.join(REASONS)}.", field="reason")
    if not _REFERENCE.fullmatch(authority):
        raise BadInput(
            "authority_missing",
            remedy="Give the number of the order it rests on: letters, digits and . / - only.",
            field="authority",
        )
    lock_heads([code])
    row = LedgerEntry.objects.filter(file=code, seq=entry).first()
    if row is None:
        raise unknown_file()
    if row.seq == 1:
        raise BadInput(
            "file_needs_it", remedy="The first entry says what file it is, in codes only: it stays."
        )
    if not LedgerBody.objects.filter(entry=row).exists():
        raise BadInput("already_destroyed", remedy="This body is gone already.", field="entry")
    act = Draft(
        file=code,
        step="",
        kind=KIND,
        body={"about": entry, "reason": reason, "authority": authority},
    )
    sealed = append([act], actor=actor.code, role=role_for(actor, ACTION), at=at)
    BodyDestruction.objects.create(entry=row, actor=actor.code, at=at, reason=reason)
    LedgerBody.objects.filter(entry=row).delete()
    refresh({code})
    return sealed
