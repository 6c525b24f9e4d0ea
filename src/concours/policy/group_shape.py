"""The people of an assessment group: how many candidates, assessors and interviewers."""

from collections.abc import Mapping
from typing import Any

import msgspec

from concours.policy.kind import Kind


class GroupShape(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``smallest`` to ``largest`` candidates with ``assessors``; ``interviewers`` hold an interview."""

    smallest: int
    largest: int
    assessors: int
    interviewers: int


def group_sizes(rule: GroupShape, candidates: int) -> tuple[int, ...]:
    """The fewest groups that hold everybody, as even as can be; empty where none fit."""
    groups = -(-candidates // rule.largest)
    if groups == 0 or candidates < groups * rule.smallest:
        return ()
    small, over = divmod(candidates, groups)
    return tuple(small + (1 if place < over else 0) for place in range(groups))


def raters(rule: GroupShape, form: str) -> int:
    """How many assessors rate one candidate in an exercise of this form, each alone."""
    return rule.interviewers if form == "interview" else rule.assessors


def _run(rule: GroupShape, given: Mapping[str, Any]) -> Mapping[str, object]:
    if "form" in given:
        return {"raters": raters(rule, given["form"])}
    return {"sizes": list(group_sizes(rule, given["candidates"]))}


def _say(rule: GroupShape) -> tuple[str, ...]:
    return (
        f"Groups of {rule.smallest} to {rule.largest} candidates.",
        f"{rule.assessors} assessors to a group; {rule.interviewers} hold an interview.",
    )


KIND = Kind("group_shape", GroupShape, _run, _say)
