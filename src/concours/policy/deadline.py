"""Deadlines: so many days after the day a person was told, in the board's zone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from concours.kernel.period import due_after, instant, instant_text
from concours.policy.kind import Kind


class Deadline(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``days`` whole days: day 0 is the day told, due by the end of day ``days``.

    An ``absolute`` deadline is never extended, for whatever reason.
    """

    days: int
    absolute: bool = False


def lapses_at(rule: Deadline, *, told_at: datetime, zone: str) -> datetime:
    """The first instant at which it is too late."""
    return due_after(told_at, rule.days, zone)


def _run(rule: Deadline, given: Mapping[str, Any]) -> Mapping[str, object]:
    told = instant(given["told_at"])
    return {"lapses_at": instant_text(lapses_at(rule, told_at=told, zone=given["zone"]))}


def _say(rule: Deadline) -> tuple[str, ...]:
    days = "One whole day" if rule.days == 1 else f"{rule.days} whole days"
    never = ("It is never extended.",) if rule.absolute else ()
    return (f"{days}, to the end of the last one.", *never)


KIND = Kind("deadline", Deadline, _run, _say)
