"""The waiting lists as a candidate meets them: joined, left, an offer taken or let go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from concours.kernel.errors import RuleRefused
from concours.ledger.draft import Draft
from concours.policy.waiting_list import WaitingList, offers_end_at
from concours.records.models import Seat, SeatWait, SessionStanding
from concours.selection import examination_waiting as rules
from concours.selection.authority import Actor
from concours.selection.examination import Examination
from concours.selection.seat_lottery import require_open_to_all
from concours.services.case import Case, decide, open_candidacy
from concours.services.examination.seat_group import (
    RESERVE,
    move_drafts,
    reserve_drafts,
    session_value,
)
from concours.services.examination.seat_offers import offer_freed
from concours.services.examination.seat_rows import (
    FREE_OF_KEEPING,
    OFFER,
    OFFERED,
    WAITING,
    awaited,
    free_rows,
)
from concours.services.examination.sessions import SessionRow, sessions_of, test_step


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitRow:
    """One list a candidate stands on. ``ahead`` counts those before them."""

    session: SessionRow
    accessible: bool
    ahead: int
    joined_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRow:
    """A seat offered, open until ``answer_by``."""

    session: SessionRow
    seat: str
    answer_by: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPage:
    """A candidate's lists, the offer that waits for an answer, and the lists one may join."""

    code: str
    version: str
    competition: str
    hours: int
    most: int
    offer: OfferRow | None
    waits: tuple[WaitRow, ...]
    full: tuple[SessionRow, ...]


def waiting_page(actor: Actor, code: str, *, at: datetime) -> WaitingPage:
    """What a candidate sees of waiting for a seat."""
    case = open_candidacy(actor, code, RESERVE, at=at)
    step = test_step(case.edition)
    state = case.as_shown().state(step, Examination)
    limits = case.edition.value(f"{step}.waiting_list", WaitingList)
    sessions = {row.code: row for row in sessions_of(case.competition.file, after=at)}
    offer = rules.offer_open(state, at=at)
    mine = SeatWait.objects.filter(candidacy=code, step=step, state=WAITING).order_by("id")
    held = state.seat.session if state.seat else ""
    return WaitingPage(
        code=code,
        version=case.version,
        competition=case.competition.title,
        hours=limits.answer_hours,
        most=limits.lists_each,
        offer=OfferRow(session=sessions[offer.session], seat=offer.seat, answer_by=offer.answer_by)
        if offer and offer.answer_by and offer.session in sessions
        else None,
        waits=tuple(
            WaitRow(
                session=sessions[row.session],
                accessible=row.accessible,
                ahead=_before(row).count(),
                joined_at=row.joined_at,
            )
            for row in mine
            if row.session in sessions
        ),
        full=tuple(
            row
            for row in sessions.values()
            if row.status == "planned"
            and not (row.free and row.free_accessible)
            and row.code not in (*state.waits, held)
            and at < offers_end_at(limits, starts_at=row.starts_at)
        ),
    )


def join_list(
    actor: Actor, code: str, *, session: str, accessible: bool, at: datetime, seen: str | None
) -> None:
    """Stand in line for a seat of a full session."""

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        require_open_to_all(case.competition, case.edition, step=step)
        row = SessionStanding.objects.filter(pk=session).first()
        drafts = rules.join_list(
            case.candidacy,
            case.edition,
            step=step,
            at=at,
            session=session_value(row, case),
            accessible=accessible,
        )
        free = free_rows(session, accessible=accessible, at=at)
        if not awaited(session, accessible=accessible) and free.exists():
            raise RuleRefused(
                "seats_are_free",
                remedy="A seat is free in this session now: reserve it.",
                field="session",
            )
        SeatWait.objects.create(
            candidacy=code, step=step, session=session, accessible=accessible, joined_at=at
        )
        return drafts

    decide(actor, code, RESERVE, command, at=at, seen=seen)


def leave_list(actor: Actor, code: str, *, session: str, at: datetime, seen: str | None) -> None:
    """Leave a list; a seat offered from it goes to the next in line."""

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        drafts = rules.leave_list(case.candidacy, case.edition, step=step, session=session)
        _close(code, session, "left")
        _unkeep_offer(code, session)
        return drafts

    decide(actor, code, RESERVE, command, at=at, seen=seen)
    offer_freed([session], at=at)


def accept_offer(actor: Actor, code: str, *, at: datetime, seen: str | None) -> None:
    """Take the seat offered; a seat held in another session is given back by the same act."""
    freed: list[str] = []

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        state = case.candidacy.state(step, Examination)
        offer = rules.offer_open(state, at=at)
        if offer is None:
            return rules.accept_offer(case.candidacy, case.edition, step=step, at=at, seat=())
        kept = Seat.objects.filter(kept_for=code, session=offer.session).first()
        accessible = kept is not None and kept.accessible
        drafts = reserve_drafts if state.seat is None else move_drafts
        freed[:] = [state.seat.session] if state.seat else []
        return drafts(case, session=offer.session, accessible=accessible, at=at)

    decide(actor, code, RESERVE, command, at=at, seen=seen)
    offer_freed(freed, at=at)


def decline_offer(actor: Actor, code: str, *, at: datetime, seen: str | None) -> None:
    """Let the seat offered go to the next in line."""
    sessions: list[str] = []

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        offer = rules.offer_open(case.candidacy.state(step, Examination), at=at)
        drafts = rules.decline_offer(case.candidacy, case.edition, step=step, at=at)
        if offer is not None:
            sessions[:] = [offer.session]
            _close(code, offer.session, "declined")
            _unkeep_offer(code, offer.session)
        return drafts

    decide(actor, code, RESERVE, command, at=at, seen=seen)
    offer_freed(sessions, at=at)


def _before(row: SeatWait) -> "QuerySet[SeatWait]":
    """Who stands before somebody on a list."""
    return SeatWait.objects.filter(
        session=row.session, accessible=row.accessible, state=WAITING, id__lt=row.pk
    )


def _close(code: str, session: str, state: str) -> None:
    mine = SeatWait.objects.filter(candidacy=code, session=session)
    mine.filter(state__in=(WAITING, OFFERED)).update(state=state)


def _unkeep_offer(code: str, session: str) -> None:
    Seat.objects.filter(kept_for=code, kept_as=OFFER, session=session).update(**FREE_OF_KEEPING)
