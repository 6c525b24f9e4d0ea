"""What a result has to say beside its numbers: named warnings, never a silent repair."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """One warning that belongs to a result.

    ``code`` is permanent snake_case machine text; ``text`` is one plain English
    sentence for a report; ``where`` names the item, form, group or person meant
    (empty when the notice speaks of the whole).
    """

    code: str
    text: str
    where: str = ""
