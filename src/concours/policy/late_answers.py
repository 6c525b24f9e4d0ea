"""Late answers: for how long after a section's end an answer given in time may still arrive."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from concours.kernel.period import instant, instant_text
from concours.policy.kind import Kind


class LateAnswers(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``minutes`` after the end of a section in which an answer is still taken, flagged."""

    minutes: int


def late_until(rule: LateAnswers, *, ends_at: datetime) -> datetime:
    """The instant from which a late answer of the section is not taken any more."""
    return ends_at + timedelta(minutes=rule.minutes)


def may_count(
    rule: LateAnswers, *, ends_at: datetime, given_at: datetime, arrives_at: datetime
) -> bool:
    """Whether an answer that says it was given then may be taken for a decision when it arrives."""
    return given_at < ends_at and arrives_at < late_until(rule, ends_at=ends_at)


def _run(rule: LateAnswers, given: Mapping[str, Any]) -> Mapping[str, object]:
    ends_at = instant(given["ends_at"])
    found: dict[str, object] = {"late_until": instant_text(late_until(rule, ends_at=ends_at))}
    if "given_at" in given:
        found["taken"] = may_count(
            rule,
            ends_at=ends_at,
            given_at=instant(given["given_at"]),
            arrives_at=instant(given["arrives_at"]),
        )
    return found


KIND = Kind("late_answers", LateAnswers, _run)
