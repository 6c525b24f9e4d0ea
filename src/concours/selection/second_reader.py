"""Whoever looks at a decision again had no part in it."""

from collections.abc import Collection

from concours.kernel.errors import RuleRefused


def require_no_part(by: str, *, had_part: Collection[str]) -> None:
    """Refuse an actor who took the decision, or sat, read or rated for it."""
    if by in had_part:
        raise RuleRefused(
            "had_part_in_the_decision",
            remedy="You had a part in this decision: somebody else looks at it again.",
        )
