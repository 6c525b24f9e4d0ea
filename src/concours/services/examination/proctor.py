"""The proctor's desk: the room as a map of seats with live states, and acts on one sitting or the room."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from concours.kernel.errors import BadInput
from concours.ledger.draft import Draft
from concours.records import personal
from concours.records.models import (
    CandidacyStanding,
    ExaminationStanding,
    RoomMessage,
    Seat,
    SessionStanding,
)
from concours.selection import examination_proctor as rules
from concours.selection import session as room_rules
from concours.selection.authority import Actor, holds
from concours.selection.examination import Examination, sections_of
from concours.selection.session import Irregularity
from concours.selection.sitting_clock import SectionClock
from concours.services.case import Case, decide, open_candidacy
from concours.services.casefile import OpenFile, decide_on, open_file
from concours.services.competitions import read_competition
from concours.services.examination.door import registered_names
from concours.services.examination.live_seats import Live, live_seats
from concours.services.examination.sessions import (
    SessionRow,
    edition_of,
    session_rows_of,
    test_step,
)
from concours.services.files import unknown_file

DESK = "examination.run_desk"
COLUMN = "roommessage.sealed"
LONGEST = 300
STATES = (
    "free",
    "expected",
    "inside",
    "allowed",
    "sitting",
    "on_break",
    "break_over",
    "paused",
    "submitted",
    "no_show",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatView:
    """One seat and who sits there. ``left`` is of the open section or the break, whole minutes;
    ``saved`` how many whole minutes ago the service last kept an answer of the open section."""

    label: str
    accessible: bool
    code: str
    state: str
    section: str
    left: int | None
    saved: int | None
    irregularities: int
    accommodations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPage:
    """The room as its proctor sees it."""

    session: SessionRow
    version: str
    rows: tuple[tuple[str, tuple[SeatView, ...]], ...]
    states: tuple[tuple[str, int], ...]
    start_held: bool
    incident_minutes: int
    irregularities: tuple[Irregularity, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateDesk:
    """One candidate's sitting, with the four parts of the time left."""

    code: str
    version: str
    name: str
    session: str
    seat: str
    state: str
    section: str
    clock: SectionClock | None
    exempt: bool
    irregularities: int
    accommodations: tuple[str, ...]
    commands: tuple[str, ...]


def desk_page(actor: Actor, session: str, *, at: datetime) -> DeskPage:
    """The seats of a session with their live states: a handful of queries, however many seats."""
    found = open_file(actor, "session", session, DESK)
    state: room_rules.Session = found.state
    edition = edition_of(read_competition(state.competition))
    titles = {name: about.title for name, about in sections_of(edition, state.step).items()}
    held = ExaminationStanding.objects.filter(session=session).order_by("seat")
    holders = dict(held.values_list("seat", "file"))
    live = live_seats(list(holders.values()), edition, state.step, at=at)
    odd: dict[str, int] = {}
    for one in state.irregularities:
        odd[one.candidacy] = odd.get(one.candidacy, 0) + 1
    seats = []
    for seat in Seat.objects.filter(session=session).order_by("id"):
        code = holders.get(seat.label, "")
        now = live.get(code, Live(state="free"))
        seats.append(
            SeatView(
                label=seat.label,
                accessible=seat.accessible,
                code=code,
                state=now.state,
                section=titles.get(now.section, ""),
                left=None if now.clock is None else now.clock.left // timedelta(minutes=1),
                saved=_minutes_since(now, at),
                irregularities=odd.get(code, 0),
                accommodations=now.accommodations,
            )
        )
    counts = {word: sum(s.state == word for s in seats) for word in STATES}
    return DeskPage(
        session=session_rows_of(list(SessionStanding.objects.filter(file=session)))[0],
        version=found.version,
        rows=_rows(seats),
        states=tuple((word, n) for word, n in counts.items() if n),
        start_held=state.start_held,
        incident_minutes=state.incident_minutes,
        irregularities=state.irregularities,
        at=at,
    )


def _minutes_since(now: Live, at: datetime) -> int | None:
    """Whole minutes since the last answer, while a section is open."""
    if now.saved_at is None or not now.section:
        return None
    return max(timedelta(0), at - now.saved_at) // timedelta(minutes=1)


def _rows(seats: Sequence[SeatView]) -> tuple[tuple[str, tuple[SeatView, ...]], ...]:
    """The seats by the letters of their row."""
    rows: dict[str, list[SeatView]] = {}
    for seat in seats:
        rows.setdefault(seat.label.rstrip("0123456789"), []).append(seat)
    return tuple((letters, tuple(found)) for letters, found in rows.items())


def candidate_desk(actor: Actor, code: str, *, at: datetime) -> CandidateDesk:
    """One candidate's sitting with its clock, and what the proctor may do now."""
    case = open_candidacy(actor, code, DESK, at=at)
    step = test_step(case.edition)
    state = case.candidacy.state(step, Examination)
    now = live_seats([code], case.edition, step, at=at)[code]
    titles = {name: about.title for name, about in sections_of(case.edition, step).items()}
    return CandidateDesk(
        code=code,
        version=case.version,
        name=registered_names([code]).get(code, "") if holds(actor, "file.names") else "",
        session=state.seat.session if state.seat else "",
        seat=state.seat.seat if state.seat else "",
        state=now.state,
        section=titles.get(now.section, ""),
        clock=now.clock,
        exempt=state.exempt_from_lockdown,
        irregularities=state.irregularities,
        accommodations=now.accommodations,
        commands=_commands(now.state, runs=bool(now.runs), counted=now.clock is not None),
    )


def _commands(word: str, *, runs: bool, counted: bool) -> tuple[str, ...]:
    """What may be done: minutes are given wherever a clock counts, also when its time is over."""
    if word == "expected":
        return ("check_in",)
    if word == "inside":
        return ("allow",)
    if word == "paused":
        return ("resume", "swap", "end")
    if word in ("sitting", "on_break", "break_over"):
        return (*["pause"] * runs, *["minutes"] * counted, "swap", "end")
    return ()


def pause(actor: Actor, code: str, *, reason: str, at: datetime, seen: str | None = None) -> Case:
    """Stop the clock of a candidate's open section or break."""
    action = "examination.pause_sitting"
    return _act(actor, code, action, rules.pause_sitting, at, seen, at=at, reason=reason)


def resume(actor: Actor, code: str, *, at: datetime, seen: str | None = None) -> Case:
    """Let a paused sitting go on."""
    return _act(actor, code, "examination.resume_sitting", rules.resume_sitting, at, seen, at=at)


def allow(actor: Actor, code: str, *, at: datetime, seen: str | None = None) -> Case:
    """Let one candidate begin while the start is held."""
    return _act(actor, code, DESK, rules.allow_start, at, seen)


def exempt(
    actor: Actor, code: str, *, reason: str, authority: str, at: datetime, seen: str | None = None
) -> Case:
    """Let one candidate sit without the locked browser."""
    return _act(
        actor,
        code,
        "examination.exempt_lockdown",
        rules.exempt_from_lockdown,
        at,
        seen,
        reason=reason,
        authority=authority,
    )


def report_irregularity(
    actor: Actor, code: str, *, category: str, what: str, at: datetime, seen: str | None = None
) -> Case:
    """Record something irregular about one candidate, in both files at once."""

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        seat = case.candidacy.state(step, Examination).seat
        if seat is None:
            raise unknown_file()
        return rules.record_irregularity(
            case.candidacy,
            case.edition,
            step=step,
            session=seat.session,
            category=category,
            what=what,
        )

    return decide(actor, code, DESK, command, at=at, seen=seen)


def report_room_irregularity(
    actor: Actor, session: str, *, category: str, what: str, at: datetime
) -> OpenFile:
    """Record something irregular about the whole room."""
    rules.require_irregularity(category, what)

    def command(found: OpenFile) -> Sequence[Draft]:
        return room_rules.room_irregularity(found.state, category=category, what=what)

    return decide_on(actor, "session", session, DESK, command, at=at)


def hold_start(
    actor: Actor, session: str, *, held: bool, at: datetime, seen: str | None = None
) -> OpenFile:
    """Hold the start for everybody inside, or let everybody begin."""

    def command(found: OpenFile) -> Sequence[Draft]:
        return room_rules.hold_start(found.state, held=held)

    return decide_on(actor, "session", session, DESK, command, at=at, seen=seen)


def message_candidate(actor: Actor, code: str, *, text: str, at: datetime) -> Case:
    """Send one candidate a message; its words are kept encrypted."""
    words = _words(text)

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        seat = case.candidacy.state(step, Examination).seat
        RoomMessage.objects.create(
            session=seat.session if seat else "",
            candidacy=code,
            sealed=personal.seal_text(case.candidacy.person, COLUMN, words),
            by=actor.code,
            at=at,
        )
        return rules.send_message(case.candidacy, step=step, digest=_digest(words))

    return decide(actor, code, DESK, command, at=at)


def message_room(actor: Actor, session: str, *, text: str, at: datetime) -> OpenFile:
    """Send everybody in the room a message."""
    words = _words(text)

    def command(found: OpenFile) -> Sequence[Draft]:
        RoomMessage.objects.create(session=session, text=words, by=actor.code, at=at)
        return room_rules.room_message(found.state, digest=_digest(words))

    return decide_on(actor, "session", session, DESK, command, at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message as its candidate reads it."""

    text: str
    at: datetime
    to_room: bool


def messages_to(actor: Actor, code: str, *, at: datetime) -> tuple[Said, ...]:
    """What the proctor said to this candidate, or to the room they sit in, oldest first."""
    case = open_candidacy(actor, code, "examination.sit", at=at)
    seat = case.candidacy.state(test_step(case.edition), Examination).seat
    if seat is None:
        return ()
    rows = RoomMessage.objects.filter(session=seat.session, candidacy__in=("", code))
    person = CandidacyStanding.objects.values_list("person", flat=True).get(file=code)
    return tuple(
        Said(
            text=row.text
            if not row.candidacy
            else personal.open_text(person, COLUMN, bytes(row.sealed or b"")),
            at=row.at,
            to_room=not row.candidacy,
        )
        for row in rows.order_by("at", "pk")
    )


def _words(text: str) -> str:
    words = text.strip()
    if not 1 <= len(words) <= LONGEST:
        raise BadInput("message_length", remedy=f"Write 1 to {LONGEST} characters.", field="text")
    return words


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def _act(
    actor: Actor,
    code: str,
    action: str,
    rule: Callable[..., tuple[Draft, ...]],
    when: datetime,
    seen: str | None,
    /,
    **plain: Any,
) -> Case:
    def command(case: Case) -> Sequence[Draft]:
        return rule(case.candidacy, case.edition, step=test_step(case.edition), **plain)

    return decide(actor, code, action, command, at=when, seen=seen)
