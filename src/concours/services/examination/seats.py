"""Seats as candidates take them: one row decides each race, in the entry's own transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from concours.ledger.draft import Draft
from concours.policy.seat_opening import SeatOpening, hold_ends_at
from concours.policy.seat_rules import SeatRules
from concours.records.models import Centre, Seat, SessionStanding
from concours.selection import examination_seats as rules
from concours.selection.authority import Actor
from concours.selection.examination import Examination
from concours.selection.examination_waiting import offer_open
from concours.selection.seat_lottery import drawing_of, way_of
from concours.services.case import Case, decide, open_candidacy
from concours.services.examination.seat_desk import desk
from concours.services.examination.seat_group import (
    RESERVE,
    SeatWish,
    move_drafts,
    require_allowed,
)
from concours.services.examination.seat_offers import offer_freed
from concours.services.examination.seat_rows import (
    FREE_OF_KEEPING,
    HOLD,
    find_free,
    free_seat,
    keep_row,
)
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
    hold_minutes: int
    way: str
    waits: int
    offer_until: datetime | None
    hold_until: datetime | None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPage:
    """A seat held while its candidate confirms, with the minutes left."""

    code: str
    version: str
    competition: str
    row: SessionRow | None
    seat: str
    accessible: bool
    until: datetime | None
    minutes: int


def reserve_seat(
    actor: Actor,
    code: str,
    *,
    session: str,
    at: datetime,
    seen: str | None = None,
    accessible: bool = False,
) -> None:
    """Take one free seat of a session. Of two who want the last one, one gets it.

    Raises RuleRefused `session_full` when none is free.
    """

    wish = SeatWish(actor=actor, code=code, session=session, accessible=accessible, seen=seen)
    refusal = desk.reserve(wish, at=at)
    if refusal is not None:
        raise refusal


@transaction.atomic
def hold_seat(
    actor: Actor, code: str, *, session: str, accessible: bool, at: datetime, seen: str | None
) -> datetime:
    """Keep one free seat for a candidate while they confirm; returns until when.

    The rules are those of reserving, asked now and again at confirming. Nothing is decided
    by it: no entry is written, and the instant alone ends it.
    """
    case = open_candidacy(actor, code, RESERVE, at=at, lock=True)
    step = test_step(case.edition)
    wish = SeatWish(actor=actor, code=code, session=session, accessible=accessible, seen=seen)
    require_allowed(wish, case, at=at)
    state = case.candidacy.state(step, Examination)
    if offer_open(state, at=at) is not None:
        raise case.edition.refusal(
            f"{step}.seats",
            "offer_waits",
            remedy="A seat is kept for you already: answer it first.",
        )
    until = hold_ends_at(case.edition.value(f"{step}.seat_opening", SeatOpening), held_at=at)
    seat = find_free(session, holder=code, accessible=accessible, at=at)
    keep_row(seat, code, kept_as=HOLD, until=until)
    return until


def release_hold(actor: Actor, code: str, *, at: datetime) -> None:
    """Let go of a seat held for confirming."""
    open_candidacy(actor, code, RESERVE, at=at)
    held = Seat.objects.filter(kept_for=code, kept_as=HOLD)
    freed = list(held.values_list("session", flat=True))
    held.update(**FREE_OF_KEEPING)
    offer_freed(freed, at=at)


def hold_page(actor: Actor, code: str, *, at: datetime) -> HoldPage:
    """The seat held for a candidate who is to confirm; ``row`` is None where the time is over."""
    case = open_candidacy(actor, code, RESERVE, at=at)
    kept = _held_rows(code, at).first()
    rows = sessions_of(case.competition.file, after=at) if kept else ()
    row = next((r for r in rows if kept and r.code == kept.session), None)
    return HoldPage(
        code=code,
        version=case.version,
        competition=case.competition.title,
        row=row,
        seat=kept.label if kept else "",
        accessible=kept is not None and kept.accessible,
        until=kept.kept_until if kept else None,
        minutes=_minutes_left(kept.kept_until, at) if kept and kept.kept_until else 0,
    )


def _held_rows(code: str, at: datetime) -> "QuerySet[Seat]":
    return Seat.objects.filter(kept_for=code, kept_as=HOLD, kept_until__gt=at, holder__isnull=True)


def _minutes_left(until: datetime, at: datetime) -> int:
    """Whole minutes, the last one counted as one."""
    return -(-int((until - at).total_seconds()) // 60)


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
    freed: list[str] = []

    def command(case: Case) -> Sequence[Draft]:
        freed[:] = _held_session(case)
        return move_drafts(case, session=session, accessible=accessible, at=at)

    case = decide(actor, code, "examination.move_seat", command, at=at, seen=seen)
    offer_freed(freed, at=at)
    return case


def cancel_seat(actor: Actor, code: str, *, at: datetime, seen: str | None = None) -> Case:
    """Give the seat held back: to the first who waits for it, else to whoever asks."""
    freed: list[str] = []

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        freed[:] = _held_session(case)
        free_seat(code, step=step)
        return rules.cancel_seat(case.candidacy, case.edition, step=step, at=at)

    case = decide(actor, code, "examination.cancel_seat", command, at=at, seen=seen)
    offer_freed(freed, at=at)
    return case


def _held_session(case: Case) -> list[str]:
    seat = case.candidacy.state(test_step(case.edition), Examination).seat
    return [seat.session] if seat else []


def seat_page(
    actor: Actor, code: str, *, at: datetime, action: str = "examination.reserve_seat"
) -> SeatPage:
    """The sessions a candidate may choose from, and the seat they hold."""
    case = open_candidacy(actor, code, action, at=at)
    step = test_step(case.edition)
    file = case.as_shown()
    state = file.state(step, Examination)
    rule = case.edition.value(f"{step}.seats", SeatRules)
    offer = offer_open(state, at=at)
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
        hold_minutes=case.edition.value(f"{step}.seat_opening", SeatOpening).hold_minutes,
        way=""
        if drawing_of(case.competition)
        else way_of(case.competition, case.edition, step=step),
        waits=len(state.waits),
        offer_until=offer.answer_by if offer else None,
        hold_until=_held_rows(code, at).values_list("kept_until", flat=True).first(),
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
