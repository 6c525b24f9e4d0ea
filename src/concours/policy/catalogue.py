"""Catalogues: the closed list of themes, dimensions or the like that an edition names."""

from collections.abc import Mapping
from typing import Any

import msgspec

from concours.kernel.errors import BadInput
from concours.policy.kind import Kind


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing named: a permanent code, the title people read, and what it means."""

    code: str
    title: str
    gloss: str


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The items, in the order in which they are shown."""

    items: list[Item]


def codes(rule: Catalogue) -> tuple[str, ...]:
    """The codes, in order. Raises BadInput when one stands twice."""
    found = tuple(item.code for item in rule.items)
    if len(set(found)) != len(found):
        raise BadInput("code_stands_twice", remedy="Give every item of a catalogue its own code.")
    return found


def title_of(rule: Catalogue, code: str) -> str:
    """The title of one item. Raises BadInput for a code the catalogue lacks."""
    for item in rule.items:
        if item.code == code:
            return item.title
    raise BadInput("no_such_item", remedy=f"Choose one of {', '.join(codes(rule))}.", field="code")


def _run(rule: Catalogue, given: Mapping[str, Any]) -> Mapping[str, object]:
    found = codes(rule)
    if "code" in given:
        return {"known": given["code"] in found}
    return {"count": len(found)}


def _say(rule: Catalogue) -> tuple[str, ...]:
    return tuple(f"{item.title}: {item.gloss}" for item in rule.items)


KIND = Kind("catalogue", Catalogue, _run, _say)
