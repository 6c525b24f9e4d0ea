"""A forecast of being called in time: shown to candidates, deciding nothing."""

from dataclasses import dataclass
from datetime import date
from math import exp, lgamma, log

MONTH_DAYS = 30.4375


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The chance in whole percent of an offer before the clock runs out, and from what.

    ``calls`` and ``arrivals`` are a month's offers on this register, and a
    month's new places above this one, over the months looked back on.
    """

    percent: int
    calls: float
    arrivals: float
    months_left: float


def _poisson(mean: float, most: int) -> list[float]:
    """The probabilities of 0 to ``most`` events."""
    if mean <= 0:
        return [1.0] + [0.0] * most
    return [exp(k * log(mean) - mean - lgamma(k + 1)) for k in range(most + 1)]


def forecast(
    *, rank: int, offers: int, arrivals_above: int, months_back: float, on: date, ends_on: date
) -> Forecast:
    """How likely offers reach this rank in time, if the coming months are like the last ones.

    Offers and new places above are taken as independent Poisson streams at the
    pace of the last ``months_back`` months. The chance is that offers exceed
    arrivals by at least ``rank``. With nothing to look back on it is 0.
    """
    left = max((ends_on - on).days, 0) / MONTH_DAYS
    pace = max(months_back, 1 / MONTH_DAYS)
    calls, arrivals = offers / pace, arrivals_above / pace
    expected, above = calls * left, arrivals * left
    most = int(max(expected, above) + 12 * max(expected, above) ** 0.5 + rank + 20)
    offered, arrived = _poisson(expected, most), _poisson(above, most)
    tail = [0.0] * (most + 2)
    for k in range(most, -1, -1):
        tail[k] = tail[k + 1] + offered[k]
    chance = sum(p * tail[min(rank + k, most + 1)] for k, p in enumerate(arrived))
    percent = min(100, max(0, round(100 * chance)))
    return Forecast(percent=percent, calls=calls, arrivals=arrivals, months_left=left)
