"""The sitting: sections opened and closed in order, minutes given on the day, submission."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil

from concours.kernel.errors import BadInput
from concours.kernel.period import instant_text
from concours.ledger.draft import Draft, Json
from concours.policy.door_times import DoorTimes, answers_close_at
from concours.policy.edition import Edition
from concours.policy.test_form import TestForm, may_open
from concours.policy.wait import Wait, next_window
from concours.selection.application import require_code
from concours.selection.application_exceptions import require_reason
from concours.selection.candidacy import Candidacy, require_open
from concours.selection.examination import Examination, SectionSat, sections_of
from concours.selection.examination_breaks import (
    break_counted,
    break_over,
    last_sat,
    require_unpaused,
    rest_of,
    running_sitting,
)
from concours.selection.session import INCIDENTS

MOST_MINUTES_AT_ONCE = 120
NOBODY_SITS_TWICE = (
    "A sitting is opened once. Void it first, with a reason, if it must be repeated."
)


def open_sitting(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    held: bool = False,
    form: str = "",
) -> tuple[Draft, ...]:
    """Open the sitting of a candidate who has been let in.

    By the factor of the extra time granted beforehand ("3/2") each section's minutes
    are multiplied, and rounded up to a whole minute. While the start of the
    session is ``held``, only who has been allowed begins. ``form`` is the label of the
    form dealt to this sitting, where the test has several.
    """
    require_open(file)
    state = file.state(step, Examination)
    if state.checked_in_at is None:
        raise edition.refusal(
            f"{step}.door", "not_checked_in", remedy="Show your identity at the door first."
        )
    if state.sitting is not None or state.answers:
        raise edition.refusal(f"{step}.form", "sitting_exists", remedy=NOBODY_SITS_TWICE)
    starts = state.seat.starts_at if state.seat is not None else None
    if starts is not None and at < starts:
        raise edition.refusal(
            f"{step}.attendance",
            "session_not_begun",
            remedy="The sitting begins with the session.",
            starts=instant_text(starts),
            at=instant_text(at),
        )
    if held and state.allowed_at is None:
        raise edition.refusal(
            f"{step}.attendance", "start_held", remedy="Wait until the proctor lets you begin."
        )
    factor = state.accommodation.factor
    sections = sections_of(edition, step)
    minutes: Json = {name: ceil(about.minutes * factor) for name, about in sections.items()}
    base: Json = {name: about.minutes for name, about in sections.items()}
    body: dict[str, Json] = {
        "rule": f"{step}.form",
        "minutes": minutes,
        "base": base,
        "factor": str(factor),
        **({"form": form} if form else {}),
    }
    return (Draft(file=file.file, step=step, kind="sitting.opened", body=body),)


def open_section(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, section: str
) -> tuple[Draft, ...]:
    """Open the next section; its time begins, or began when the break before it was over, taken
    or not: what is over a break counts. The first one starts the retake wait too,
    in the person's own file, whatever the result will be."""
    require_open(file)
    sitting = running_sitting(file, edition, step)
    require_unpaused(edition, sitting, step=step)
    form = edition.value(f"{step}.form", TestForm)
    locked = frozenset(s for s, sat in sitting.sections.items() if sat.locked_at is not None)
    opened = frozenset(sitting.sections)
    if section in opened - locked:
        raise edition.refusal(
            f"{step}.form", "section_open_already", remedy="This section is open already."
        )
    if sitting.current or not may_open(form, section=section, locked=locked, opened=opened):
        raise edition.refusal(
            f"{step}.form",
            "section_out_of_order",
            remedy="Sections are sat in their order, and a closed one is not opened again.",
            field="section",
            order=", ".join(form.sections),
        )
    minutes = sitting.minutes.get(section, sections_of(edition, step)[section].minutes)
    rest = rest_of(sitting, edition, step=step, at=at)
    begins = at if rest is None else min(at, rest.ends_at)
    body = {
        "rule": f"{step}.section_{section}",
        "section": section,
        "ends_at": instant_text(begins + timedelta(minutes=minutes)),
    }
    on = begins if begins < at else None
    found = Draft(file=file.file, step=step, kind="section.opened", body=body, on=on)
    if opened:
        return (*break_over(file, sitting, step=step, at=at), found)
    return (found, *start_wait(file, edition, step=step))


def start_wait(file: Candidacy, edition: Edition, *, step: str) -> tuple[Draft, ...]:
    """The entry in the person's file that the wait before another test has begun."""
    rule = f"{step}.retake"
    state = file.state(step, Examination)
    if not edition.has(rule) or not file.person or not state.window:
        return ()
    body = {
        "rule": rule,
        "candidacy": file.file,
        "sat_window": state.window,
        "next_window": next_window(edition.value(rule, Wait), sat=state.window),
    }
    return (Draft(file=file.person, step=step, kind="person.wait_found", body=body),)


def require_answerable(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, section: str
) -> SectionSat:
    """The open section an answer given now belongs to, or the refusal that says why not.

    An answer may still arrive a few seconds after the end: those of the rulebook.
    """
    require_open(file)
    sitting = running_sitting(file, edition, step)
    sat = sitting.sections.get(section)
    rule = f"{step}.attendance"
    if sat is None or sat.locked_at is not None:
        raise edition.refusal(
            f"{step}.form",
            "section_not_open",
            remedy="This section is not open: answers go to the open one only.",
            field="section",
        )
    require_unpaused(edition, sitting, step=step)
    last = answers_close_at(edition.value(rule, DoorTimes), ends_at=sat.ends_at)
    if at >= last:
        raise edition.refusal(
            rule,
            "time_is_up",
            remedy="The time of this section is over. Go on with the next one.",
            ended=instant_text(sat.ends_at),
            at=instant_text(at),
        )
    return sat


def lock_section(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, section: str
) -> tuple[Draft, ...]:
    """Close the open section for good, in force from its end at the latest."""
    require_open(file)
    sitting = running_sitting(file, edition, step)
    sat = sitting.sections.get(section)
    if sat is None or sat.locked_at is not None:
        raise edition.refusal(
            f"{step}.form", "section_not_open", remedy="Only the open section can be closed."
        )
    stopped = sitting.paused_at or at
    body: dict[str, Json] = {"section": section, "by_time": stopped >= sat.ends_at}
    on = min(stopped, sat.ends_at)
    return (Draft(file=file.file, step=step, kind="section.locked", body=body, on=on),)


def add_minutes(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    section: str,
    minutes: int,
    reason: str,
) -> tuple[Draft, ...]:
    """Give one candidate more minutes for an incident on the day: in the open section, or with
    ``section`` "" before the next one, whose time then begins so much later at the latest."""
    require_open(file)
    sitting = running_sitting(file, edition, step)
    require_code(reason, INCIDENTS, field="reason")
    if not 1 <= minutes <= MOST_MINUTES_AT_ONCE:
        raise BadInput(
            "minutes_out_of_range",
            remedy=f"Give 1 to {MOST_MINUTES_AT_ONCE} minutes at once.",
            field="minutes",
        )
    sat = sitting.sections.get(section)
    between = not section and not sitting.current
    if between and rest_of(sitting, edition, step=step, at=at) is not None:
        given: dict[str, Json] = {"break": last_sat(sitting)}
    elif sat is not None and sat.locked_at is None:
        given = {"section": section}
    else:
        raise edition.refusal(
            f"{step}.form",
            "section_not_open",
            remedy="Minutes are given in an open section, or before the next one.",
        )
    body: dict[str, Json] = {**given, "minutes": minutes, "reason": reason}
    counted = break_counted(file, sitting, edition, step=step, at=at) if between else ()
    return (*counted, Draft(file=file.file, step=step, kind="minutes.added", body=body))


def room_minutes(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, minutes: int, reason: str
) -> tuple[Draft, ...]:
    """The minutes of an incident for everybody, for one of them: none where no time runs yet."""
    sitting = running_sitting(file, edition, step)
    section = sitting.current
    if not section and rest_of(sitting, edition, step=step, at=at) is None:
        return ()
    return add_minutes(
        file, edition, step=step, at=at, section=section, minutes=minutes, reason=reason
    )


def submit_sitting(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    answers: str,
    counts: Mapping[str, int],
    ended_by: str = "candidate",
    late: int = 0,
) -> tuple[Draft, ...]:
    """Submit the sitting: ``answers`` is the digest of what the service holds, ``counts``
    how many answers of each section, ``late`` how many rows came after their section's end
    and wait for a decision. An open section is closed with it. A candidate
    submits once every section has been sat; a proctor or the worker may end it before."""
    require_open(file)
    sitting = running_sitting(file, edition, step)
    require_code(ended_by, frozenset({"candidate", "proctor", "time"}), field="ended_by")
    unsat = [s for s in sections_of(edition, step) if s not in sitting.sections]
    if unsat and ended_by == "candidate":
        raise edition.refusal(
            f"{step}.form",
            "sections_not_sat",
            remedy=f"These sections are still to come: {', '.join(unsat)}.",
            missing=", ".join(unsat),
        )
    current = sitting.current
    locked = lock_section(file, edition, step=step, at=at, section=current) if current else ()
    held: Json = dict(sorted(counts.items()))
    body: dict[str, Json] = {"answers": answers, "counts": held, "ended_by": ended_by}
    if late:
        body["late"] = late
    return (*locked, Draft(file=file.file, step=step, kind="sitting.submitted", body=body))


def import_answers(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    answers: str,
    counts: Mapping[str, int],
    form: str = "",
) -> tuple[Draft, ...]:
    """Take in answers given on a sheet; whoever has answers in has sat, so the wait begins.

    ``form`` is the label of the form the sheet was for, where the test has several."""
    require_open(file)
    state = file.state(step, Examination)
    if state.admitted_at is None:
        raise edition.refusal(
            f"{step}.seats",
            "not_eligible_yet",
            remedy="Only an eligible applicant's answers count.",
        )
    if state.answers or state.scores is not None or state.sitting is not None:
        raise edition.refusal(f"{step}.form", "sitting_exists", remedy=NOBODY_SITS_TWICE)
    held: Json = dict(sorted(counts.items()))
    body: dict[str, Json] = {"answers": answers, "counts": held, **({"form": form} if form else {})}
    found = Draft(file=file.file, step=step, kind="answers.imported", body=body)
    return (found, *start_wait(file, edition, step=step))


def void_sitting(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, reason: str, authority: str
) -> tuple[Draft, ...]:
    """Declare a sitting void before its result is decided: it counts for nothing, no wait
    follows from it, and another seat may be taken in the window."""
    require_open(file)
    state = file.state(step, Examination)
    if (state.sitting is None and not state.answers) or state.outcome:
        raise edition.refusal(
            f"{step}.form", "nothing_to_void", remedy="Only an undecided sitting can be void."
        )
    require_reason(reason, authority)
    body = {"reason": reason, "authority": authority, "answers": state.answers}
    lifted = {
        "candidacy": file.file,
        "sat_window": state.window,
        "next_window": "",
        "reason": reason,
    }
    drafts = [Draft(file=file.file, step=step, kind="sitting.voided", body=body)]
    if state.sat and file.person:
        drafts.append(Draft(file=file.person, step=step, kind="person.wait_found", body=lifted))
    return tuple(drafts)
