"""Conditional marking: a later part is marked only for those who passed an earlier rule."""

from collections.abc import Mapping
from typing import Any

import msgspec

from concours.policy.kind import Kind


class ConditionalMarking(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``section`` is marked only when rule ``after`` is met; otherwise it stays unmarked."""

    section: str
    after: str


def to_be_marked(rule: ConditionalMarking, *, met: Mapping[str, bool]) -> bool:
    """Whether the section is marked, given which rules were met; an unjudged rule is not met."""
    return met.get(rule.after, False)


def _run(rule: ConditionalMarking, given: Mapping[str, Any]) -> Mapping[str, object]:
    return {"marked": to_be_marked(rule, met={rule.after: given["met"]})}


def _say(rule: ConditionalMarking) -> tuple[str, ...]:
    section = rule.section.replace("_", " ")
    return (f"The {section} is marked only when the rule {rule.after} is met.",)


KIND = Kind("conditional_marking", ConditionalMarking, _run, _say)
