"""Exact numbers: fractions for means of ratings, decimals for published scores.

No float enters a decision. Text forms are canonical: a fraction in lowest
terms ("21/4", "5"), a decimal with its published places ("51.01").
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from concours.kernel.errors import BadInput

NANO = 10**9


def fraction(text: str) -> Fraction:
    """Read "21/4", "5" or "5.25" exactly. Raises BadInput on anything else."""
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise BadInput(
            "not_a_number", remedy=f"Write a number such as 21/4 or 5.25, not {text!r}."
        ) from error


def text_of(value: Fraction) -> str:
    """The canonical text of a fraction, in lowest terms."""
    return str(value)


def mean(values: Iterable[int | Fraction]) -> Fraction:
    """The exact mean. Raises BadInput when there is nothing to average."""
    found = [Fraction(v) for v in values]
    if not found:
        raise BadInput("nothing_to_average", remedy="Give at least one value.")
    return sum(found, Fraction(0)) / len(found)


def rounded(value: Fraction | Decimal, places: int) -> Decimal:
    """Round half up to ``places`` decimals, exactly, away from zero at the half."""
    exact = Fraction(value) * 10**places
    sign = -1 if exact < 0 else 1
    whole = (abs(exact) * 2 + 1) // 2
    return (Decimal(sign * whole) / (Decimal(10) ** places)).quantize(
        Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP
    )


def nano(value: Fraction) -> int:
    """The value times 10^9, rounded down: a whole number to order a column by."""
    return int(value * NANO // 1)
