"""Exceptions of the application, each a command with a reason and an authority:
withdrawal and its undoing, late entry, extension, re-opened sections, corrections, appeals."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from concours.kernel.errors import RuleRefused
from concours.kernel.period import instant_text
from concours.ledger.draft import Draft, Fact, Json
from concours.policy.deadline import Deadline, lapses_at
from concours.policy.edition import Edition
from concours.selection.application import Appeal, Application, Finding, moment, require_code
from concours.selection.application_eligibility import admit
from concours.selection.candidacy import Apply, Candidacy, close, require_open
from concours.selection.competition import Calendar

WITHDRAWAL_REASONS = frozenset({"other_post", "personal", "health", "study", "not_said"})
EXCEPTION_REASONS = frozenset(
    {
        "board_error",
        "illness",
        "bereavement",
        "service_outage",
        "military_duty",
        "disaster",
        "new_evidence",
        "clerical_error",
        "by_mistake",
    }
)
AUTHORITIES = frozenset({"registrar", "appeals_officer", "board", "court"})
CORRECTABLE = frozenset({"identity", "contact", "education", "employment", "languages", "veteran"})


def withdraw(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    reason: str,
    release: tuple[Draft, ...] = (),
) -> tuple[Draft, ...]:
    """Withdraw the candidacy: what it holds (``release``: its seat, bookings, offers) is
    given back, then the file closes. It can be undone."""
    require_open(file)
    require_code(reason, WITHDRAWAL_REASONS, field="reason")
    body: dict[str, Json] = {"reason": reason, "released": len(release)}
    found = Draft(file=file.file, step=step, kind="application.withdrawn", body=body)
    return (found, *release, close(file, step=step, reason="withdrawn"))


def undo_withdrawal(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, reason: str, authority: str
) -> tuple[Draft, ...]:
    """Open a withdrawn candidacy again. What it held is not given back by this: a seat or
    a booking is taken anew, if one is still free."""
    if file.closed is None or file.closed.reason != "withdrawn":
        raise RuleRefused("not_withdrawn", remedy="Only a withdrawal can be undone here.")
    return (
        _act(file, step, "application.withdrawal_undone", reason=reason, authority=authority),
        Draft(file=file.file, step=step, kind="candidacy.reopened", body={"reason": reason}),
    )


def grant_extension(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    until: datetime,
    reason: str,
    authority: str,
) -> tuple[Draft, ...]:
    """Give one applicant more time to submit."""
    require_open(file)
    state = _unsubmitted(file, edition, step)
    if until <= at or (state.submit_by is not None and until <= state.submit_by):
        raise edition.refusal(
            f"{step}.windows",
            "extension_too_short",
            remedy="An extension ends later than the time there is now.",
            field="until",
            until=instant_text(until),
        )
    return (
        _act(file, step, "application.extended", reason=reason, authority=authority, until=until),
    )


def admit_late(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    code: str,
    until: datetime,
    reason: str,
    authority: str,
) -> tuple[Draft, ...]:
    """Give one applicant a late entry code, good for one submission until ``until``.

    ``code`` is the digest of the code; the code itself is told to the applicant only.
    """
    require_open(file)
    _unsubmitted(file, edition, step)
    return (
        _act(
            file,
            step,
            "application.late_admitted",
            reason=reason,
            authority=authority,
            until=until,
            code=code,
        ),
    )


def reopen_section(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    section: str,
    until: datetime,
    reason: str,
    authority: str,
) -> tuple[Draft, ...]:
    """Let the applicant fill in one section again after submission; never the track."""
    require_open(file)
    _submitted(file, edition, step)
    require_code(section, CORRECTABLE, field="section")
    return (
        _act(
            file,
            step,
            "application.section_reopened",
            reason=reason,
            authority=authority,
            until=until,
            section=section,
        ),
    )


def resubmit_section(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, section: str, digest: str
) -> tuple[Draft, ...]:
    """Freeze a re-opened section again, with what now stands in it."""
    require_open(file)
    state = _submitted(file, edition, step)
    until = state.reopened.get(section)
    if until is None or at >= until:
        raise edition.refusal(
            f"{step}.sections",
            "section_not_open",
            remedy="This section is frozen. Ask the registrar to open it again.",
            field=section,
        )
    body = {"section": section, "before": state.sections.get(section, ""), "after": digest}
    return (Draft(file=file.file, step=step, kind="application.section_resubmitted", body=body),)


def correct_application(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    section: str,
    digest: str,
    reason: str,
    authority: str,
) -> tuple[Draft, ...]:
    """Correct one section on the applicant's behalf. The track is never corrected."""
    require_open(file)
    state = _submitted(file, edition, step)
    require_code(section, CORRECTABLE, field="section")
    return (
        _act(
            file,
            step,
            "application.corrected",
            reason=reason,
            authority=authority,
            section=section,
            before=state.sections.get(section, ""),
            after=digest,
        ),
    )


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
    state = _submitted(file, edition, step)
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
    reversed_to = _act(
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
    file: Candidacy, edition: Edition, *, step: str, at: datetime
) -> tuple[Draft, ...]:
    """Appeal against being found not eligible, once, within the edition's time from being told."""
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
    body: dict[str, Json] = {"rule": rule, "about": state.finding.seq, "due_on": instant_text(due)}
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
    decided = _act(
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


def _act(
    file: Candidacy, step: str, kind: str, *, reason: str, authority: str, **more: Json | datetime
) -> Draft:
    """An exceptional act: reason and authority always stand in its body."""
    require_code(reason, EXCEPTION_REASONS, field="reason")
    require_code(authority, AUTHORITIES, field="authority")
    body: dict[str, Json] = {"reason": reason, "authority": authority}
    for name, value in more.items():
        body[name] = instant_text(value) if isinstance(value, datetime) else value
    return Draft(file=file.file, step=step, kind=kind, body=body)


def _submitted(file: Candidacy, edition: Edition, step: str) -> Application:
    state = file.state(step, Application)
    if state.submitted_at is None:
        raise edition.refusal(
            f"{step}.sections", "not_submitted", remedy="Nothing has been submitted yet."
        )
    return state


def _unsubmitted(file: Candidacy, edition: Edition, step: str) -> Application:
    state = file.state(step, Application)
    if state.submitted_at is not None:
        raise edition.refusal(
            f"{step}.sections", "already_submitted", remedy="It has been submitted already."
        )
    return state


def _set(file: Candidacy, fact: Fact, **changes: Any) -> Candidacy:
    return file.with_state(fact.step, replace(file.state(fact.step, Application), **changes))


def _withdrawn(file: Candidacy, fact: Fact) -> Candidacy:
    return _set(file, fact, withdrawals=file.state(fact.step, Application).withdrawals + 1)


def _undone(file: Candidacy, fact: Fact) -> Candidacy:
    return file


def _extended(file: Candidacy, fact: Fact) -> Candidacy:
    return _set(file, fact, extended_to=moment(fact.body, "until"))


def _late(file: Candidacy, fact: Fact) -> Candidacy:
    code = str(fact.body.get("code", ""))
    return _set(file, fact, late_code=code, late_until=moment(fact.body, "until"))


def _section_reopened(file: Candidacy, fact: Fact) -> Candidacy:
    until = moment(fact.body, "until")
    if until is None:
        return file
    reopened = file.state(fact.step, Application).reopened
    return _set(file, fact, reopened={**reopened, str(fact.body.get("section", "")): until})


def _section_changed(file: Candidacy, fact: Fact) -> Candidacy:
    state = file.state(fact.step, Application)
    section = str(fact.body.get("section", ""))
    sections = {**state.sections, section: str(fact.body.get("after", ""))}
    reopened = {s: until for s, until in state.reopened.items() if s != section}
    return _set(file, fact, sections=sections, reopened=reopened)


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
    "application.withdrawn": _withdrawn,
    "application.withdrawal_undone": _undone,
    "application.extended": _extended,
    "application.late_admitted": _late,
    "application.section_reopened": _section_reopened,
    "application.section_resubmitted": _section_changed,
    "application.corrected": _section_changed,
    "eligibility_appeal.lodged": _appealed,
    "eligibility_appeal.decided": _appeal_decided,
}
