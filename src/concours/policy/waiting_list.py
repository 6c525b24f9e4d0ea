"""The waiting list of a session: how many lists each, and how long an offered seat waits."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from concours.kernel.period import instant, instant_text
from concours.policy.kind import Kind


class WaitingList(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Hours to answer an offer; hours before the session's start from which nothing is offered
    and no answer taken; the most lists one candidate may stand on."""

    answer_hours: int
    last_hours_before: int
    lists_each: int


def offers_end_at(rule: WaitingList, *, starts_at: datetime) -> datetime:
    """The instant from which the session's list offers nothing any more."""
    return starts_at - timedelta(hours=rule.last_hours_before)


def answer_by(rule: WaitingList, *, offered_at: datetime, starts_at: datetime) -> datetime:
    """The instant from which an offer made now has lapsed."""
    due = offered_at + timedelta(hours=rule.answer_hours)
    return min(due, offers_end_at(rule, starts_at=starts_at))


def _run(rule: WaitingList, given: Mapping[str, Any]) -> Mapping[str, object]:
    starts = instant(given["starts_at"])
    due = answer_by(rule, offered_at=instant(given["offered_at"]), starts_at=starts)
    return {
        "answer_by": instant_text(due),
        "offers_end": instant_text(offers_end_at(rule, starts_at=starts)),
    }


KIND = Kind("waiting_list", WaitingList, _run)
