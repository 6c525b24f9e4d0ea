"""Seats: from when they may be reserved, until when they may be moved or given back."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from concours.kernel.period import day_start, instant, instant_text
from concours.policy.kind import Kind


class SeatRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Days before the window's first day; hours before the session's start; fees in ``currency``."""

    opens_days_before: int
    change_until_hours_before: int
    seats_each: int
    eligible_only: bool
    fee: Decimal
    no_show_fee: Decimal
    currency: str


def seats_open_at(rule: SeatRules, *, first_day: date, zone: str) -> datetime:
    """The first instant at which a seat may be reserved for the window."""
    return day_start(first_day - timedelta(days=rule.opens_days_before), zone)


def changes_close_at(rule: SeatRules, *, starts_at: datetime) -> datetime:
    """The instant from which a seat may no longer be moved or cancelled."""
    return starts_at - timedelta(hours=rule.change_until_hours_before)


def _run(rule: SeatRules, given: Mapping[str, Any]) -> Mapping[str, object]:
    opens = seats_open_at(rule, first_day=given["first_day"], zone=given["zone"])
    closes = changes_close_at(rule, starts_at=instant(given["starts_at"]))
    return {"opens": instant_text(opens), "changes_close": instant_text(closes)}


KIND = Kind("seat_rules", SeatRules, _run)
