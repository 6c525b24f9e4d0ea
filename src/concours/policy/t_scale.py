"""Scaled scores: where a raw score stands on the base scale, rounded once."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from concours.kernel.errors import BadInput
from concours.kernel.exact import fraction, rounded
from concours.policy.kind import Kind


class TScale(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``mean`` + ``spread`` × z, rounded half up to ``places`` decimals for each section."""

    mean: Decimal
    spread: Decimal
    places: int


def scaled(rule: TScale, *, raw: Fraction, base_mean: Fraction, base_sd: Fraction) -> Decimal:
    """The scaled score of ``raw``, exactly computed and then rounded half up.

    ``base_mean`` and ``base_sd`` are those of the base scale in raw units, never
    of today's candidates. Raises BadInput when the base scale has no spread.
    """
    if base_sd <= 0:
        raise BadInput(
            "base_scale_without_spread",
            remedy="The base scale's standard deviation must be above zero.",
            field="base_scale",
        )
    z = (raw - base_mean) / base_sd
    return rounded(Fraction(rule.mean) + Fraction(rule.spread) * z, rule.places)


def _run(rule: TScale, given: Mapping[str, Any]) -> Mapping[str, object]:
    found = scaled(
        rule,
        raw=fraction(given["raw"]),
        base_mean=fraction(given["base_mean"]),
        base_sd=fraction(given["base_sd"]),
    )
    return {"scaled": str(found)}


KIND = Kind("t_scale", TScale, _run)
