"""Information curves of items and forms, worked out without a numeric library: the web process draws them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp

from concours.records.models import BankItem

EXPECTED = {"easy": -1.0, "": 0.0, "medium": 0.0, "hard": 1.0}
"""Difficulty taken for an item without figures, by its author's expectation; the slope is then 1."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Slope, difficulty and lower asymptote of one item, in logits; ``known`` from an administration."""

    a: float
    b: float
    c: float
    known: bool = True


def curve_of(row: BankItem) -> Curve | None:
    """The item's curve; None for one that is answered in writing and has none."""
    if row.kind == "text":
        return None
    if row.a is not None and row.b is not None:
        return Curve(row.a, row.b, row.c or 0.0)
    return Curve(1.0, EXPECTED.get(row.level, 0.0), 0.0, known=False)


def information(curve: Curve, theta: float) -> float:
    """Fisher information about ability of one right-or-wrong item. Source: Birnbaum (1968), eq. 20.4.11."""
    z = curve.a * (theta - curve.b)
    star = 1.0 / (1.0 + exp(-z)) if z > -700 else 0.0
    right = curve.c + (1.0 - curve.c) * star
    if right <= 0.0 or right >= 1.0:
        return 0.0
    return curve.a**2 * (1.0 - right) / right * ((right - curve.c) / (1.0 - curve.c)) ** 2


def information_at(curves: Iterable[Curve | None], points: Sequence[float]) -> tuple[float, ...]:
    """The information of a set of items at each point."""
    found = [curve for curve in curves if curve is not None]
    return tuple(sum(information(curve, point) for curve in found) for point in points)
