"""Service as a step kind: what may happen next, and how it stands."""

from datetime import datetime

from concours.kernel.period import add_months, day_end
from concours.policy.edition import Edition
from concours.policy.training import Training
from concours.selection.candidacy import Candidacy
from concours.selection.opening import Opening
from concours.selection.progress import meant_for, reached
from concours.selection.register_state import Register
from concours.selection.service_reversal import reversals
from concours.selection.service_state import APPLY, DEADLINES, KINDS, TOLD, Service
from concours.selection.step_kind import StepKind, StepView


def _opening(
    command: str, step: str, owner: str, since: datetime, due_on: datetime | None = None
) -> Opening:
    name = f"service.{command}"
    return Opening(
        command=name,
        action=name,
        step=step,
        owner=owner,
        since=since,
        awaited=due_on is not None,
        due_on=due_on,
    )


def training_ends(state: Service, edition: Edition, *, step: str) -> datetime | None:
    """When the programme is over, counted from the day of appointment."""
    if state.appointed_on is None:
        return None
    months = edition.value(f"{step}.training", Training).months
    return day_end(add_months(state.appointed_on, months), edition.zone)


def class_day(file: Candidacy, edition: Edition) -> datetime | None:
    """The end of the day on which the accepted class starts: by then its members are appointed."""
    step = next((plan.id for plan in edition.steps if plan.kind == "register"), "")
    state = file.state(step, Register) if step else Register()
    return day_end(state.class_starts_on, edition.zone) if state.class_starts_on else None


def openings(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> tuple[Opening, ...]:
    """Every command of the service that is legal now."""
    if file.opened_at is None:
        return ()
    undone = reversals(file, edition, step=step, at=at)
    if file.closed is not None:
        return undone
    return (*_onwards(file, edition, step=step), *undone)


def _onwards(file: Candidacy, edition: Edition, *, step: str) -> tuple[Opening, ...]:
    """What brings the officer on: appointment, training, posting, hand-over."""
    state = file.state(step, Service)
    if state.appointed_at is None:
        if file.opened_at is None or not reached(file, edition, step=step):
            return ()
        since = file.last_on or file.opened_at
        target = meant_for(edition, rule=f"{step}.target", since=since)
        due = class_day(file, edition) or target
        return (_opening("appoint", step, "registrar", since, due),)
    wish = _opening("rank_preferences", step, "candidate", state.appointed_at)
    if state.trained_at is None:
        since = state.last_result_at or state.appointed_at
        due = training_ends(state, edition, step=step) or since
        return (_opening("record_training", step, "training_officer", since, due), wish)
    if not state.postings:
        due = meant_for(edition, rule=f"{step}.target", since=state.trained_at)
        return (_opening("assign", step, "training_officer", state.trained_at, due), wish)
    since = state.decided_at or state.trained_at
    due = meant_for(edition, rule=f"{step}.target", since=since)
    return (
        _opening("hand_over", step, "registrar", since, due),
        _opening("assign", step, "training_officer", since),
    )


def summary(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> StepView:
    """How the service stands."""
    state = file.state(step, Service)
    if state.passed is not None:
        outcome = "posted" if state.passed else "training_failed"
        status = "passed" if state.passed else "failed"
        return StepView(status=status, since=state.decided_at, outcome=outcome)
    awaited = [o for o in openings(file, edition, step=step, at=at) if o.awaited]
    if not awaited:
        return StepView(status="not_started" if state.appointed_at is None else "closed")
    first = awaited[0]
    outcome = "appointment_to_come"
    if state.appointed_at is not None:
        outcome = "in_training" if state.trained_at is None else "posting_to_come"
    return StepView(
        status="board", since=first.since, outcome=outcome, owner=first.owner, due_on=first.due_on
    )


KIND = StepKind(
    name="service",
    apply=APPLY,
    words=KINDS,
    told=TOLD,
    deadlines=DEADLINES,
    openings=openings,
    summary=summary,
)
