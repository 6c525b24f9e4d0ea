"""What the answer desk knows of a section: its items as the room shows them, its options, its kind."""

from dataclasses import dataclass

import msgspec

from concours.records.models import TestItem
from concours.selection.examination import sections_of
from concours.services.competitions import read_competition
from concours.services.examination.sessions import edition_of

MOST_CHARACTERS = 10_000
"""Of an essay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionItems:
    """``options`` are the letters of each item in its order; ``shown`` the items as JSON,
    without key and without saying which of them count."""

    answer: str
    options: tuple[frozenset[str], ...]
    shown: bytes


class ShownItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One item as the room shows it; ``passage`` is a text it shares with its neighbours."""

    item: int
    stem: str
    options: list[list[str]]
    passage: str = ""


def section_items(competition: str, step: str) -> dict[str, SectionItems]:
    """Every section of a competition's test: one query."""
    found = {}
    rows: dict[tuple[str, int], TestItem] = {
        (row.section, row.number): row
        for row in TestItem.objects.filter(competition=competition, step=step)
    }
    edition = edition_of(read_competition(competition))
    for name, about in sections_of(edition, step).items():
        shown, options = [], []
        for number in range(1, about.items + 1):
            row = rows.get((name, number))
            pairs = [[str(k), str(words)] for k, words in row.options] if row else []
            stem, passage = (row.stem, row.passage) if row else ("", "")
            shown.append(ShownItem(item=number, stem=stem, options=pairs, passage=passage))
            options.append(frozenset(k for k, _ in pairs))
        found[name] = SectionItems(
            answer=about.answer, options=tuple(options), shown=msgspec.json.encode(shown)
        )
    return found


def fault_of(
    items: SectionItems | None, item: int, choice: str, text: str
) -> tuple[str, str] | None:
    """The field and the remedy where an answer cannot be one of this section; None when it can."""
    if items is None:
        return "section", "This test has no such section."
    count = len(items.options)
    if not 1 <= item <= count:
        return "item", f"This section has items 1 to {count}."
    if items.answer == "essay":
        if choice:
            return "choice", "An essay is written, not chosen."
        if len(text) > MOST_CHARACTERS:
            return "text", f"Write at most {MOST_CHARACTERS} characters."
        return ("text", "The text holds a character that cannot be kept.") if "\0" in text else None
    if text:
        return "text", "This item is answered by a choice."
    if choice and choice not in items.options[item - 1]:
        return "choice", "Choose one of the options shown."
    return None
