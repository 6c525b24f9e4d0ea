"""Marking by several readers who do not see each other, and what happens when they differ."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

import msgspec

from concours.kernel.errors import BadInput
from concours.kernel.exact import mean, text_of
from concours.policy.kind import Kind


class DoubleMarking(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``markers`` readers give whole marks from ``lowest`` to ``highest``. More than
    ``tolerance`` apart asks for one more reading. The outcome is ``markers`` times the mean
    of the two closest marks, or of all where pairs are equally close."""

    markers: int
    lowest: int
    highest: int
    tolerance: int


def check_mark(rule: DoubleMarking, mark: int) -> None:
    """Refuse a mark off the scale."""
    if not rule.lowest <= mark <= rule.highest:
        raise BadInput(
            "mark_off_the_scale",
            remedy=f"Give a whole mark from {rule.lowest} to {rule.highest}.",
            field="mark",
            numbers={"mark": str(mark), "lowest": str(rule.lowest), "highest": str(rule.highest)},
        )


def needs_another_reading(rule: DoubleMarking, marks: Sequence[int]) -> bool:
    """Whether the first readings lie more than the tolerance apart."""
    return len(marks) == rule.markers and max(marks) - min(marks) > rule.tolerance


def settled_total(rule: DoubleMarking, marks: Sequence[int]) -> Fraction:
    """The outcome of all readings, exactly, on the scale of the sum of ``markers`` marks.

    With the first readings alone it is their sum. With one more it is ``markers``
    times the mean of the two closest, or of all when two pairs are equally close.
    Raises BadInput when a reading is missing or off the scale.
    """
    for mark in marks:
        check_mark(rule, mark)
    if len(marks) == rule.markers and not needs_another_reading(rule, marks):
        return rule.markers * mean(marks)
    if len(marks) != rule.markers + 1:
        raise BadInput(
            "readings_missing",
            remedy=f"{rule.markers} readings settle it, or one more when they differ too much.",
            field="marks",
        )
    pairs = list(combinations(marks, 2))
    closest = min(abs(a - b) for a, b in pairs)
    near = [pair for pair in pairs if abs(pair[0] - pair[1]) == closest]
    values = {mean(pair) for pair in near}
    return rule.markers * (values.pop() if len(values) == 1 else mean(marks))


def _run(rule: DoubleMarking, given: Mapping[str, Any]) -> Mapping[str, object]:
    marks = given["marks"]
    if needs_another_reading(rule, marks):
        return {"another_reading": True}
    return {"total": text_of(settled_total(rule, marks))}


def _say(rule: DoubleMarking) -> tuple[str, ...]:
    return (
        f"{rule.markers} readers each give a whole mark from {rule.lowest} to {rule.highest}.",
        f"More than {rule.tolerance} apart, one more reads it.",
        f"The result is {rule.markers} times the mean of the two closest marks.",
    )


KIND = Kind("double_marking", DoubleMarking, _run, _say)
