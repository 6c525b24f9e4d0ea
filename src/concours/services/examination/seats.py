"""Seats as candidates take them: one row decides each race, in the entry's own transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from concours.kernel.errors import BadInput, RuleRefused
from concours.ledger.draft import Draft
from concours.policy.seat_rules import SeatRules
from concours.records.models import Centre, ExaminationStanding, Seat, SessionStanding
from concours.selection import examination_seats as rules
from concours.selection.authority import Actor
from concours.selection.examination import Examination
from concours.selection.session import Session
from concours.services.application.sections import birth_date_of
from concours.services.case import Case, decide, open_candidacy
from concours.services.examination.sessions import SessionRow, sessions_of, test_step


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatPage:
    """What a candidate needs to choose, move or give back a seat."""

    code: str
    version: str
    competition: str
    window: str
    admitted: bool
    seats_from: datetime | None
    window_ends: datetime | None
    changes_hours: int
    held: "SeatHeld | None"
    sessions: tuple[SessionRow, ...]
    checked_in: bool
    closed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatHeld:
    """The seat a candidate holds, as the confirmation says it."""

    session: str
    seat: str
    starts_at: datetime
    zone: str
    changes_until: datetime | None
    door_closes: datetime | None
    centre: str
    city: str
    address: str
    room: str
    sequence: int
    reserved_at: datetime


def reserve_seat(
    actor: Actor,
    code: str,
    *,
    session: str,
    at: datetime,
    seen: str | None = None,
    accessible: bool = False,
) -> Case:
    """Take one free seat of a session. Of two who want the last one, one gets it.

    Raises RuleRefused `session_full` when none is free.
    """

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        chosen = _session(session, case)
        place = take_seat(session, holder=code, step=step, accessible=accessible, at=at)
        return rules.reserve_seat(
            case.candidacy,
            case.edition,
            step=step,
            at=at,
            session=chosen,
            seat=place.label,
            born=_born(case),
        )

    return decide(actor, code, "examination.reserve_seat", command, at=at, seen=seen)


def move_seat(
    actor: Actor,
    code: str,
    *,
    session: str,
    at: datetime,
    seen: str | None = None,
    accessible: bool = False,
) -> Case:
    """Take a seat of another session and give back the one held, together or not at all."""

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        chosen = _session(session, case)
        free_seat(code, step=step)
        place = take_seat(session, holder=code, step=step, accessible=accessible, at=at)
        return rules.move_seat(
            case.candidacy,
            case.edition,
            step=step,
            at=at,
            session=chosen,
            seat=place.label,
            born=_born(case),
        )

    return decide(actor, code, "examination.move_seat", command, at=at, seen=seen)


def cancel_seat(actor: Actor, code: str, *, at: datetime, seen: str | None = None) -> Case:
    """Give the seat held back; it is free for others at once."""

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        free_seat(code, step=step)
        return rules.cancel_seat(case.candidacy, case.edition, step=step, at=at)

    return decide(actor, code, "examination.cancel_seat", command, at=at, seen=seen)


def take_seat(session: str, *, holder: str, step: str, accessible: bool, at: datetime) -> Seat:
    """Put a holder on one free seat's row. Seats others are just taking are passed over;
    when only such are left, their outcome is waited for, so that no seat stays empty."""
    free = Seat.objects.filter(session=session, holder__isnull=True, accessible=accessible)
    ordered = free.order_by("id")
    seat = ordered.select_for_update(skip_locked=True).first()
    if seat is None:
        seat = ordered.select_for_update().first()
    if seat is None:
        raise RuleRefused(
            "session_full",
            remedy="No seat is free in this session any more. Choose another one.",
            field="session",
        )
    seat.holder, seat.taken_at = holder, at
    seat.save(update_fields=["holder", "taken_at"])
    return seat


def free_seat(holder: str, *, step: str) -> None:
    """Take a holder off their seat's row, if they have one."""
    Seat.objects.filter(holder=holder, step=step).update(holder=None, taken_at=None)


def free_abandoned() -> int:
    """Free the seats whose holder's file holds them no more, whatever ended it; returns how many.

    The acts of a candidate free their seat at once; corrections in bulk leave it to this.
    A holder without any standing row is left alone: rows may just be rebuilt.
    """
    rows = ExaminationStanding.objects.filter(file=OuterRef("holder"), step=OuterRef("step"))
    held = rows.filter(session=OuterRef("session"), seat=OuterRef("label"))
    abandoned = Seat.objects.filter(Exists(rows), holder__isnull=False).exclude(Exists(held))
    return int(abandoned.update(holder=None, taken_at=None))


def seat_page(
    actor: Actor, code: str, *, at: datetime, action: str = "examination.reserve_seat"
) -> SeatPage:
    """The sessions a candidate may choose from, and the seat they hold."""
    case = open_candidacy(actor, code, action, at=at)
    step = test_step(case.edition)
    file = case.as_shown()
    state = file.state(step, Examination)
    rule = case.edition.value(f"{step}.seats", SeatRules)
    return SeatPage(
        code=code,
        version=case.version,
        competition=case.competition.title,
        window=state.window,
        admitted=state.admitted_at is not None,
        seats_from=state.seats_from,
        window_ends=state.window_ends,
        changes_hours=rule.change_until_hours_before,
        held=held_seat(state),
        sessions=sessions_of(file.competition, statuses=("planned",), after=at),
        checked_in=state.checked_in_at is not None,
        closed=file.closed.reason if file.closed else "",
    )


def held_seat(state: Examination) -> SeatHeld | None:
    """The seat of a folded test with its session and centre; None where there is none."""
    seat = state.seat
    if seat is None or seat.starts_at is None:
        return None
    session = SessionStanding.objects.filter(file=seat.session).first()
    centre = Centre.objects.filter(code=session.centre).first() if session else None
    return SeatHeld(
        session=seat.session,
        seat=seat.seat,
        starts_at=seat.starts_at,
        zone=session.zone if session else "UTC",
        changes_until=seat.changes_until,
        door_closes=seat.door_closes,
        centre=centre.name if centre else "",
        city=centre.city if centre else "",
        address=centre.address if centre else "",
        room=session.room if session else "",
        sequence=seat.sequence,
        reserved_at=seat.reserved_at,
    )


def _session(code: str, case: Case) -> Session:
    """The session as its standing row tells it; of this candidacy's own competition only."""
    row = SessionStanding.objects.filter(file=code, competition=case.candidacy.competition).first()
    if row is None:
        raise BadInput(
            "no_such_session", remedy="Choose one of the sessions shown.", field="session"
        )
    return Session(
        file=row.file,
        competition=row.competition,
        step=row.step,
        centre=row.centre,
        room=row.room,
        zone=row.zone,
        starts_at=row.starts_at,
        seats=row.seats,
        accessible=row.accessible,
        status=row.status,
    )


def _born(case: Case):  # type: ignore[no-untyped-def]
    born = birth_date_of(case.candidacy.person)
    if born is None:
        raise BadInput(
            "birth_date_missing",
            remedy="Complete the section on your identity first.",
            field="identity",
        )
    return born
