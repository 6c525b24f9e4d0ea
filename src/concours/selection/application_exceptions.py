"""Exceptions of the application, each a command with a reason and an authority:
withdrawal and its undoing, late entry, extension, re-opened sections, corrections."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from concours.kernel.errors import RuleRefused
from concours.kernel.period import instant_text
from concours.ledger.draft import Draft, Fact, Json
from concours.policy.edition import Edition
from concours.selection.application import Application, moment, require_code
from concours.selection.candidacy import Apply, Candidacy, close, require_open

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
NOT_SUBMITTED = "not_submitted"
"""Why a candidacy ended whose application was never sent."""


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
        act(file, step, "application.withdrawal_undone", reason=reason, authority=authority),
        Draft(file=file.file, step=step, kind="candidacy.reopened", body={"reason": reason}),
    )


def _opened_again(file: Candidacy, step: str, reason: str) -> tuple[Draft, ...]:
    """The entry that opens a draft again that was not sent in time; refuse any other closed file."""
    if file.closed is None or file.closed.reason != NOT_SUBMITTED:
        require_open(file)
        return ()
    body = {"reason": reason}
    return (Draft(file=file.file, step=step, kind="candidacy.reopened", body=body),)


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
    """Give one applicant more time to submit; a draft whose time has run out is opened again."""
    opened = _opened_again(file, step, reason)
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
        *opened,
        act(file, step, "application.extended", reason=reason, authority=authority, until=until),
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
    A draft whose window has closed is opened again.
    """
    opened = _opened_again(file, step, reason)
    _unsubmitted(file, edition, step)
    return (
        *opened,
        act(
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
    require_submitted(file, edition, step)
    require_code(section, CORRECTABLE, field="section")
    return (
        act(
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
    state = require_submitted(file, edition, step)
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
    state = require_submitted(file, edition, step)
    require_code(section, CORRECTABLE, field="section")
    return (
        act(
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


def require_reason(reason: str, authority: str) -> None:
    """Refuse an exceptional act without a known reason and a known authority."""
    require_code(reason, EXCEPTION_REASONS, field="reason")
    require_code(authority, AUTHORITIES, field="authority")


def act(
    file: Candidacy, step: str, kind: str, *, reason: str, authority: str, **more: Json | datetime
) -> Draft:
    """An exceptional act: reason and authority always stand in its body."""
    require_reason(reason, authority)
    body: dict[str, Json] = {"reason": reason, "authority": authority}
    for name, value in more.items():
        body[name] = instant_text(value) if isinstance(value, datetime) else value
    return Draft(file=file.file, step=step, kind=kind, body=body)


def require_submitted(file: Candidacy, edition: Edition, step: str) -> Application:
    """The application's state; refused while nothing has been submitted."""
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


APPLY: Mapping[str, Apply] = {
    "application.withdrawn": _withdrawn,
    "application.withdrawal_undone": _undone,
    "application.extended": _extended,
    "application.late_admitted": _late,
    "application.section_reopened": _section_reopened,
    "application.section_resubmitted": _section_changed,
    "application.corrected": _section_changed,
}
