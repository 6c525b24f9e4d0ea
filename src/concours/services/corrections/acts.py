"""Proposing a file of corrections, and signing it: two people, one act."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from concours.kernel.errors import BadInput, OutOfDate, RuleRefused
from concours.ledger.canonical import canonical
from concours.ledger.draft import Draft
from concours.records.models import BulkCorrection, CompetitionStanding
from concours.selection.application_exceptions import require_reason
from concours.selection.authority import Actor, require
from concours.services.case import Case
from concours.services.corrections.kinds import CORRECTIONS, Correction
from concours.services.corrections.sheet import read_sheet
from concours.services.files import unknown_file
from concours.services.runs import RunResult, decide_many

PROPOSE, SIGN = "record.correct_in_bulk", "record.approve_bulk"
READ = "record.read_bulk"


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What signing would do: how many files it decides, which it refuses and why."""

    rows: int
    decided: int
    refused: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionPage:
    """One file of corrections as its page shows it."""

    code: str
    what: str
    competition: str
    reason: str
    authority: str
    digest: str
    proposed_by: str
    proposed_at: datetime
    signed_by: str
    signed_at: datetime | None
    dry_run: DryRun | None
    decided: int
    left_out: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkCorrectionRow:
    """One file of corrections in the list."""

    code: str
    what: str
    rows: int
    proposed_by: str
    proposed_at: datetime
    signed_at: datetime | None
    decided: int


def _kind(what: str) -> Correction:
    found = CORRECTIONS.get(what)
    if found is None:
        raise BadInput(
            "no_such_correction", remedy=f"Choose one of {', '.join(CORRECTIONS)}.", field="what"
        )
    return found


def propose(
    actor: Actor,
    *,
    competition: str,
    what: str,
    content: bytes,
    reason: str,
    authority: str,
    at: datetime,
) -> str:
    """Check a file row by row and keep it for a second person; returns its code.

    Nothing is decided here. Raises WrongSheet with every wrong cell.
    """
    require(actor, PROPOSE)
    kind = _kind(what)
    if not CompetitionStanding.objects.filter(pk=competition).exists():
        raise BadInput("no_such_competition", remedy="Choose a competition.", field="competition")
    require_reason(reason, authority)
    rows = read_sheet(content, kind.columns)
    row = BulkCorrection.objects.create(
        competition=competition,
        what=what,
        rows=list(rows),
        digest=hashlib.sha256(canonical(list(rows)).encode()).hexdigest(),
        reason=reason,
        authority=authority,
        proposed_by=actor.code,
        proposed_at=at,
    )
    return row.code


def _run(actor: Actor, row: BulkCorrection, *, at: datetime, dry_run: bool) -> RunResult:
    kind = _kind(row.what)
    by_code: dict[str, Any] = {r["candidacy"]: r for r in row.rows}

    def command(case: Case) -> tuple[Draft, ...]:
        drafts = kind.command(
            case, by_code[case.code], at=at, reason=row.reason, authority=row.authority
        )
        return tuple(drafts)

    return decide_many(
        actor,
        READ if dry_run else SIGN,
        row.competition,
        sorted(by_code),
        command,
        run=f"correction-{row.code}",
        step=kind.step,
        rule=kind.rule,
        at=at,
        dry_run=dry_run,
    )


def correction_page(actor: Actor, code: str, *, at: datetime) -> CorrectionPage:
    """A proposed file with its dry run, or a signed one with what it did."""
    require(actor, READ)
    row = BulkCorrection.objects.filter(pk=code).first()
    if row is None:
        raise unknown_file()
    dry_run = None
    if not row.signed_by:
        found = _run(actor, row, at=at, dry_run=True)
        dry_run = DryRun(rows=len(row.rows), decided=found.decided, refused=found.refused)
    return CorrectionPage(
        code=row.code,
        what=row.what,
        competition=row.competition,
        reason=row.reason,
        authority=row.authority,
        digest=row.digest,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        signed_by=row.signed_by,
        signed_at=row.signed_at,
        dry_run=dry_run,
        decided=row.decided,
        left_out=tuple((file, why) for file, why in row.left_out),
        rows=tuple(
            (r["candidacy"], ", ".join(f"{k} {v}" for k, v in r.items() if k != "candidacy"))
            for r in row.rows
        ),
    )


def sign(actor: Actor, code: str, *, digest: str, at: datetime) -> RunResult:
    """Sign a file somebody else proposed: every row is decided as one act, or refused and named.

    ``digest`` is that of the rows the page showed. Signed already, or by the one
    who proposed it, it is refused.
    """
    require(actor, SIGN)
    with transaction.atomic():
        row = BulkCorrection.objects.select_for_update().filter(pk=code).first()
        if row is None:
            raise unknown_file()
        if row.proposed_by == actor.code:
            raise RuleRefused(
                "same_person", remedy="A second person signs what the first proposed."
            )
        if row.signed_by and row.signed_by != actor.code:
            raise OutOfDate("already_signed", remedy="Somebody else has signed this file.")
        if row.digest != digest:
            raise OutOfDate("file_has_moved_on", remedy="The rows are not those you saw. Reload.")
        row.signed_by, row.signed_at, row.run = actor.code, at, f"correction-{row.code}"
        row.save()
    done = _run(actor, row, at=at, dry_run=False)
    left_out = [*done.refused, *((file, "moved_on") for file in done.moved)]
    BulkCorrection.objects.filter(pk=code).update(decided=done.decided, left_out=left_out)
    return done


def correction_list(actor: Actor) -> tuple[BulkCorrectionRow, ...]:
    """Files of corrections, newest first."""
    require(actor, READ)
    rows = BulkCorrection.objects.order_by("-proposed_at", "code")[:100]
    return tuple(
        BulkCorrectionRow(
            code=r.code,
            what=r.what,
            rows=len(r.rows),
            proposed_by=r.proposed_by,
            proposed_at=r.proposed_at,
            signed_at=r.signed_at,
            decided=r.decided,
        )
        for r in rows
    )
