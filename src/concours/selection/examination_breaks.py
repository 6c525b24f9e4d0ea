"""Breaks between sections, with a clock of their own.

A break's time runs from the moment the section before it was left, or its time was over, whether
the candidate begins it or not. Its end opens nothing. The time of the next section begins
when it is opened, at the latest when the break is over: whoever comes back late has that much less.
So a sitting has a last instant, whatever its candidate does.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from concours.kernel.period import instant_text
from concours.ledger.draft import Draft, Fact, Json
from concours.policy.door_times import DoorTimes, answers_close_at
from concours.policy.edition import Edition
from concours.policy.section_breaks import SectionBreaks, minutes_after
from concours.selection.application import moment
from concours.selection.candidacy import Apply, Candidacy, require_open
from concours.selection.examination import Examination, Sitting, sections_of
from concours.selection.sitting_break import Break


def last_sat(sitting: Sitting) -> str:
    """The section opened last; "" before the first."""
    return next(reversed(list(sitting.sections)), "")


def section_to_come(sitting: Sitting, edition: Edition, *, step: str) -> str:
    """The section that is opened next; "" when every one was."""
    return next((s for s in sections_of(edition, step) if s not in sitting.sections), "")


def rest_of(sitting: Sitting, edition: Edition, *, step: str, at: datetime) -> Break | None:
    """The break before the next section: as it was begun, else as it runs since the section
    before it was left or its time was over. None in a section, before the first, after the last."""
    last = last_sat(sitting)
    if not last or not section_to_come(sitting, edition, step=step):
        return None
    if last in sitting.breaks:
        return sitting.breaks[last]
    sat = sitting.sections[last]
    left = sat.locked_at
    if left is None:
        if sitting.paused_at is not None or at < sat.ends_at:
            return None
        left = sat.ends_at
    return Break(begun_at=left, ends_at=left + _minutes_after(last, edition, step))


def latest_end(sitting: Sitting, edition: Edition, *, step: str) -> datetime:
    """When the sitting's time is over if its candidate does nothing more: every section and
    break to come takes its whole time. Nothing opened counts as opened with the sitting."""
    ends, before = sitting.opened_at, ""
    for name, about in sections_of(edition, step).items():
        sat = sitting.sections.get(name)
        if sat is not None:
            ends = sat.locked_at or sat.ends_at
        else:
            rest = sitting.breaks.get(before)
            pause = _minutes_after(before, edition, step)
            begins = rest.ends_at if rest is not None else ends + pause
            ends = begins + timedelta(minutes=sitting.minutes.get(name, about.minutes))
        before = name
    return ends


def running_time(sitting: Sitting, edition: Edition, *, step: str, at: datetime) -> str:
    """What a pause would stop: "section", "break" (also where the next section's time runs
    because the break is over), or "" where no time runs, or only the last seconds in which
    answers on their way are taken."""
    if sitting.paused_at is not None or not sitting.sections:
        return ""
    sat = sitting.sections.get(sitting.current)
    if sat is not None and at < sat.ends_at:
        return "section"
    times = edition.value(f"{step}.attendance", DoorTimes)
    if sat is not None and at < answers_close_at(times, ends_at=sat.ends_at):
        return ""
    to_come = section_to_come(sitting, edition, step=step)
    return "break" if to_come and at < latest_end(sitting, edition, step=step) else ""


def begin_break(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> tuple[Draft, ...]:
    """Begin the break after the section that was left last; what has passed of it has passed."""
    require_open(file)
    sitting = running_sitting(file, edition, step)
    require_unpaused(edition, sitting, step=step)
    rest = rest_of(sitting, edition, step=step, at=at)
    taken = sitting.current or last_sat(sitting) in sitting.breaks
    if rest is None or taken or at >= rest.ends_at:
        raise edition.refusal(
            f"{step}.breaks",
            "no_break_here",
            remedy="There is no break now. Go on with your sections.",
        )
    return break_counted(file, sitting, edition, step=step, at=at)


def break_counted(
    file: Candidacy, sitting: Sitting, edition: Edition, *, step: str, at: datetime
) -> tuple[Draft, ...]:
    """The entry that the break runs, in force since the section was left; none where it stands
    already. What stops or lengthens a break is recorded after it."""
    rest, last = rest_of(sitting, edition, step=step, at=at), last_sat(sitting)
    if rest is None or last in sitting.breaks:
        return ()
    body: dict[str, Json] = {
        "rule": f"{step}.breaks",
        "section": last,
        "minutes": (rest.ends_at - rest.begun_at) // timedelta(minutes=1),
        "ends_at": instant_text(rest.ends_at),
    }
    on = rest.begun_at if rest.begun_at < at else None
    return (Draft(file=file.file, step=step, kind="break.begun", body=body, on=on),)


def _minutes_after(section: str, edition: Edition, step: str) -> timedelta:
    """The minutes of the break after a section; none where the rulebook names no break there."""
    rule = f"{step}.breaks"
    if not edition.has(rule):
        return timedelta(0)
    return timedelta(minutes=minutes_after(edition.value(rule, SectionBreaks), section))


def end_break(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> tuple[Draft, ...]:
    """End the break, early or after its time. Nothing is opened by it."""
    require_open(file)
    sitting = running_sitting(file, edition, step)
    require_unpaused(edition, sitting, step=step)
    if not sitting.on_break:
        raise edition.refusal(
            f"{step}.breaks",
            "not_on_a_break",
            remedy="Your break is over. Go on with your sections.",
        )
    return break_over(file, sitting, step=step, at=at)


def break_over(file: Candidacy, sitting: Sitting, *, step: str, at: datetime) -> tuple[Draft, ...]:
    """The entry that a running break is over, in force from its end at the latest; none outside one."""
    rest = sitting.breaks.get(sitting.on_break)
    if rest is None:
        return ()
    body: dict[str, Json] = {"section": sitting.on_break, "by_time": at >= rest.ends_at}
    on = rest.ends_at if at > rest.ends_at else None
    return (Draft(file=file.file, step=step, kind="break.ended", body=body, on=on),)


def require_unpaused(edition: Edition, sitting: Sitting, *, step: str) -> None:
    """Refuse while the proctor has paused the sitting."""
    if sitting.paused_at is not None:
        raise edition.refusal(
            f"{step}.attendance",
            "sitting_paused",
            remedy="The sitting is paused. Wait until it goes on.",
        )


def running_sitting(file: Candidacy, edition: Edition, step: str) -> Sitting:
    """The sitting that is open, or the refusal that says why there is none."""
    sitting = file.state(step, Examination).sitting
    if sitting is None:
        raise edition.refusal(f"{step}.form", "no_sitting", remedy="The sitting is not open.")
    if sitting.submitted_at is not None:
        raise edition.refusal(
            f"{step}.form", "sitting_submitted", remedy="The answers have been submitted."
        )
    return sitting


def _begun(file: Candidacy, fact: Fact) -> Candidacy:
    state = file.state(fact.step, Examination)
    sitting = state.sitting
    if sitting is None:
        return file
    rest = Break(begun_at=fact.on, ends_at=moment(fact.body, "ends_at") or fact.on)
    breaks = {**sitting.breaks, str(fact.body.get("section", "")): rest}
    return file.with_state(fact.step, replace(state, sitting=replace(sitting, breaks=breaks)))


def _ended(file: Candidacy, fact: Fact) -> Candidacy:
    state = file.state(fact.step, Examination)
    sitting, section = state.sitting, str(fact.body.get("section", ""))
    if sitting is None or section not in sitting.breaks:
        return file
    rest = replace(sitting.breaks[section], ended_at=fact.on)
    breaks = {**sitting.breaks, section: rest}
    return file.with_state(fact.step, replace(state, sitting=replace(sitting, breaks=breaks)))


APPLY: Mapping[str, Apply] = {"break.begun": _begun, "break.ended": _ended}

KINDS: Mapping[str, str] = {
    "break.begun": "A break between two sections runs, since the section before it was left.",
    "break.ended": "The break was over.",
}
