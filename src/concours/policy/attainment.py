"""Education and experience an applicant must bring; an empty list asks for nothing."""

from collections.abc import Mapping
from typing import Any

import msgspec

from concours.kernel.citation import Citation
from concours.kernel.verdict import Verdict
from concours.policy.kind import WORKED_CASE, Kind


class Attainment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One of ``degrees`` (none required when empty) and ``years`` full years of experience."""

    degrees: list[str]
    years: int


def judge_attainment(
    rule: Attainment, *, degrees: frozenset[str], years: int, name: str, cite: Citation
) -> Verdict:
    """Say whether education and experience suffice."""
    if rule.degrees and not degrees & set(rule.degrees):
        return Verdict(
            allowed=False,
            reason="no_required_degree",
            rule=name,
            cite=cite,
            found=", ".join(sorted(degrees)) or "none",
            bound=" or ".join(rule.degrees),
        )
    enough = years >= rule.years
    return Verdict(
        allowed=enough,
        reason="attainment_suffices" if enough else "too_little_experience",
        rule=name,
        cite=cite,
        found=str(years),
        bound=str(rule.years),
    )


def _run(rule: Attainment, given: Mapping[str, Any]) -> Mapping[str, object]:
    verdict = judge_attainment(
        rule,
        degrees=frozenset(given["degrees"]),
        years=given["years"],
        name="",
        cite=WORKED_CASE,
    )
    return {"allowed": verdict.allowed, "reason": verdict.reason}


KIND = Kind("attainment", Attainment, _run)
