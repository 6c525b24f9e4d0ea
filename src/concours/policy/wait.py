"""A wait between two tests: counted from window to window, not from day to day."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

import msgspec

from concours.kernel.errors import BadInput
from concours.kernel.period import add_months
from concours.policy.kind import Kind


class Wait(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``months`` from the month of the window sat. ``starts`` says what makes it count:
    any section opened; somebody who only stayed away does not wait."""

    months: int
    counted: Literal["window_to_window"]
    starts: Literal["any_section_opened"]
    no_show_waits: bool


def month_of(window: str) -> date:
    """The first day of a window's month, from its name "2016-10"."""
    try:
        return date.fromisoformat(f"{window[:7]}-01")
    except ValueError as error:
        raise BadInput(
            "not_a_window",
            remedy=f"A window is named by its year and month, 2016-10, not {window!r}.",
        ) from error


def next_window(rule: Wait, *, sat: str) -> str:
    """The first month whose window is open again to somebody who sat ``sat`` ("2016-10")."""
    first = add_months(month_of(sat), rule.months)
    return f"{first.year:04d}-{first.month:02d}"


def may_sit(rule: Wait, *, sat: str, opened: bool, window: str) -> bool:
    """Whether ``window`` is open to somebody last booked in ``sat``, who ``opened`` a section or not."""
    if not opened and not rule.no_show_waits:
        return month_of(window) > month_of(sat)
    return month_of(window) >= month_of(next_window(rule, sat=sat))


def _run(rule: Wait, given: Mapping[str, Any]) -> Mapping[str, object]:
    allowed = may_sit(rule, sat=given["sat"], opened=given["opened"], window=given["window"])
    return {"allowed": allowed}


KIND = Kind("wait", Wait, _run)
