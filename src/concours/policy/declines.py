"""Declines: how many a candidate may make and keep the place; silence counts as one."""

from collections.abc import Mapping
from typing import Any

import msgspec

from concours.policy.kind import Kind


class Declines(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``kept`` declines leave the place; the next removes it. ``silence_declines``: no answer is one."""

    kept: int
    silence_declines: bool


def removes(rule: Declines, *, declined_before: int) -> bool:
    """Whether one more decline costs the place."""
    return declined_before + 1 > rule.kept


def _run(rule: Declines, given: Mapping[str, Any]) -> Mapping[str, object]:
    return {"removed": removes(rule, declined_before=given["declined_before"])}


def _say(rule: Declines) -> tuple[str, ...]:
    told = [f"{rule.kept} declined offer keeps the place; one more removes it."]
    if rule.silence_declines:
        told.append("No answer by the last day counts as a decline.")
    return tuple(told)


KIND = Kind("declines", Declines, _run, _say)
