"""The finding of eligibility reversed, and the appeal against it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from concours.kernel.period import instant_text
from concours.ledger.draft import Draft, Fact, Json
from concours.policy.deadline import Deadline, lapses_at
from concours.policy.edition import Edition
from concours.selection.application import Appeal, Application, Finding, moment
from concours.selection.application_eligibility import admit
from concours.selection.application_exceptions import act, require_submitted
from concours.selection.candidacy import Apply, Candidacy, close
from concours.selection.competition import Calendar
from concours.selection.reversal import require_uncommitted


def reverse_eligibility(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    eligible: bool,
    reason: str,
    authority: str,
    calendar: Calendar,
) -> tuple[Draft, ...]:
    """Reverse the finding of eligibility; the file opens again, or ends, with it."""
    state = require_submitted(file, edition, step)
    if state.finding is None or state.finding.eligible is eligible:
        raise edition.refusal(
            f"{step}.judging", "nothing_to_reverse", remedy="There is no finding of the other kind."
        )
    if file.closed is not None and file.closed.reason != "not_eligible":
        raise edition.refusal(
            f"{step}.judging",
            "closed_for_another_reason",
            remedy="This file ended for another reason; that has to be reversed first.",
            reason=file.closed.reason,
        )
    if not eligible:
        require_uncommitted(file, edition)
    reversed_to = act(
        file,
        step,
        "eligibility.reversed",
        reason=reason,
        authority=authority,
        outcome="eligible" if eligible else "not_eligible",
        about=state.finding.seq,
    )
    if not eligible:
        return (reversed_to, close(file, step=step, reason="not_eligible"))
    reopened = Draft(file=file.file, step=step, kind="candidacy.reopened", body={"reason": reason})
    return (reversed_to, reopened, *admit(file, edition, calendar=calendar))


def appeal_eligibility(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, commitment: str
) -> tuple[Draft, ...]:
    """Appeal against being found not eligible, once, within the edition's time from being told.

    ``commitment`` is the digest of the written grounds, which stand with the person's data.
    """
    state = file.state(step, Application)
    rule = f"{step}.appeal"
    if state.finding is None or state.finding.eligible or state.appeal is not None:
        raise edition.refusal(
            rule, "nothing_to_appeal", remedy="Only a refusal can be appealed against, and once."
        )
    lapse = appeal_lapses_at(file, edition, step=step, about=state.finding.seq)
    if lapse is not None and at >= lapse:
        raise edition.refusal(
            rule,
            "appeal_too_late",
            remedy="The time for an appeal has passed.",
            lapsed=instant_text(lapse),
        )
    due = lapses_at(edition.value(rule, Deadline), told_at=at, zone=edition.zone)
    body: dict[str, Json] = {
        "rule": rule,
        "about": state.finding.seq,
        "due_on": instant_text(due),
        "commitment": commitment,
    }
    return (Draft(file=file.file, step=step, kind="eligibility_appeal.lodged", body=body),)


def decide_eligibility_appeal(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    upheld: bool,
    reason: str,
    authority: str,
    calendar: Calendar,
) -> tuple[Draft, ...]:
    """Decide an appeal. Upheld, the applicant is eligible and the file opens again."""
    state = file.state(step, Application)
    if state.appeal is None or state.appeal.outcome:
        raise edition.refusal(
            f"{step}.appeal",
            "no_appeal_pending",
            remedy="There is no appeal waiting for a decision.",
        )
    outcome = "upheld" if upheld else "dismissed"
    decided = act(
        file,
        step,
        "eligibility_appeal.decided",
        reason=reason,
        authority=authority,
        outcome=outcome,
        about=state.appeal.seq,
    )
    if not upheld:
        return (decided,)
    reopened = Draft(file=file.file, step=step, kind="candidacy.reopened", body={"reason": reason})
    return (decided, reopened, *admit(file, edition, calendar=calendar))


def appeal_lapses_at(
    file: Candidacy, edition: Edition, *, step: str, about: int
) -> datetime | None:
    """When the time to appeal against entry ``about`` runs out; None while nobody was told."""
    told = file.told.get(about)
    if told is None:
        return None
    rule = edition.value(f"{step}.appeal", Deadline)
    return lapses_at(rule, told_at=told.at, zone=edition.zone)


def _set(file: Candidacy, fact: Fact, **changes: Any) -> Candidacy:
    return file.with_state(fact.step, replace(file.state(fact.step, Application), **changes))


def _appealed(file: Candidacy, fact: Fact) -> Candidacy:
    appeal = Appeal(seq=fact.seq, lodged_at=fact.on, due_on=moment(fact.body, "due_on"))
    return _set(file, fact, appeal=appeal)


def _appeal_decided(file: Candidacy, fact: Fact) -> Candidacy:
    state = file.state(fact.step, Application)
    outcome = str(fact.body.get("outcome", ""))
    appeal = state.appeal or Appeal(seq=fact.seq, lodged_at=fact.on, due_on=None)
    finding = state.finding
    if outcome == "upheld":
        finding = Finding(eligible=True, failed=(), seq=fact.seq, at=fact.on)
    return _set(file, fact, appeal=replace(appeal, outcome=outcome), finding=finding)


APPLY: Mapping[str, Apply] = {
    "eligibility_appeal.lodged": _appealed,
    "eligibility_appeal.decided": _appeal_decided,
}
