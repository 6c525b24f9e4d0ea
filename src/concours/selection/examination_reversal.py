"""The result of the test reversed, and the appeal against it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from concours.kernel.period import instant_text
from concours.ledger.draft import Draft, Fact, Json
from concours.policy.deadline import Deadline, lapses_at
from concours.policy.edition import Edition
from concours.selection.application import Appeal, moment
from concours.selection.application_appeals import appeal_lapses_at
from concours.selection.application_exceptions import require_reason
from concours.selection.candidacy import Apply, Candidacy, close
from concours.selection.examination import Examination
from concours.selection.reversal import require_uncommitted


def reverse_examination(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    passed: bool,
    reason: str,
    authority: str,
) -> tuple[Draft, ...]:
    """Reverse the result, with reason and authority; the file opens again, or ends."""
    state = file.state(step, Examination)
    outcome = "passed" if passed else "failed"
    if state.outcome not in ("passed", "failed") or state.outcome == outcome:
        raise edition.refusal(
            f"{step}.scale", "nothing_to_reverse", remedy="There is no result of the other kind."
        )
    if file.closed is not None and file.closed.reason != "examination_failed":
        raise edition.refusal(
            f"{step}.scale",
            "closed_for_another_reason",
            remedy="This file ended for another reason; that has to be reversed first.",
            reason=file.closed.reason,
        )
    require_reason(reason, authority)
    if not passed:
        require_uncommitted(file, edition)
    body: dict[str, Json] = {
        "outcome": outcome,
        "about": state.decided_seq,
        "reason": reason,
        "authority": authority,
    }
    found = Draft(file=file.file, step=step, kind="examination.reversed", body=body)
    if passed:
        return (found, _reopen(file, step, reason))
    return (found, close(file, step=step, reason="examination_failed"))


def appeal_examination(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, commitment: str
) -> tuple[Draft, ...]:
    """Appeal against a failed result, once, within the edition's time from being told.

    ``commitment`` is the digest of the written grounds, which stand with the person's data.
    """
    state = file.state(step, Examination)
    rule = f"{step}.appeal"
    if state.outcome != "failed" or state.appeal is not None:
        raise edition.refusal(
            rule, "nothing_to_appeal", remedy="Only a failed result can be appealed against, once."
        )
    lapse = appeal_lapses_at(file, edition, step=step, about=state.decided_seq)
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
        "about": state.decided_seq,
        "due_on": instant_text(due),
        "commitment": commitment,
    }
    return (Draft(file=file.file, step=step, kind="examination_appeal.lodged", body=body),)


def decide_examination_appeal(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    upheld: bool,
    reason: str,
    authority: str,
) -> tuple[Draft, ...]:
    """Decide an appeal. Upheld, the result is reversed in the same act."""
    state = file.state(step, Examination)
    if state.appeal is None or state.appeal.outcome:
        raise edition.refusal(
            f"{step}.appeal",
            "no_appeal_pending",
            remedy="There is no appeal waiting for a decision.",
        )
    require_reason(reason, authority)
    body: dict[str, Json] = {
        "outcome": "upheld" if upheld else "dismissed",
        "about": state.appeal.seq,
        "reason": reason,
        "authority": authority,
    }
    decided = Draft(file=file.file, step=step, kind="examination_appeal.decided", body=body)
    if not upheld:
        return (decided,)
    more = reverse_examination(
        file, edition, step=step, at=at, passed=True, reason=reason, authority=authority
    )
    return (decided, *more)


def _reopen(file: Candidacy, step: str, reason: str) -> Draft:
    return Draft(file=file.file, step=step, kind="candidacy.reopened", body={"reason": reason})


def _appealed(file: Candidacy, fact: Fact) -> Candidacy:
    state = file.state(fact.step, Examination)
    appeal = Appeal(seq=fact.seq, lodged_at=fact.on, due_on=moment(fact.body, "due_on"))
    return file.with_state(fact.step, replace(state, appeal=appeal))


def _appeal_decided(file: Candidacy, fact: Fact) -> Candidacy:
    state = file.state(fact.step, Examination)
    outcome = str(fact.body.get("outcome", ""))
    appeal = state.appeal or Appeal(seq=fact.seq, lodged_at=fact.on, due_on=None)
    return file.with_state(fact.step, replace(state, appeal=replace(appeal, outcome=outcome)))


APPLY: Mapping[str, Apply] = {
    "examination_appeal.lodged": _appealed,
    "examination_appeal.decided": _appeal_decided,
}
