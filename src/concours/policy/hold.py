"""A hold: decided results wait so many hours before anybody is told, so that a slip can be caught."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from concours.kernel.period import instant, instant_text
from concours.policy.kind import Kind


class Hold(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``hours`` between a decision and its notice."""

    hours: int


def released_at(rule: Hold, *, decided_at: datetime) -> datetime:
    """The first instant at which the candidate may be told."""
    return decided_at + timedelta(hours=rule.hours)


def _run(rule: Hold, given: Mapping[str, Any]) -> Mapping[str, object]:
    return {"released_at": instant_text(released_at(rule, decided_at=instant(given["decided_at"])))}


KIND = Kind("hold", Hold, _run)
