"""Targets: by when the board means to act. Missing one costs the candidate nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from concours.kernel.period import due_after, instant, instant_text
from concours.policy.kind import Kind


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``days`` whole days from the day the work came in; the stuck-file watch counts them."""

    days: int


def meant_by(rule: Target, *, since: datetime, zone: str) -> datetime:
    """The instant after which the work is late."""
    return due_after(since, rule.days, zone)


def _run(rule: Target, given: Mapping[str, Any]) -> Mapping[str, object]:
    since = instant(given["since"])
    return {"meant_by": instant_text(meant_by(rule, since=since, zone=given["zone"]))}


def _say(rule: Target) -> tuple[str, ...]:
    days = "one day" if rule.days == 1 else f"{rule.days} days"
    return (f"Meant to be done within {days}; a working target, not a deadline.",)


KIND = Kind("target", Target, _run, _say)
