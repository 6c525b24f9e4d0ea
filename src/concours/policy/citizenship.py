"""Citizenship: which country an applicant must be a citizen of on the reckoning day."""

from collections.abc import Mapping
from typing import Any

import msgspec

from concours.kernel.citation import Citation
from concours.kernel.verdict import Verdict
from concours.policy.kind import WORKED_CASE, Kind


class Citizenship(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``country`` by its three-letter code; ``others_allowed`` lets a second citizenship stand."""

    country: str
    name: str
    others_allowed: bool


def judge_citizenship(
    rule: Citizenship, *, citizenships: frozenset[str], name: str, cite: Citation
) -> Verdict:
    """Say whether the declared citizenships fit."""
    found = ", ".join(sorted(citizenships)) or "none"
    if rule.country not in citizenships:
        reason, allowed = "not_a_citizen", False
    elif len(citizenships) > 1 and not rule.others_allowed:
        reason, allowed = "has_another_citizenship", False
    else:
        reason, allowed = "citizen", True
    return Verdict(
        allowed=allowed, reason=reason, rule=name, cite=cite, found=found, bound=rule.country
    )


def _run(rule: Citizenship, given: Mapping[str, Any]) -> Mapping[str, object]:
    held = frozenset(given["citizenships"])
    verdict = judge_citizenship(rule, citizenships=held, name="", cite=WORKED_CASE)
    return {"allowed": verdict.allowed, "reason": verdict.reason}


KIND = Kind("citizenship", Citizenship, _run)
