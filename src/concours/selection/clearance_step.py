"""The clearances as a step kind: what may happen next, how they stand, what lapses."""

from datetime import datetime

from concours.policy.edition import Edition
from concours.selection.candidacy import Candidacy
from concours.selection.clearance import (
    SECURITY_DENIED,
    documents_due,
    forms_due,
    lapse_forms,
)
from concours.selection.clearance_folds import APPLY, DEADLINES, KINDS, TOLD
from concours.selection.clearance_reversal import reversals
from concours.selection.clearance_second import (
    lapse_waiver,
    security_appeal_due,
    waiver_due,
)
from concours.selection.clearance_state import Clearance
from concours.selection.opening import Opening
from concours.selection.progress import meant_for, reached
from concours.selection.step_kind import StepKind, StepView

LAPSE_FORMS = "clearance.lapse_forms"
LAPSE_WAIVER = "clearance.lapse_waiver"


def _opening(command: str, step: str, owner: str, since: datetime, action: str = "") -> Opening:
    name = f"clearance.{command}"
    return Opening(command=name, action=action or name, step=step, owner=owner, since=since)


def _awaited(
    command: str,
    step: str,
    owner: str,
    since: datetime,
    due_on: datetime,
    action: str = "",
    lapse: str = "",
) -> Opening:
    name = f"clearance.{command}"
    return Opening(
        command=name,
        action=action or name,
        step=step,
        owner=owner,
        since=since,
        awaited=True,
        due_on=due_on,
        lapse=lapse,
    )


def _when_closed(
    file: Candidacy, edition: Edition, *, step: str, at: datetime
) -> tuple[Opening, ...]:
    state, closed = file.state(step, Clearance), file.closed
    if closed is None or closed.step != step:
        return ()
    undone = reversals(file, edition, step=step, at=at)
    if closed.reason != SECURITY_DENIED:
        return undone
    if state.appeal == "lodged" and state.appeal_at is not None:
        due = meant_for(edition, rule=f"{step}.appeal_target", since=state.appeal_at)
        return (_awaited("decide_security_appeal", step, "appeals_officer", state.appeal_at, due),)
    limit = security_appeal_due(file, edition, step=step)
    if state.appeal or limit is None or at >= limit:
        return undone
    return (_opening("appeal_security", step, "candidate", closed.on), *undone)


def _medical(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> list[Opening]:
    state = file.state(step, Clearance)
    side, since = state.medical, state.offered_at
    if since is None:
        return []
    if side.papers_at is None and side.decided_at is None:
        due = documents_due(file, edition, step=step) or meant_for(
            edition, rule=f"{step}.offer_target", since=since
        )
        return [
            _awaited("send_documents", step, "candidate", since, due, "clearance.submit_forms"),
            _opening("extend", step, "registrar", since),
            _opening("decide_medical", step, "medical_adjudicator", since),
            _opening(
                "record_medical_wait", step, "medical_adjudicator", since, "clearance.record_wait"
            ),
        ]
    if side.outcome == "waiver_needed" and state.waiver in ("", "requested"):
        begun = state.waiver_at or side.decided_at or since
        if state.waiver == "requested":
            due = meant_for(edition, rule=f"{step}.waiver_target", since=begun)
            return [_awaited("decide_waiver", step, "waiver_officer", begun, due)]
        limit = waiver_due(file, edition, step=step)
        if limit is None:
            told_by = meant_for(edition, rule=f"{step}.offer_target", since=begun)
            return [_awaited("request_waiver", step, "candidate", begun, told_by)]
        if at >= limit:
            return [
                _awaited(
                    "lapse_waiver", step, "system", begun, limit, "clearance.lapse", LAPSE_WAIVER
                )
            ]
        return [_awaited("request_waiver", step, "candidate", begun, limit, lapse=LAPSE_WAIVER)]
    if side.decided_at is None:
        begun = side.papers_at or since
        due = meant_for(edition, rule=f"{step}.medical_target", since=begun)
        return [
            _awaited("decide_medical", step, "medical_adjudicator", begun, due),
            _opening(
                "record_medical_wait", step, "medical_adjudicator", begun, "clearance.record_wait"
            ),
        ]
    return [_opening("decide_medical", step, "medical_adjudicator", side.decided_at)]


def _security(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> list[Opening]:
    state = file.state(step, Clearance)
    side, since = state.security, state.offered_at
    if since is None:
        return []
    wait = _opening(
        "record_security_wait", step, "security_adjudicator", since, "clearance.record_wait"
    )
    if side.papers_at is None:
        limit = forms_due(file, edition, step=step)
        if limit is None:
            told_by = meant_for(edition, rule=f"{step}.offer_target", since=since)
            return [
                _awaited(
                    "certify_forms", step, "candidate", since, told_by, "clearance.submit_forms"
                ),
                wait,
            ]
        if at >= limit:
            return [
                _awaited(
                    "lapse_forms", step, "system", since, limit, "clearance.lapse", LAPSE_FORMS
                ),
                wait,
            ]
        return [
            _awaited(
                "certify_forms",
                step,
                "candidate",
                since,
                limit,
                "clearance.submit_forms",
                LAPSE_FORMS,
            ),
            wait,
        ]
    if side.decided_at is None:
        due = meant_for(edition, rule=f"{step}.security_target", since=side.papers_at)
        return [
            _awaited("decide_security", step, "security_adjudicator", side.papers_at, due),
            wait,
        ]
    return [_opening("decide_security", step, "security_adjudicator", side.decided_at)]


def openings(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> tuple[Opening, ...]:
    """Every command of the clearances that is legal now."""
    if file.opened_at is None:
        return ()
    if file.closed is not None:
        return _when_closed(file, edition, step=step, at=at)
    state = file.state(step, Clearance)
    if state.offered_at is None:
        if not reached(file, edition, step=step):
            return ()
        since = file.last_on or file.opened_at
        due = meant_for(edition, rule=f"{step}.offer_target", since=since)
        return (_awaited("offer_conditional", step, "registrar", since, due),)
    return (
        *_medical(file, edition, step=step, at=at),
        *_security(file, edition, step=step, at=at),
        *reversals(file, edition, step=step, at=at),
    )


def summary(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> StepView:
    """How the clearances stand: the earliest thing awaited says whose turn it is."""
    state = file.state(step, Clearance)
    if state.passed is not None:
        outcome = "cleared" if state.passed else _failure(state)
        status = "passed" if state.passed else "failed"
        return StepView(status=status, since=state.decided_at, outcome=outcome)
    awaited = [o for o in openings(file, edition, step=step, at=at) if o.awaited and o.due_on]
    if not awaited:
        return StepView(status="not_started" if state.offered_at is None else "closed")
    first = min(awaited, key=lambda o: (o.owner != "candidate", o.due_on, o.command))
    status = "your_turn" if first.owner == "candidate" else "board"
    return StepView(
        status=status,
        since=first.since,
        outcome="clearances_open" if state.offered_at else "offer_to_come",
        owner=first.owner,
        due_on=first.due_on,
    )


def _failure(state: Clearance) -> str:
    if state.security.outcome == "deny":
        return "security_denied"
    if state.waiver == "refused":
        return "medical_waiver_refused"
    return "clearance_lapsed"


KIND = StepKind(
    name="clearance",
    apply=APPLY,
    words=KINDS,
    told=TOLD,
    deadlines=DEADLINES,
    openings=openings,
    summary=summary,
    lapses={LAPSE_FORMS: lapse_forms, LAPSE_WAIVER: lapse_waiver},
)
