"""Adverse impact: do the groups of a competition pass at the same rate?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from concours.kernel.errors import BadInput
from concours.psychometrics.arrays import Floats
from concours.psychometrics.counted import Counted, unheard
from concours.psychometrics.notice import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupImpact:
    """One group against the reference group; None throughout where the group is too small to show.

    considered, selected   persons
    rate, rate_low, rate_high        selection rate and its Wilson interval
    ratio, ratio_low, ratio_high     rate over the reference group's rate
    below_four_fifths      the ratio is under 0.8
    fisher_p               two-sided exact test of equal rates (Fisher)
    z                      difference of the rates in pooled standard errors
    shortfall              selections missing for the reference group's rate, in persons;
                           negative when the group does better
    """

    group: str
    considered: int | None
    selected: int | None
    rate: float | None
    rate_low: float | None
    rate_high: float | None
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    below_four_fifths: bool | None
    fisher_p: float | None
    z: float | None
    shortfall: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """Groups in the order given, the reference group, and what was kept back."""

    reference: str
    groups: tuple[GroupImpact, ...]
    suppressed: tuple[str, ...]
    notices: tuple[Notice, ...]


def adverse_impact(
    groups: Sequence[str],
    considered: ArrayLike,
    selected: ArrayLike,
    *,
    reference: str | None = None,
    confidence: float = 0.95,
    smallest: int = 10,
) -> Impact:
    """Compare selection rates by group.

    groups      names, one a group, all different
    considered  (groups,)  persons considered; selected (groups,)  those selected
    reference   group compared with; by default the one with the highest rate
                among groups large enough to be shown
    smallest    groups with fewer persons considered are not shown at all; where
                that would leave one hidden group to be worked out from a total,
                the next smallest is hidden too (with three groups in all, a
                notice asks to keep the total back instead)

    Rates have Wilson intervals, ratios Katz intervals on the log scale (half a
    person added to each cell where a count is 0). A rate of nobody
    selected in the reference group leaves ratio and shortfall without meaning:
    None, with a notice. Raises BadInput on counts that cannot be.
    Source: Uniform Guidelines (1978), 29 CFR 1607.4 D; Wilson (1927);
    Katz et al. (1978), Biometrics 34, 469-474; Morris & Lobsenz (2000).
    Cost: groups, and an exact test for each.
    """
    pool, chosen = _counts(groups, considered, selected)
    if not 0 < confidence < 1 or smallest < 1:
        raise BadInput(
            "wrong_level",
            field="confidence",
            remedy="Give a confidence between 0 and 1, and smallest from 1.",
        )
    hidden = _hidden(pool, smallest)
    shown = [k for k in range(len(groups)) if k not in hidden]
    if len(shown) < 2:
        raise BadInput(
            "groups_too_small",
            field="considered",
            remedy=f"Two groups of {smallest} persons are needed.",
        )
    base = _base(groups, reference, shown, pool, chosen)
    notices = [
        Notice("group_suppressed", "Too few persons to be shown.", groups[k])
        for k in sorted(hidden)
    ]
    if len(hidden) == 1 and pool[next(iter(hidden))] > 0:
        text = "One group is hidden; a published total would give it away."
        notices.append(Notice("keep_total_back", text))
    if chosen[base] == 0:
        notices.append(
            Notice(
                "no_reference_selection",
                "Nobody of the reference group was selected.",
                groups[base],
            )
        )
    rows = tuple(
        _nothing(groups[k]) if k in hidden else _row(groups[k], k, base, pool, chosen, confidence)
        for k in range(len(groups))
    )
    return Impact(
        reference=groups[base],
        groups=rows,
        suppressed=tuple(groups[k] for k in sorted(hidden)),
        notices=tuple(notices),
    )


def impact_at_cuts(
    scores: ArrayLike,
    membership: Sequence[str],
    cuts: Sequence[float],
    *,
    reference: str | None = None,
    confidence: float = 0.95,
    smallest: int = 10,
    progress: Counted | None = None,
) -> tuple[Impact, ...]:
    """The same at each cut: selected are those with a score at or above it.

    scores (persons,), membership one group name a person. Persons without a
    group belong to a group of their own: name it. ``progress`` is told cuts done of all.
    Raises as ``adverse_impact``.
    Cost: persons for each cut. Source: as ``adverse_impact``.
    """
    score = np.asarray(scores, dtype=np.float64)
    if score.ndim != 1 or score.size != len(membership) or not np.isfinite(score).all():
        raise BadInput(
            "shapes_disagree",
            field="scores",
            remedy="Give one finite score and one group a person.",
        )
    names, place = np.unique(np.asarray(membership, dtype=np.str_), return_inverse=True)
    pool = np.bincount(place, minlength=names.size)
    found = []
    for cut in cuts:
        chosen = np.bincount(place, weights=score >= cut, minlength=names.size)
        found.append(
            adverse_impact(
                names.tolist(),
                pool,
                chosen,
                reference=reference,
                confidence=confidence,
                smallest=smallest,
            )
        )
        (progress or unheard)(len(found), len(cuts))
    return tuple(found)


def wilson(selected: float, considered: float, confidence: float) -> tuple[float, float]:
    """Wilson's interval of a rate; never outside 0 and 1, and usable at 0 and at 1."""
    z = float(stats.norm.isf((1 - confidence) / 2))
    rate, share = selected / considered, z**2 / considered
    middle = (rate + share / 2) / (1 + share)
    reach = z / (1 + share) * np.sqrt(rate * (1 - rate) / considered + share / (4 * considered))
    return max(0.0, float(middle - reach)), min(1.0, float(middle + reach))


def _counts(
    groups: Sequence[str], considered: ArrayLike, selected: ArrayLike
) -> tuple[Floats, Floats]:
    """Check counts of persons."""
    pool, chosen = np.asarray(considered, dtype=np.float64), np.asarray(selected, dtype=np.float64)
    size = len(groups)
    if len(set(groups)) != size or pool.shape != (size,) or chosen.shape != (size,):
        raise BadInput(
            "shapes_disagree", field="groups", remedy="Give each group once, with two counts."
        )
    whole = (
        np.isfinite(pool).all()
        and (pool == np.round(pool)).all()
        and (chosen == np.round(chosen)).all()
    )
    if not whole or (chosen < 0).any() or (chosen > pool).any():
        raise BadInput(
            "wrong_counts",
            field="selected",
            remedy="Counts are whole; no more selected than considered.",
        )
    return pool, chosen


def _hidden(pool: Floats, smallest: int) -> set[int]:
    """Groups not to be shown; never one alone, as long as two are left to compare."""
    small = {int(k) for k in np.flatnonzero(pool < smallest)}
    if len(small) == 1 and pool.size > 3 and pool[next(iter(small))] > 0:
        small.add(min((k for k in range(pool.size) if k not in small), key=lambda k: pool[k]))
    return small


def _base(
    groups: Sequence[str], reference: str | None, shown: Sequence[int], pool: Floats, chosen: Floats
) -> int:
    """The reference group: the one asked for, or the highest rate among groups shown."""
    if reference is None:
        return max(shown, key=lambda k: (chosen[k] / pool[k], pool[k]))
    if reference not in groups or list(groups).index(reference) not in shown:
        raise BadInput(
            "wrong_reference",
            field="reference",
            remedy=f"{reference} is not a group large enough to be shown.",
        )
    return list(groups).index(reference)


def _row(
    name: str, k: int, base: int, pool: Floats, chosen: Floats, confidence: float
) -> GroupImpact:
    """One group's figures against the reference group."""
    n, x, m, y = (float(v) for v in (pool[k], chosen[k], pool[base], chosen[base]))
    rate, low_high = x / n, wilson(x, n, confidence)
    table = [[int(x), int(n - x)], [int(y), int(m - y)]]
    pooled = (x + y) / (n + m)
    spread = pooled * (1 - pooled) * (1 / n + 1 / m)
    ratio: float | None = None
    ends: tuple[float | None, float | None] = (None, None)
    if y > 0:
        ratio = rate / (y / m)
        ends = _katz(x, n, y, m, confidence) if k != base else (1.0, 1.0)
    return GroupImpact(
        group=name,
        considered=int(n),
        selected=int(x),
        rate=rate,
        rate_low=low_high[0],
        rate_high=low_high[1],
        ratio=ratio,
        ratio_low=ends[0],
        ratio_high=ends[1],
        below_four_fifths=None if ratio is None else 5 * x * m < 4 * y * n,
        fisher_p=1.0 if k == base else float(stats.fisher_exact(table)[1]),
        z=0.0 if spread == 0 or k == base else float((rate - y / m) / np.sqrt(spread)),
        shortfall=n * y / m - x if y > 0 else None,
    )


def _katz(x: float, n: float, y: float, m: float, confidence: float) -> tuple[float, float]:
    """Log interval of a ratio of rates."""
    if x == 0 or x == n or y == m:
        x, n, y, m = x + 0.5, n + 0.5, y + 0.5, m + 0.5
    z = float(stats.norm.isf((1 - confidence) / 2))
    middle, error = np.log(x * m / (n * y)), np.sqrt(max(1 / x - 1 / n + 1 / y - 1 / m, 0.0))
    return float(np.exp(middle - z * error)), float(np.exp(middle + z * error))


def _nothing(name: str) -> GroupImpact:
    """A group that is named and not shown."""
    return GroupImpact(
        group=name,
        considered=None,
        selected=None,
        rate=None,
        rate_low=None,
        rate_high=None,
        ratio=None,
        ratio_low=None,
        ratio_high=None,
        below_four_fifths=None,
        fisher_p=None,
        z=None,
        shortfall=None,
    )
