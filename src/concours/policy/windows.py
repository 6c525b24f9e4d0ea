"""Test windows: in which months, how long, and when registration and seats open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import msgspec

from concours.policy.kind import Kind


class Windows(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``months`` hold a window of ``days`` days each; an application is good for
    ``valid_for`` windows; registration opens ``registration_days`` before the first day."""

    months: list[int]
    days: int
    registration_days: int
    valid_for: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One window: its name ("2016-10"), its first and last day, and when registration opens."""

    name: str
    first_day: date
    last_day: date
    registration_opens: date


def window_from(rule: Windows, *, first_day: date) -> Window:
    """The window that starts on ``first_day``."""
    return Window(
        name=f"{first_day.year:04d}-{first_day.month:02d}",
        first_day=first_day,
        last_day=first_day + timedelta(days=rule.days - 1),
        registration_opens=first_day - timedelta(days=rule.registration_days),
    )


def allows_month(rule: Windows, *, month: int) -> bool:
    """Whether a window may be held in this month."""
    return month in rule.months


def _run(rule: Windows, given: Mapping[str, Any]) -> Mapping[str, object]:
    first = given["first_day"]
    window = window_from(rule, first_day=first)
    return {
        "allowed": allows_month(rule, month=first.month),
        "last_day": window.last_day.isoformat(),
        "registration_opens": window.registration_opens.isoformat(),
    }


KIND = Kind("windows", Windows, _run)
