"""Time abroad: at most so many years without a break at home."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from concours.kernel.period import add_months
from concours.policy.kind import Kind

Span = tuple[date, date]


class TimeAbroad(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``most_years`` without a break of ``break_months`` at home; warned from ``warn_years`` on."""

    most_years: int
    break_months: int
    warn_years: int


def unbroken_since(rule: TimeAbroad, *, spans: Sequence[Span]) -> date | None:
    """The first day of the unbroken time abroad that the last span belongs to; None without spans.

    Spans are half-open. Time between two spans is at home; only a break of the
    rule's months starts the count afresh, and shorter ones count as abroad.
    """
    start: date | None = None
    end: date | None = None
    for begun, ended in sorted(spans):
        if start is None or end is None or begun >= add_months(end, rule.break_months):
            start, end = begun, ended
        else:
            end = max(end, ended)
    return start


def judge_time_abroad(rule: TimeAbroad, *, spans: Sequence[Span], tour: Span) -> str:
    """ "fine", "warned" or "refused" for a further ``tour``: six years to the day are allowed."""
    start = unbroken_since(rule, spans=(*spans, tour))
    if start is None:
        return "fine"
    if tour[1] > add_months(start, 12 * rule.most_years):
        return "refused"
    return "warned" if tour[1] >= add_months(start, 12 * rule.warn_years) else "fine"


def _run(rule: TimeAbroad, given: Mapping[str, Any]) -> Mapping[str, object]:
    spans = [(s["from"], s["to"]) for s in given.get("spans", [])]
    tour = (given["tour"]["from"], given["tour"]["to"])
    return {"found": judge_time_abroad(rule, spans=spans, tour=tour)}


KIND = Kind("time_abroad", TimeAbroad, _run)
