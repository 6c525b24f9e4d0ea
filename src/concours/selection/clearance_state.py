"""The clearances as a value: two compartments in parallel, their waits, decisions and dates."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from concours.kernel.period import day_of
from concours.ledger.draft import Fact
from concours.selection import body as read
from concours.selection.candidacy import Apply, Candidacy

COMPARTMENTS = ("medical", "security")
WAITS = ("candidate", "board", "third_party")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Time spent waiting on one party; ``until`` None while it lasts."""

    on: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compartment:
    """One clearance. ``outcome`` "" while undecided; ``until`` the first day it is no longer good."""

    outcome: str = ""
    papers_at: datetime | None = None
    decided_at: datetime | None = None
    decided_seq: int = 0
    until: date | None = None
    waits: tuple[Wait, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """The step's state. The particulars (class, guideline) stand in their compartments, not here."""

    offered_at: datetime | None = None
    offered_seq: int = 0
    medical: Compartment = Compartment()
    security: Compartment = Compartment()
    documents_due: datetime | None = None
    waiver: str = ""
    waiver_at: datetime | None = None
    appeal: str = ""
    appeal_at: datetime | None = None
    passed: bool | None = None
    decided_at: datetime | None = None
    decided_seq: int = 0

    @property
    def medical_cleared(self) -> bool:
        """Cleared by its class, or by waiver."""
        return self.medical.outcome == "cleared" or (
            self.medical.outcome == "waiver_needed" and self.waiver == "granted"
        )

    @property
    def security_cleared(self) -> bool:
        """Granted, with or without a condition."""
        return self.security.outcome in ("grant", "grant_with_condition")


def good_on(state: Clearance, *, day: date) -> tuple[str, ...]:
    """The compartments that are not good on ``day``: undecided, refused or expired."""
    found = {
        "medical": (state.medical_cleared, state.medical.until),
        "security": (state.security_cleared, state.security.until),
    }
    return tuple(
        name
        for name, (cleared, until) in found.items()
        if not cleared or until is None or day >= until
    )


def waited_days(compartment: Compartment, *, at: datetime, zone: str) -> Mapping[str, int]:
    """Days waited on each party up to ``at``, to the day in ``zone``.

    A wait counts from the day it begins up to, not including, the day the next
    begins: so the parties' days add up to the days from opening to decision.
    """
    days = dict.fromkeys(WAITS, 0)
    for wait in compartment.waits:
        end = min(wait.until or at, at)
        if wait.since < end:
            spent = (day_of(end, zone) - day_of(wait.since, zone)).days
            days[wait.on] = days.get(wait.on, 0) + spent
    return days


def _turn(compartment: Compartment, on: str, at: datetime) -> Compartment:
    """The compartment waiting on ``on`` from ``at``; "" ends the waiting."""
    waits = compartment.waits
    if waits and waits[-1].until is None:
        waits = (*waits[:-1], replace(waits[-1], until=max(at, waits[-1].since)))
    if on:
        waits = (*waits, Wait(on=on, since=at))
    return replace(compartment, waits=waits)


def _state(file: Candidacy, fact: Fact) -> Clearance:
    return file.state(fact.step, Clearance)


def _failed(state: Clearance, fact: Fact) -> Clearance:
    """The state after an outcome that ends the candidacy."""
    return replace(state, passed=False, decided_at=fact.on, decided_seq=fact.seq)


def _offered(file: Candidacy, fact: Fact) -> Candidacy:
    opened = _turn(Compartment(), "candidate", fact.on)
    state = replace(
        _state(file, fact),
        offered_at=fact.on,
        offered_seq=fact.seq,
        medical=opened,
        security=opened,
    )
    return file.with_state(fact.step, state)


def _papers(file: Candidacy, fact: Fact) -> Candidacy:
    state = _state(file, fact)
    if fact.kind == "clearance.forms_certified":
        security = replace(_turn(state.security, "board", fact.on), papers_at=fact.on)
        return file.with_state(fact.step, replace(state, security=security))
    medical = replace(_turn(state.medical, "board", fact.on), papers_at=fact.on)
    return file.with_state(fact.step, replace(state, medical=medical))


def _wait(file: Candidacy, fact: Fact) -> Candidacy:
    state, on = _state(file, fact), read.text(fact.body, "on")
    if read.text(fact.body, "compartment") == "medical":
        return file.with_state(fact.step, replace(state, medical=_turn(state.medical, on, fact.on)))
    return file.with_state(fact.step, replace(state, security=_turn(state.security, on, fact.on)))


def _extended(file: Candidacy, fact: Fact) -> Candidacy:
    due = read.moment(fact.body, "due_on")
    return file.with_state(fact.step, replace(_state(file, fact), documents_due=due))


def _decided(compartment: Compartment, fact: Fact, *, waits_on: str) -> Compartment:
    return replace(
        _turn(compartment, waits_on, fact.on),
        outcome=read.text(fact.body, "outcome"),
        decided_at=fact.on,
        decided_seq=fact.seq,
        until=read.day(fact.body, "until"),
    )


def _medical(file: Candidacy, fact: Fact) -> Candidacy:
    state = _state(file, fact)
    needed = read.text(fact.body, "outcome") == "waiver_needed"
    medical = _decided(state.medical, fact, waits_on="candidate" if needed else "")
    return file.with_state(fact.step, replace(state, medical=medical, waiver="", waiver_at=None))


def _security(file: Candidacy, fact: Fact) -> Candidacy:
    state = _state(file, fact)
    state = replace(state, security=_decided(state.security, fact, waits_on=""))
    return file.with_state(fact.step, state if state.security_cleared else _failed(state, fact))


def _waiver_requested(file: Candidacy, fact: Fact) -> Candidacy:
    state = _state(file, fact)
    return file.with_state(
        fact.step,
        replace(
            state,
            waiver="requested",
            waiver_at=fact.on,
            medical=_turn(state.medical, "board", fact.on),
        ),
    )


def _waiver(file: Candidacy, fact: Fact) -> Candidacy:
    state = replace(
        _state(file, fact),
        waiver=read.text(fact.body, "outcome"),
        waiver_at=fact.on,
        medical=_turn(_state(file, fact).medical, "", fact.on),
    )
    return file.with_state(fact.step, state if state.waiver == "granted" else _failed(state, fact))


def _appealed(file: Candidacy, fact: Fact) -> Candidacy:
    state = replace(_state(file, fact), appeal="lodged", appeal_at=fact.on)
    return file.with_state(fact.step, state)


def _appeal(file: Candidacy, fact: Fact) -> Candidacy:
    state = replace(_state(file, fact), appeal=read.text(fact.body, "outcome"), appeal_at=fact.on)
    if state.appeal == "upheld":
        security = replace(
            state.security,
            outcome="grant",
            decided_at=fact.on,
            decided_seq=fact.seq,
            until=read.day(fact.body, "until"),
        )
        state = replace(state, security=security, passed=None, decided_at=None, decided_seq=0)
    return file.with_state(fact.step, state)


def _passed(file: Candidacy, fact: Fact) -> Candidacy:
    state = replace(
        _state(file, fact),
        passed=read.text(fact.body, "outcome") == "passed",
        decided_at=fact.on,
        decided_seq=fact.seq,
    )
    return file.with_state(fact.step, state)


def _lapsed(file: Candidacy, fact: Fact) -> Candidacy:
    state = _state(file, fact)
    ended = replace(state, medical=_turn(state.medical, "", fact.on))
    ended = replace(ended, security=_turn(state.security, "", fact.on))
    return file.with_state(fact.step, _failed(ended, fact))


APPLY: Mapping[str, Apply] = {
    "clearance.offered": _offered,
    "clearance.forms_certified": _papers,
    "clearance.documents_sent": _papers,
    "clearance.wait_recorded": _wait,
    "clearance.extended": _extended,
    "clearance.medical_decided": _medical,
    "clearance.security_decided": _security,
    "clearance.waiver_requested": _waiver_requested,
    "clearance.waiver_decided": _waiver,
    "clearance.security_appealed": _appealed,
    "clearance.security_appeal_decided": _appeal,
    "clearance.decided": _passed,
    "clearance.lapsed": _lapsed,
}

KINDS: Mapping[str, str] = {
    "clearance.offered": "A conditional offer was made; medical and security clearance opened.",
    "clearance.forms_certified": "The security forms were certified.",
    "clearance.documents_sent": "The medical documents were sent.",
    "clearance.wait_recorded": "It was recorded on whom a clearance waits.",
    "clearance.extended": "The date for the medical documents was moved.",
    "clearance.medical_decided": "The medical clearance was decided.",
    "clearance.security_decided": "The security clearance was decided.",
    "clearance.waiver_requested": "A medical waiver was asked for.",
    "clearance.waiver_decided": "The medical waiver was decided, finally.",
    "clearance.security_appealed": "The security decision was appealed.",
    "clearance.security_appeal_decided": "The appeal against the security decision was decided.",
    "clearance.decided": "Both clearances stand: the step was decided.",
    "clearance.lapsed": "A date of the clearances passed without what was due.",
}

TOLD: Mapping[str, str] = {
    "clearance.offered": "clearance.offered",
    "clearance.medical_decided": "clearance.medical_decided",
    "clearance.security_decided": "clearance.security_decided",
    "clearance.waiver_decided": "clearance.waiver_decided",
    "clearance.security_appeal_decided": "clearance.security_appeal_decided",
    "clearance.decided": "clearance.decided",
    "clearance.lapsed": "clearance.lapsed",
}

DEADLINES: Mapping[str, str] = {
    "clearance.offered": "clearance.forms",
    "clearance.medical_decided": "clearance.waiver_request",
    "clearance.security_decided": "clearance.security_appeal",
}
