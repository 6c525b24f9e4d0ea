"""How seats are given out: first come or by lot; and how long one is kept while you confirm."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from concours.kernel.errors import BadInput
from concours.kernel.period import instant, instant_text
from concours.policy.kind import Kind

Way = Literal["first_come", "lottery"]


class SeatOpening(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``opening`` unless a competition chooses another of ``choices``; minutes a seat is held
    while its candidate confirms; days the lottery takes wishes, and how many sessions each."""

    opening: Way
    choices: list[Way]
    hold_minutes: int
    wish_days: int
    wishes_most: int


def opening_for(rule: SeatOpening, *, chosen: str) -> Way:
    """The way seats are given out; ``chosen`` is the competition's own choice, "" for none."""
    if not chosen:
        return rule.opening
    for way in rule.choices:
        if way == chosen:
            return way
    raise BadInput(
        "no_such_opening",
        remedy=f"Choose one of: {', '.join(rule.choices)}.",
        field="opening",
    )


def hold_ends_at(rule: SeatOpening, *, held_at: datetime) -> datetime:
    """The instant from which a seat held for confirming is free again."""
    return held_at + timedelta(minutes=rule.hold_minutes)


def wishes_close_at(rule: SeatOpening, *, opens_at: datetime) -> datetime:
    """The instant from which no wish is taken any more."""
    return opens_at + timedelta(days=rule.wish_days)


def _run(rule: SeatOpening, given: Mapping[str, Any]) -> Mapping[str, object]:
    at = instant(given["at"])
    return {
        "opening": opening_for(rule, chosen=str(given.get("chosen", ""))),
        "hold_ends": instant_text(hold_ends_at(rule, held_at=at)),
        "wishes_close": instant_text(wishes_close_at(rule, opens_at=at)),
    }


KIND = Kind("seat_opening", SeatOpening, _run)
