"""Acceptance of an offer: what it closes, and what happens when the service takes it back."""

from collections.abc import Mapping
from typing import Any

import msgspec

from concours.policy.kind import Kind


class Acceptance(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Signing an appointment of a kind in ``closing`` ends the person's other candidacies.

    When the service rescinds, they re-open, and ``closed_time_counts`` says
    whether the clock ran meanwhile.
    """

    closing: list[str]
    not_closing: list[str]
    closed_time_counts: bool


def closes_others(rule: Acceptance, *, appointment: str) -> bool:
    """Whether signing this kind of appointment closes the person's other candidacies."""
    return appointment in rule.closing


def _run(rule: Acceptance, given: Mapping[str, Any]) -> Mapping[str, object]:
    return {"closes_others": closes_others(rule, appointment=given["appointment"])}


KIND = Kind("acceptance", Acceptance, _run)
