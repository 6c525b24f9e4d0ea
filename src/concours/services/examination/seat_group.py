"""Reservations recorded together: each judged on its own, all in one short transaction.

Seat, entry, telling, letter and standing rows of every reservation stand or fall with the
transaction; a refusal writes nothing and hinders nobody. Nothing is counted before: a
reservation takes a free row, and the tables' constraints make a second holder impossible.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from concours.kernel.errors import BadInput, NotPermitted, Refusal
from concours.ledger.draft import Draft
from concours.records import personal
from concours.records.models import CandidacyStanding, Person, Seat, SessionStanding
from concours.selection import examination_seats as rules
from concours.selection.authority import SYSTEM, Actor
from concours.selection.come_due import passed
from concours.selection.examination import Examination
from concours.selection.examination_waiting import accept_offer, offer_open
from concours.selection.seat_lottery import require_open_to_all
from concours.selection.session import Session
from concours.services.case import Case, decide, open_group, require_seen
from concours.services.examination.seat_rows import (
    awaited,
    free_rows,
    free_seat,
    kept_rows,
    lock_free,
    off_the_list,
    others_wait,
    put_holders,
    session_full,
    take_seat,
)
from concours.services.examination.sessions import test_step
from concours.services.groups import Decided, record_group

RESERVE = "examination.reserve_seat"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatWish:
    """One candidate's wish for a seat of one session; ``seen`` as in `case.decide`."""

    actor: Actor
    code: str
    session: str
    accessible: bool = False
    seen: str | None = None


class Undecided:
    """No row was left but those that others are just taking: to be asked again, waiting."""


class Overdue:
    """A date has come on this file that is not written down yet: to be reserved alone."""


Outcome = Refusal | Undecided | Overdue | None
"""How one wish came out; None when the seat is reserved."""

_Kind = tuple[str, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What wishes are judged by: the sessions, the persons' birth dates, the instant."""

    sessions: Mapping[str, Session]
    births: Mapping[str, date]
    at: datetime


def reserve_group(wishes: Sequence[SeatWish], *, at: datetime, wait: bool = False) -> list[Outcome]:
    """Reserve a seat for each wish that the rules allow, in one transaction; in their order.

    Each candidacy stands in the group once. ``wait`` waits for rows that others are
    taking; without it such wishes come back Undecided. Overdue ones are for `reserve_alone`.
    """
    outcomes: list[Outcome] = [None] * len(wishes)
    with transaction.atomic():
        cases = open_group({wish.code: wish.actor for wish in wishes}, RESERVE)
        persons = [c.candidacy.person for c in cases.values() if isinstance(c, Case)]
        keys = personal.keys_of(persons)
        births = birth_dates(persons, keys=keys)
        ground = _Ground(sessions=_sessions_of(wishes), births=births, at=at)
        overdue = _overdue(cases.values(), at=at)
        allowed: dict[int, tuple[Case, tuple[Draft, ...]]] = {}
        for place, wish in enumerate(wishes):
            case = cases[wish.code]
            judged = Overdue() if wish.code in overdue else _judged(wish, case, ground)
            if isinstance(judged, tuple) and isinstance(case, Case):
                allowed[place] = case, judged
            elif not isinstance(judged, tuple):
                outcomes[place] = judged
        taken: list[tuple[Seat, str]] = []
        decided: list[Decided] = []
        for place, found in _allot(wishes, list(allowed), at=at, wait=wait):
            if not isinstance(found, Seat):
                outcomes[place] = found
                continue
            case, drafts = allowed[place]
            taken.append((found, case.code))
            drafts = rules.at_seat(drafts, found.label)
            decided.append(Decided(case=case, actor=wishes[place].actor.code, drafts=drafts))
        put_holders(taken, at=at)
        off_the_list([(holder, seat.session) for seat, holder in taken])
        record_group(decided, at=at, keys=keys)
    return outcomes


def _overdue(cases: Iterable[Case | NotPermitted], *, at: datetime) -> set[str]:
    """The files among these on which a date has come that is not written down yet.

    A file's standing row holds its earliest date, so most need no second look.
    """
    opened = {case.code: case for case in cases if isinstance(case, Case)}
    rows = CandidacyStanding.objects.filter(file__any_of=opened)
    ahead = {code for code, due in rows.values_list("file", "due_on") if due is None or due > at}
    return {
        code
        for code, case in opened.items()
        if code not in ahead and passed(case.candidacy, case.edition, at=at)
    }


def reserve_alone(wish: SeatWish, *, at: datetime) -> None:
    """Reserve as every decision on one file is made: dates that have come are settled first.

    Raises the refusal.
    """

    def command(case: Case) -> tuple[Draft, ...]:
        return reserve_drafts(case, session=wish.session, accessible=wish.accessible, at=at)

    decide(wish.actor, wish.code, RESERVE, command, at=at, seen=wish.seen)


def require_allowed(wish: SeatWish, case: Case, *, at: datetime) -> None:
    """Refuse what reserving would refuse, the seat itself apart."""
    drafts = _drafts(wish, case, _ground([wish], case, at=at))
    if wish.seen is not None:
        require_seen(case, wish.seen, drafts)


def reserve_drafts(
    case: Case, *, session: str, accessible: bool, at: datetime
) -> tuple[Draft, ...]:
    """Take a free seat's row for one case, in its decision's transaction; the drafts that say so."""
    wish = SeatWish(actor=SYSTEM, code=case.code, session=session, accessible=accessible)
    drafts = _drafts(wish, case, _ground([wish], case, at=at))
    step = test_step(case.edition)
    seat = take_seat(session, holder=case.code, step=step, accessible=accessible, at=at)
    off_the_list([(case.code, session)])
    return rules.at_seat(drafts, seat.label)


def move_drafts(case: Case, *, session: str, accessible: bool, at: datetime) -> tuple[Draft, ...]:
    """Give back the row held and take one of another session; the drafts that say so."""
    step = test_step(case.edition)
    chosen = session_value(SessionStanding.objects.filter(pk=session).first(), case)
    born = birth_dates([case.candidacy.person]).get(case.candidacy.person)
    if born is None:
        raise birth_date_missing()
    free_seat(case.code, step=step)
    seat = take_seat(session, holder=case.code, step=step, accessible=accessible, at=at)
    off_the_list([(case.code, session)])
    drafts = rules.move_seat(
        case.candidacy,
        case.edition,
        step=step,
        at=at,
        session=chosen,
        seat=seat.label,
        born=born,
    )
    return with_offer(case, step=step, session=session, at=at, seat=drafts)


def _ground(wishes: Sequence[SeatWish], case: Case, *, at: datetime) -> _Ground:
    births = birth_dates([case.candidacy.person])
    return _Ground(sessions=_sessions_of(wishes), births=births, at=at)


def _judged(
    wish: SeatWish, case: Case | NotPermitted, ground: _Ground
) -> tuple[Draft, ...] | Refusal:
    """The drafts that reserve, their seat still to be named, or what the rules say against it."""
    if isinstance(case, NotPermitted):
        return case
    try:
        drafts = _drafts(wish, case, ground)
        if wish.seen is not None:
            require_seen(case, wish.seen, drafts)
    except Refusal as refusal:
        return refusal
    return drafts


def _drafts(wish: SeatWish, case: Case, ground: _Ground) -> tuple[Draft, ...]:
    at, born = ground.at, ground.births.get(case.candidacy.person)
    if born is None:
        raise birth_date_missing()
    step = test_step(case.edition)
    require_open_to_all(case.competition, case.edition, step=step)
    drafts = rules.reserve_seat(
        case.candidacy,
        case.edition,
        step=step,
        at=at,
        session=_its_own(ground.sessions.get(wish.session), case),
        seat="",
        born=born,
    )
    return with_offer(case, step=step, session=wish.session, at=at, seat=drafts)


def with_offer(
    case: Case, *, step: str, session: str, at: datetime, seat: tuple[Draft, ...]
) -> tuple[Draft, ...]:
    """The drafts that take a seat; where it was offered from a list, the answer goes with them."""
    offer = offer_open(case.candidacy.state(step, Examination), at=at)
    if offer is None or offer.session != session:
        return seat
    return accept_offer(case.candidacy, case.edition, step=step, at=at, seat=seat)


def _allot(
    wishes: Sequence[SeatWish], allowed: Sequence[int], *, at: datetime, wait: bool
) -> Iterator[tuple[int, Seat | Outcome]]:
    """The row kept for each allowed wish, or a free one, in their order; too late gets why."""
    kept = kept_rows([wishes[place].code for place in allowed], at=at)
    kinds: dict[_Kind, list[int]] = defaultdict(list)
    for place in allowed:
        wish = wishes[place]
        mine = kept.get(wish.code)
        if mine is not None and (mine.session, mine.accessible) == (wish.session, wish.accessible):
            yield place, mine
        else:
            kinds[wish.session, wish.accessible].append(place)
    for (session, accessible), places in sorted(kinds.items()):
        if awaited(session, accessible=accessible):
            yield from ((place, others_wait()) for place in places)
            continue
        rows = lock_free(session, accessible=accessible, at=at, most=len(places), wait=wait)
        left: Outcome = None
        if len(rows) < len(places):
            got = [row.pk for row in rows]
            others = free_rows(session, accessible=accessible, at=at).exclude(pk__in=got)
            left = session_full() if wait or not others.exists() else Undecided()
        for number, place in enumerate(places):
            yield place, rows[number] if number < len(rows) else left


def _sessions_of(wishes: Sequence[SeatWish]) -> dict[str, Session]:
    """The sessions wished for, by code."""
    found = SessionStanding.objects.in_bulk({wish.session for wish in wishes})
    return {code: _value_of(row) for code, row in found.items()}


def session_value(row: SessionStanding | None, case: Case) -> Session:
    """The session as its standing row tells it; of this candidacy's own competition only."""
    return _its_own(_value_of(row) if row is not None else None, case)


def _its_own(session: Session | None, case: Case) -> Session:
    if session is None or session.competition != case.candidacy.competition:
        raise BadInput(
            "no_such_session", remedy="Choose one of the sessions shown.", field="session"
        )
    return session


def _value_of(row: SessionStanding) -> Session:
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


def birth_dates(
    persons: Sequence[str], *, keys: Mapping[str, bytes] | None = None
) -> dict[str, date]:
    """The birth dates of these persons; who has typed none, or is erased, is left out.

    ``keys`` are their data keys where `personal.keys_of` found them already.
    """
    rows = Person.objects.filter(file__any_of=persons).values_list("file", "birth_date")
    found = [(str(file), bytes(value)) for file, value in rows if value is not None]
    opened = personal.open_many("person.birth_date", found, keys=keys)
    return {
        file: date.fromisoformat(text)
        for (file, _), text in zip(found, opened, strict=True)
        if text
    }


def birth_date_missing() -> BadInput:
    """The answer to somebody who has not given their birth date."""
    return BadInput(
        "birth_date_missing",
        remedy="Complete the section on your identity first.",
        field="identity",
    )
