"""A placement on the register taken back."""

from datetime import datetime

from concours.selection import register_reversal as rules
from concours.selection.authority import Actor
from concours.services.case import Case
from concours.services.reversing import take_back


def reverse_placement(
    actor: Actor, code: str, *, at: datetime, seen: str | None, **why: str
) -> Case:
    """Take the place on the register back."""
    return take_back(
        actor,
        code,
        rules.reverse_placement,
        kind="register",
        action="register.reverse_placement",
        at=at,
        seen=seen,
        **why,
    )
