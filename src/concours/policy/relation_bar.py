"""Relations that keep one person from vouching for, reading or rating another."""

from collections.abc import Mapping
from typing import Any

import msgspec

from concours.policy.kind import Kind


class RelationBar(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Codes of the barred relations, seen from the person who vouches, reads or rates."""

    barred: list[str]


def bars(rule: RelationBar, relation: str) -> bool:
    """Whether someone standing in this relation must not take part."""
    return relation in rule.barred


def _run(rule: RelationBar, given: Mapping[str, Any]) -> Mapping[str, object]:
    return {"allowed": not bars(rule, given["relation"])}


def _say(rule: RelationBar) -> tuple[str, ...]:
    return tuple(f"Barred: {relation.replace('_', ' ')}." for relation in rule.barred)


KIND = Kind("relation_bar", RelationBar, _run, _say)
