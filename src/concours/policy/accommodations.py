"""Accommodations at the test: what may be granted, and the factor of each grant of extra time."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import msgspec

from concours.kernel.errors import BadInput
from concours.policy.kind import Kind


class Accommodations(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``extra_time`` gives the factor of the sections' time by code; ``others`` change no time."""

    extra_time: dict[str, str]
    others: list[str]

    @property
    def codes(self) -> tuple[str, ...]:
        """Everything that may be granted, in the order it is shown."""
        return (*self.extra_time, *self.others)


def require_accommodations(
    rule: Accommodations, *, codes: Iterable[str], field: str
) -> tuple[str, ...]:
    """The codes once each, in the rule's order. Raises BadInput for one that is not in the
    rule, and for two grants of extra time at once."""
    wanted = set(codes)
    unknown = sorted(wanted - set(rule.codes))
    if unknown:
        raise BadInput(
            "code_not_in_list", remedy=f"Choose one of: {', '.join(rule.codes)}.", field=field
        )
    if len(wanted & set(rule.extra_time)) > 1:
        raise BadInput("extra_time_twice", remedy="Choose extra time once.", field=field)
    return tuple(code for code in rule.codes if code in wanted)


def factor_of(rule: Accommodations, codes: Iterable[str]) -> Fraction:
    """The factor by which these grants lengthen each section; 1 without extra time."""
    return max(
        (Fraction(rule.extra_time[c]) for c in codes if c in rule.extra_time), default=Fraction(1)
    )


def _run(rule: Accommodations, given: Mapping[str, Any]) -> Mapping[str, object]:
    return {"factor": str(factor_of(rule, given["granted"]))}


KIND = Kind("accommodations", Accommodations, _run)
