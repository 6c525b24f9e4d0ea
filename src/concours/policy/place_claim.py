"""What an invitation is worth: a certain place in its season, a waiting list after, nothing later."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

import msgspec

from concours.kernel.period import add_months
from concours.policy.kind import Kind

Claim = Literal["certain", "waiting_list", "lapsed"]


class PlaceClaim(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Valid ``months`` from the day told; a place is certain to the end of the season's dates."""

    months: int
    after_season: Literal["waiting_list", "lapsed"]


def lapses_on(rule: PlaceClaim, *, told_on: date) -> date:
    """The first day on which the invitation is worth nothing; months by the calendar."""
    return add_months(told_on, rule.months)


def claim(rule: PlaceClaim, *, told_on: date, season_ends: date, on: date) -> Claim:
    """What the invitation gives on a day. ``season_ends`` is the season's last day."""
    if on >= lapses_on(rule, told_on=told_on):
        return "lapsed"
    return "certain" if on <= season_ends else rule.after_season


def _run(rule: PlaceClaim, given: Mapping[str, Any]) -> Mapping[str, object]:
    found = claim(rule, told_on=given["told_on"], season_ends=given["season_ends"], on=given["on"])
    return {"claim": found, "lapses_on": lapses_on(rule, told_on=given["told_on"]).isoformat()}


def _say(rule: PlaceClaim) -> tuple[str, ...]:
    after = "there is a waiting list" if rule.after_season == "waiting_list" else "it has lapsed"
    return (
        f"Good for {rule.months} months from the day it was told.",
        f"A place is certain in the season's dates; after them {after}.",
    )


KIND = Kind("place_claim", PlaceClaim, _run, _say)
