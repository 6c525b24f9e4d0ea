"""Breaks between sections: begun and ended by the candidate, with a clock of their own.

The end of a break opens nothing. The time of the next section begins when it is opened, at the
latest when the break would have been over: whoever comes back late has that much less.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from concours.kernel.period import instant_text
from concours.ledger.draft import Draft, Fact, Json
from concours.policy.edition import Edition
from concours.policy.section_breaks import SectionBreaks, minutes_after
from concours.selection.application import moment
from concours.selection.candidacy import Apply, Candidacy, require_open
from concours.selection.examination import Examination, Sitting, sections_of
from concours.selection.sitting_break import Break


def last_sat(sitting: Sitting) -> str:
    """The section opened last; "" before the first."""
    return next(reversed(list(sitting.sections)), "")


def break_offered(sitting: Sitting, edition: Edition, *, step: str) -> int:
    """The minutes of the break that may be begun now; 0 where none may."""
    last, rule = last_sat(sitting), f"{step}.breaks"
    if sitting.current or sitting.paused_at or last in sitting.breaks or not edition.has(rule):
        return 0
    if not any(name not in sitting.sections for name in sections_of(edition, step)):
        return 0
    return minutes_after(edition.value(rule, SectionBreaks), last)


def begin_break(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> tuple[Draft, ...]:
    """Begin the break after the section that was left last. It is taken once, or not at all."""
    require_open(file)
    sitting = running_sitting(file, edition, step)
    require_unpaused(edition, sitting, step=step)
    minutes = break_offered(sitting, edition, step=step)
    if not minutes:
        raise edition.refusal(
            f"{step}.breaks",
            "no_break_here",
            remedy="There is no break now. Go on with your sections.",
        )
    body: dict[str, Json] = {
        "rule": f"{step}.breaks",
        "section": last_sat(sitting),
        "minutes": minutes,
        "ends_at": instant_text(at + timedelta(minutes=minutes)),
    }
    return (Draft(file=file.file, step=step, kind="break.begun", body=body),)


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
    "break.begun": "A break between two sections was begun; its time runs.",
    "break.ended": "The break was over.",
}
