"""Disagreement among readers: when one stands so far from all others that the chair decides."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from concours.policy.kind import Kind


class Outlier(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A reader ``more_than`` points from every other reader sends the score to the chair."""

    more_than: int


def disagrees(rule: Outlier, ratings: Sequence[int]) -> bool:
    """Whether some reader is more than the bound away from each of the others."""
    if len(ratings) < 2:
        return False
    ordered = sorted(ratings)
    low_gap, high_gap = ordered[1] - ordered[0], ordered[-1] - ordered[-2]
    return low_gap > rule.more_than or high_gap > rule.more_than


def _run(rule: Outlier, given: Mapping[str, Any]) -> Mapping[str, object]:
    return {"to_chair": disagrees(rule, given["ratings"])}


def _say(rule: Outlier) -> tuple[str, ...]:
    far = (
        f"A reader more than {rule.more_than} points from every other sends the score to the chair."
    )
    return (far, "The chair decides, with reasons.")


KIND = Kind("outlier", Outlier, _run, _say)
