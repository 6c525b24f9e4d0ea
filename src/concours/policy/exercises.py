"""The exercises of an assessment: how long each is, whether it scores, who rates it, and when it is."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from concours.kernel.errors import BadInput
from concours.policy.kind import Kind


class Exercise(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One exercise. ``minutes`` 0: no length is fixed. ``form`` says who is in the room:
    the group together, one candidate with interviewers, or one candidate alone."""

    code: str
    title: str
    minutes: int
    form: Literal["group", "interview", "alone", "farewell"]
    scored: bool
    apart: bool


class Exercises(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """In the order in which they are held. ``apart``: on another day than the rest."""

    items: list[Exercise]


def scored(rule: Exercises) -> tuple[str, ...]:
    """The codes of the exercises that count, in order."""
    return tuple(item.code for item in rule.items if item.scored)


def exercise(rule: Exercises, code: str) -> Exercise:
    """One exercise by its code. Raises BadInput when there is none."""
    for item in rule.items:
        if item.code == code:
            return item
    known = ", ".join(item.code for item in rule.items)
    raise BadInput("no_such_exercise", remedy=f"Choose one of {known}.", field="exercise")


def _run(rule: Exercises, given: Mapping[str, Any]) -> Mapping[str, object]:
    if "exercise" in given:
        found = exercise(rule, given["exercise"])
        return {"minutes": found.minutes, "scored": found.scored, "apart": found.apart}
    return {"scored": list(scored(rule))}


def _say(rule: Exercises) -> tuple[str, ...]:
    return tuple(
        item.title
        + (f", {item.minutes} minutes" if item.minutes else "")
        + (", on another day" if item.apart else "")
        + ("." if item.scored else ", not scored.")
        for item in rule.items
    )


KIND = Kind("exercises", Exercises, _run, _say)
