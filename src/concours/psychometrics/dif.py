"""Does an item favour a group at equal score? Mantel-Haenszel, with ETS classes and purification."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from concours.kernel.errors import BadInput
from concours.psychometrics.arrays import Flags, Floats
from concours.psychometrics.counted import Counted, unheard
from concours.psychometrics.notice import Notice
from concours.psychometrics.stratum import Cells, Matched, matched, per_item

DELTA = -2.35  # a log odds ratio on the ETS delta scale
MOST_ROUNDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class MantelHaenszel:
    """One row an item; arrays are (items,).

    chi2, p        Mantel's statistic on one degree of freedom
    odds_ratio     common odds, reference over focal; NaN for items with more than two scores
    log_odds_se    of its logarithm (Robins, Breslow & Greenland)
    delta          -2.35 log odds: negative when the item is harder for the focal group
    mean_gap       standardised mean difference, focal minus reference, as a share of the
                   points of the item, weighted by the focal group
    ets            "A" negligible, "B" moderate, "C" large, "" undecided (with a notice)
    flagged        p below ``level``
    anchor         items the matching score rests on in the last round
    rounds         purification rounds made; 0 without purification
    """

    chi2: Floats
    p: Floats
    odds_ratio: Floats
    log_odds_se: Floats
    delta: Floats
    mean_gap: Floats
    ets: NDArray[np.str_]
    flagged: Flags
    anchor: Flags
    rounds: int
    notices: tuple[Notice, ...]


def mantel_haenszel(
    responses: ArrayLike,
    focal: ArrayLike,
    *,
    matching: ArrayLike | None = None,
    purify: bool = False,
    continuity: bool = True,
    level: float = 0.05,
    progress: Counted | None = None,
) -> MantelHaenszel:
    """Compare the groups item by item among persons with the same score.

    responses   (persons, items)  whole points, -1 not presented
    focal       (persons,)  true for the focal group
    matching    (persons,)  whole-number score to match on; by default the points
                earned, the studied item always included
    purify      leave flagged items out of the matching score and begin again
                until the flags repeat, at most 30 rounds
    continuity  take half a point off, as published (right-or-wrong items only);
                a gap of less than half a point then counts as half less the gap
    progress    told items done of all, anew in each round

    ETS classes follow Zwick & Ercikan (1989) for right-or-wrong items; for
    items with more scores, Zwick, Thayer & Mazzeo (1997): the standardised
    difference against 0.17 and 0.25 standard deviations.
    Raises BadInput on an empty group or a wrong shape. Cost: one pass over the
    answers a round, and one column for each flagged item.
    Source: Mantel & Haenszel (1959); Mantel (1963); Holland & Thayer (1988).
    """
    data = matched(responses, focal, matching)
    if not 0 < level < 1:
        raise BadInput(
            "wrong_level", field="level", remedy="Give a level of significance between 0 and 1."
        )
    binary = data.responses.max(axis=0) <= 1

    def once(anchor: Flags) -> tuple[Floats, Flags]:
        table = _all_items(data, anchor, continuity, progress or unheard)
        return table, stats.chi2.sf(table[0], 1) < level

    table, flagged, anchor, rounds, notices = purified(once, data, purify=purify)
    chi2, odds, se, gap, spread = table
    p = stats.chi2.sf(chi2, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        delta = DELTA * np.log(odds)
        standard = gap / spread
    ets = np.where(
        binary, _ets_binary(delta, -DELTA * se, p, level), _ets_points(standard, p, level)
    )
    return MantelHaenszel(
        chi2=chi2,
        p=p,
        odds_ratio=odds,
        log_odds_se=se,
        delta=delta,
        mean_gap=gap / np.maximum(data.responses.max(axis=0), 1),
        ets=ets,
        flagged=flagged,
        anchor=anchor,
        rounds=rounds,
        notices=notices + _undecided(chi2, delta, binary),
    )


def purified(
    once: Callable[[Flags], tuple[Floats, Flags]], data: Matched, *, purify: bool
) -> tuple[Floats, Flags, Flags, int, tuple[Notice, ...]]:
    """Run a method with flagged items out of the anchor until the flags repeat.

    Returns the last table and flags, the anchor they used, the rounds made and
    notices; says so when the flags have not settled or no anchor is left.
    """
    anchor = np.ones(data.items, dtype=np.bool_)
    table, flagged = once(anchor)
    notices = data.notices
    if not purify or data.matching is not None or not flagged.any():
        return table, flagged, anchor, 0, notices
    for rounds in range(1, MOST_ROUNDS + 1):
        if flagged.all():
            text = "Every item is flagged, so no item is left to match on; the last round is shown."
            return table, flagged, anchor, rounds, (*notices, Notice("no_anchor_left", text))
        anchor = ~flagged
        table, now = once(anchor)
        if (now == flagged).all():
            return table, now, anchor, rounds, notices
        flagged = now
    text = f"The flagged items still change after {MOST_ROUNDS} rounds."
    return table, flagged, anchor, MOST_ROUNDS, (*notices, Notice("purification_not_settled", text))


def _all_items(data: Matched, anchor: Flags, continuity: bool, tell: Counted) -> Floats:
    """Statistics (5, items): chi-square, odds ratio, its log's error, mean gap, spread."""
    table = np.full((5, data.items), np.nan)
    binary = data.responses.max(axis=0) <= 1
    done = 0
    for items, found in per_item(data, anchor):
        half = np.where(binary[items], 0.5 if continuity else 0.0, 0.0)
        table[:, items] = _statistics(found, half, binary[items])
        done += int(items.sum())
        tell(done, data.items)
    return table


def _statistics(found: Cells, half: Floats, binary: Flags) -> Floats:
    """Mantel's chi-square, odds ratio, its log's error, the standardised gap and the spread."""
    n_ref, n_foc = found.count
    n = n_ref + n_foc
    y = found.points.sum(axis=0)
    both = (n_ref > 0) & (n_foc > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = np.where(both, n_ref * y / n, 0.0).sum(axis=0)
        spread = n_ref * n_foc * (n * found.square.sum(axis=0) - y**2) / (n**2 * (n - 1))
        variance = np.where(both, spread, 0.0).sum(axis=0)
        seen = np.where(both, found.points[0], 0.0).sum(axis=0)
        chi2 = np.where(variance > 0, (np.abs(seen - expected) - half) ** 2 / variance, np.nan)
        means = found.points / found.count
        gap = np.where(both, n_foc * (means[1] - means[0]), 0.0).sum(axis=0)
        gap /= np.where(both, n_foc, 0.0).sum(axis=0)
        persons, points = n.sum(axis=0), y.sum(axis=0)
        sd = np.sqrt((found.square.sum(axis=(0, 1)) - points**2 / persons) / (persons - 1))
    odds, error = np.full((2, y.shape[1]), np.nan)
    odds[binary], error[binary] = _odds(found.points[:, :, binary], found.count[:, :, binary])
    return np.stack([chi2, odds, error, gap, sd])


def _odds(right: Floats, count: Floats) -> tuple[Floats, Floats]:
    """Common odds ratio, reference over focal, and the standard error of its logarithm."""
    n = count.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        a, c = right / n
        b, d = (count - right) / n
        with_group, against = a * d * n, b * c * n
        r, s = _total(with_group), _total(against)
        # Robins, Breslow & Greenland (1986); equal to Phillips & Holland (1987)
        p, q = a + d, b + c
        variance = (
            _total(p * with_group) / (2 * r**2)
            + _total(p * against + q * with_group) / (2 * r * s)
            + _total(q * against) / (2 * s**2)
        )
    usable = (r > 0) & (s > 0)
    return np.where(usable, r / np.where(s > 0, s, 1), np.nan), np.sqrt(
        np.where(usable, variance, np.nan)
    )


def _total(values: Floats) -> Floats:
    total: Floats = np.nansum(values, axis=0)
    return total


def _ets_binary(delta: Floats, se: Floats, p: Floats, level: float) -> NDArray[np.str_]:
    """A, B or C by size and by what chance allows: C needs |delta| significantly above 1."""
    size = np.abs(delta)
    with np.errstate(invalid="ignore", divide="ignore"):
        beyond_one = (size - 1) / se > stats.norm.isf(level)
    large = (size >= 1.5) & beyond_one
    moderate = (size >= 1) & (p < level)
    named = np.where(large, "C", np.where(moderate, "B", "A"))
    return np.where(np.isfinite(delta) & np.isfinite(p), named, "")


def _ets_points(standard: Floats, p: Floats, level: float) -> NDArray[np.str_]:
    """A, B or C for items with more than two scores."""
    size = np.abs(standard)
    named = np.where(
        (p < level) & (size > 0.25), "C", np.where((p < level) & (size > 0.17), "B", "A")
    )
    return np.where(np.isfinite(standard) & np.isfinite(p), named, "")


def _undecided(chi2: Floats, delta: Floats, binary: Flags) -> tuple[Notice, ...]:
    """Name the items on which the groups cannot be compared."""
    text = "At no score level do both groups differ on this item; it cannot be judged."
    one_sided = "The groups' odds cannot be compared: one kind of answer is missing in one group."
    found = []
    for j in range(chi2.size):
        if not np.isfinite(chi2[j]):
            found.append(Notice("dif_undecided", text, str(j + 1)))
        elif binary[j] and not np.isfinite(delta[j]):
            found.append(Notice("odds_undefined", one_sided, str(j + 1)))
    return tuple(found)
