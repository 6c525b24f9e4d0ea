"""What may happen next in the oral assessment, and how the step stands on the road."""

from datetime import datetime

from concours.ledger.draft import Draft
from concours.policy.deadline import Deadline, lapses_at
from concours.policy.edition import Edition
from concours.policy.exercises import Exercises, scored
from concours.policy.target import Target, meant_by
from concours.selection.assessment import attendance_due, check_invitation, claim_of, lapse_of
from concours.selection.assessment_state import (
    APPLY,
    DEADLINES,
    HELD,
    KINDS,
    TOLD,
    Assessment,
)
from concours.selection.candidacy import Candidacy
from concours.selection.opening import Opening
from concours.selection.reached import arrival
from concours.selection.result_appeal import appeal_openings
from concours.selection.reversal import committed
from concours.selection.step_kind import StepKind, StepView

CHECK_INVITATION = "assessment.check_invitation"


def _opening(
    step: str,
    verb: str,
    owner: str,
    since: datetime,
    due_on: datetime | None = None,
    *,
    action: str = "",
    lapse: str = "",
) -> Opening:
    """One opening of this step; awaited exactly when it has a due date."""
    return Opening(
        command=f"{step}.{verb}",
        action=action or f"assessment.{verb}",
        step=step,
        owner=owner,
        since=since,
        awaited=due_on is not None,
        due_on=due_on,
        lapse=lapse,
    )


def _release(step: str, since: datetime, due_on: datetime) -> Opening:
    return Opening(
        command="notice.release",
        action="notice.release",
        step=step,
        owner="system",
        since=since,
        awaited=True,
        due_on=due_on,
    )


def _same_day(state: Assessment, edition: Edition, *, step: str, since: datetime) -> datetime:
    """By when the result is owed: the same day, however long the day's work took."""
    begun = state.booking.starts_at if state.booking else since
    rule = edition.value(f"{step}.result_by", Deadline)
    return lapses_at(rule, told_at=begun, zone=edition.zone)


def _day_openings(
    state: Assessment, edition: Edition, *, step: str, since: datetime
) -> tuple[Opening, ...]:
    """After the candidate came: rate alone, integrate, decide."""
    due = _same_day(state, edition, step=step, since=since)
    wanted = scored(edition.value(f"{step}.exercises", Exercises))
    last = state.last_rating_at or since
    found = []
    if any(part not in state.rated for part in wanted):
        found.append(_opening(step, "rate", "assessor", last, due))
    if any(part not in state.integrated for part in state.rated):
        found.append(_opening(step, "integrate", "assessor", last, due))
    if all(part in state.integrated for part in wanted):
        found.append(_opening(step, "decide", "chair", last, due))
    return tuple(found)


def _booking_openings(
    file: Candidacy, edition: Edition, *, step: str, at: datetime
) -> tuple[Opening, ...]:
    """Invited and told: book, wait, move, or be checked when the invitation runs out."""
    state = file.state(step, Assessment)
    told = file.told[state.invited_seq].at
    lapse = lapse_of(file, edition, step=step)
    if state.booking is not None:
        since = state.booking.starts_at
        found = [
            _opening(step, "record_attendance", "assessor", told, attendance_due(state, edition))
        ]
        if at < since:
            found.append(_opening(step, "move", "candidate", told))
            if not state.panel:
                found.append(_opening(step, "manage_days", "scheduler", told, since))
        return tuple(found)
    if lapse is not None and at >= lapse:
        return (_opening(step, "check_invitation", "system", lapse, lapse, lapse=CHECK_INVITATION),)
    if claim_of(file, edition, step=step, at=at) == "certain" and state.waiting_since is None:
        wait = _opening(step, "join_waiting_list", "candidate", told, action="assessment.book")
        return (_opening(step, "book", "candidate", told, lapse, lapse=CHECK_INVITATION), wait)
    if state.waiting_since is None:
        return (
            _opening(
                step,
                "join_waiting_list",
                "candidate",
                told,
                lapse,
                action="assessment.book",
                lapse=CHECK_INVITATION,
            ),
        )
    return (
        _opening(
            step,
            "offer_place",
            "scheduler",
            state.waiting_since,
            lapse,
            action="assessment.manage_days",
            lapse=CHECK_INVITATION,
        ),
    )


def openings(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> tuple[Opening, ...]:
    """Every command legal now in this step, with who owns it and by when."""
    reached = arrival(file, edition, step=step)
    if reached is None:
        return ()
    state = file.state(step, Assessment)
    decision = state.decision
    if decision is not None:
        undo = "readmit" if decision.outcome == "did_not_attend" else "reverse"
        ended_here = file.closed is not None and file.closed.step == step
        reversal = _opening(step, undo, "appeals_officer", decision.at, action="assessment.reverse")
        open_still = file.closed is None and not committed(file, edition)
        undoable = decision.outcome != "lapsed" and (open_still or ended_here)
        failed = decision.outcome == "failed"
        appeals = appeal_openings(
            file, edition, step=step, kind="assessment", at=at, state=state, failed=failed
        )
        found = (reversal, *appeals) if undoable else ()
        if decision.seq not in file.told and file.closed is None:
            due = _same_day(state, edition, step=step, since=decision.at)
            return (_release(step, decision.at, due), *found)
        return found
    if file.closed is not None:
        return ()
    target = edition.value(f"{step}.target", Target)
    if state.invited_at is None:
        due = meant_by(target, since=reached.at, zone=edition.zone)
        return (_opening(step, "invite", "scheduler", reached.at, due),)
    if state.invited_seq not in file.told:
        return (
            _release(
                step, state.invited_at, meant_by(target, since=state.invited_at, zone=edition.zone)
            ),
        )
    if state.checked_in_at is None:
        return _booking_openings(file, edition, step=step, at=at)
    return _day_openings(state, edition, step=step, since=state.checked_in_at)


def summary(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> StepView:
    """How the step stands, for the road."""
    state = file.state(step, Assessment)
    if state.decision is not None:
        status = "passed" if state.passed else "failed"
        return StepView(status=status, since=state.decision.at, outcome=state.decision.outcome)
    if arrival(file, edition, step=step) is None:
        return StepView(status="not_started")
    if file.closed is not None:
        return StepView(status="closed", since=file.closed.on)
    awaited = [o for o in openings(file, edition, step=step, at=at) if o.awaited]
    first = awaited[0]
    if state.booking is not None and state.checked_in_at is None:
        return StepView(
            status="your_turn", since=first.since, owner="candidate", due_on=state.booking.starts_at
        )
    status = "your_turn" if first.owner == "candidate" else "board"
    return StepView(status=status, since=first.since, owner=first.owner, due_on=first.due_on)


def _lapse(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, due_on: datetime
) -> tuple[Draft, ...]:
    """What the worker does when an invitation has run out."""
    return check_invitation(file, edition, step=step, at=at)


KIND = StepKind(
    name="assessment",
    apply=APPLY,
    words=KINDS,
    told=TOLD,
    deadlines=DEADLINES,
    openings=openings,
    summary=summary,
    lapses={CHECK_INVITATION: _lapse},
    held=HELD,
)
