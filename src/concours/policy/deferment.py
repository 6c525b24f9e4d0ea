"""Deferment: a candidate's one stop of all their register clocks, on a listed ground."""

from collections.abc import Mapping
from typing import Any

import msgspec

from concours.policy.kind import Kind


class Deferment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``times`` at most, each of ``most_months`` at most, on all the person's registers at once.

    ``other_grounds`` lets the registrar accept one that is not listed, case by case.
    """

    times: int
    most_months: int
    all_registers: bool
    grounds: dict[str, str]
    other_grounds: bool


def may_defer(rule: Deferment, *, used: int, months: int, ground: str) -> str:
    """ "" when a deferment is possible, or the code of what stands against it."""
    if used >= rule.times:
        return "deferment_already_used"
    if not 1 <= months <= rule.most_months:
        return "deferment_too_long" if months > rule.most_months else "deferment_too_short"
    if ground not in rule.grounds and not (ground == "other" and rule.other_grounds):
        return "ground_not_listed"
    return ""


def _run(rule: Deferment, given: Mapping[str, Any]) -> Mapping[str, object]:
    refusal = may_defer(rule, used=given["used"], months=given["months"], ground=given["ground"])
    return {"refusal": refusal}


def _say(rule: Deferment) -> tuple[str, ...]:
    times = "Once" if rule.times == 1 else f"{rule.times} times"
    registers = "all your registers" if rule.all_registers else "one register"
    others = "may be accepted, case by case" if rule.other_grounds else "are not accepted"
    return (
        f"{times}, for at most {rule.most_months} months, on {registers} at once.",
        *(f"Ground: {words}." for words in rule.grounds.values()),
        f"Other grounds {others}.",
    )


KIND = Kind("deferment", Deferment, _run, _say)
