"""A cut on the sum of several scores: a strong one makes up for a weak one."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from concours.kernel.citation import Citation
from concours.kernel.errors import BadInput
from concours.kernel.verdict import Verdict
from concours.policy.kind import WORKED_CASE, Kind


class CompensatorySum(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The scores of ``sections`` are added; ``cut`` or more passes."""

    sections: list[str]
    cut: Decimal


def sum_of(rule: CompensatorySum, *, scores: Mapping[str, Decimal]) -> Decimal:
    """The sum over the rule's sections. Raises BadInput when one has no score."""
    missing = [section for section in rule.sections if section not in scores]
    if missing:
        raise BadInput(
            "section_without_score",
            remedy=f"Give a score for every section; missing: {', '.join(missing)}.",
            field="scores",
        )
    return sum((scores[section] for section in rule.sections), Decimal(0))


def judge_sum(
    rule: CompensatorySum, *, scores: Mapping[str, Decimal], name: str, cite: Citation
) -> Verdict:
    """Say whether the sum reaches the cut; at the cut is enough."""
    total = sum_of(rule, scores=scores)
    allowed = total >= rule.cut
    return Verdict(
        allowed=allowed,
        reason="at_or_above_the_cut" if allowed else "below_the_cut",
        rule=name,
        cite=cite,
        found=str(total),
        bound=str(rule.cut),
    )


def _run(rule: CompensatorySum, given: Mapping[str, Any]) -> Mapping[str, object]:
    scores = {s: Decimal(t) for s, t in zip(rule.sections, given["scores"], strict=True)}
    verdict = judge_sum(rule, scores=scores, name="", cite=WORKED_CASE)
    return {"allowed": verdict.allowed, "sum": verdict.found}


def _say(rule: CompensatorySum) -> tuple[str, ...]:
    names = ", ".join(name.replace("_", " ") for name in rule.sections)
    return (f"The scores of {names} are added.", f"A sum of {rule.cut} or more passes.")


KIND = Kind("compensatory_sum", CompensatorySum, _run, _say)
