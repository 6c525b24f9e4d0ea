"""The answer key of a competition: its items, the changes decided on since, and what they give.

An item is never edited. What the key is follows from the items and the approved
changes in the competition's file, in their order; its digest stands in each score.
Parallel forms share one key: each sitting is scored by the items of its own form. An item
with several right options is right when exactly those are chosen, else wrong.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from concours.kernel.errors import RuleRefused
from concours.ledger.canonical import canonical
from concours.ledger.draft import Json
from concours.records.models import TestItem
from concours.selection.competition import Competition
from concours.selection.key_changes import KeyChange, approved
from concours.services.competitions import read_competition
from concours.services.examination.answers import counting
from concours.services.examination.sat_forms import last_sittings, sat_forms

CHUNK = 400
EVERYBODY = frozenset({"*"})
"""Accepted for an item that everybody is given, whatever they answered or left out."""

Right = Mapping[str, Mapping[int, frozenset[str]]]
Choices = Mapping[tuple[str, int], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """``right``: the counted items of each section and the answers that are right.
    ``planned``: how many items counted before any was dropped: those left count for them.
    ``forms``: of each parallel form, the numbers that counted on it before any was dropped."""

    right: Right
    planned: Mapping[str, int]
    forms: Mapping[str, Mapping[str, frozenset[int]]] = field(default_factory=dict)

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections with a key."""
        return tuple(self.right)

    def on(self, form: str) -> "Key":
        """The key of one form; all of it where the test has not several."""
        if form not in self.forms:
            return self
        places = self.forms[form]
        return Key(
            right={
                s: {n: options for n, options in items.items() if n in places[s]}
                for s, items in self.right.items()
            },
            planned={s: len(places[s]) for s in self.right},
        )


def key_of(competition: str, step: str, *, more: Sequence[KeyChange] = ()) -> Key:
    """The key in force, with ``more`` changes as if they were approved."""
    found: dict[str, dict[int, frozenset[str]]] = {}
    on_form: dict[str, list[tuple[str, int]]] = {}
    rows = TestItem.objects.filter(competition=competition, step=step, counts=True)
    for row in rows.order_by("section", "number"):
        if row.key:
            found.setdefault(row.section, {})[row.number] = frozenset({row.key})
            for form in row.forms:
                on_form.setdefault(form, []).append((row.section, row.number))
    key = Key(
        right=found,
        planned={s: len(items) for s, items in found.items()},
        forms={
            form: {s: frozenset(n for where, n in places if where == s) for s in found}
            for form, places in sorted(on_form.items())
        },
    )
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
    if key.forms:
        forms: Json = {
            form: {s: sorted(numbers) for s, numbers in places.items()}
            for form, places in key.forms.items()
        }
        plain = {"key": plain, "forms": forms}
    return hashlib.sha256(canonical(plain).encode()).hexdigest()


def section_digest(key: Key, section: str) -> str:
    """The digest of one section's key: what measured scores of the section rest on."""
    of_section = Key(
        right={section: key.right[section]} if section in key.right else {},
        planned={section: key.planned.get(section, 0)},
        forms={
            form: {section: places.get(section, frozenset())} for form, places in key.forms.items()
        },
    )
    return key_digest(of_section)


def measured_keys(competition: Competition, step: str) -> dict[str, str]:
    """The sections whose scores were measured, and the key those scores rest on."""
    found = competition.settings.get(f"measured.{step}")
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, Mapping) else {}


def stale_sections(competition: Competition, step: str, key: Key) -> tuple[str, ...]:
    """The sections that were measured by another key than the one in force: they must be
    handed over, measured and taken again before anybody's result is decided."""
    held = measured_keys(competition, step)
    return tuple(s for s, digest in held.items() if digest != section_digest(key, s))


def require_measured_again(competition: str, step: str) -> None:
    """Refuse while measured scores rest on a key that has been changed since."""
    stale = stale_sections(read_competition(competition), step, key_of(competition, step))
    if stale:
        raise RuleRefused(
            "measured_scores_stale",
            remedy="The key was changed after these sections were measured: "
            f"{', '.join(stale)}. Measure them again and take the scores first.",
            numbers={"sections": ", ".join(stale)},
        )


def latest_choices(codes: Sequence[str], step: str, sections: Sequence[str]) -> dict[str, Choices]:
    """The answer that counts for each item of the last sitting, for many candidacies."""
    found: dict[str, dict[tuple[str, int], str]] = {code: {} for code in codes}
    for start in range(0, len(codes), CHUNK):
        part = list(codes[start : start + CHUNK])
        last = last_sittings(part, step)
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
    """Right answers by section; where items were dropped, those left count in proportion.

    ``key`` is that of the form sat.
    """
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
    keys = keys_by_code(codes, step, key)
    return {code: raw_score(keys[code], choices[code]) for code in codes}


def keys_by_code(codes: Sequence[str], step: str, key: Key) -> dict[str, Key]:
    """For each candidacy the key of the form it sat."""
    if not key.forms:
        return dict.fromkeys(codes, key)
    sat = sat_forms(codes, step)
    by_form = {form: key.on(form) for form in {*key.forms, ""}}
    return {code: by_form[sat.get(code, "")] for code in codes}
