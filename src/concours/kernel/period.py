"""Dates and spans: half-open, in the zone a rule names, months by the calendar."""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from concours.kernel.errors import BadInput

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """From ``start`` up to, not including, ``end``; an open end is None."""

    start: datetime
    end: datetime | None = None

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at and (self.end is None or at < self.end)


def as_utc(at: datetime) -> datetime:
    """The same instant in UTC. Raises BadInput for a time without a zone."""
    if at.tzinfo is None:
        raise BadInput("time_without_zone", remedy="Give the time with its zone.")
    return at.astimezone(UTC)


def instant_text(at: datetime) -> str:
    """The one written form of an instant: 2026-11-23T13:24:35.000000Z."""
    return as_utc(at).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def instant(text: str) -> datetime:
    """Read the one written form of an instant back."""
    try:
        if not _INSTANT.fullmatch(text):
            raise ValueError(text)
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput("not_an_instant", remedy="Write 2026-11-23T13:24:35.000000Z.") from error


def day_of(at: datetime, zone: str) -> date:
    """The calendar day of an instant in ``zone``."""
    return as_utc(at).astimezone(ZoneInfo(zone)).date()


def day_start(day: date, zone: str) -> datetime:
    """The first instant of ``day`` in ``zone``, in UTC."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def day_end(day: date, zone: str) -> datetime:
    """The first instant after ``day`` in ``zone``, in UTC: ends are exclusive."""
    return day_start(day + timedelta(days=1), zone)


def due_after(told_at: datetime, days: int, zone: str) -> datetime:
    """When a deadline of ``days`` lapses: day 0 is the day told, due by the end of day ``days``."""
    return day_end(day_of(told_at, zone) + timedelta(days=days), zone)


def add_months(day: date, months: int) -> date:
    """The same day ``months`` later, clamped to the month's end."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def months_between(earlier: date, later: date) -> int:
    """Whole calendar months from the month of ``earlier`` to the month of ``later``."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def completed_years(*, born: date, on: date) -> int:
    """Birthdays reached by ``on``; someone born on 29 February is older on 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
