"""The final review set aside; a panel of others reads the file again."""

from datetime import datetime

from concours.selection import review_reversal as rules
from concours.selection.authority import Actor
from concours.services.case import Case
from concours.services.reversing import take_back


def reverse_review(actor: Actor, code: str, *, at: datetime, seen: str | None, **why: str) -> Case:
    """Set the final review aside."""
    return take_back(
        actor,
        code,
        rules.reverse_review,
        kind="review",
        action="review.reverse",
        at=at,
        seen=seen,
        **why,
    )
