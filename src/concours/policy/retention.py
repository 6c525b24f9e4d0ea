"""Retention: how long personal data is kept after a candidacy has closed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from concours.kernel.period import add_months
from concours.policy.kind import Kind


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Erased so many ``years`` after closing, unless something of ``kept_while`` is open."""

    years: int
    kept_while: list[str]


def erase_on(rule: Retention, *, closed_on: date) -> date:
    """The day from which the personal data is due to be erased."""
    return add_months(closed_on, 12 * rule.years)


def _run(rule: Retention, given: Mapping[str, Any]) -> Mapping[str, object]:
    return {"erase_on": erase_on(rule, closed_on=given["closed_on"]).isoformat()}


KIND = Kind("retention", Retention, _run)
