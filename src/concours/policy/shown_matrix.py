"""Which exercise shows which dimension."""

from collections.abc import Mapping
from typing import Any

import msgspec

from concours.policy.kind import Kind


class ShownMatrix(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Per exercise, the dimensions rated in it and no others."""

    shows: dict[str, list[str]]


def shows(rule: ShownMatrix, exercise: str) -> tuple[str, ...]:
    """The dimensions rated in an exercise; none for one that is not rated."""
    return tuple(rule.shows.get(exercise, ()))


def _run(rule: ShownMatrix, given: Mapping[str, Any]) -> Mapping[str, object]:
    if "dimension" in given:
        named = [code for code, found in rule.shows.items() if given["dimension"] in found]
        return {"exercises": sorted(named)}
    return {"count": len(shows(rule, given["exercise"]))}


def _say(rule: ShownMatrix) -> tuple[str, ...]:
    return tuple(
        f"{exercise.replace('_', ' ').capitalize()}: {', '.join(d.replace('_', ' ') for d in found)}."
        for exercise, found in rule.shows.items()
    )


KIND = Kind("shown_matrix", ShownMatrix, _run, _say)
