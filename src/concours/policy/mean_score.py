"""Scores that are exact means of parts, shown rounded but compared unrounded."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from concours.kernel.exact import mean, rounded, text_of
from concours.policy.kind import Kind


class MeanScore(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The mean of the ``parts``, each of which is the mean of its own ratings.

    Kept exact; shown with ``places`` decimals, half up, and never compared so.
    """

    parts: str
    places: int


def part_score(ratings: Iterable[int | Fraction]) -> Fraction:
    """The exact score of one part from its whole ratings."""
    return mean(ratings)


def overall(parts: Iterable[Fraction]) -> Fraction:
    """The exact mean of the parts, each of equal weight."""
    return mean(parts)


def shown(rule: MeanScore, score: Fraction) -> Decimal:
    """The score as people read it. It decides nothing."""
    return rounded(score, rule.places)


def _run(rule: MeanScore, given: Mapping[str, Any]) -> Mapping[str, object]:
    score = overall(part_score(ratings) for ratings in given["parts"])
    return {"score": text_of(score), "shown": str(shown(rule, score))}


def _say(rule: MeanScore) -> tuple[str, ...]:
    return (
        f"The mean of the {rule.parts}, each the mean of its own ratings, all of equal weight.",
        f"Compared exactly; shown with {rule.places} decimals.",
    )


KIND = Kind("mean_score", MeanScore, _run, _say)
