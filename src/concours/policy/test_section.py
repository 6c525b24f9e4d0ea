"""One section of a test: how many items, how many minutes, how many of them pilots."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Literal

import msgspec

from concours.kernel.exact import fraction
from concours.policy.kind import Kind


class TestSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``answer`` is ``choice`` (items) or ``essay``. ``pilot_share`` of the items never count."""

    __test__ = False

    title: str
    answer: Literal["choice", "essay"]
    items: int
    minutes: int
    pilot_share: str


def pilot_items(rule: TestSection) -> int:
    """How many items of the section are pilots: the share of its items, rounded down."""
    return int(Fraction(rule.items) * fraction(rule.pilot_share))


def counted_items(rule: TestSection) -> int:
    """How many items of the section count."""
    return rule.items - pilot_items(rule)


def _run(rule: TestSection, given: Mapping[str, Any]) -> Mapping[str, object]:
    return {"pilots": pilot_items(rule), "counted": counted_items(rule), "minutes": rule.minutes}


def _say(rule: TestSection) -> tuple[str, ...]:
    if rule.answer == "essay":
        asked = "essay" if rule.items == 1 else "essays"
    else:
        asked = "question" if rule.items == 1 else "questions"
    pilots = (
        f"{rule.pilot_share} of them are on trial and never count."
        if rule.pilot_share != "0"
        else "All of it counts."
    )
    return (f"{rule.title}: {rule.items} {asked} in {rule.minutes} minutes.", pilots)


KIND = Kind("test_section", TestSection, _run, _say)
