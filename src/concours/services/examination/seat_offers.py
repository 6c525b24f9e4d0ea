"""Freed seats offered from the waiting lists, in the order of joining.

A seat that becomes free is offered by the act that freed it, or else by the worker's next
round; until then nobody gets past those who wait. An offer's date is recorded with it: the
date alone makes it lapse, and the next in line is offered the seat.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import OperationalError, connection, transaction

from concours.kernel.errors import Refusal
from concours.policy.waiting_list import WaitingList, answer_by
from concours.records.ledger_store import Moved
from concours.records.models import Seat, SeatWait, SessionStanding
from concours.selection import examination_waiting as rules
from concours.selection.authority import SYSTEM
from concours.selection.come_due import come_due, forward
from concours.selection.examination import Examination
from concours.services.case import Case, is_race, open_group
from concours.services.examination.seat_group import session_value
from concours.services.examination.seat_rows import (
    OFFER,
    OFFERED,
    WAITING,
    free_rows,
    keep_row,
)
from concours.services.examination.sessions import test_step
from concours.services.groups import Decided, record_group

OFFER_SEAT = "examination.offer_seat"
TRIES = 6


def offer_freed(sessions: Sequence[str], *, at: datetime) -> int:
    """Offer what is free in these sessions to those who wait, in their order; returns how many."""
    return sum(
        _tried(session, accessible=accessible, at=at)
        for session in sorted(set(sessions))
        for accessible in (False, True)
    )


def offer_all(*, at: datetime) -> int:
    """The worker's round: every session somebody waits for."""
    waited = SeatWait.objects.filter(state__in=(WAITING, OFFERED))
    return offer_freed(list(waited.values_list("session", flat=True).distinct()), at=at)


def _tried(session: str, *, accessible: bool, at: datetime) -> int:
    """Offer, and again when another act came between; at worst the next round offers."""
    for _ in range(TRIES):
        try:
            return _offer_kind(session, accessible=accessible, at=at)
        except (Moved, OperationalError) as clash:
            if connection.in_atomic_block or not is_race(clash):
                raise
    return 0


def _offer_kind(session: str, *, accessible: bool, at: datetime) -> int:
    """One session's seats of one kind."""
    lists = SeatWait.objects.filter(session=session, accessible=accessible)
    free = free_rows(session, accessible=accessible, at=at)
    if not lists.filter(state__in=(WAITING, OFFERED)).exists() or not free.exists():
        return 0
    with transaction.atomic():
        lists.filter(state=OFFERED, answer_by__lte=at).update(state="lapsed")
        row = SessionStanding.objects.filter(pk=session).first()
        # In the order everybody locks in: files first, then rows of seats.
        waiting = list(lists.filter(state=WAITING).order_by("id"))
        if not waiting or row is None:
            return 0
        cases = open_group({wait.candidacy: SYSTEM for wait in waiting}, OFFER_SEAT)
        still = set(lists.filter(state=WAITING).select_for_update().values_list("pk", flat=True))
        seats = list(free.select_for_update(skip_locked=True))
        decided = []
        for wait in waiting:
            if not seats:
                break
            if wait.pk not in still:
                continue
            found = _offer(wait, cases[wait.candidacy], row, seats[0], at=at)
            if found is not None:
                decided.append(found)
                seats.pop(0)
        record_group(decided, at=at)
        return len(decided)


def _offer(
    wait: SeatWait, case: object, row: SessionStanding, seat: Seat, *, at: datetime
) -> Decided | None:
    """Offer one seat to one who waits; None where they may have none, and then they leave the
    list, unless another offer of theirs is still open."""
    if not isinstance(case, Case):
        return None
    edition, step = case.edition, test_step(case.edition)
    first = come_due(case.candidacy, edition, at=at)
    file = forward(case.candidacy, first, at=at)
    if rules.offer_open(file.state(step, Examination), at=at) is not None:
        return None
    session = session_value(row, case)
    try:
        drafts = rules.offer_seat(file, edition, step=step, at=at, session=session, seat=seat.label)
    except Refusal:
        wait.state = "left"
        wait.save(update_fields=["state"])
        return None
    limits = edition.value(f"{step}.waiting_list", WaitingList)
    due = answer_by(limits, offered_at=at, starts_at=session.starts_at or at)
    keep_row(seat, wait.candidacy, kept_as=OFFER, until=due)
    wait.state, wait.seat, wait.answer_by = OFFERED, seat.label, due
    wait.save(update_fields=["state", "seat", "answer_by"])
    return Decided(case=case, actor=SYSTEM.code, drafts=(*first, *drafts))
