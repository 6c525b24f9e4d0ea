"""Breaks between sections: after which of them, and for how many minutes."""

from collections.abc import Mapping
from typing import Any

import msgspec

from concours.policy.kind import Kind


class SectionBreaks(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``minutes`` of each break; ``after`` are ids of the sections a break follows."""

    minutes: int
    after: list[str]


def minutes_after(rule: SectionBreaks, section: str) -> int:
    """The minutes of the break that follows a section; 0 where none does."""
    return rule.minutes if section in rule.after else 0


def minutes_of_all(rule: SectionBreaks) -> int:
    """The minutes of all breaks together, if each is taken whole."""
    return rule.minutes * len(rule.after)


def _run(rule: SectionBreaks, given: Mapping[str, Any]) -> Mapping[str, object]:
    return {"minutes": minutes_after(rule, given["section"]), "of_all": minutes_of_all(rule)}


KIND = Kind("section_breaks", SectionBreaks, _run)
