"""Sessions as rows of lists: the centre, the hour there, and how many seats are free."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q

from concours.kernel.period import day_of
from concours.records.models import Centre, Seat, SessionStanding


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """One session with its centre and how many of its seats are taken."""

    code: str
    centre: str
    city: str
    country: str
    room: str
    zone: str
    starts_at: datetime
    day: date
    seats: int
    taken: int
    free: int
    free_accessible: int
    status: str


def session_rows_of(
    rows: Sequence[SessionStanding], *, at: datetime | None = None
) -> tuple[SessionRow, ...]:
    """Sessions with their centres and seat counts: two queries, however many.

    A seat kept for somebody is not free; at an instant given, one whose time is over is.
    """
    unkept = Q(kept_until__isnull=True)
    if at is not None:
        unkept |= Q(kept_until__lte=at)
    open_now = unkept & Q(holder__isnull=True)
    places = {c.code: c for c in Centre.objects.filter(code__in={r.centre for r in rows})}
    counts: dict[str, Any] = {
        c["session"]: c
        for c in Seat.objects.filter(session__in=[r.file for r in rows])
        .values("session")
        .annotate(
            taken=Count("id", filter=Q(holder__isnull=False)),
            free=Count("id", filter=open_now & Q(accessible=False)),
            free_accessible=Count("id", filter=open_now & Q(accessible=True)),
        )
    }
    found = []
    for row in rows:
        if row.starts_at is None:
            continue
        centre, count = places.get(row.centre), counts.get(row.file, {})
        found.append(
            SessionRow(
                code=row.file,
                centre=centre.name if centre else row.centre,
                city=centre.city if centre else "",
                country=centre.country if centre else "",
                room=row.room,
                zone=row.zone,
                starts_at=row.starts_at,
                day=day_of(row.starts_at, row.zone),
                seats=row.seats,
                taken=count.get("taken", 0),
                free=count.get("free", 0),
                free_accessible=count.get("free_accessible", 0),
                status=row.status,
            )
        )
    return tuple(found)
