"""Reported scores: a line through the ability scale, rounded once, by the published rule."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concours.kernel.errors import BadInput

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

RULES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN}


@dataclass(frozen=True, slots=True)
class ScaledScores:
    """Exact reported scores: ``units`` (persons,) whole numbers of 10^-decimals."""

    units: Ints
    decimals: int

    def values(self) -> Floats:
        """As floats, for plots and statistics; decisions compare ``units``."""
        return np.asarray(self.units / 10.0**self.decimals)

    def texts(self) -> list[str]:
        """As published, with all decimals."""
        step = Decimal(1).scaleb(-self.decimals)
        return [str(Decimal(int(u)) * step) for u in self.units]


def scaled_scores(
    values: ArrayLike,
    *,
    slope: float | str = 1.0,
    intercept: float | str = 0.0,
    decimals: int = 0,
    rule: str = "half_up",
    low: float | str | None = None,
    high: float | str | None = None,
) -> ScaledScores:
    """intercept + slope x value, rounded once to ``decimals`` places, then held to low .. high.

    A value enters as the shortest decimal number that means the same float, and the line is
    computed in decimals, so that a half is a half. ``rule`` is "half_up" (away from zero) or
    "half_even".

    Raises BadInput for a value that is not finite, an unknown rule, or decimals outside 0 to 9.
    Cost: a decimal for each different value. Source: Kolen & Brennan (2014), ch. 9.
    """
    if rule not in RULES or not 0 <= decimals <= 9:
        raise BadInput(
            "rounding_rule",
            field="rule",
            remedy=f"Use {' or '.join(RULES)} and 0 to 9 decimals.",
        )
    array = np.asarray(values, np.float64)
    if not np.isfinite(array).all():
        raise BadInput("not_finite", field="values", remedy="Every score must be a finite number.")
    m, b = Decimal(str(slope)), Decimal(str(intercept))
    scale = Decimal(10) ** decimals
    bottom = None if low is None else int(Decimal(str(low)) * scale)
    top = None if high is None else int(Decimal(str(high)) * scale)
    found, back = np.unique(array, return_inverse=True)
    units = np.empty(found.size, np.int64)
    for i, value in enumerate(found):
        exact = (b + m * Decimal(repr(float(value)))) * scale
        unit = int(exact.quantize(Decimal(1), rounding=RULES[rule]))
        unit = unit if bottom is None else max(unit, bottom)
        units[i] = unit if top is None else min(unit, top)
    return ScaledScores(units[back.reshape(array.shape)], decimals)


def t_scores(z: ArrayLike, *, decimals: int = 2, rule: str = "half_up") -> ScaledScores:
    """T = 50 + 10 z, rounded once. z is ability in standard deviations of the base population.

    Raises BadInput as ``scaled_scores``. Cost: a decimal for each different value.
    Source: McCall (1939), Measurement.
    """
    return scaled_scores(z, slope=10, intercept=50, decimals=decimals, rule=rule)
