"""What follows when somebody does not come to an agreed appointment."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from concours.policy.kind import Kind

Consequence = Literal["ends", "new_date"]


class Attendance(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``excuses`` lists the accepted grounds; they give a new date, anything else ``otherwise``."""

    excuses: list[str]
    otherwise: Consequence


def consequence(rule: Attendance, *, excuse: str) -> Consequence:
    """What an absence leads to. ``excuse`` is the code of the accepted ground, or ""."""
    return "new_date" if excuse in rule.excuses else rule.otherwise


def _run(rule: Attendance, given: Mapping[str, Any]) -> Mapping[str, object]:
    return {"consequence": consequence(rule, excuse=given["excuse"])}


def _say(rule: Attendance) -> tuple[str, ...]:
    accepted = ", ".join(excuse.replace("_", " ") for excuse in rule.excuses)
    otherwise = "ends the candidacy" if rule.otherwise == "ends" else "gives a new date"
    return (f"Accepted excuses give a new date: {accepted}.", f"Anything else {otherwise}.")


KIND = Kind("attendance", Attendance, _run, _say)
