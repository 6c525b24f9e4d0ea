"""What the answer desk knows of a section: its items as the room shows them, its options, its kind."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from concours.policy.test_section import TestSection
from concours.records.models import TestItem
from concours.selection.examination import sections_of
from concours.services.competitions import read_competition
from concours.services.examination.sessions import edition_of

MOST_CHARACTERS = 10_000
"""Of an essay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionItems:
    """``options`` are the letters of each item by its number, ``several`` the numbers of items
    that are answered by a set of them; ``shown`` the items as JSON, without key and without
    saying which of them count."""

    answer: str
    options: Mapping[int, frozenset[str]]
    shown: bytes
    several: frozenset[int] = frozenset()


class ShownItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One item as the room shows it, its words in the bank's safe markup: `markup.drawn` says
    what it may hold, `examroom:picture` answers for its pictures. ``several`` where any number
    of options may be chosen; ``passage`` a text it shares with its neighbours."""

    item: int
    stem: str
    options: list[list[str]]
    several: bool = False
    passage: str = ""


def section_items(competition: str, step: str, form: str = "") -> dict[str, SectionItems]:
    """Every section of a competition's test, or of one of its forms: one query."""
    rows = TestItem.objects.filter(competition=competition, step=step)
    by_section: dict[str, dict[int, TestItem]] = defaultdict(dict)
    for row in rows.filter(forms__contains=form) if form else rows:
        by_section[row.section][row.number] = row
    edition = edition_of(read_competition(competition))
    return {
        name: _section(about, by_section[name], form)
        for name, about in sections_of(edition, step).items()
    }


def _section(about: TestSection, rows: Mapping[int, TestItem], form: str) -> SectionItems:
    shown, options = [], {}
    for number in sorted(rows) if form else range(1, about.items + 1):
        row = rows.get(number)
        pairs = [[str(k), str(words)] for k, words in row.options] if row else []
        several = row.several if row else False
        stem = row.stem if row else ""
        passage = row.passage if row else ""
        shown.append(
            ShownItem(item=number, stem=stem, options=pairs, several=several, passage=passage)
        )
        options[number] = frozenset(k for k, _ in pairs)
    return SectionItems(
        answer=about.answer,
        options=options,
        shown=msgspec.json.encode(shown),
        several=frozenset(one.item for one in shown if one.several),
    )


def fault_of(
    items: SectionItems | None, item: int, choice: str, text: str
) -> tuple[str, str] | None:
    """The field and the remedy where an answer cannot be one of this section; None when it can."""
    if items is None:
        return "section", "This test has no such section."
    if item not in items.options:
        return "item", _which(items.options)
    if items.answer == "essay":
        if choice:
            return "choice", "An essay is written, not chosen."
        if len(text) > MOST_CHARACTERS:
            return "text", f"Write at most {MOST_CHARACTERS} characters."
        return ("text", "The text holds a character that cannot be kept.") if "\0" in text else None
    if text:
        return "text", "This item is answered by a choice."
    if item in items.several:
        if not set(choice) <= items.options[item]:
            return "choice", "Choose among the options shown."
        if "".join(sorted(set(choice))) != choice:
            return "choice", "Send each letter once, in the order of the alphabet."
    elif choice and choice not in items.options[item]:
        return "choice", "Choose one of the options shown."
    return None


def _which(options: Mapping[int, frozenset[str]]) -> str:
    count = len(options)
    if not options or max(options) == count:
        return f"This section has items 1 to {count}."
    return "This item is not on the form of this sitting."
