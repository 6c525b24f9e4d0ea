"""The cap on all points together."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from concours.policy.kind import Kind


class PointsCap(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """No more than ``most`` in all, from ``since`` on; ``most`` "none" is no cap."""

    most: str
    since: date | None = None


def capped(rule: PointsCap, *, points: Fraction, on: date) -> Fraction:
    """The points that count on a day."""
    if rule.most == "none" or (rule.since is not None and on < rule.since):
        return points
    return min(points, Fraction(Decimal(rule.most)))


def _run(rule: PointsCap, given: Mapping[str, Any]) -> Mapping[str, object]:
    total = sum((Fraction(Decimal(p)) for p in given["points"]), Fraction(0))
    return {"points": str(capped(rule, points=total, on=given["on"]))}


def _say(rule: PointsCap) -> tuple[str, ...]:
    if rule.most == "none":
        return ("There is no cap.",)
    start = f" from {rule.since.day} {rule.since:%B %Y} on" if rule.since else ""
    return (f"All points together count for at most {rule.most}{start}.",)


KIND = Kind("points_cap", PointsCap, _run, _say)
