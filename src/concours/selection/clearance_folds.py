"""The clearances folded: what each entry changes, its words, and what the candidate is told."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from concours.ledger.draft import Fact
from concours.selection import body as read
from concours.selection.candidacy import Apply, Candidacy
from concours.selection.clearance_state import Clearance, Compartment, Wait


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
        waiver_seq=fact.seq,
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


def _undecided(state: Clearance, at: datetime) -> Clearance:
    """The step decided again from here: a side that is still open waits on somebody once more."""
    sides = {"medical": state.medical, "security": state.security}
    waiting = {
        name: _turn(side, "candidate" if side.papers_at is None else "board", at)
        for name, side in sides.items()
        if side.decided_at is None and not (side.waits and side.waits[-1].until is None)
    }
    return replace(
        state,
        passed=None,
        decided_at=None,
        decided_seq=0,
        medical=waiting.get("medical", state.medical),
        security=waiting.get("security", state.security),
    )


def _medical_reversed(file: Candidacy, fact: Fact) -> Candidacy:
    state = _state(file, fact)
    medical = replace(
        _turn(state.medical, "", fact.on), outcome="", decided_at=None, decided_seq=0, until=None
    )
    state = replace(state, medical=medical, waiver="", waiver_at=None, waiver_seq=0)
    return file.with_state(fact.step, _undecided(state, fact.on))


def _waiver_reversed(file: Candidacy, fact: Fact) -> Candidacy:
    """The request stands again; it waits for the waiver officer."""
    state = _state(file, fact)
    state = replace(
        state,
        waiver="requested",
        waiver_at=fact.on,
        waiver_seq=0,
        medical=_turn(state.medical, "board", fact.on),
    )
    return file.with_state(fact.step, _undecided(state, fact.on))


def _security_reversed(file: Candidacy, fact: Fact) -> Candidacy:
    """Undecided again, and so is any appeal there was: a new denial can be appealed."""
    state = _state(file, fact)
    security = replace(
        _turn(state.security, "", fact.on), outcome="", decided_at=None, decided_seq=0, until=None
    )
    state = replace(state, security=security, appeal="", appeal_at=None)
    return file.with_state(fact.step, _undecided(state, fact.on))


def _offer_reversed(file: Candidacy, fact: Fact) -> Candidacy:
    return file.with_state(fact.step, Clearance())


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
    "clearance.medical_reversed": _medical_reversed,
    "clearance.waiver_reversed": _waiver_reversed,
    "clearance.security_reversed": _security_reversed,
    "clearance.offer_reversed": _offer_reversed,
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
    "clearance.medical_reversed": "The medical decision was taken back; it is decided again.",
    "clearance.waiver_reversed": "The decision on the waiver was taken back; it is decided again.",
    "clearance.security_reversed": "The security decision was taken back; it is decided again.",
    "clearance.offer_reversed": "The conditional offer was taken back; both clearances closed.",
}

TOLD: Mapping[str, str] = {
    "clearance.offered": "clearance.offered",
    "clearance.medical_decided": "clearance.medical_decided",
    "clearance.security_decided": "clearance.security_decided",
    "clearance.waiver_decided": "clearance.waiver_decided",
    "clearance.security_appeal_decided": "clearance.security_appeal_decided",
    "clearance.decided": "clearance.decided",
    "clearance.lapsed": "clearance.lapsed",
    "clearance.medical_reversed": "clearance.medical_reversed",
    "clearance.waiver_reversed": "clearance.waiver_reversed",
    "clearance.security_reversed": "clearance.security_reversed",
    "clearance.offer_reversed": "clearance.offer_reversed",
}

DEADLINES: Mapping[str, str] = {
    "clearance.offered": "clearance.forms",
    "clearance.medical_decided": "clearance.waiver_request",
    "clearance.security_decided": "clearance.security_appeal",
}
