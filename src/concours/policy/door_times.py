"""The day of a session: when check-in opens, when the door closes, how late an answer may come."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from concours.kernel.period import instant, instant_text
from concours.policy.kind import Kind


class DoorTimes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Minutes around the session's start, and the seconds in which an answer that was
    given in time may still arrive."""

    check_in_opens_minutes_before: int
    door_closes_minutes_after: int
    late_answer_seconds: int


def check_in_opens_at(rule: DoorTimes, *, starts_at: datetime) -> datetime:
    """The first instant at which a candidate may be checked in."""
    return starts_at - timedelta(minutes=rule.check_in_opens_minutes_before)


def door_closes_at(rule: DoorTimes, *, starts_at: datetime) -> datetime:
    """The instant from which somebody not checked in has not appeared."""
    return starts_at + timedelta(minutes=rule.door_closes_minutes_after)


def answers_close_at(rule: DoorTimes, *, ends_at: datetime) -> datetime:
    """The instant from which no answer of the section is accepted any more."""
    return ends_at + timedelta(seconds=rule.late_answer_seconds)


def _run(rule: DoorTimes, given: Mapping[str, Any]) -> Mapping[str, object]:
    at = instant(given["at"])
    return {
        "check_in_opens": instant_text(check_in_opens_at(rule, starts_at=at)),
        "door_closes": instant_text(door_closes_at(rule, starts_at=at)),
        "answers_close": instant_text(answers_close_at(rule, ends_at=at)),
    }


KIND = Kind("door_times", DoorTimes, _run)
