"""What a proctor decides about one candidate's sitting: pause, resume, allow, irregularities, messages.

A pause stops the clock: the section, or the break, ends as much later as the pause was long.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from concours.kernel.errors import BadInput
from concours.kernel.period import instant_text
from concours.ledger.draft import Draft, Fact, Json
from concours.policy.edition import Edition
from concours.selection.application import require_code
from concours.selection.application_exceptions import require_reason
from concours.selection.candidacy import Apply, Candidacy, require_open
from concours.selection.examination import Examination, Sitting
from concours.selection.examination_breaks import (
    break_counted,
    last_sat,
    rest_of,
    running_sitting,
    running_time,
)
from concours.selection.examination_sitting import lock_section
from concours.selection.session import INCIDENTS

#: Category of an irregularity to what may have happened.
IRREGULARITIES: Mapping[str, tuple[str, ...]] = {
    "environment": ("noise", "light", "temperature", "fire_alarm", "power_cut", "room_unfit"),
    "examinee": ("late", "unwell", "left_the_room", "forbidden_object", "talking", "copying"),
    "staff": ("wrong_instruction", "wrong_seat", "started_late", "absent"),
    "technical": ("device_failed", "network_down", "keyboard_or_mouse", "screen", "browser"),
}
GRANTED_BREAK = "granted_break"
PAUSES = INCIDENTS | {GRANTED_BREAK}
EXEMPTIONS = frozenset({"assistive_technology", "device_failed", "key_mismatch", "not_available"})


def pause_sitting(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, reason: str
) -> tuple[Draft, ...]:
    """Stop the clock of the open section, or of the break; also after a break, when the next
    section's time runs and it is not opened. No answer is taken until the clock runs again.
    A section whose time is over is closed by it, and a break that runs is recorded."""
    require_open(file)
    sitting = running_sitting(file, edition, step)
    require_code(reason, PAUSES, field="reason")
    granted = file.state(step, Examination).accommodation.granted
    if reason == GRANTED_BREAK and "stop_clock_breaks" not in granted:
        raise edition.refusal(
            f"{step}.accommodations",
            "break_not_granted",
            remedy="No breaks that stop the clock were granted to this candidate.",
        )
    if sitting.paused_at is not None:
        raise edition.refusal(
            f"{step}.form", "paused_already", remedy="This sitting is paused already."
        )
    stops = running_time(sitting, edition, step=step, at=at)
    if not stops:
        raise edition.refusal(
            f"{step}.form", "no_time_running", remedy="No section's time is running now."
        )
    drafts: tuple[Draft, ...] = ()
    stopped: dict[str, Json] = {"section": sitting.current}
    if stops == "break":
        if sitting.current:
            drafts = lock_section(file, edition, step=step, at=at, section=sitting.current)
        drafts += break_counted(file, sitting, edition, step=step, at=at)
        stopped = {"break": last_sat(sitting)}
    body: dict[str, Json] = {**stopped, "reason": reason}
    return (*drafts, Draft(file=file.file, step=step, kind="sitting.paused", body=body))


def resume_sitting(
    file: Candidacy, edition: Edition, *, step: str, at: datetime
) -> tuple[Draft, ...]:
    """Let the clock run again; the section, or the break, ends as much later as the pause was long."""
    require_open(file)
    sitting = running_sitting(file, edition, step)
    if sitting.paused_at is None:
        raise edition.refusal(f"{step}.form", "not_paused", remedy="This sitting is not paused.")
    running = sitting.sections.get(sitting.current) or rest_of(
        sitting, edition, step=step, at=sitting.paused_at
    )
    body: dict[str, Json] = {}
    if running is not None:
        what = {"section": sitting.current} if sitting.current else {"break": last_sat(sitting)}
        ends = running.ends_at + (at - sitting.paused_at)
        body = {**what, "ends_at": instant_text(ends)}
    # A section closed during the pause: the break after it has stood still from its first moment.
    counted = break_counted(file, sitting, edition, step=step, at=at)
    return (*counted, Draft(file=file.file, step=step, kind="sitting.resumed", body=body))


def allow_start(file: Candidacy, edition: Edition, *, step: str) -> tuple[Draft, ...]:
    """Let one candidate begin while the start of the session is held."""
    require_open(file)
    state = file.state(step, Examination)
    if state.checked_in_at is None or state.sitting is not None:
        raise edition.refusal(
            f"{step}.attendance", "nothing_to_allow", remedy="Only somebody inside who waits."
        )
    return (Draft(file=file.file, step=step, kind="sitting.allowed", body={}),)


def record_irregularity(
    file: Candidacy, edition: Edition, *, step: str, session: str, category: str, what: str
) -> tuple[Draft, ...]:
    """Record something irregular about one candidate, in their file and in the session's."""
    state = file.state(step, Examination)
    if state.seat is None or state.seat.session != session:
        raise edition.refusal(
            f"{step}.attendance", "other_session", remedy="This candidate sits elsewhere."
        )
    require_irregularity(category, what)
    body: dict[str, Json] = {"category": category, "what": what}
    return (
        Draft(file=file.file, step=step, kind="irregularity.found", body=body),
        Draft(
            file=session,
            step=step,
            kind="session.irregularity_found",
            body={**body, "candidacy": file.file},
        ),
    )


def require_irregularity(category: str, what: str) -> None:
    """Refuse what is not in the list of irregularities."""
    if category not in IRREGULARITIES:
        raise BadInput(
            "unknown_category",
            remedy=f"Choose one of {', '.join(IRREGULARITIES)}.",
            field="category",
        )
    require_code(what, frozenset(IRREGULARITIES[category]), field="what")


def send_message(file: Candidacy, *, step: str, digest: str) -> tuple[Draft, ...]:
    """That one candidate was sent a message; ``digest`` commits to its words."""
    require_open(file)
    return (Draft(file=file.file, step=step, kind="message.sent", body={"digest": digest}),)


def exempt_from_lockdown(
    file: Candidacy, edition: Edition, *, step: str, reason: str, authority: str
) -> tuple[Draft, ...]:
    """Let one candidate sit in another browser than the locked one, for a reason."""
    require_open(file)
    require_code(reason, EXEMPTIONS, field="reason")
    require_reason("board_error", authority)
    if file.state(step, Examination).exempt_from_lockdown:
        raise edition.refusal(
            f"{step}.attendance", "exempt_already", remedy="This candidate is exempt already."
        )
    body: dict[str, Json] = {"reason": reason, "authority": authority}
    return (Draft(file=file.file, step=step, kind="lockdown.exempted", body=body),)


def _sitting_of(file: Candidacy, fact: Fact) -> tuple[Examination, Sitting | None]:
    state = file.state(fact.step, Examination)
    return state, state.sitting


def _paused(file: Candidacy, fact: Fact) -> Candidacy:
    state, sitting = _sitting_of(file, fact)
    if sitting is None:
        return file
    return file.with_state(fact.step, replace(state, sitting=replace(sitting, paused_at=fact.on)))


def _resumed(file: Candidacy, fact: Fact) -> Candidacy:
    state, sitting = _sitting_of(file, fact)
    if sitting is None or sitting.paused_at is None:
        return file
    section = str(fact.body.get("section", ""))
    sections = dict(sitting.sections)
    if section in sections:
        sat = sections[section]
        sections[section] = replace(sat, ends_at=sat.ends_at + (fact.on - sitting.paused_at))
    breaks, pause = dict(sitting.breaks), fact.on - sitting.paused_at
    rest = breaks.get(str(fact.body.get("break", "")))
    if rest is not None:
        breaks[str(fact.body["break"])] = replace(rest, ends_at=rest.ends_at + pause)
    after = replace(sitting, paused_at=None, sections=sections, breaks=breaks)
    return file.with_state(fact.step, replace(state, sitting=after))


def _allowed(file: Candidacy, fact: Fact) -> Candidacy:
    state = file.state(fact.step, Examination)
    return file.with_state(fact.step, replace(state, allowed_at=fact.on))


def _irregular(file: Candidacy, fact: Fact) -> Candidacy:
    state = file.state(fact.step, Examination)
    return file.with_state(fact.step, replace(state, irregularities=state.irregularities + 1))


def _exempted(file: Candidacy, fact: Fact) -> Candidacy:
    state = file.state(fact.step, Examination)
    return file.with_state(fact.step, replace(state, exempt_from_lockdown=True))


APPLY: Mapping[str, Apply] = {
    "sitting.paused": _paused,
    "sitting.resumed": _resumed,
    "sitting.allowed": _allowed,
    "irregularity.found": _irregular,
    "lockdown.exempted": _exempted,
    "message.sent": lambda file, fact: file,
}

KINDS: Mapping[str, str] = {
    "sitting.paused": "The sitting was paused; its clock stopped.",
    "sitting.resumed": "The sitting went on; its clock runs again.",
    "sitting.allowed": "The candidate was allowed to begin.",
    "irregularity.found": "Something irregular was recorded about the sitting.",
    "lockdown.exempted": "The candidate may sit without the locked browser.",
    "message.sent": "The proctor sent the candidate a message.",
}
