"""Equating groups that are not equivalent, through an anchor both have taken."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from concours.kernel.errors import BadInput
from concours.psychometrics.arrays import Floats
from concours.psychometrics.equating import Equating, equipercentile, percentile_points
from concours.psychometrics.frequency import Frequency, JointFrequency
from concours.psychometrics.notice import Notice
from concours.psychometrics.presmoothing import Smoothed

Straight = Literal[
    "tucker", "levine", "levine_true", "nominal_weights", "braun_holland", "chained_linear"
]
Curved = Literal["frequency_estimation", "chained_equipercentile"]
STRAIGHT: tuple[Straight, ...] = (
    "tucker",
    "levine",
    "levine_true",
    "nominal_weights",
    "braun_holland",
    "chained_linear",
)
CURVED: tuple[Curved, ...] = ("frequency_estimation", "chained_equipercentile")


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthetic:
    """Means and spreads of both forms in the population a linear method made up."""

    mean_x: float
    sd_x: float
    mean_y: float
    sd_y: float


def equate_through_anchor(
    x: JointFrequency,
    y: JointFrequency,
    *,
    method: Straight | Curved = "frequency_estimation",
    weight: float = 1.0,
    slope_one: bool = False,
    smoothed_x: Smoothed | None = None,
    smoothed_y: Smoothed | None = None,
    errors: bool = True,
) -> Equating:
    """Equate form X (group 1) to form Y (group 2) through a common anchor.

    tucker, levine, nominal_weights, braun_holland   observed-score linear methods
    levine_true         linear, true scores; chained_linear through the anchor scale
    frequency_estimation, chained_equipercentile     equal percentile ranks
    weight       of group 1 in the synthetic population, 0 to 1 (chained and true: not used)
    slope_one    equate means only (linear methods)
    smoothed_..  joint fits to use in place of the counts
    errors       delta-method standard errors of the unsmoothed counts: each cell's
                 influence on the table, found numerically. NaN with smoothing:
                 use ``bootstrap_error``.

    Raises BadInput when the anchors differ in range, an anchor does not vary or
    correlate, or frequency estimation meets an anchor score only one group earned
    where the synthetic population needs it (smooth the counts then).
    Cost: one table for each cell met when errors are asked for.
    Source: Kolen & Brennan (2014), chs. 4, 5 and 7.
    """
    _check(x, y, weight, method, slope_one)
    notices: tuple[Notice, ...] = ()
    joint_x, joint_y = x, y
    if smoothed_x is not None and smoothed_y is not None:
        joint_x = JointFrequency(x.low, x.anchor_low, smoothed_x.counts, x.internal)
        joint_y = JointFrequency(y.low, y.anchor_low, smoothed_y.counts, y.internal)
        errors = False
    elif smoothed_x is not None or smoothed_y is not None:
        raise BadInput("half_smoothed", field="smoothed_y", remedy="Smooth both forms or neither.")
    points = joint_x.total.points
    line: tuple[float, float] | None = None
    if method in STRAIGHT:
        line = straight_line(joint_x, joint_y, method=method, weight=weight, slope_one=slope_one)
        equated = line[0] * points + line[1]
    else:
        equated = _curve(joint_x, joint_y, method, weight)
    found = np.full(points.size, np.nan)
    if errors:
        found = _influence_error(joint_x, joint_y, method, weight, slope_one)
    overlap = _overlap(x.anchor, y.anchor)
    if overlap > 0.5:
        text = f"The groups differ on the anchor by {overlap:.2f} standard deviations; methods will disagree."
        notices = (Notice("groups_far_apart", text),)
    name = f"mean {method}" if slope_one else method
    return Equating(
        method=name, points=points, equated=equated, error=found, line=line, notices=notices
    )


def _check(
    x: JointFrequency, y: JointFrequency, weight: float, method: str, slope_one: bool
) -> None:
    if (
        x.counts.shape[1] != y.counts.shape[1]
        or x.anchor_low != y.anchor_low
        or x.internal != y.internal
    ):
        raise BadInput(
            "anchors_differ",
            field="y",
            remedy="Both forms need the same anchor, with the same scores.",
        )
    if not 0 <= weight <= 1:
        raise BadInput(
            "wrong_weight", field="weight", remedy="Give the weight of group 1, from 0 to 1."
        )
    if method not in STRAIGHT + CURVED or (slope_one and method in CURVED):
        raise BadInput(
            "unknown_method",
            field="method",
            remedy=f"Use one of {', '.join(STRAIGHT + CURVED)}; means only for linear ones.",
        )
    for form in (x, y):
        if form.anchor.sd == 0 or form.total.sd == 0:
            raise BadInput(
                "scores_do_not_vary",
                field="counts",
                remedy="Total and anchor scores must vary in both groups.",
            )


def _overlap(one: Frequency, two: Frequency) -> float:
    pooled = np.sqrt((one.moment(2) + two.moment(2)) / 2)
    return float(abs(one.moment(1) - two.moment(1)) / pooled)


def straight_line(
    x: JointFrequency,
    y: JointFrequency,
    *,
    method: Straight,
    weight: float = 1.0,
    slope_one: bool = False,
) -> tuple[float, float]:
    """Slope and intercept of a linear method; arguments as ``equate_through_anchor``.

    Raises BadInput as ``equate_through_anchor``. Cost: cells of the joint counts.
    Source: Kolen & Brennan (2014), ch. 4.
    """
    mean_x, mean_y = x.total.moment(1), y.total.moment(1)
    gap = x.anchor.moment(1) - y.anchor.moment(1)
    if method == "chained_linear":
        first, second = x.anchor.sd / x.total.sd, y.total.sd / y.anchor.sd
        if slope_one:
            return 1.0, mean_y + gap - mean_x
        return first * second, mean_y + second * gap - first * second * mean_x
    if method == "levine_true":
        gamma_x, gamma_y = _gamma(x, "levine"), _gamma(y, "levine")
        slope = 1.0 if slope_one else gamma_y / gamma_x
        return slope, mean_y + gamma_y * gap - slope * mean_x
    found = synthetic(x, y, method=method, weight=weight)
    slope = 1.0 if slope_one else found.sd_y / found.sd_x
    return slope, found.mean_y - slope * found.mean_x


def synthetic(
    x: JointFrequency, y: JointFrequency, *, method: Straight, weight: float = 1.0
) -> Synthetic:
    """Moments of both forms in the synthetic population of an observed-score linear method.

    Arguments as ``equate_through_anchor``; means and sds are in points. Raises BadInput for a method
    without such a population, or a spread below 0. Cost: cells of the joint counts.
    Source: Kolen & Brennan (2014), ch. 4; Braun & Holland (1982).
    """
    if method == "braun_holland":
        p, q = _estimated(x, y, weight)
        one, two = Frequency(x.low, p), Frequency(y.low, q)
        return Synthetic(
            mean_x=one.moment(1),
            sd_x=float(np.sqrt(one.moment(2))),
            mean_y=two.moment(1),
            sd_y=float(np.sqrt(two.moment(2))),
        )
    if method not in ("tucker", "levine", "nominal_weights"):
        raise BadInput(
            "no_synthetic_population",
            field="method",
            remedy=f"{method} has no synthetic population.",
        )
    other = 1 - weight
    gap = x.anchor.moment(1) - y.anchor.moment(1)
    spread = x.anchor.sd**2 - y.anchor.sd**2
    gx, gy = _gamma(x, method), _gamma(y, method)
    var_x = x.total.sd**2 - other * gx**2 * spread + weight * other * gx**2 * gap**2
    var_y = y.total.sd**2 + weight * gy**2 * spread + weight * other * gy**2 * gap**2
    if var_x <= 0 or var_y <= 0:
        raise BadInput(
            "negative_spread",
            field="method",
            remedy="The synthetic spread is below 0; use another method.",
        )
    return Synthetic(
        mean_x=x.total.moment(1) - other * gx * gap,
        sd_x=float(np.sqrt(var_x)),
        mean_y=y.total.moment(1) + weight * gy * gap,
        sd_y=float(np.sqrt(var_y)),
    )


def _gamma(form: JointFrequency, method: str) -> float:
    """Points of the total for a point of the anchor."""
    if method == "nominal_weights":
        return float((form.counts.shape[0] - 1) / (form.counts.shape[1] - 1))
    both = form.covariance
    if method == "tucker":
        return both / form.anchor.sd**2
    if both <= 0:
        raise BadInput(
            "anchor_unrelated",
            field="anchor",
            remedy="Total and anchor must go together; these do not.",
        )
    if form.internal:
        return form.total.sd**2 / both
    return (form.total.sd**2 + both) / (form.anchor.sd**2 + both)


def _estimated(x: JointFrequency, y: JointFrequency, weight: float) -> tuple[Floats, Floats]:
    """Shares of both forms in the synthetic population, by the conditional distributions."""
    h1, h2 = x.anchor.shares, y.anchor.shares
    population = weight * h1 + (1 - weight) * h2
    shares = []
    for form, own in ((x, h1), (y, h2)):
        lacking = (own == 0) & (population > 0)
        if lacking.any():
            where = ", ".join(f"{v:g}" for v in form.anchor.points[lacking])
            raise BadInput(
                "anchor_score_missing",
                field="anchor",
                remedy=f"One group has nobody at anchor score {where}; smooth.",
            )
        given = np.divide(
            form.counts, form.counts.sum(axis=0), out=np.zeros_like(form.counts), where=own > 0
        )
        shares.append(given @ population)
    return shares[0], shares[1]


def _curve(x: JointFrequency, y: JointFrequency, method: str, weight: float) -> Floats:
    """Equivalents by percentile ranks."""
    if method == "frequency_estimation":
        p, q = _estimated(x, y, weight)
        return equipercentile(p, q, low=y.low)
    on_anchor = equipercentile(x.total.shares, x.anchor.shares)
    return percentile_points(_ranks_at(on_anchor, y.anchor.shares), y.total.shares, low=y.low)


def _ranks_at(values: Floats, shares: Floats) -> Floats:
    """Percentile ranks of scores between whole ones (counted from 0)."""
    edges = np.arange(shares.size + 1) - 0.5
    return np.asarray(np.interp(values, edges, np.concatenate([[0.0], np.cumsum(shares)])))


def _influence_error(
    x: JointFrequency, y: JointFrequency, method: Straight | Curved, weight: float, slope_one: bool
) -> Floats:
    """Spread of the table when each person counts a little more: the infinitesimal jackknife."""
    total = np.zeros(x.counts.shape[0])
    for place, form in enumerate((x, y)):
        n = float(form.counts.sum())
        for cell in np.argwhere(form.counts > 0):
            ends = []
            for step in (1e-4 * n, -1e-4 * n):
                counts = form.counts.copy()
                counts[tuple(cell)] = max(counts[tuple(cell)] + step, 1e-9)
                moved = counts[tuple(cell)] - form.counts[tuple(cell)]
                changed = JointFrequency(
                    form.low, form.anchor_low, counts * (n / counts.sum()), form.internal
                )
                pair = (changed, y) if place == 0 else (x, changed)
                ends.append((moved, _table(*pair, method, weight, slope_one)))
            influence = (ends[0][1] - ends[1][1]) / (ends[0][0] - ends[1][0])
            total += form.counts[tuple(cell)] * influence**2
    return np.sqrt(total)


def _table(
    x: JointFrequency, y: JointFrequency, method: Straight | Curved, weight: float, slope_one: bool
) -> Floats:
    """Equated scores alone."""
    if method == "frequency_estimation" or method == "chained_equipercentile":
        return _curve(x, y, method, weight)
    slope, intercept = straight_line(x, y, method=method, weight=weight, slope_one=slope_one)
    return slope * x.total.points + intercept
