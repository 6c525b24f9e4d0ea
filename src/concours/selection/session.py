"""A session of the test: its centre, room and hour, and what happened there to everybody."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from concours.kernel.errors import BadInput, RuleRefused
from concours.kernel.period import day_of, instant, instant_text
from concours.ledger.draft import Draft, Fact, Json
from concours.policy.door_times import DoorTimes, check_in_opens_at
from concours.policy.edition import Edition
from concours.selection.candidacy import in_force
from concours.selection.competition import Calendar

INCIDENTS = frozenset({"power_cut", "network_down", "fire_alarm", "noise", "late_start", "illness"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Irregularity:
    """Something irregular; ``candidacy`` is "" where it was the room's."""

    category: str
    what: str
    candidacy: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The folded session file. ``zone`` is the centre's. ``status`` is one of STATUSES."""

    file: str
    seq: int = 0
    competition: str = ""
    step: str = ""
    centre: str = ""
    room: str = ""
    zone: str = "UTC"
    starts_at: datetime | None = None
    seats: int = 0
    accessible: int = 0
    status: str = "none"
    moves: int = 0
    incident_minutes: int = 0
    start_held: bool = False
    irregularities: tuple[Irregularity, ...] = ()


STATUSES = ("none", "planned", "open", "closed", "cancelled")


def plan_session(
    file: str,
    edition: Edition,
    *,
    step: str,
    competition: str,
    calendar: Calendar,
    centre: str,
    room: str,
    zone: str,
    starts_at: datetime,
    seats: int,
    accessible: int,
) -> tuple[Draft, ...]:
    """Plan a session inside the window, by the calendar of its centre."""
    _require_in_window(edition, step=step, calendar=calendar, zone=zone, starts_at=starts_at)
    if seats < 1 or not 0 <= accessible <= seats:
        raise BadInput(
            "seats_out_of_range",
            remedy="Give at least one seat, and no more accessible ones than seats.",
            field="seats",
        )
    body: dict[str, Json] = {
        "competition": competition,
        "centre": centre,
        "room": room,
        "zone": zone,
        "starts_at": instant_text(starts_at),
        "seats": seats,
        "accessible": accessible,
    }
    return (Draft(file=file, step=step, kind="session.planned", body=body),)


def move_session(
    session: Session,
    edition: Edition,
    *,
    at: datetime,
    calendar: Calendar,
    starts_at: datetime,
    reason: str,
) -> tuple[Draft, ...]:
    """Give a planned session another hour. Everybody seated in it must be told."""
    _require_status(session, "planned")
    _require_in_window(
        edition, step=session.step, calendar=calendar, zone=session.zone, starts_at=starts_at
    )
    if starts_at <= at:
        raise BadInput("session_in_the_past", remedy="Choose an hour to come.", field="starts_at")
    body = {"starts_at": instant_text(starts_at), "reason": reason}
    return (Draft(file=session.file, step=session.step, kind="session.moved", body=body),)


def cancel_session(session: Session, *, reason: str, seated: int) -> tuple[Draft, ...]:
    """Cancel a session nobody sits in any more: their seats are moved or released first."""
    _require_status(session, "planned")
    if seated:
        raise RuleRefused(
            "session_has_candidates",
            remedy="Move or release everybody seated in it first.",
            numbers={"seated": str(seated)},
        )
    body = {"reason": reason}
    return (Draft(file=session.file, step=session.step, kind="session.cancelled", body=body),)


def open_session(session: Session, edition: Edition, *, at: datetime) -> tuple[Draft, ...]:
    """Open the doors, not earlier than the rule lets people in."""
    _require_status(session, "planned")
    rule = f"{session.step}.attendance"
    if session.starts_at is not None:
        opens = check_in_opens_at(edition.value(rule, DoorTimes), starts_at=session.starts_at)
        if at < opens:
            raise edition.refusal(
                rule,
                "doors_not_open",
                remedy="Come back when check-in opens.",
                opens=instant_text(opens),
                at=instant_text(at),
            )
    return (Draft(file=session.file, step=session.step, kind="session.opened", body={}),)


def record_incident(session: Session, *, code: str, minutes: int) -> tuple[Draft, ...]:
    """Record what disturbed the whole room, and the minutes everybody is given for it."""
    _require_status(session, "open")
    if code not in INCIDENTS:
        raise BadInput(
            "unknown_incident",
            remedy=f"Choose one of: {', '.join(sorted(INCIDENTS))}.",
            field="code",
        )
    if not 0 <= minutes <= 240:
        raise BadInput("minutes_out_of_range", remedy="Give 0 to 240 minutes.", field="minutes")
    body: dict[str, Json] = {"code": code, "minutes": minutes}
    return (Draft(file=session.file, step=session.step, kind="session.incident_found", body=body),)


def hold_start(session: Session, *, held: bool) -> tuple[Draft, ...]:
    """Hold the start for everybody inside, or let everybody begin."""
    _require_status(session, "open")
    if session.start_held == held:
        raise RuleRefused("nothing_to_change", remedy="The start stands so already.")
    body: dict[str, Json] = {"outcome": "held" if held else "allowed"}
    return (Draft(file=session.file, step=session.step, kind="session.start_found", body=body),)


def room_irregularity(session: Session, *, category: str, what: str) -> tuple[Draft, ...]:
    """Record something irregular about the whole room."""
    if session.status not in ("open", "closed"):
        _require_status(session, "open")
    body: dict[str, Json] = {"category": category, "what": what, "candidacy": ""}
    return (
        Draft(file=session.file, step=session.step, kind="session.irregularity_found", body=body),
    )


def room_message(session: Session, *, digest: str) -> tuple[Draft, ...]:
    """That the room was sent a message; ``digest`` commits to its words."""
    _require_status(session, "open")
    body: dict[str, Json] = {"digest": digest}
    return (Draft(file=session.file, step=session.step, kind="session.message_sent", body=body),)


def close_session(session: Session, *, sitting: int) -> tuple[Draft, ...]:
    """Close the doors after the last candidate has finished."""
    _require_status(session, "open")
    if sitting:
        raise RuleRefused(
            "still_sitting",
            remedy="End every sitting first.",
            numbers={"sitting": str(sitting)},
        )
    return (Draft(file=session.file, step=session.step, kind="session.closed", body={}),)


def _require_status(session: Session, status: str) -> None:
    if session.status != status:
        raise RuleRefused(
            "wrong_session_status",
            remedy=f"This needs a session that is {status}; it is {session.status}.",
            numbers={"status": session.status},
        )


def _require_in_window(
    edition: Edition, *, step: str, calendar: Calendar, zone: str, starts_at: datetime
) -> None:
    day = day_of(starts_at, zone)
    if not calendar.test_starts <= day <= calendar.test_ends:
        raise edition.refusal(
            f"{step}.seats",
            "outside_the_window",
            remedy="Choose a day of the window.",
            field="starts_at",
            day=day.isoformat(),
            first_day=calendar.test_starts.isoformat(),
            last_day=calendar.test_ends.isoformat(),
        )


def _whole(body: Mapping[str, Any], name: str) -> int:
    found = body.get(name, 0)
    return found if isinstance(found, int) else 0


def _moment(body: Mapping[str, Any], name: str) -> datetime | None:
    found = body.get(name)
    return instant(found) if isinstance(found, str) else None


ApplySession = Callable[[Session, Fact], Session]


def _planned(session: Session, fact: Fact) -> Session:
    b = fact.body
    return replace(
        session,
        competition=str(b.get("competition", "")),
        step=fact.step,
        centre=str(b.get("centre", "")),
        room=str(b.get("room", "")),
        zone=str(b.get("zone", "UTC")),
        starts_at=_moment(b, "starts_at"),
        seats=_whole(b, "seats"),
        accessible=_whole(b, "accessible"),
        status="planned",
    )


def _moved(session: Session, fact: Fact) -> Session:
    starts = _moment(fact.body, "starts_at") or session.starts_at
    return replace(session, starts_at=starts, moves=session.moves + 1)


def _incident(session: Session, fact: Fact) -> Session:
    return replace(
        session, incident_minutes=session.incident_minutes + _whole(fact.body, "minutes")
    )


def _irregular(session: Session, fact: Fact) -> Session:
    b = fact.body
    found = Irregularity(
        category=str(b.get("category", "")),
        what=str(b.get("what", "")),
        candidacy=str(b.get("candidacy", "")),
        at=fact.on,
    )
    return replace(session, irregularities=(*session.irregularities, found))


def _start(session: Session, fact: Fact) -> Session:
    return replace(session, start_held=fact.body.get("outcome") == "held")


def _to(status: str) -> ApplySession:
    return lambda session, fact: replace(session, status=status)


APPLY: Mapping[str, ApplySession] = {
    "session.planned": _planned,
    "session.moved": _moved,
    "session.cancelled": _to("cancelled"),
    "session.opened": _to("open"),
    "session.incident_found": _incident,
    "session.closed": _to("closed"),
    "session.irregularity_found": _irregular,
    "session.start_found": _start,
    "session.message_sent": lambda session, fact: session,
}

KINDS: Mapping[str, str] = {
    "session.planned": "A session of the test was planned.",
    "session.moved": "The session was given another hour.",
    "session.cancelled": "The session was cancelled.",
    "session.opened": "The doors of the session were opened.",
    "session.incident_found": "Something disturbed the session; minutes were given for it.",
    "session.closed": "The session was closed.",
    "session.irregularity_found": "Something irregular was recorded.",
    "session.start_found": "The start was held for everybody, or allowed.",
    "session.message_sent": "The room was sent a message.",
}


def fold_session(
    facts: Iterable[Fact], *, known_at: datetime | None = None, on: datetime | None = None
) -> Session:
    """Replay a session's file as known at one instant and in force at another."""
    session = Session(file="")
    for fact in in_force(facts, known_at=known_at, on=on):
        apply = APPLY.get(fact.kind)
        session = apply(session, fact) if apply else session
        session = replace(session, file=fact.file, seq=fact.seq)
    return session
