"""The desks' rows: one a compartment and file, without class or guideline."""

from collections.abc import Iterable
from datetime import datetime

from concours.policy.edition import Edition
from concours.records.models import ClearanceStanding
from concours.selection.candidacy import Candidacy
from concours.selection.clearance_state import COMPARTMENTS, Clearance, Compartment
from concours.selection.road import openings

DECIDING = {
    "medical": ("clearance.decide_medical", "clearance.decide_waiver"),
    "security": ("clearance.decide_security", "clearance.decide_security_appeal"),
}


def rows(file: Candidacy, edition: Edition, at: datetime) -> Iterable[ClearanceStanding]:
    """Both compartments of a file, once the conditional offer was made."""
    for plan in edition.steps:
        if plan.kind != "clearance":
            continue
        state = file.state(plan.id, Clearance)
        if state.offered_at is None:
            return
        due = {o.command: o.due_on for o in openings(file, edition, at=at) if o.awaited}
        for name in COMPARTMENTS:
            side = state.medical if name == "medical" else state.security
            yield ClearanceStanding(
                file=file.file,
                person=file.person,
                compartment=name,
                state=_state(file, state, side, name),
                waits_on=side.waits[-1].on if side.waits and side.waits[-1].until is None else "",
                since=_since(state, side, name),
                due_on=next((due[c] for c in DECIDING[name] if c in due), None),
                until=side.until,
            )


def _state(file: Candidacy, state: Clearance, side: Compartment, name: str) -> str:
    """waiting_papers, to_decide, waiver, appeal, decided or closed."""
    if name == "security" and state.appeal == "lodged":
        return "appeal"
    if file.closed is not None:
        return "closed"
    if name == "medical" and side.outcome == "waiver_needed" and state.waiver in ("", "requested"):
        return "waiver"
    if side.decided_at is not None:
        return "decided"
    return "to_decide" if side.papers_at is not None else "waiting_papers"


def _since(state: Clearance, side: Compartment, name: str) -> datetime:
    found = [side.decided_at, side.papers_at, state.offered_at]
    if name == "security" and state.appeal == "lodged":
        found = [state.appeal_at, *found]
    if name == "medical" and state.waiver:
        found = [state.waiver_at, *found]
    return next(moment for moment in found if moment is not None)
