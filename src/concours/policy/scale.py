"""A rating scale of whole numbers."""

from collections.abc import Mapping
from typing import Any

import msgspec

from concours.policy.kind import Kind


class Scale(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whole numbers from ``lowest`` to ``highest``, both included."""

    lowest: int
    highest: int


def on_scale(rule: Scale, rating: int) -> bool:
    """Whether a rating is one of the scale's."""
    return rule.lowest <= rating <= rule.highest


def _run(rule: Scale, given: Mapping[str, Any]) -> Mapping[str, object]:
    return {"allowed": on_scale(rule, given["rating"])}


def _say(rule: Scale) -> tuple[str, ...]:
    return (f"Whole numbers from {rule.lowest} to {rule.highest}.",)


KIND = Kind("scale", Scale, _run, _say)
