"""The seat desk: reservations that come at once are recorded together.

Nobody waits for a timer: while one group is being recorded the next gathers, so a quiet
desk records one at a time and a rush in groups. Whoever comes first records for all who
have gathered; on SQLite that also gives the database the one writer it wants.
Groups side by side would be sound on PostgreSQL: they take different rows, and a candidacy
wanted in both waits for its own file's lock.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from django.db import DatabaseError, close_old_connections, connection

from concours.kernel.errors import BadInput, Refusal
from concours.records.ledger_store import Moved
from concours.services.accounts import signed_in
from concours.services.case import is_race, moved_on
from concours.services.examination.seat_group import (
    Outcome,
    Overdue,
    SeatWish,
    Undecided,
    reserve_alone,
    reserve_group,
)
from concours.services.examination.seat_offers import offer_freed

MOST = 64
"""How many reservations one transaction takes."""

WAITING = 2_000
"""How many may wait; beyond it a request is told to come again."""

SIDE_BY_SIDE = 1
"""How many groups PostgreSQL records at a time; SQLite has one writer. Two, on two processors
shared with database and load, gave 394 reservations a second where one gave 514 (`concours
bench seats`): the groups are smaller and the threads of one process take turns."""

TRIES = 6
OTHERS_WAIT = "others_wait_first"


class DeskFull(BadInput):
    """More wait than the desk takes; come again in a moment."""

    status = 503


@dataclass(slots=True, eq=False)
class _Place:
    wish: SeatWish
    at: datetime
    done: bool = False
    refusal: Refusal | None = None
    failure: Exception | None = None


def lanes() -> int:
    """How many groups this service's database records at a time."""
    return SIDE_BY_SIDE if connection.vendor == "postgresql" else 1


def _turns() -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(lanes())


@dataclass(slots=True)
class SeatDesk:
    """The queue of one process. `reserve` is for threads, `reserve_now` for one that gathers.

    Whoever records holds one of the ``_turns``; of the threads' own queue one group at a time.
    """

    _turns: threading.BoundedSemaphore = field(default_factory=_turns)
    _head: threading.Lock = field(default_factory=threading.Lock)
    _gate: threading.Lock = field(default_factory=threading.Lock)
    _queue: list[_Place] = field(default_factory=list)

    def reserve(self, wish: SeatWish, *, at: datetime) -> Refusal | None:
        """Reserve, with whoever else is waiting; returns the refusal, or None when reserved.

        Inside a transaction of the caller's it is recorded alone, there.
        """
        place = _Place(wish, at)
        if connection.in_atomic_block:
            _record([place])
        else:
            with self._gate:
                if len(self._queue) >= WAITING:
                    raise DeskFull("desk_full", remedy="Many are reserving now. Try again at once.")
                self._queue.append(place)
            with self._head:
                if not place.done:
                    with self._turns:
                        _record(self._gather(place))
        if place.failure is not None:
            raise place.failure
        return place.refusal

    def reserve_now(self, wishes: Sequence[SeatWish], *, at: datetime) -> list[Refusal | None]:
        """Reserve for all of these, in groups, each candidacy once; in their order."""
        places = [_Place(wish, at) for wish in wishes]
        with self._turns:
            while rest := [place for place in places if not place.done]:
                _record(_apart(rest))
        for place in places:
            if place.failure is not None:
                raise place.failure
        return [place.refusal for place in places]

    def _gather(self, mine: _Place) -> list[_Place]:
        """The next group from the queue, this thread's own wish in it."""
        with self._gate:
            group = _apart([mine, *(place for place in self._queue if place is not mine)])
            self._queue = [place for place in self._queue if place not in group]
            return group


def _apart(places: Sequence[_Place]) -> list[_Place]:
    """As many as one transaction takes, each candidacy once."""
    group: dict[str, _Place] = {}
    for place in places:
        if len(group) == MOST:
            break
        group.setdefault(place.wish.code, place)
    return list(group.values())


def _record(group: Sequence[_Place]) -> None:
    """Record a group; when it fails as a whole, each of its wishes alone, so that one bad row
    fails nobody else's."""
    try:
        _settle(group, wait=False)
    except Exception as failure:
        if len(group) == 1:
            group[0].failure, group[0].done = failure, True
            return
        for place in group:
            _record([place])


def _settle(group: Sequence[_Place], *, wait: bool) -> None:
    at = max(place.at for place in group)
    outcomes = _tried([place.wish for place in group], at=at, wait=wait)
    undecided = []
    for place, outcome in zip(group, outcomes, strict=True):
        if isinstance(outcome, Undecided):
            undecided.append(place)
        elif isinstance(outcome, Overdue):
            _alone(place)
        else:
            place.refusal, place.done = outcome, True
    if undecided:
        _settle(undecided, wait=True)
    waited = {p.wish.session for p in group if p.refusal and p.refusal.code == OTHERS_WAIT}
    if waited:  # a seat was freed by an act that offered it to nobody: those who wait get it now
        offer_freed(list(waited), at=at)


def _alone(place: _Place) -> None:
    try:
        reserve_alone(place.wish, at=place.at)
    except Refusal as refusal:
        place.refusal = refusal
    place.done = True


def _tried(wishes: Sequence[SeatWish], *, at: datetime, wait: bool) -> list[Outcome]:
    """Record, and again when another process came between."""
    for attempt in range(1, TRIES + 1):
        try:
            return reserve_group(wishes, at=at, wait=wait)
        except (Moved, DatabaseError) as clash:
            if not is_race(clash) or connection.in_atomic_block:
                raise
            if attempt == TRIES:
                raise moved_on() from clash
    raise AssertionError("unreachable")


desk = SeatDesk()
"""The desk of this process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A reservation as it comes from a signed-in browser."""

    session_key: str
    code: str
    session: str
    accessible: bool
    seen: str


Answer = Literal["reserved", "full", "elsewhere"]


def answer_group(
    requests: Sequence[Request], *, at: datetime, machine_now: datetime
) -> list[Answer]:
    """Reserve for all of these, in their order.

    ``elsewhere`` says that the ordinary page must answer: whoever is not signed in, is staff,
    or is refused for another reason than a full session gets the page's own words there.
    """
    close_old_connections()  # one that has failed is not used again
    actors = signed_in({request.session_key for request in requests}, machine_now=machine_now)
    wishes: dict[int, SeatWish] = {}
    for place, request in enumerate(requests):
        actor = actors.get(request.session_key)
        if actor is not None and actor.roles == {"candidate"}:
            wishes[place] = SeatWish(
                actor=actor,
                code=request.code,
                session=request.session,
                accessible=request.accessible,
                seen=request.seen,
            )
    refusals = dict(zip(wishes, desk.reserve_now(list(wishes.values()), at=at), strict=True))
    return [
        "elsewhere" if place not in refusals else _answer(refusals[place])
        for place in range(len(requests))
    ]


def _answer(refusal: Refusal | None) -> Answer:
    if refusal is None:
        return "reserved"
    return "full" if refusal.code in ("session_full", OTHERS_WAIT) else "elsewhere"
