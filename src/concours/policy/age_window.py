"""The age rule: old enough to be tested and appointed, and not yet past the ceiling."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

import msgspec

from concours.kernel.citation import Citation
from concours.kernel.period import completed_years
from concours.kernel.verdict import Verdict
from concours.policy.kind import WORKED_CASE, Kind


class AgeWindow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Ages in completed years. The ceiling is reached on the birthday, or on the
    first day of the birthday's month where the rule says ``month``."""

    to_test: int
    to_appoint: int
    ceiling: int
    ceiling_reached: Literal["birthday", "month"]
    exempt: list[str]


def _ceiling_age(rule: AgeWindow, *, born: date, on: date) -> int:
    """Age as the ceiling counts it: by the birthday, or from the first of its month."""
    if rule.ceiling_reached == "birthday":
        return completed_years(born=born, on=on)
    return on.year - born.year - (on.month < born.month)


def judge_age_to_test(
    rule: AgeWindow, *, born: date, on: date, name: str, cite: Citation
) -> Verdict:
    """Say whether someone born on ``born`` is old enough to be tested on ``on``."""
    age = completed_years(born=born, on=on)
    allowed = age >= rule.to_test
    return Verdict(
        allowed=allowed,
        reason="old_enough_to_test" if allowed else "below_age_to_test",
        rule=name,
        cite=cite,
        found=str(age),
        bound=str(rule.to_test),
    )


def judge_ceiling(
    rule: AgeWindow, *, born: date, on: date, claims: frozenset[str], name: str, cite: Citation
) -> Verdict:
    """Say whether the ceiling is not yet reached on ``on``, or one of the person's
    ``claims`` is exempt from it."""
    exempt = bool(claims & set(rule.exempt))
    under = _ceiling_age(rule, born=born, on=on) < rule.ceiling
    reason = (
        "under_the_ceiling" if under else "exempt_from_ceiling" if exempt else "past_the_ceiling"
    )
    return Verdict(
        allowed=under or exempt,
        reason=reason,
        rule=name,
        cite=cite,
        found=str(completed_years(born=born, on=on)),
        bound=str(rule.ceiling),
    )


def judge_age_to_appoint(
    rule: AgeWindow, *, born: date, on: date, claims: frozenset[str], name: str, cite: Citation
) -> Verdict:
    """Say whether someone may be appointed on ``on``: old enough, and under the ceiling
    unless exempt from it."""
    age = completed_years(born=born, on=on)
    if age < rule.to_appoint:
        return Verdict(
            allowed=False,
            reason="below_age_to_appoint",
            rule=name,
            cite=cite,
            found=str(age),
            bound=str(rule.to_appoint),
        )
    return judge_ceiling(rule, born=born, on=on, claims=claims, name=name, cite=cite)


def _run(rule: AgeWindow, given: Mapping[str, Any]) -> Mapping[str, object]:
    if given["event"] == "test":
        verdict = judge_age_to_test(
            rule, born=given["born"], on=given["on"], name="", cite=WORKED_CASE
        )
    else:
        verdict = judge_age_to_appoint(
            rule,
            born=given["born"],
            on=given["on"],
            claims=frozenset(given.get("claims", ())),
            name="",
            cite=WORKED_CASE,
        )
    return {"allowed": verdict.allowed, "reason": verdict.reason}


KIND = Kind("age_window", AgeWindow, _run)
