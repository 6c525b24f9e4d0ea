"""The application as a kind of step: its words, what may happen next, how it stands."""

from collections.abc import Mapping
from datetime import datetime

from concours.policy.edition import Edition
from concours.selection import (
    application,
    application_appeals,
    application_eligibility,
    application_exceptions,
)
from concours.selection.application import Application
from concours.selection.candidacy import Candidacy
from concours.selection.opening import Opening
from concours.selection.reversal import committed
from concours.selection.step_kind import StepKind, StepView

KINDS: Mapping[str, str] = {
    "application.started": "The application was started.",
    "application.submitted": "The application was submitted and frozen as it stood.",
    "track.chosen": "The career track was chosen, once and for good.",
    "eligibility.found": "Whether the applicant is eligible was decided, with every rule's verdict.",
    "eligibility.reversed": "The decision on eligibility was reversed.",
    "eligibility_appeal.lodged": "The applicant appealed against the decision on eligibility.",
    "eligibility_appeal.decided": "The appeal against the decision on eligibility was decided.",
    "application.withdrawn": "The candidacy was withdrawn; what it held was given back.",
    "application.withdrawal_undone": "The withdrawal was undone.",
    "application.extended": "The applicant was given more time to submit.",
    "application.late_admitted": "The applicant was given a late entry code.",
    "application.section_reopened": "A section was opened again after submission.",
    "application.section_resubmitted": "A re-opened section was submitted again.",
    "application.corrected": "A section was corrected on the applicant's behalf.",
}

TOLD: Mapping[str, str] = {
    "eligibility.found": "eligibility.found",
    "eligibility.reversed": "eligibility.reversed",
    "eligibility_appeal.decided": "eligibility_appeal.decided",
    "application.extended": "application.extended",
    "application.section_reopened": "application.section_reopened",
    "application.corrected": "application.corrected",
}

DEADLINES: Mapping[str, str] = {}

LAPSE = "application.lapse"


def _opening(
    command: str,
    step: str,
    owner: str,
    since: datetime,
    due: datetime | None = None,
    action: str = "",
    lapse: str = "",
) -> Opening:
    return Opening(
        command=command,
        action=action or command,
        step=step,
        owner=owner,
        since=since,
        awaited=due is not None,
        due_on=due,
        lapse=lapse,
    )


def openings(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> tuple[Opening, ...]:
    """Every command of this step that is legal now, on an open or a closed file."""
    state = file.state(step, Application)
    if file.opened_at is None or state.started_at is None:
        return ()
    if file.closed is not None:
        return _openings_when_closed(file, edition, state, step=step, at=at)
    since = file.last_on or file.opened_at
    found = [_opening("application.withdraw", step, "candidate", since)]
    if state.submitted_at is None:
        due = state.submit_by
        if due is not None and at >= due:
            found.append(_opening("application.lapse", step, "system", due, due, lapse=LAPSE))
        else:
            found.append(
                _opening(
                    "application.submit", step, "candidate", state.started_at, due, lapse=LAPSE
                )
            )
        found.append(_opening("application.grant_extension", step, "registrar", since))
        found.append(_opening("application.admit_late", step, "registrar", since))
        return tuple(found)
    if state.finding is None:
        found.append(
            _opening("application.judge", step, "registrar", state.submitted_at, state.judge_by)
        )
    elif not committed(file, edition):
        found.append(
            _opening(
                "application.reverse",
                step,
                "appeals_officer",
                state.finding.at,
                action="appeal.decide",
            )
        )
    found.append(_opening("application.reopen_section", step, "registrar", since))
    found.append(
        _opening("application.correct", step, "registrar", since, action="candidacy.correct")
    )
    found += [
        _opening(
            f"application.resubmit_{section}", step, "candidate", since, action="application.submit"
        )
        for section, until in sorted(state.reopened.items())
        if at < until
    ]
    return tuple(found)


def _openings_when_closed(
    file: Candidacy, edition: Edition, state: Application, *, step: str, at: datetime
) -> tuple[Opening, ...]:
    closed = file.closed
    if closed is None or closed.step != step:
        return ()
    if closed.reason == "withdrawn":
        return (_opening("application.undo_withdrawal", step, "registrar", closed.on),)
    if closed.reason == "not_submitted":
        return (
            _opening("application.grant_extension", step, "registrar", closed.on),
            _opening("application.admit_late", step, "registrar", closed.on),
        )
    if closed.reason != "not_eligible" or state.finding is None:
        return ()
    found = [
        _opening("application.reverse", step, "appeals_officer", closed.on, action="appeal.decide")
    ]
    if state.appeal is None:
        lapse = application_appeals.appeal_lapses_at(
            file, edition, step=step, about=state.finding.seq
        )
        if lapse is None or at < lapse:
            found.append(
                _opening("application.appeal", step, "candidate", closed.on, action="appeal.lodge")
            )
    elif not state.appeal.outcome:
        found.append(
            _opening(
                "application.decide_appeal",
                step,
                "appeals_officer",
                state.appeal.lodged_at,
                state.appeal.due_on,
                action="appeal.decide",
            )
        )
    return tuple(found)


def summary(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> StepView:
    """How the application stands: the applicant's turn, the board's, or decided."""
    state = file.state(step, Application)
    if state.started_at is None:
        return StepView(status="not_started")
    if state.finding is not None:
        status = "passed" if state.finding.eligible else "failed"
        outcome = "eligible" if state.finding.eligible else "not_eligible"
        return StepView(status=status, since=state.finding.at, outcome=outcome)
    if file.closed is not None:
        return StepView(status="closed", since=file.closed.on, outcome=file.closed.reason)
    if state.submitted_at is None:
        return StepView(
            status="your_turn", since=state.started_at, owner="candidate", due_on=state.submit_by
        )
    return StepView(
        status="board", since=state.submitted_at, owner="registrar", due_on=state.judge_by
    )


KIND = StepKind(
    name="application",
    apply={
        **application.APPLY,
        **application_eligibility.APPLY,
        **application_exceptions.APPLY,
        **application_appeals.APPLY,
    },
    words=KINDS,
    told=TOLD,
    deadlines=DEADLINES,
    openings=openings,
    summary=summary,
    lapses={LAPSE: application.lapse_draft},
)
