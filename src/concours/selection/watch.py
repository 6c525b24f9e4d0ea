"""The stuck-file watch: what an open file lacks to be sure of moving on."""

from collections.abc import Sequence

from concours.selection.authority import HOLDERS, ROLES
from concours.selection.opening import Opening

LACKS = ("next_step", "owner", "due_date")
"""A legal next step; somebody whose role may take it; a day by which it is taken."""


def is_legal(opening: Opening) -> bool:
    """Whether any role at all may take this step."""
    return bool(HOLDERS.get(opening.action)) or opening.owner == "system"


def is_owned(opening: Opening) -> bool:
    """Whether the role expected to act exists and may do so; the system may take its own steps."""
    if opening.owner == "system":
        return True
    return opening.owner in ROLES and opening.owner in HOLDERS.get(opening.action, frozenset())


def is_sure(opening: Opening) -> bool:
    """Whether the file moves on by this: legal, owned, awaited, and by a date."""
    dated = opening.awaited and opening.due_on is not None
    return dated and is_legal(opening) and is_owned(opening)


def lacking(found: Sequence[Opening]) -> str:
    """The first of `LACKS` that no opening of an open file gives; "" when one gives all."""
    legal = [opening for opening in found if is_legal(opening)]
    if not legal:
        return "next_step"
    owned = [opening for opening in legal if is_owned(opening)]
    if not owned:
        return "owner"
    return "" if any(is_sure(opening) for opening in owned) else "due_date"
