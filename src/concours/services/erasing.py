"""Erasing a person at a desk: what would go, what stands against it, the proposal and its
confirmation by somebody else, and the hold that bars it."""

from dataclasses import dataclass
from datetime import datetime

from concours.kernel.errors import BadInput, RuleRefused
from concours.ledger.draft import Draft, Json
from concours.records.models import CandidacyStanding, Document
from concours.selection.authority import Actor
from concours.selection.two_persons import (
    ERASURE,
    Proposal,
    propose,
    standing_proposals,
    withdraw,
)
from concours.services.case import open_candidacy
from concours.services.casefile import OpenFile, decide_on, open_file
from concours.services.erasure import Erased, erase_as_proposed, require_erasable, rows_of
from concours.services.ledger.destroying import require_reference

PROPOSE = "person.propose_erasure"
CONFIRM = "person.confirm_erasure"
REASONS = ("asked", "court_order", "unlawfully_kept")
HOLD = "person.hold"
HOLD_REASONS = ("litigation", "audit", "inquiry", "ended")


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """Rows of one table that would go: what the table holds, in its own words, and how many."""

    what: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasurePage:
    """A dry run of an erasure: nothing of what is counted here is shown.

    ``against`` says what has to be done first; "" when nothing stands against it.
    """

    code: str
    version: str
    candidacies: tuple[tuple[str, str], ...]
    going: tuple[Going, ...]
    documents: int
    against: str
    proposal: Proposal | None


def erasure_page(actor: Actor, code: str, *, at: datetime, action: str = PROPOSE) -> ErasurePage:
    """What erasing the person of this candidacy would remove, counted table by table."""
    person = open_candidacy(actor, code, action, at=at).candidacy.person
    found = open_file(actor, "person", person, action)
    rows = CandidacyStanding.objects.filter(person=person).order_by("file")
    return ErasurePage(
        code=code,
        version=found.version,
        candidacies=tuple(rows.values_list("file", "status")),
        going=tuple(
            Going(what=(model.__doc__ or model.__name__).splitlines()[0], rows=some.count())
            for model, some in sorted(rows_of(person).items(), key=lambda pair: pair[0].__name__)
        ),
        documents=Document.objects.filter(person=person).count(),
        against=_against(found.state),
        proposal=standing_proposals(found.facts, ERASURE).get(0),
    )


def _against(state) -> str:  # type: ignore[no-untyped-def]
    try:
        require_erasable(state)
    except RuleRefused as refusal:
        return refusal.remedy
    return ""


def propose_erasure(
    actor: Actor, code: str, *, reason: str, authority: str, seen: str, at: datetime
) -> None:
    """Propose to erase the person of this candidacy, under an order's or request's number.

    Nothing happens until somebody else confirms. Raises NotPermitted, BadInput,
    OutOfDate when the person's file has moved since the page was shown, RuleRefused
    while something keeps the data or a proposal stands.
    """
    person = open_candidacy(actor, code, PROPOSE, at=at).candidacy.person
    if reason not in REASONS:
        raise BadInput("no_such_reason", remedy=f"Choose {', '.join(REASONS)}.", field="reason")
    require_reference(authority)

    def command(found: OpenFile) -> tuple[Draft, ...]:
        require_erasable(found.state)
        return (propose(person, found.facts, ERASURE, about=0, reason=reason, authority=authority),)

    decide_on(actor, "person", person, PROPOSE, command, at=at, seen=seen)


def withdraw_erasure(actor: Actor, code: str, *, seen: str, at: datetime) -> None:
    """Withdraw the proposal; the data stays."""
    person = open_candidacy(actor, code, CONFIRM, at=at).candidacy.person

    def command(found: OpenFile) -> tuple[Draft, ...]:
        return (withdraw(person, found.facts, ERASURE, about=0),)

    decide_on(actor, "person", person, CONFIRM, command, at=at, seen=seen)


def confirm_erasure(actor: Actor, code: str, *, seen: str, at: datetime) -> Erased:
    """Erase the person of this candidacy, as somebody else proposed."""
    person = open_candidacy(actor, code, CONFIRM, at=at).candidacy.person
    return erase_as_proposed(actor, person, at=at, seen=seen)


def hold_page(actor: Actor, code: str, *, at: datetime) -> tuple[bool, str]:
    """Whether a hold keeps the data of this candidacy's person, and the version of their file."""
    person = open_candidacy(actor, code, HOLD, at=at).candidacy.person
    found = open_file(actor, "person", person, HOLD)
    return bool(found.state.hold), found.version


def set_hold(
    actor: Actor, code: str, *, held: bool, reason: str, authority: str, seen: str, at: datetime
) -> None:
    """Keep a person's data from being erased, or lift that hold; both are entries of their file."""
    person = open_candidacy(actor, code, HOLD, at=at).candidacy.person
    if reason not in HOLD_REASONS:
        raise BadInput(
            "no_such_reason", remedy=f"Choose {', '.join(HOLD_REASONS)}.", field="reason"
        )
    require_reference(authority)

    def command(found: OpenFile) -> tuple[Draft, ...]:
        if found.state.erased_on is not None:
            raise RuleRefused("already_erased", remedy="There is nothing left to keep.")
        if bool(found.state.hold) == held:
            raise RuleRefused("already_so", remedy="The person's file says so already.")
        body: dict[str, Json] = {"held": held, "reason": reason, "authority": authority}
        return (Draft(file=person, step="", kind="person.hold_found", body=body),)

    decide_on(actor, "person", person, HOLD, command, at=at, seen=seen)
