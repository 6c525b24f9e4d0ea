"""The answer key of a competition: its items, the changes decided on since, and what they give.

An item is never edited. What the key is follows from the items and the approved
changes in the competition's file, in their order; its digest stands in each score.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from django.db.models import Max

from concours.ledger.canonical import canonical
from concours.ledger.draft import Json
from concours.records.models import Sitting, TestItem
from concours.selection.key_changes import KeyChange, approved
from concours.services.competitions import read_competition
from concours.services.examination.answers import counting

CHUNK = 400
EVERYBODY = frozenset({"*"})
"""Accepted for an item that everybody is given, whatever they answered or left out."""

Right = Mapping[str, Mapping[int, frozenset[str]]]
Choices = Mapping[tuple[str, int], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """``right``: the counted items of each section and the options that are right.
    ``planned``: how many items counted before any was dropped: those left count for them."""

    right: Right
    planned: Mapping[str, int]

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections with a key."""
        return tuple(self.right)


def key_of(competition: str, step: str, *, more: Sequence[KeyChange] = ()) -> Key:
    """The key in force, with ``more`` changes as if they were approved."""
    found: dict[str, dict[int, frozenset[str]]] = {}
    rows = TestItem.objects.filter(competition=competition, step=step, counts=True)
    for row in rows.order_by("section", "number"):
        if row.key:
            found.setdefault(row.section, {})[row.number] = frozenset({row.key})
    key = Key(right=found, planned={s: len(items) for s, items in found.items()})
    for change in (*approved(read_competition(competition), step), *more):
        key = changed(key, change)
    return key


def changed(key: Key, change: KeyChange) -> Key:
    """The key after one change; of an item that does not count it changes nothing."""
    items = dict(key.right.get(change.section, {}))
    if change.item not in items:
        return key
    if change.treatment == "drop":
        del items[change.item]
    elif change.treatment == "credit":
        items[change.item] = EVERYBODY
    elif change.treatment == "rekey":
        items[change.item] = frozenset({change.option})
    else:
        items[change.item] = items[change.item] | {change.option}
    return replace(key, right={**key.right, change.section: items})


def key_digest(key: Key) -> str:
    """The digest of a key, which each score's entry holds."""
    plain: dict[str, Json] = {
        s: {str(n): "|".join(sorted(options)) for n, options in items.items()}
        for s, items in key.right.items()
    }
    if any(key.planned[s] != len(items) for s, items in key.right.items()):
        plain = {"right": plain, "planned": dict(key.planned)}
    return hashlib.sha256(canonical(plain).encode()).hexdigest()


def latest_choices(codes: Sequence[str], step: str, sections: Sequence[str]) -> dict[str, Choices]:
    """The answer that counts for each item of the last sitting, for many candidacies."""
    found: dict[str, dict[tuple[str, int], str]] = {code: {} for code in codes}
    for start in range(0, len(codes), CHUNK):
        part = list(codes[start : start + CHUNK])
        last = dict(
            Sitting.objects.filter(candidacy__in=part, step=step)
            .values("candidacy")
            .annotate(last=Max("number"))
            .values_list("candidacy", "last")
            .order_by()
        )
        rows = (
            counting()
            .filter(sitting__candidacy__in=part, sitting__step=step, section__in=list(sections))
            .values_list("sitting__candidacy", "sitting__number", "section", "item", "choice")
        )
        for code, number, section, item, choice in rows.iterator():
            if number == last[code]:
                found[code][section, item] = choice
    return dict(found)


def raw_score(key: Key, choices: Choices) -> dict[str, Fraction]:
    """Right answers by section; where items were dropped, those left count in proportion."""
    found = {}
    for section, items in key.right.items():
        right = sum(
            options == EVERYBODY or choices.get((section, number), "") in options
            for number, options in items.items()
        )
        planned = key.planned[section]
        found[section] = Fraction(right * planned, len(items)) if items else Fraction(0)
    return found


def raw_scores(codes: Sequence[str], step: str, key: Key) -> dict[str, dict[str, Fraction]]:
    """Raw scores by section of many candidacies, from the latest answer of each item."""
    choices = latest_choices(codes, step, key.sections)
    return {code: raw_score(key, choices[code]) for code in codes}
