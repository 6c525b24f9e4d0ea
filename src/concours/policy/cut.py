"""A fixed cut on one number: at it, or above, passes."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import msgspec

from concours.kernel.citation import Citation
from concours.kernel.exact import fraction
from concours.kernel.verdict import Verdict
from concours.policy.kind import WORKED_CASE, Kind


class Cut(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``at`` or more passes; ``top`` is the highest that can be reached. Exact text."""

    at: str
    top: str


def judge_cut(rule: Cut, *, found: Fraction, name: str, cite: Citation) -> Verdict:
    """Say whether an exact number reaches the cut; it is never rounded before comparing."""
    allowed = found >= fraction(rule.at)
    return Verdict(
        allowed=allowed,
        reason="at_or_above_the_cut" if allowed else "below_the_cut",
        rule=name,
        cite=cite,
        found=str(found),
        bound=rule.at,
    )


def _run(rule: Cut, given: Mapping[str, Any]) -> Mapping[str, object]:
    verdict = judge_cut(rule, found=fraction(given["found"]), name="", cite=WORKED_CASE)
    return {"allowed": verdict.allowed}


def _say(rule: Cut) -> tuple[str, ...]:
    return (f"{rule.at} or more passes; the highest is {rule.top}.",)


KIND = Kind("cut", Cut, _run, _say)
