"""Decisions of the clearances taken back; each compartment decides again."""

from datetime import datetime

from concours.selection import clearance_reversal as rules
from concours.selection.authority import Actor
from concours.services.case import Case
from concours.services.reversing import take_back


def reverse_offer(actor: Actor, code: str, *, at: datetime, seen: str | None, **why: str) -> Case:
    """Take the conditional offer back."""
    return take_back(
        actor,
        code,
        rules.reverse_offer,
        kind="clearance",
        action="clearance.reverse",
        at=at,
        seen=seen,
        **why,
    )


def reverse_medical(actor: Actor, code: str, *, at: datetime, seen: str | None, **why: str) -> Case:
    """Take the medical decision back."""
    return take_back(
        actor,
        code,
        rules.reverse_medical,
        kind="clearance",
        action="clearance.reverse",
        at=at,
        seen=seen,
        **why,
    )


def reverse_waiver(actor: Actor, code: str, *, at: datetime, seen: str | None, **why: str) -> Case:
    """Take the decision on the waiver back."""
    return take_back(
        actor,
        code,
        rules.reverse_waiver,
        kind="clearance",
        action="clearance.reverse",
        at=at,
        seen=seen,
        **why,
    )


def reverse_security(
    actor: Actor, code: str, *, at: datetime, seen: str | None, **why: str
) -> Case:
    """Take the security decision back."""
    return take_back(
        actor,
        code,
        rules.reverse_security,
        kind="clearance",
        action="clearance.reverse",
        at=at,
        seen=seen,
        **why,
    )
