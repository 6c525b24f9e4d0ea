"""Grounds of exceptions that the file itself can prove true or false: an appeal, upheld or dismissed."""

from collections.abc import Sequence

from concours.kernel.errors import BadInput
from concours.selection.candidacy import Candidacy

SAYS_UPHELD = ("appeal_upheld", "appeal")
"""Grounds that say an appeal was upheld."""
ON_DISMISSAL = ("no_error_found", "not_proven")
"""Grounds on which an appeal is dismissed, and nothing else is done."""
_UPHELD = ("upheld", "reversed", "new_panel")


def upheld_appeals(file: Candidacy) -> frozenset[str]:
    """The steps of this file in which an appeal was upheld, wholly or by a new panel."""
    found = set()
    for step, state in file.steps.items():
        appeal = getattr(state, "appeal", None)
        outcome = appeal if isinstance(appeal, str) else getattr(appeal, "outcome", "")
        if outcome in _UPHELD:
            found.add(step)
    return frozenset(found)


def true_grounds(grounds: Sequence[str], *, upheld: bool) -> tuple[str, ...]:
    """Of the grounds of an exception those that this file does not prove false."""
    return tuple(one for one in grounds if upheld or one not in SAYS_UPHELD)


def require_true_ground(ground: str, *, upheld: bool) -> None:
    """Refuse a ground that is missing, that says an appeal was upheld where none was, or that dismisses."""
    if not ground:
        raise BadInput("ground_missing", remedy="Name the ground.", field="ground")
    if ground in SAYS_UPHELD and not upheld:
        raise BadInput(
            "no_appeal_upheld",
            remedy="No appeal was upheld here: choose the ground on which this rests.",
            field="ground",
        )
    if ground in ON_DISMISSAL:
        raise BadInput(
            "ground_of_a_dismissal",
            remedy="On this ground an appeal is dismissed; nothing is changed on it.",
            field="ground",
        )


def require_ground_of_appeal(ground: str, *, upheld: bool) -> None:
    """Refuse to uphold an appeal on a ground of dismissal, or because it is upheld; and the reverse."""
    if upheld:
        require_true_ground(ground, upheld=False)
    elif ground not in ON_DISMISSAL:
        raise BadInput(
            "not_a_ground_of_dismissal",
            remedy=f"An appeal is dismissed on one of: {', '.join(ON_DISMISSAL)}.",
            field="ground",
        )
