"""Declarations: what an applicant must agree to, or must not be."""

from collections.abc import Mapping
from typing import Any

import msgspec

from concours.kernel.citation import Citation
from concours.kernel.verdict import Verdict
from concours.policy.kind import WORKED_CASE, Kind


class Declaration(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Each of ``items`` must be answered with ``required``; ``words`` asks it in plain words."""

    items: list[str]
    required: bool
    words: dict[str, str]


def judge_declaration(
    rule: Declaration, *, answers: Mapping[str, bool], name: str, cite: Citation
) -> Verdict:
    """Say whether every item is answered as required; an item not answered is not met.

    ``found`` names the items at fault, in the rule's order.
    """
    wrong = [item for item in rule.items if answers.get(item) is not rule.required]
    if not wrong:
        return Verdict(allowed=True, reason="declared_as_required", rule=name, cite=cite)
    missing = any(item not in answers for item in wrong)
    reason = "not_declared" if missing else "agreement_refused" if rule.required else "barred"
    return Verdict(
        allowed=False, reason=reason, rule=name, cite=cite, found=", ".join(wrong), bound="none"
    )


def _run(rule: Declaration, given: Mapping[str, Any]) -> Mapping[str, object]:
    answers = {
        item: not rule.required if item in given["wrong"] else rule.required for item in rule.items
    }
    verdict = judge_declaration(rule, answers=answers, name="", cite=WORKED_CASE)
    return {"allowed": verdict.allowed, "reason": verdict.reason}


KIND = Kind("declaration", Declaration, _run)
