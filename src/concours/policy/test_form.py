"""The order of a test's sections, and whether an earlier one may be opened again."""

from collections.abc import Mapping
from typing import Any

import msgspec

from concours.policy.kind import Kind


class TestForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``sections`` are ids of sections in the order they are sat."""

    __test__ = False

    sections: list[str]
    go_back: bool


def may_open(
    rule: TestForm, *, section: str, locked: frozenset[str], opened: frozenset[str]
) -> bool:
    """Whether this section may be opened now, given those opened and those locked.

    The next one in order may be opened once all before it are locked. A locked
    section may be opened again only where the rule lets people go back.
    """
    if section not in rule.sections:
        return False
    if section in locked:
        return rule.go_back
    before = rule.sections[: rule.sections.index(section)]
    return section in opened or all(s in locked for s in before)


def _run(rule: TestForm, given: Mapping[str, Any]) -> Mapping[str, object]:
    locked = frozenset(given["locked"])
    return {"allowed": may_open(rule, section=given["section"], locked=locked, opened=locked)}


def _say(rule: TestForm) -> tuple[str, ...]:
    names = ", ".join(name.replace("_", " ") for name in rule.sections)
    back = "You may" if rule.go_back else "You may not"
    return (f"In this order: {names}.", f"{back} go back to a section you have left.")


KIND = Kind("test_form", TestForm, _run, _say)
