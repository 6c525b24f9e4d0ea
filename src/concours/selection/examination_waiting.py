"""The waiting list of a session and the lottery's ticket, as one candidacy's file tells them.

Which seat is free and who waits first is decided by rows in the same transaction; here stands
what the rulebook allows, and what follows when an offer is not answered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from concours.kernel.errors import BadInput
from concours.kernel.period import instant_text
from concours.ledger.draft import Draft, Fact, Json
from concours.policy.edition import Edition
from concours.policy.seat_opening import SeatOpening
from concours.policy.waiting_list import WaitingList, answer_by, offers_end_at
from concours.selection.application import moment
from concours.selection.candidacy import Apply, Candidacy, require_open
from concours.selection.examination import Examination, SeatOffer
from concours.selection.examination_seats import seat_body
from concours.selection.opening import Opening
from concours.selection.session import Session

LAPSE_OFFER = "examination.lapse_offer"


def join_list(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    session: Session,
    accessible: bool,
) -> tuple[Draft, ...]:
    """Stand in line for a seat of a full session; a seat held elsewhere may be kept meanwhile.

    That no seat is free now is seen by the rows, in the same transaction.
    """
    state = _waiting(file, edition, step)
    rule = f"{step}.waiting_list"
    limits = edition.value(rule, WaitingList)
    _require_before_end(edition, limits, rule=rule, session=session, at=at)
    if session.file in state.waits:
        raise edition.refusal(rule, "waits_already", remedy="You stand on this list already.")
    if state.seat is not None and state.seat.session == session.file:
        raise edition.refusal(rule, "seat_already_held", remedy="You hold a seat in this session.")
    if len(state.waits) >= limits.lists_each:
        raise edition.refusal(
            rule,
            "too_many_lists",
            remedy="Leave another list first.",
            most=str(limits.lists_each),
        )
    body: dict[str, Json] = {"rule": rule, "session": session.file, "accessible": accessible}
    return (Draft(file=file.file, step=step, kind="waiting.joined", body=body),)


def leave_list(file: Candidacy, edition: Edition, *, step: str, session: str) -> tuple[Draft, ...]:
    """Leave a session's list; an offer from it is thereby declined."""
    require_open(file)
    state = file.state(step, Examination)
    if session not in state.waits:
        raise edition.refusal(
            f"{step}.waiting_list", "not_on_the_list", remedy="You do not stand on this list."
        )
    answered: tuple[Draft, ...] = ()
    if state.offer is not None and state.offer.session == session:
        answered = (_answered(file, step, state.offer, "declined"),)
    body: dict[str, Json] = {"session": session}
    return (*answered, Draft(file=file.file, step=step, kind="waiting.left", body=body))


def offer_seat(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, session: Session, seat: str
) -> tuple[Draft, ...]:
    """Offer a freed seat to the first in line, with a date to answer by."""
    state = _waiting(file, edition, step)
    rule = f"{step}.waiting_list"
    limits = edition.value(rule, WaitingList)
    starts = _require_before_end(edition, limits, rule=rule, session=session, at=at)
    if session.file not in state.waits or offer_open(state, at=at) is not None:
        raise edition.refusal(
            rule, "nothing_to_offer", remedy="Not on this list, or another offer is open."
        )
    due = answer_by(limits, offered_at=at, starts_at=starts)
    body = {
        **seat_body(edition, step=step, session=session, seat=seat),
        "rule": rule,
        "answer_by": instant_text(due),
        "answer_by_local": f"{due.astimezone(ZoneInfo(session.zone)):%Y-%m-%d %H:%M} ({session.zone})",
    }
    return (Draft(file=file.file, step=step, kind="seat_offer.made", body=body),)


def accept_offer(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, seat: Sequence[Draft]
) -> tuple[Draft, ...]:
    """Take the seat offered. ``seat`` are the drafts that reserve it, or move there."""
    offer = _open_offer(file, edition, step=step, at=at)
    return (_answered(file, step, offer, "accepted"), *seat)


def decline_offer(
    file: Candidacy, edition: Edition, *, step: str, at: datetime
) -> tuple[Draft, ...]:
    """Let the offer go to the next in line, and leave this list."""
    return (_answered(file, step, _open_offer(file, edition, step=step, at=at), "declined"),)


def lapse_offer(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, due_on: datetime
) -> tuple[Draft, ...]:
    """What follows when an offer was not answered: it has lapsed, and with it the place in line."""
    offer = file.state(step, Examination).offer
    if offer is None or offer.answer_by is None or at < offer.answer_by:
        raise edition.refusal(
            f"{step}.waiting_list", "not_lapsed", remedy="No offer has lapsed on this file."
        )
    return (_answered(file, step, offer, "lapsed", on=offer.answer_by),)


def take_ticket(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    ticket: str,
    wishes: Sequence[str],
    digest: str,
    closes_at: datetime,
) -> tuple[Draft, ...]:
    """Register or change the wishes for the drawing; ``digest`` is of the wishes as published."""
    state = _waiting(file, edition, step)
    rule = f"{step}.seat_opening"
    if at >= closes_at:
        raise edition.refusal(
            rule,
            "wishes_closed",
            remedy="The time for wishes has passed.",
            closed=instant_text(closes_at),
        )
    if state.seat is not None:
        raise edition.refusal(rule, "seat_already_held", remedy="You hold a seat already.")
    most = edition.value(rule, SeatOpening).wishes_most
    if not 1 <= len(wishes) <= most or len(set(wishes)) != len(wishes):
        raise BadInput(
            "wishes_out_of_range",
            remedy=f"Wish for 1 to {most} different sessions, the best first.",
            field="wish_1",
        )
    body: dict[str, Json] = {
        "rule": rule,
        "ticket": ticket,
        "wishes": digest,
        "count": len(wishes),
    }
    return (Draft(file=file.file, step=step, kind="ticket.registered", body=body),)


def draw_ticket(
    file: Candidacy, edition: Edition, *, step: str, lot: int, of: int, seat: Sequence[Draft]
) -> tuple[Draft, ...]:
    """Record the lot of a ticket, and the seat it got; ``seat`` is empty where none was left."""
    state = file.state(step, Examination)
    body: dict[str, Json] = {
        "rule": f"{step}.seat_opening",
        "ticket": state.ticket,
        "lot": lot,
        "of": of,
        "outcome": "seat" if seat else "none",
    }
    return (Draft(file=file.file, step=step, kind="ticket.drawn", body=body), *seat)


def offer_open(state: Examination, *, at: datetime) -> SeatOffer | None:
    """The offer that may still be answered at this instant; None for none."""
    offer = state.offer
    if offer is None or (offer.answer_by is not None and at >= offer.answer_by):
        return None
    return offer


def openings(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> tuple[Opening, ...]:
    """An open offer waits for its candidate."""
    offer = file.state(step, Examination).offer
    if offer is None or offer.answer_by is None or file.closed is not None:
        return ()
    return (
        Opening(
            command="examination.answer_offer",
            action="examination.reserve_seat",
            step=step,
            owner="candidate",
            since=offer.offered_at,
            awaited=True,
            due_on=offer.answer_by,
            lapse=LAPSE_OFFER,
        ),
    )


def _waiting(file: Candidacy, edition: Edition, step: str) -> Examination:
    require_open(file)
    state = file.state(step, Examination)
    rule = f"{step}.seats"
    if state.admitted_at is None:
        raise edition.refusal(
            rule, "not_eligible_yet", remedy="Only an eligible applicant may do this."
        )
    if state.checked_in_at is not None or state.sat:
        raise edition.refusal(rule, "sitting_begun", remedy="The sitting has begun.")
    return state


def _require_before_end(
    edition: Edition, limits: WaitingList, *, rule: str, session: Session, at: datetime
) -> datetime:
    starts = session.starts_at
    if session.status != "planned" or starts is None:
        raise BadInput(
            "no_such_session", remedy="Choose one of the sessions shown.", field="session"
        )
    ends = offers_end_at(limits, starts_at=starts)
    if at >= ends:
        raise edition.refusal(
            rule,
            "list_closed",
            remedy="This list offers nothing any more.",
            until=instant_text(ends),
            at=instant_text(at),
        )
    return starts


def _open_offer(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> SeatOffer:
    require_open(file)
    offer = offer_open(file.state(step, Examination), at=at)
    if offer is None:
        raise edition.refusal(
            f"{step}.waiting_list",
            "no_offer",
            remedy="No offer is open: it was answered, or its time has passed.",
        )
    return offer


def _answered(
    file: Candidacy, step: str, offer: SeatOffer, outcome: str, *, on: datetime | None = None
) -> Draft:
    body: dict[str, Json] = {
        "rule": f"{step}.waiting_list",
        "session": offer.session,
        "seat": offer.seat,
        "outcome": outcome,
    }
    return Draft(file=file.file, step=step, kind="seat_offer.answered", body=body, on=on)


def _set(file: Candidacy, fact: Fact, state: Examination) -> Candidacy:
    return file.with_state(fact.step, state)


def _joined(file: Candidacy, fact: Fact) -> Candidacy:
    state, session = file.state(fact.step, Examination), str(fact.body.get("session", ""))
    return _set(file, fact, replace(state, waits=(*state.waits, session)))


def _left(file: Candidacy, fact: Fact) -> Candidacy:
    state, session = file.state(fact.step, Examination), str(fact.body.get("session", ""))
    return _set(file, fact, replace(state, waits=_without(state, session)))


def _offered(file: Candidacy, fact: Fact) -> Candidacy:
    b = fact.body
    offer = SeatOffer(
        session=str(b.get("session", "")),
        seat=str(b.get("seat", "")),
        starts_at=moment(b, "starts_at"),
        answer_by=moment(b, "answer_by"),
        offered_at=fact.on,
    )
    return _set(file, fact, replace(file.state(fact.step, Examination), offer=offer))


def _offer_answered(file: Candidacy, fact: Fact) -> Candidacy:
    state, session = file.state(fact.step, Examination), str(fact.body.get("session", ""))
    return _set(file, fact, replace(state, offer=None, waits=_without(state, session)))


def _ticket(file: Candidacy, fact: Fact) -> Candidacy:
    ticket = str(fact.body.get("ticket", ""))
    return _set(file, fact, replace(file.state(fact.step, Examination), ticket=ticket))


def _drawn(file: Candidacy, fact: Fact) -> Candidacy:
    lot = fact.body.get("lot", 0)
    found = lot if isinstance(lot, int) else 0
    return _set(file, fact, replace(file.state(fact.step, Examination), lot=found))


def _without(state: Examination, session: str) -> tuple[str, ...]:
    return tuple(each for each in state.waits if each != session)


APPLY: Mapping[str, Apply] = {
    "waiting.joined": _joined,
    "waiting.left": _left,
    "seat_offer.made": _offered,
    "seat_offer.answered": _offer_answered,
    "ticket.registered": _ticket,
    "ticket.drawn": _drawn,
}

KINDS: Mapping[str, str] = {
    "waiting.joined": "The candidate joined the waiting list of a session.",
    "waiting.left": "The candidate left the waiting list of a session.",
    "seat_offer.made": "A freed seat was offered from the waiting list.",
    "seat_offer.answered": "The offer of a freed seat was answered, or its time passed.",
    "ticket.registered": "Wishes for the drawing of seats were registered.",
    "ticket.drawn": "The drawing of seats gave this ticket its lot.",
}

TOLD: Mapping[str, str] = {
    "seat_offer.made": "seat_offer.made",
    "ticket.drawn": "ticket.drawn",
}
