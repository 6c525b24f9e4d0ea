"""After a first no: the medical waiver, which is final, and the appeal against a denied clearance."""

from datetime import datetime

from concours.kernel.errors import RuleRefused
from concours.kernel.period import day_of, instant_text
from concours.ledger.draft import Draft, Json
from concours.policy.edition import Edition
from concours.policy.medical_scheme import MedicalScheme
from concours.policy.quorum import Quorum, carried
from concours.policy.validity import Validity, good_until
from concours.selection.candidacy import Candidacy, close
from concours.selection.clearance import (
    FORMS_LATE,
    clearance_entry,
    completion,
    require_offered,
)
from concours.selection.clearance_state import Clearance
from concours.selection.progress import due_since_told

WAIVER_LATE = "medical_waiver_not_requested"
WAIVER_REFUSED = "medical_waiver_refused"


def request_waiver(
    file: Candidacy, edition: Edition, *, step: str, at: datetime
) -> tuple[Draft, ...]:
    """Ask for a waiver of the medical class; nobody can ask on the candidate's behalf."""
    state = require_offered(file, step=step)
    if state.medical.outcome != "waiver_needed" or state.waiver:
        raise RuleRefused(
            "no_waiver_to_request", remedy="There is no medical class to waive, or you have asked."
        )
    due = waiver_due(file, edition, step=step)
    if due is not None and at >= due:
        raise edition.refusal(
            f"{step}.waiver_request",
            "waiver_request_late",
            remedy="The date has passed; ask the registrar what is open to you.",
            due_on=instant_text(due),
        )
    return (clearance_entry(file, step, "waiver_requested", rule=f"{step}.medical"),)


def waiver_due(file: Candidacy, edition: Edition, *, step: str) -> datetime | None:
    """When it is too late to ask for a waiver; None until the class has been told."""
    state = file.state(step, Clearance)
    return due_since_told(
        file, edition, about=state.medical.decided_seq, rule=f"{step}.waiver_request"
    )


def decide_waiver(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, granted: bool, commitment: str
) -> tuple[Draft, ...]:
    """Decide the waiver, finally: granted, the class is as good as cleared; refused, it ends here."""
    state = require_offered(file, step=step)
    if state.waiver != "requested":
        raise edition.refusal(
            f"{step}.medical",
            "waiver_not_requested",
            remedy="A waiver is decided only on the candidate's request.",
        )
    decision = clearance_entry(
        file,
        step,
        "waiver_decided",
        rule=f"{step}.medical",
        outcome="granted" if granted else "refused",
        final=edition.value(f"{step}.medical", MedicalScheme).waiver_final,
        commitment=commitment,
    )
    if not granted:
        return (decision, close(file, step=step, reason=WAIVER_REFUSED))
    return (decision, *completion(file, edition, step=step, other=state.security_cleared))


def lapse_waiver(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, due_on: datetime
) -> tuple[Draft, ...]:
    """No waiver was asked for in time: the medical class stands, and the candidacy ended."""
    state = require_offered(file, step=step)
    if state.medical.outcome != "waiver_needed" or state.waiver or at < due_on:
        return ()
    lapsed = Draft(
        file=file.file,
        step=step,
        kind="clearance.lapsed",
        body={"rule": f"{step}.waiver_request", "what": "waiver", "due_on": instant_text(due_on)},
        on=due_on,
    )
    return (lapsed, close(file, step=step, reason=WAIVER_LATE, on=due_on))


def _require_denied(file: Candidacy, edition: Edition, *, step: str) -> Clearance:
    state = file.state(step, Clearance)
    if file.closed is None or file.closed.step != step:
        raise RuleRefused(
            "nothing_to_appeal", remedy="No decision of this step ended the candidacy."
        )
    if file.closed.reason in (WAIVER_REFUSED, WAIVER_LATE):
        raise edition.refusal(
            f"{step}.medical",
            "waiver_is_final",
            remedy="The decision on a waiver is final; there is no appeal.",
        )
    if file.closed.reason == FORMS_LATE:
        raise edition.refusal(
            f"{step}.forms",
            "deadline_is_absolute",
            remedy="The date of the security forms is absolute; there is no appeal.",
        )
    return state


def security_appeal_due(file: Candidacy, edition: Edition, *, step: str) -> datetime | None:
    """When it is too late to appeal; None until the denial has been told."""
    state = file.state(step, Clearance)
    return due_since_told(
        file, edition, about=state.security.decided_seq, rule=f"{step}.security_appeal"
    )


def appeal_security(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, commitment: str
) -> tuple[Draft, ...]:
    """Appeal against a denied security clearance, once and in time."""
    state = _require_denied(file, edition, step=step)
    if state.appeal:
        raise RuleRefused(
            "already_appealed", remedy="The appeal has been lodged; there is one only."
        )
    due = security_appeal_due(file, edition, step=step)
    if due is None:
        raise RuleRefused("not_told_yet", remedy="The decision has not been told yet.")
    if at >= due:
        raise edition.refusal(
            f"{step}.security_appeal",
            "appeal_late",
            remedy="The last day for the appeal has passed.",
            due_on=instant_text(due),
        )
    return (
        clearance_entry(
            file, step, "security_appealed", rule=f"{step}.security_appeal", commitment=commitment
        ),
    )


def decide_security_appeal(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    votes_for: int,
    votes_against: int,
    commitment: str,
) -> tuple[Draft, ...]:
    """The appeal panel's votes decide: upheld, the clearance is granted and the candidacy re-opens."""
    state = _require_denied(file, edition, step=step)
    if state.appeal != "lodged":
        raise RuleRefused("no_appeal_lodged", remedy="There is no appeal to decide.")
    upheld = carried(
        edition.value(f"{step}.appeal_panel", Quorum),
        votes_for=votes_for,
        votes_against=votes_against,
    )
    body: dict[str, Json] = {
        "rule": f"{step}.appeal_panel",
        "outcome": "upheld" if upheld else "dismissed",
        "votes_for": votes_for,
        "votes_against": votes_against,
        "commitment": commitment,
    }
    if not upheld:
        return (clearance_entry(file, step, "security_appeal_decided", **body),)
    until = good_until(
        edition.value(f"{step}.security_validity", Validity), from_day=day_of(at, edition.zone)
    )
    reopened = Draft(
        file=file.file,
        step=step,
        kind="candidacy.reopened",
        body={"reason": "security_appeal_upheld"},
    )
    return (
        clearance_entry(file, step, "security_appeal_decided", **body, until=until.isoformat()),
        reopened,
        *completion(file, edition, step=step, other=state.medical_cleared),
    )
