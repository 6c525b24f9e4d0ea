"""Rules in words: what a value says, and how the standing of its source is put."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import msgspec

from concours.kernel.citation import Standing
from concours.kernel.period import instant as read_instant
from concours.policy.edition import Rule
from concours.policy.kinds import KINDS

STANDING_WORDS: Mapping[Standing, str] = {
    Standing.QUOTED: "read in the source",
    Standing.REPORTED: "reported by others, not read in a source of law",
    Standing.RULING: "our ruling, where sources are silent or disagree",
}


_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def spoken(name: str) -> str:
    """A field's name as words: ``at_least`` becomes "at least"."""
    return re.sub(r"[_\s]+", " ", name).strip()


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    if isinstance(value, str):
        if _INSTANT.fullmatch(value):
            at = read_instant(value)
            return f"{at.day} {at:%B %Y, %H:%M} UTC"
        return spoken(value) if re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+", value) else value
    return str(value)


def _flatten(value: object, label: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, msgspec.Struct):
        value = {name: getattr(value, name) for name in value.__struct_fields__}
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _flatten(
                inner, f"{label}, {spoken(str(name))}" if label else spoken(str(name))
            )
    elif isinstance(value, (Sequence, frozenset, set)) and not isinstance(value, str):
        members = sorted(value) if isinstance(value, (set, frozenset)) else list(value)
        if all(not isinstance(m, (msgspec.Struct, Mapping, list, tuple)) for m in members):
            yield label, ", ".join(_plain(m) for m in members) or "none"
        else:
            for place, member in enumerate(members, start=1):
                yield from _flatten(member, f"{label} {_name_of(member, place)}")
    elif value is not None and value != "":
        yield label, _plain(value)


def _name_of(member: object, place: int) -> str:
    for field in ("id", "name", "code", "title"):
        found = member.get(field) if isinstance(member, Mapping) else getattr(member, field, None)
        if isinstance(found, str) and found:
            return _plain(found)
    return str(place)


def told(values: Mapping[str, object]) -> str:
    """What a worked case is given, or comes to, as words on one line."""
    return "; ".join(f"{label}: {text}" for label, text in _flatten(values, ""))


def lines(rule: Rule) -> tuple[tuple[str, str], ...]:
    """The value of a rule as (label, text) lines; for an open rule the reason it has none."""
    if rule.value is None:
        return (("left open", rule.open),)
    return tuple(_flatten(rule.value, ""))


def sentences(rule: Rule) -> tuple[str, ...]:
    """What the rule says, as sentences: its kind's own words, else its lines."""
    kind = KINDS[rule.kind]
    if rule.value is not None and kind.say is not None:
        return kind.say(rule.value)
    return tuple(f"{label}: {text}" for label, text in lines(rule))
