"""The register clock: so many months from placement, and the grounds that stop it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import msgspec

from concours.kernel.errors import BadInput
from concours.kernel.period import add_months
from concours.policy.kind import Kind


class Ground(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A ground that stops the clock; ``most_months`` in all, None for its own length."""

    title: str
    most_months: int | None = None


class RegisterClock(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``months`` by the calendar from the day of placement; removed at the start of that day."""

    months: int
    grounds: dict[str, Ground]
    do_not_call_stops: bool
    hiring_freeze_stops: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Time that does not count: whole ``months``, or the days from ``start`` to ``end`` (excluded)."""

    start: date
    months: int = 0
    end: date | None = None

    @property
    def days(self) -> int:
        """Days of a dated stop; a stop in months has none of its own."""
        return (self.end - self.start).days if self.end is not None else 0

    @property
    def until(self) -> date:
        """The first day on which the clock runs again."""
        return self.end if self.end is not None else add_months(self.start, self.months)


def ends_on(rule: RegisterClock, *, placed_on: date, stops: Iterable[Stop]) -> date:
    """The day at whose start the clock has run out.

    Months of stops count from the day of placement together with the clock's
    own, so that a month's end never costs days twice; days are added last.
    """
    taken = tuple(stops)
    months = rule.months + sum(stop.months for stop in taken)
    return add_months(placed_on, months) + timedelta(days=sum(stop.days for stop in taken))


def extent(origin: date, stops: Sequence[Stop]) -> date:
    """Where the stops together reach when laid end to end from ``origin``."""
    months = sum(stop.months for stop in stops)
    return add_months(origin, months) + timedelta(days=sum(stop.days for stop in stops))


def within_limit(ground: Ground, *, stops: Sequence[Stop]) -> bool:
    """Whether all stops on this ground together keep within its months."""
    if ground.most_months is None or not stops:
        return True
    origin = min(stop.start for stop in stops)
    return extent(origin, stops) <= add_months(origin, ground.most_months)


def read_stop(given: Mapping[str, Any]) -> Stop:
    """A stop from plain values. Raises BadInput unless it has months or an end, not both."""
    months, end = given.get("months", 0), given.get("end")
    if (months > 0) == (end is not None):
        raise BadInput(
            "stop_needs_months_or_end",
            remedy="Give either a number of whole months or a last date, not both.",
            field="months",
        )
    if end is not None and end <= given["start"]:
        raise BadInput(
            "stop_ends_before_it_starts",
            remedy="The end must come after the start.",
            field="end",
        )
    return Stop(start=given["start"], months=months, end=end)


def _run(rule: RegisterClock, given: Mapping[str, Any]) -> Mapping[str, object]:
    stops = [read_stop(stop) for stop in given.get("stops", [])]
    if "ground" in given:
        ground = rule.grounds.get(given["ground"])
        return {"allowed": ground is not None and within_limit(ground, stops=stops)}
    return {"ends_on": ends_on(rule, placed_on=given["placed_on"], stops=stops).isoformat()}


def _say(rule: RegisterClock) -> tuple[str, ...]:
    told = [f"{rule.months} calendar months from the day of placement, to the same day."]
    for ground in rule.grounds.values():
        most = f"{ground.most_months} months in all" if ground.most_months else "its own length"
        told.append(f"{ground.title} stops it, for {most}.")
    if not rule.do_not_call_stops:
        told.append("Asking not to be called does not stop it.")
    if not rule.hiring_freeze_stops:
        told.append("A hiring freeze does not stop it.")
    return tuple(told)


KIND = Kind("register_clock", RegisterClock, _run, _say)
