"""Destroying the body of one entry: a court's order, a name that should not be there.

One person proposes it, another confirms it; nothing is destroyed before.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from concours.kernel.errors import BadInput
from concours.ledger.draft import Draft
from concours.ledger.entry import Sealed
from concours.records.ledger_store import Read, append, lock_heads, read_facts
from concours.records.models import BodyDestruction, LedgerBody, LedgerEntry
from concours.selection.authority import Actor, require, role_for
from concours.selection.fold import fold_candidacy
from concours.selection.road import road
from concours.selection.step_kind import StepView
from concours.selection.steps import WORDS
from concours.selection.two_persons import (
    DESTRUCTION,
    Proposal,
    confirm,
    propose,
    standing_proposals,
    withdraw,
)
from concours.services.case import Case, moved_on, open_candidacy
from concours.services.files import kind_of_file, unknown_file
from concours.services.refresh import refresh

PROPOSE = "record.propose_destruction"
CONFIRM = "record.confirm_destruction"
REASONS = ("court_order", "personal_data", "compartment_data")
RECEIPT = 16
"""How many digits of an entry's digest name it on a page; no page shows its number."""

_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{2,39}")


def require_reference(authority: str) -> None:
    """Refuse an authority that is not the number of an order: no name and no sentence fits in one."""
    if not _REFERENCE.fullmatch(authority):
        raise BadInput(
            "authority_missing",
            remedy="Give the number of the order it rests on: letters, digits and . / - only.",
            field="authority",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """One entry as its header tells of it; ``whole`` while its body stands and may be destroyed.

    ``proposed`` says that a proposal to destroy it waits for somebody else.
    """

    receipt: str
    words: str
    at: datetime
    role: str
    step: str
    whole: bool
    proposed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Destruction:
    """What destroying one body would do: the names of what goes, and the steps that would read otherwise.

    The body's values are not shown here: the page is about an entry that holds
    what should not be there.
    """

    code: str
    version: str
    entry: EntryRow
    proposal: Proposal | None
    fields: tuple[str, ...]
    changes: tuple[tuple[str, str, str], ...]


def entry_list(actor: Actor, code: str, *, at: datetime) -> tuple[EntryRow, ...]:
    """The entries of a candidacy by their headers, newest first. Nobody reads their own file so."""
    case = open_candidacy(actor, code, CONFIRM, at=at)
    return tuple(reversed(_rows(case)))


def _rows(case: Case) -> list[EntryRow]:
    numbers = LedgerBody.objects.filter(entry__file=case.code).values_list("entry__seq", flat=True)
    standing = set(numbers)
    proposed = standing_proposals(case.facts, DESTRUCTION)
    return [
        EntryRow(
            receipt=digest[:RECEIPT],
            words=WORDS.get(fact.kind, fact.kind),
            at=fact.at,
            role=fact.role,
            step=fact.step,
            whole=fact.seq in standing and fact.seq > 1,
            proposed=fact.seq in proposed,
        )
        for fact, digest in zip(case.facts, case.digests, strict=True)
    ]


def destruction(
    actor: Actor, code: str, receipt: str, *, at: datetime, action: str = PROPOSE
) -> Destruction:
    """A dry run: the file folded with and without the body of the entry of this receipt."""
    case = open_candidacy(actor, code, action, at=at)
    found = _named(case, receipt)
    without = fold_candidacy(
        replace(fact, body={}) if fact.seq == found.fact.seq else fact for fact in case.facts
    )
    before = road(case.candidacy, case.edition, at=at).milestones
    after = road(without, case.edition, at=at).milestones
    changes = [
        (one.title, *_differing(one.view, other.view))
        for one, other in zip(before, after, strict=True)
        if (one.view.status, one.view.outcome) != (other.view.status, other.view.outcome)
    ]
    if (case.candidacy.closed is None) != (without.closed is None):
        changes.append(("", _ended(case.candidacy.closed), _ended(without.closed)))
    return Destruction(
        code=code,
        version=case.version,
        entry=_rows(case)[found.fact.seq - 1],
        proposal=standing_proposals(case.facts, DESTRUCTION).get(found.fact.seq),
        fields=tuple(sorted(found.fact.body)),
        changes=tuple(changes),
    )


def _differing(before: StepView, after: StepView) -> tuple[str, str]:
    """How a step reads with the body and without: by its status, or by its outcome."""
    if before.status != after.status:
        return before.status, after.status
    return before.outcome, after.outcome or "unknown"


def _ended(closed: object) -> str:
    return "closed" if closed is not None else "open"


def _named(case: Case, receipt: str) -> Read:
    for fact, digest in zip(case.facts, case.digests, strict=True):
        if len(receipt) == RECEIPT and digest.startswith(receipt):
            return Read(fact, digest)
    raise unknown_file()


def _number(actor: Actor, code: str, receipt: str, action: str, seen: str, at: datetime) -> int:
    """The entry of a receipt, on the file as its page showed it."""
    case = open_candidacy(actor, code, action, at=at)
    if seen != case.version:
        raise moved_on()
    return _named(case, receipt).fact.seq


def propose_named(
    actor: Actor,
    code: str,
    receipt: str,
    *,
    reason: str,
    authority: str,
    seen: str,
    at: datetime,
) -> None:
    """As `propose_destruction`, for the entry of a receipt."""
    number = _number(actor, code, receipt, PROPOSE, seen, at)
    propose_destruction(actor, code, entry=number, reason=reason, authority=authority, at=at)


def withdraw_named(actor: Actor, code: str, receipt: str, *, seen: str, at: datetime) -> None:
    """Withdraw the proposal for the entry of a receipt; the body stays."""
    number = _number(actor, code, receipt, CONFIRM, seen, at)
    with transaction.atomic():
        row = _open(actor, code, number, CONFIRM, at=at)
        facts = read_facts(row.file)
        _record(actor, withdraw(code, facts, DESTRUCTION, about=number), CONFIRM, at=at)


def confirm_named(actor: Actor, code: str, receipt: str, *, seen: str, at: datetime) -> None:
    """As `confirm_destruction`, for the entry of a receipt."""
    number = _number(actor, code, receipt, CONFIRM, seen, at)
    confirm_destruction(actor, code, entry=number, at=at)


@transaction.atomic
def propose_destruction(
    actor: Actor, code: str, *, entry: int, reason: str, authority: str, at: datetime
) -> None:
    """Propose to destroy the body of one entry; nothing happens until somebody else confirms.

    Raises NotPermitted, RuleRefused while a proposal stands, and BadInput for a
    reason that is none, an entry that is not there, or a body that is gone already.
    """
    if reason not in REASONS:
        raise BadInput("no_such_reason", remedy=f"Choose {', '.join(REASONS)}.", field="reason")
    require_reference(authority)
    _open(actor, code, entry, PROPOSE, at=at)
    drafts = propose(
        code, read_facts(code), DESTRUCTION, about=entry, reason=reason, authority=authority
    )
    _record(actor, drafts, PROPOSE, at=at)


@transaction.atomic
def confirm_destruction(actor: Actor, code: str, *, entry: int, at: datetime) -> Sequence[Sealed]:
    """Destroy the body and salt of one entry, as somebody else proposed; header and proofs stay.

    The act is recorded in the file, with the reason and the authority proposed,
    and in a table of its own without which the database refuses. The file is then
    folded without the body: what it decided counts as unknown, unless the entry is
    decided again. Raises NotPermitted, and RuleRefused without a proposal and for
    the person who made it.
    """
    row = _open(actor, code, entry, CONFIRM, at=at)
    facts = read_facts(code)
    proposal = standing_proposals(facts, DESTRUCTION).get(entry)
    act = confirm(code, facts, DESTRUCTION, about=entry, by=actor.code)
    sealed = append([act], actor=actor.code, role=role_for(actor, CONFIRM), at=at)
    reason = proposal.reason if proposal else ""
    BodyDestruction.objects.create(entry=row, actor=actor.code, at=at, reason=reason)
    LedgerBody.objects.filter(entry=row).delete()
    refresh({code})
    return sealed


def _record(actor: Actor, draft: Draft, action: str, *, at: datetime) -> None:
    append([draft], actor=actor.code, role=role_for(actor, action), at=at)
    refresh({draft.file})


def _open(actor: Actor, code: str, entry: int, action: str, *, at: datetime) -> LedgerEntry:
    """The entry, its file locked, for somebody who may take the action on a file not their own."""
    require(actor, action)
    if kind_of_file(code) == "candidacy":
        open_candidacy(actor, code, action, at=at)  # nobody is staff on their own file
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
    return row
