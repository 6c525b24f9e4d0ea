"""Rooms of test centres: which there are, and whether a session may be held in one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from concours.kernel.errors import BadInput, RuleRefused
from concours.kernel.period import day_of, instant_text
from concours.policy.edition import Edition
from concours.records.models import Centre, CentreRoom, SessionStanding
from concours.selection.examination import sections_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomRow:
    """A room as pages show it."""

    name: str
    seats: int
    accessible: int


def rooms_of(centres: Sequence[str]) -> dict[str, tuple[RoomRow, ...]]:
    """The rooms of these centres, by centre and name."""
    found: dict[str, list[RoomRow]] = {}
    for room in CentreRoom.objects.filter(centre__in=centres).order_by("centre", "name"):
        row = RoomRow(name=room.name, seats=room.seats, accessible=room.accessible)
        found.setdefault(room.centre, []).append(row)
    return {centre: tuple(rows) for centre, rows in found.items()}


def keep_rooms(centre: str, rooms: Sequence[RoomRow]) -> None:
    """Replace what is said of a centre's rooms; sessions planned keep their seats."""
    if len({room.name for room in rooms}) != len(rooms):
        raise BadInput("room_twice", remedy="Name each room once.", field="rooms")
    for room in rooms:
        if room.seats < 1 or not 0 <= room.accessible <= room.seats:
            raise BadInput(
                "seats_out_of_range",
                remedy="A room has at least one seat, and no more step-free ones than seats.",
                field="rooms",
            )
    CentreRoom.objects.filter(centre=centre).delete()
    CentreRoom.objects.bulk_create(
        CentreRoom(centre=centre, name=r.name, seats=r.seats, accessible=r.accessible)
        for r in rooms
    )


def require_place(
    centre: Centre,
    edition: Edition,
    *,
    step: str,
    room: str,
    starts_at: datetime,
    seats: int,
    accessible: int,
    moving: str = "",
) -> None:
    """Refuse a session on a day the centre does not sit, in a room it does not have or that is
    too small, or while another session is held in that room. ``moving`` is the session moved."""
    day = day_of(starts_at, centre.zone)
    if centre.sits_on is not None and day != centre.sits_on:
        raise RuleRefused(
            "centre_closed",
            remedy="This centre sits on one day only.",
            field="day",
            numbers={"sits_on": centre.sits_on.isoformat(), "day": day.isoformat()},
        )
    known = {found.name: found for found in rooms_of([centre.code]).get(centre.code, ())}
    found = known.get(room)
    if known and found is None:
        raise BadInput("no_such_room", remedy=f"Choose one of: {', '.join(known)}.", field="room")
    if found is not None and (seats > found.seats or accessible > found.accessible):
        raise RuleRefused(
            "room_too_small",
            remedy="Plan no more seats than the room has.",
            field="seats",
            numbers={"seats": str(found.seats), "accessible": str(found.accessible)},
        )
    length = timedelta(minutes=sum(about.minutes for about in sections_of(edition, step).values()))
    others = SessionStanding.objects.filter(
        centre=centre.code,
        room=room,
        status__in=("planned", "open"),
        starts_at__gt=starts_at - length,
        starts_at__lt=starts_at + length,
    ).exclude(file=moving)
    other = others.order_by("starts_at").first()
    if known and other is not None and other.starts_at is not None:
        raise RuleRefused(
            "room_taken",
            remedy="Another session is held in this room then. Choose another hour or room.",
            field="hour",
            numbers={"starts": instant_text(other.starts_at)},
        )
