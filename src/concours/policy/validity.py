"""Validity: how many months a decision or an invitation stays good, and on what day it must be."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from concours.kernel.period import add_months
from concours.policy.kind import Kind


class Validity(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Good for ``months`` calendar months from its day, to the same day (excluded).

    ``must_hold_on`` names the event on whose day it must still be good; "" where none is named.
    """

    months: int
    must_hold_on: str = ""


def good_until(rule: Validity, *, from_day: date) -> date:
    """The first day on which it is no longer good."""
    return add_months(from_day, rule.months)


def _run(rule: Validity, given: Mapping[str, Any]) -> Mapping[str, object]:
    until = good_until(rule, from_day=given["from_day"])
    if "on" in given:
        return {"good": given["on"] < until}
    return {"good_until": until.isoformat()}


KIND = Kind("validity", Validity, _run)
