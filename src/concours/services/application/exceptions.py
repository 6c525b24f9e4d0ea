"""The exceptions desk of applying, and what an applicant may do about a decision."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from concours.kernel.errors import BadInput
from concours.ledger.draft import Draft
from concours.records.models import Seat
from concours.selection import application_appeals as appeals
from concours.selection import application_exceptions as rules
from concours.selection.application import Application
from concours.selection.authority import Actor
from concours.selection.competition import Calendar
from concours.selection.examination_seats import release_seat
from concours.services.appeal_grounds import keep_grounds
from concours.services.appeals import require_other
from concours.services.application.apply import digest_of_code
from concours.services.application.sections import (
    SALT,
    application_step,
    read_section,
    section_digests,
    write_section,
)
from concours.services.case import Case, decide, open_candidacy
from concours.services.files import new_code
from concours.services.reversing import decide_again


def give_back_seat(case: Case, *, reason: str) -> tuple[Draft, ...]:
    """Take a file off the row of its seat, and say so in its entries; nothing where it has none."""
    drafts = [
        draft
        for plan in case.edition.steps
        if plan.kind == "examination"
        for draft in release_seat(case.candidacy, step=plan.id, reason=reason)
    ]
    if drafts:
        Seat.objects.filter(holder=case.code).update(holder=None, taken_at=None)
    return tuple(drafts)


def undo_withdrawal(actor: Actor, code: str, *, at: datetime, seen: str | None, **why: str) -> Case:
    """Undo a withdrawal; a seat is taken anew if one is still free."""
    return _act(actor, code, "application.undo_withdrawal", rules.undo_withdrawal, at, seen, **why)


def grant_extension(
    actor: Actor, code: str, *, until: datetime, at: datetime, seen: str | None, **why: str
) -> Case:
    """Give one applicant more time."""
    return _act(
        actor,
        code,
        "application.grant_extension",
        rules.grant_extension,
        at,
        seen,
        until=until,
        **why,
    )


def admit_late(
    actor: Actor, code: str, *, until: datetime, at: datetime, seen: str | None, **why: str
) -> tuple[Case, str]:
    """Issue a late entry code for one applicant; it is shown once, and the ledger holds its digest."""
    late = new_code()
    case = _act(
        actor,
        code,
        "application.admit_late",
        rules.admit_late,
        at,
        seen,
        code=digest_of_code(late),
        until=until,
        **why,
    )
    return case, late


def reopen_section(
    actor: Actor,
    code: str,
    *,
    section: str,
    until: datetime,
    at: datetime,
    seen: str | None,
    **why: str,
) -> Case:
    """Open one section again after submission."""
    return _act(
        actor,
        code,
        "application.reopen_section",
        rules.reopen_section,
        at,
        seen,
        section=section,
        until=until,
        **why,
    )


def resubmit_section(
    actor: Actor, code: str, *, section: str, at: datetime, seen: str | None
) -> Case:
    """Freeze a re-opened section with what now stands in it."""

    def command(case: Case) -> tuple[Draft, ...]:
        return rules.resubmit_section(
            case.candidacy,
            case.edition,
            step=application_step(case),
            at=at,
            section=section,
            digest=section_digests(code).get(section, ""),
        )

    return decide(actor, code, "application.submit", command, at=at, seen=seen)


def correct_section(
    actor: Actor,
    code: str,
    *,
    section: str,
    content: dict[str, Any],
    at: datetime,
    seen: str | None,
    **why: str,
) -> Case:
    """Correct one section on the applicant's behalf; what it replaced stays provable by digest."""

    def command(case: Case) -> tuple[Draft, ...]:
        digest = write_section(case, section, content, complete=True, at=at)
        return rules.correct_application(
            case.candidacy,
            case.edition,
            step=application_step(case),
            at=at,
            section=section,
            digest=digest,
            **why,
        )

    return decide(actor, code, "candidacy.correct", command, at=at, seen=seen)


def correct_answer(
    actor: Actor,
    code: str,
    *,
    section: str,
    name: str,
    value: str,
    at: datetime,
    seen: str | None,
    **why: str,
) -> Case:
    """Correct one answer of one section, and leave the others as they are."""
    case = open_candidacy(actor, code, "candidacy.correct", at=at)
    content = read_section(code, case.candidacy.person, section)
    if name == "birth_date":
        try:
            date.fromisoformat(value)
        except ValueError as error:
            raise BadInput(
                "not_a_date", remedy="Write the date as 1990-05-04.", field="value"
            ) from error
    plain = {k: v for k, v in content.items() if k != SALT} | {name: value}
    return correct_section(actor, code, section=section, content=plain, at=at, seen=seen, **why)


def reverse_eligibility(
    actor: Actor, code: str, *, eligible: bool, at: datetime, seen: str | None, **why: str
) -> Case:
    """Reverse the finding of eligibility; somebody no longer eligible gives back their seat."""

    def command(case: Case) -> tuple[Draft, ...]:
        found, *rest = appeals.reverse_eligibility(
            case.candidacy,
            case.edition,
            step=application_step(case),
            at=at,
            eligible=eligible,
            calendar=calendar_of(case),
            **why,
        )
        release = () if eligible else give_back_seat(case, reason="board")
        return (found, *release, *rest)

    return decide_again(actor, code, "appeal.decide", command, at=at, seen=seen)


def appeal(actor: Actor, code: str, *, grounds: str, at: datetime, seen: str | None) -> Case:
    """Appeal against being found not eligible, with the grounds in the candidate's own words."""

    def command(case: Case) -> tuple[Draft, ...]:
        step = application_step(case)
        return appeals.appeal_eligibility(
            case.as_shown(),
            case.edition,
            step=step,
            at=at,
            commitment=keep_grounds(case, grounds, step=step, at=at),
        )

    return decide(actor, code, "appeal.lodge", command, at=at, seen=seen)


def decide_appeal(
    actor: Actor, code: str, *, upheld: bool, at: datetime, seen: str | None, **why: str
) -> Case:
    """Decide an appeal against the finding of eligibility."""

    def command(case: Case) -> tuple[Draft, ...]:
        step = application_step(case)
        finding = case.candidacy.state(step, Application).finding
        require_other(actor, case, step=step, seq=finding.seq if finding else 0)
        return appeals.decide_eligibility_appeal(
            case.candidacy,
            case.edition,
            step=step,
            at=at,
            upheld=upheld,
            calendar=calendar_of(case),
            **why,
        )

    return decide(actor, code, "appeal.decide", command, at=at, seen=seen)


def calendar_of(case: Case) -> Calendar:
    """The dates of the candidacy's competition."""
    if case.competition.calendar is None:
        raise case.edition.refusal(
            f"{application_step(case)}.windows", "no_calendar", remedy="Give the window its dates."
        )
    return case.competition.calendar


def _act(
    actor: Actor,
    code_: str,
    action: str,
    rule: Callable[..., tuple[Draft, ...]],
    at: datetime,
    seen: str | None,
    /,
    **plain: Any,
) -> Case:
    def command(case: Case) -> tuple[Draft, ...]:
        return rule(case.candidacy, case.edition, step=application_step(case), at=at, **plain)

    return decide(actor, code_, action, command, at=at, seen=seen)
