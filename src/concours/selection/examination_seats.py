"""Seats: reserve, move, cancel; the door; who did not appear; a window that has passed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from concours.kernel.errors import BadInput
from concours.kernel.period import day_of, instant_text
from concours.ledger.draft import Draft, Json
from concours.policy.age_window import AgeWindow, judge_age_to_test
from concours.policy.door_times import DoorTimes, check_in_opens_at, door_closes_at
from concours.policy.edition import Edition
from concours.policy.identity_check import IdentityCheck, reason_to_turn_away
from concours.policy.seat_rules import SeatRules, changes_close_at
from concours.selection.application import require_code
from concours.selection.application_exceptions import require_reason
from concours.selection.candidacy import Candidacy, close, require_open
from concours.selection.examination import Examination, Seat
from concours.selection.session import Session

RELEASE_REASONS = frozenset({"candidate", "withdrawn", "session_cancelled", "board"})


def reserve_seat(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    session: Session,
    seat: str,
    born: date,
) -> tuple[Draft, ...]:
    """Reserve one seat of a session for an eligible applicant who holds none.

    ``born`` is compared with the day of the session and never recorded. Whether
    the seat itself is free is decided by its row, in the same transaction.
    """
    require_open(file)
    state = _admitted(file, edition, step)
    rule = f"{step}.seats"
    if state.seat is not None:
        raise edition.refusal(
            rule, "seat_already_held", remedy="You hold a seat: move it, or give it back first."
        )
    _require_bookable(state, edition, step=step, at=at, session=session, born=born)
    body = seat_body(edition, step=step, session=session, seat=seat)
    return (Draft(file=file.file, step=step, kind="seat.reserved", body=body),)


def at_seat(drafts: Sequence[Draft], seat: str) -> tuple[Draft, ...]:
    """The same drafts, made before a seat was found, with the one found in its entry."""
    return tuple(
        replace(draft, body={**draft.body, "seat": seat})
        if draft.kind == "seat.reserved"
        else draft
        for draft in drafts
    )


def move_seat(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    session: Session,
    seat: str,
    born: date,
) -> tuple[Draft, ...]:
    """Move the seat held to another session, while changes are still allowed."""
    require_open(file)
    state = _admitted(file, edition, step)
    held = _changeable(state, edition, step=step, at=at)
    if held.session == session.file:
        raise edition.refusal(
            f"{step}.seats",
            "same_session",
            remedy="You already hold a seat in this session.",
            field="session",
        )
    _require_bookable(state, edition, step=step, at=at, session=session, born=born)
    body = seat_body(edition, step=step, session=session, seat=seat)
    before: Json = {"session": held.session, "seat": held.seat}
    return (Draft(file=file.file, step=step, kind="seat.moved", body={**body, "before": before}),)


def cancel_seat(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> tuple[Draft, ...]:
    """Give the seat back, while changes are still allowed."""
    require_open(file)
    _changeable(_admitted(file, edition, step), edition, step=step, at=at)
    return release_seat(file, step=step, reason="candidate")


def release_seat(file: Candidacy, *, step: str, reason: str) -> tuple[Draft, ...]:
    """Give back the seat a file holds, if it holds one, because something else demands it:
    a withdrawal, a cancelled session, an act of the board. No deadline applies."""
    require_code(reason, RELEASE_REASONS, field="reason")
    state = file.state(step, Examination)
    if state.seat is None or state.sat:
        return ()
    body = {"session": state.seat.session, "seat": state.seat.seat, "reason": reason}
    return (Draft(file=file.file, step=step, kind="seat.cancelled", body=body),)


def reschedule_seat(
    file: Candidacy, edition: Edition, *, step: str, session: Session
) -> tuple[Draft, ...]:
    """Tell a file that the session of its seat has another hour now."""
    require_open(file)
    state = _admitted(file, edition, step)
    if state.seat is None or state.seat.session != session.file:
        raise edition.refusal(f"{step}.seats", "no_seat_there", remedy="It holds no seat there.")
    body = seat_body(edition, step=step, session=session, seat=state.seat.seat)
    return (Draft(file=file.file, step=step, kind="seat.rescheduled", body=body),)


def check_in(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    session: Session,
    document: str,
    has_photograph: bool,
    expires: date | None,
    name_matches: bool,
) -> tuple[Draft, ...]:
    """Check a candidate's identity at the door, and let them in or say why not.

    Neither name nor number of the document is recorded, only its kind and the finding.
    """
    require_open(file)
    state = _admitted(file, edition, step)
    rule = f"{step}.attendance"
    if state.seat is None or state.seat.session != session.file:
        raise edition.refusal(
            f"{step}.seats", "no_seat_here", remedy="This candidate holds no seat in this session."
        )
    if state.checked_in_at is not None:
        raise edition.refusal(
            rule, "already_checked_in", remedy="This candidate is inside already."
        )
    times = edition.value(rule, DoorTimes)
    starts = session.starts_at or at
    opens = check_in_opens_at(times, starts_at=starts)
    closes = door_closes_at(times, starts_at=starts)
    if not opens <= at < closes:
        raise edition.refusal(
            rule,
            "door_closed",
            remedy="People are let in from the opening of check-in until the door closes.",
            opens=instant_text(opens),
            closes=instant_text(closes),
            at=instant_text(at),
        )
    reason = reason_to_turn_away(
        edition.value(f"{step}.door", IdentityCheck),
        document=document,
        has_photograph=has_photograph,
        expires=expires,
        on=day_of(at, session.zone),
        name_matches=name_matches,
    )
    body = {
        "rule": f"{step}.door",
        "session": session.file,
        "document": document if reason != "document_not_accepted" else "other",
        "outcome": "turned_away" if reason else "let_in",
        "reason": reason,
    }
    return (Draft(file=file.file, step=step, kind="door.checked", body=body),)


def record_no_show(
    file: Candidacy, edition: Edition, *, step: str, at: datetime
) -> tuple[Draft, ...]:
    """Record that the candidate did not appear once the door has closed. The application was
    good for this window only, so the candidacy ends; the next window is open to them."""
    require_open(file)
    state = _admitted(file, edition, step)
    rule = f"{step}.attendance"
    if state.seat is None or state.checked_in_at is not None or state.sat:
        raise edition.refusal(rule, "not_absent", remedy="Only an empty seat can be recorded so.")
    closes = state.seat.door_closes
    if closes is not None and at < closes:
        raise edition.refusal(
            rule,
            "door_still_open",
            remedy="Wait until the door has closed.",
            closes=instant_text(closes),
            at=instant_text(at),
        )
    body = {"rule": rule, "outcome": "no_show", "session": state.seat.session}
    return (
        Draft(file=file.file, step=step, kind="attendance.found", body=body, on=closes),
        close(file, step=step, reason="no_show", on=closes),
    )


def excuse_no_show(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, reason: str, authority: str
) -> tuple[Draft, ...]:
    """Excuse an absence: the file opens again and may take another seat in its window."""
    state = file.state(step, Examination)
    if state.outcome != "no_show" or file.closed is None or file.closed.reason != "no_show":
        raise edition.refusal(
            f"{step}.attendance",
            "no_absence",
            remedy="No absence is recorded that ended this file.",
        )
    require_reason(reason, authority)
    body = {"outcome": "excused", "reason": reason, "authority": authority}
    return (
        Draft(file=file.file, step=step, kind="attendance.found", body=body),
        Draft(file=file.file, step=step, kind="candidacy.reopened", body={"reason": reason}),
    )


def lapse_seat(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, due_on: datetime
) -> tuple[Draft, ...]:
    """What follows when the door closed on an empty seat: the candidate did not appear."""
    return record_no_show(file, edition, step=step, at=at)


def lapse_window(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, due_on: datetime
) -> tuple[Draft, ...]:
    """Close a candidacy whose window has passed without a seat taken or a section opened."""
    require_open(file)
    state = _admitted(file, edition, step)
    if state.sat or state.outcome or state.window_ends is None or at < state.window_ends:
        raise edition.refusal(
            f"{step}.seats",
            "not_lapsed",
            remedy="It lapses only when its window has passed unused.",
        )
    return (close(file, step=step, reason="window_passed", on=state.window_ends),)


def _admitted(file: Candidacy, edition: Edition, step: str) -> Examination:
    state = file.state(step, Examination)
    if state.admitted_at is None:
        raise edition.refusal(
            f"{step}.seats", "not_eligible_yet", remedy="Only an eligible applicant may do this."
        )
    return state


def _changeable(state: Examination, edition: Edition, *, step: str, at: datetime) -> Seat:
    rule = f"{step}.seats"
    held = state.seat
    if held is None:
        raise edition.refusal(rule, "no_seat", remedy="You hold no seat.")
    if state.checked_in_at is not None or state.sat:
        raise edition.refusal(rule, "sitting_begun", remedy="The sitting has begun.")
    if held.changes_until is not None and at >= held.changes_until:
        raise edition.refusal(
            rule,
            "too_late_to_change",
            remedy="A seat is moved or given back before this time; after it, sit, or apply again.",
            until=instant_text(held.changes_until),
            at=instant_text(at),
        )
    return held


def _require_bookable(
    state: Examination, edition: Edition, *, step: str, at: datetime, session: Session, born: date
) -> None:
    rule = f"{step}.seats"
    if session.status != "planned" or session.starts_at is None:
        raise BadInput(
            "no_such_session", remedy="Choose one of the sessions shown.", field="session"
        )
    if state.seats_from is not None and at < state.seats_from:
        raise edition.refusal(
            rule,
            "seats_not_open",
            remedy="Seats open at the time shown.",
            opens=instant_text(state.seats_from),
            at=instant_text(at),
        )
    if at >= session.starts_at:
        raise edition.refusal(
            rule,
            "session_begun",
            remedy="Choose a later session.",
            field="session",
            starts=instant_text(session.starts_at),
        )
    application = next((p.id for p in edition.steps if p.kind == "application"), "")
    age = f"{application}.age"
    if not edition.has(age):
        return
    day = day_of(session.starts_at, session.zone)
    verdict = judge_age_to_test(
        edition.value(age, AgeWindow), born=born, on=day, name=age, cite=edition.rule(age).cite
    )
    if not verdict.allowed:
        raise edition.refusal(
            age,
            verdict.reason,
            remedy="Choose a session on or after the birthday that makes you old enough.",
            field="session",
            found=verdict.found,
            bound=verdict.bound,
        )


def seat_body(edition: Edition, *, step: str, session: Session, seat: str) -> dict[str, Json]:
    """What an entry says of a seat: where, when there, and until when it may be changed."""
    rule = f"{step}.seats"
    starts = session.starts_at
    if starts is None:
        raise BadInput(
            "no_such_session", remedy="Choose one of the sessions shown.", field="session"
        )
    seats = edition.value(rule, SeatRules)
    times = edition.value(f"{step}.attendance", DoorTimes)
    return {
        "rule": rule,
        "session": session.file,
        "seat": seat,
        "starts_at": instant_text(starts),
        "local_time": f"{starts.astimezone(ZoneInfo(session.zone)):%Y-%m-%d %H:%M} ({session.zone})",
        "centre": session.centre,
        "changes_until": instant_text(changes_close_at(seats, starts_at=starts)),
        "door_closes": instant_text(door_closes_at(times, starts_at=starts)),
    }
