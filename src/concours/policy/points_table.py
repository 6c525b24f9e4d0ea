"""Points by name: so many for each proven claim, one claim counting."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from concours.policy.kind import Kind


class PointsTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Points for each claim. ``once_per_person`` claims hold on all registers of the person;
    ``since`` is the first day on which the points count, None where there is no such day."""

    points: dict[str, Decimal]
    once_per_person: bool
    since: date | None = None
    conditions: dict[str, int] = {}


def points_for(rule: PointsTable, *, claim: str, on: date) -> Fraction:
    """The points of one proven claim on a day; nothing for a claim the table does not have."""
    if rule.since is not None and on < rule.since:
        return Fraction(0)
    return Fraction(rule.points.get(claim, Decimal(0)))


def _run(rule: PointsTable, given: Mapping[str, Any]) -> Mapping[str, object]:
    return {"points": str(points_for(rule, claim=given["claim"], on=given["on"]))}


def _say(rule: PointsTable) -> tuple[str, ...]:
    start = f", from {rule.since.day} {rule.since:%B %Y} on" if rule.since else ""
    told = [
        f"{claim.replace('_', '-')}: {points} points{start}."
        for claim, points in rule.points.items()
    ]
    if rule.once_per_person:
        told.append("Claimed once by a person; it counts on all their registers.")
    told += [f"{name.replace('_', ' ')}: {number}." for name, number in rule.conditions.items()]
    return tuple(told)


KIND = Kind("points_table", PointsTable, _run, _say)
