"""Scores of one form as scores of another: equivalent groups, and what every method shares."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from concours.kernel.errors import BadInput
from concours.psychometrics.arrays import Floats
from concours.psychometrics.counted import Counted, unheard
from concours.psychometrics.frequency import Frequency
from concours.psychometrics.notice import Notice
from concours.psychometrics.presmoothing import Smoothed

Simple = Literal["identity", "mean", "linear", "equipercentile"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Equating:
    """A table from scores of form X to the scale of form Y.

    method     what was done
    points     (scores,)  scores of form X
    equated    (scores,)  their equivalents, not rounded; equipercentile ones lie
               between half a point below Y's lowest and half above its highest
    error      (scores,)  standard error of equating; NaN where none was asked for or exists
    line       (slope, intercept) of a linear method; None otherwise
    notices    what to know before using the table
    """

    method: str
    points: Floats
    equated: Floats
    error: Floats
    line: tuple[float, float] | None
    notices: tuple[Notice, ...] = ()

    def of(self, scores: ArrayLike) -> Floats:
        """Equivalents of whole scores of form X. Raises BadInput for a score not in the table."""
        found = np.asarray(scores, dtype=np.float64)
        place = np.searchsorted(self.points, found)
        if (place >= self.points.size).any() or (
            self.points[np.minimum(place, self.points.size - 1)] != found
        ).any():
            raise BadInput(
                "score_not_in_table",
                field="scores",
                remedy="Give whole scores of the form that was equated.",
            )
        return np.asarray(self.equated[place])


def equate(
    x: Frequency,
    y: Frequency,
    *,
    method: Simple = "equipercentile",
    smoothed_x: Smoothed | None = None,
    smoothed_y: Smoothed | None = None,
) -> Equating:
    """Equate two forms given to equivalent groups, with analytic standard errors.

    identity        the score itself
    mean, linear    equal means, equal means and spreads (as observed)
    equipercentile  equal percentile ranks, each score spread evenly over one
                    point; of the smoothed distributions when both are given

    Errors: delta method without normality for mean and linear; Lord's formula
    for equipercentile, or, smoothed, the delta method through both log-linear
    fits. Raises BadInput when a score distribution does not vary.
    Source: Kolen & Brennan (2014), chs. 2, 3 and 7; Lord (1982), JES 7, 165-174.
    Cost: scores; with smoothing, scores x degrees^2.
    """
    if (smoothed_x is None) != (smoothed_y is None):
        raise BadInput("half_smoothed", field="smoothed_y", remedy="Smooth both forms or neither.")
    points = x.points
    if method == "identity":
        return Equating(
            method=method,
            points=points,
            equated=points,
            error=np.zeros(points.size),
            line=(1.0, 0.0),
        )
    if method in ("mean", "linear"):
        return _straight(x, y, slope_one=method == "mean")
    if method != "equipercentile":
        raise BadInput(
            "unknown_method", field="method", remedy="Use identity, mean, linear or equipercentile."
        )
    if smoothed_x is not None and smoothed_y is not None:
        p, q = (
            smoothed_x.counts / smoothed_x.counts.sum(),
            smoothed_y.counts / smoothed_y.counts.sum(),
        )
        equated = equipercentile(p, q, low=y.low)
        error = _smoothed_error(p, q, equated - y.low, smoothed_x.root, smoothed_y.root)
    else:
        p, q = x.shares, y.shares
        equated = equipercentile(p, q, low=y.low)
        error = _lord_error(p, q, x.persons, y.persons)
    return Equating(
        method=method,
        points=points,
        equated=equated,
        error=error,
        line=None,
        notices=_gaps(p, points, smoothed_x),
    )


def percentile_ranks(shares: Floats) -> Floats:
    """Share below each score plus half the share at it, (scores,)."""
    ranks: Floats = np.cumsum(shares) - shares / 2
    return np.clip(ranks, 0.0, 1.0)


def percentile_points(ranks: Floats, shares: Floats, *, low: int = 0) -> Floats:
    """The score of each percentile rank where each score is spread evenly over one point.

    A rank of 0 is half a point below the lowest score; within a run of empty
    scores it is the middle of the run.
    """
    reached = np.cumsum(shares)
    reached /= reached[-1]
    edge = np.arange(shares.size + 1) - 0.5
    cumulative = np.concatenate([[0.0], reached])
    # rounding must not decide on which side of an empty run a rank falls
    slack = 1e-13
    above = np.searchsorted(cumulative, ranks + slack, side="right")
    below = np.searchsorted(cumulative, ranks - slack, side="left")
    upper = np.clip(above, 1, shares.size)
    step = cumulative[upper] - cumulative[upper - 1]
    inside = edge[upper - 1] + np.divide(
        ranks - cumulative[upper - 1], step, out=np.zeros_like(ranks), where=step > 0
    )
    flat = above - below > 1
    middle = (edge[np.clip(below, 0, shares.size)] + edge[np.clip(above - 1, 0, shares.size)]) / 2
    found = np.where(flat, middle, inside)
    return low + np.where(
        ranks <= slack, -0.5, np.where(ranks >= 1 - slack, shares.size - 0.5, found)
    )


def equipercentile(p: Floats, q: Floats, *, low: int = 0) -> Floats:
    """Equivalents on a form with shares q (from score ``low``) of the scores of one with shares p."""
    return percentile_points(percentile_ranks(p), q, low=low)


def bootstrap_error(
    counts: tuple[Floats, Floats],
    table: Callable[[Floats, Floats], Floats],
    *,
    generator: np.random.Generator,
    replications: int = 1000,
    progress: Counted | None = None,
) -> Floats:
    """Standard error of any equating table by resampling persons of both forms.

    counts     observed counts of the two samples, of any shape
    table      gives the equated scores (scores,) of two such counts; a BadInput
               it raises on a sample counts as a failure
    progress   told samples done of all
    Raises BadInput when more than one sample in ten fails, or fewer than two were asked for.
    Cost: replications tables.
    Source: Efron & Tibshirani (1993), ch. 6; Kolen & Brennan (2014), ch. 7.
    """
    if replications < 2:
        raise BadInput(
            "too_few_replications", field="replications", remedy="Give two replications or more."
        )
    one, two = counts
    sizes = [round(float(c.sum())) for c in counts]
    found, failed = [], 0
    for done in range(1, replications + 1):
        a = (
            generator.multinomial(sizes[0], one.ravel() / one.sum())
            .reshape(one.shape)
            .astype(float)
        )
        b = (
            generator.multinomial(sizes[1], two.ravel() / two.sum())
            .reshape(two.shape)
            .astype(float)
        )
        try:
            found.append(table(a, b))
        except BadInput:
            failed += 1
        (progress or unheard)(done, replications)
    if failed * 10 > replications:
        raise BadInput(
            "bootstrap_failed",
            field="counts",
            remedy=f"{failed} of {replications} samples could not be equated.",
        )
    return np.asarray(np.std(np.stack(found), axis=0, ddof=1))


def _straight(x: Frequency, y: Frequency, *, slope_one: bool) -> Equating:
    """Equal means, and equal spreads unless the slope is held at 1."""
    sx, sy = x.sd, y.sd
    if sx == 0 or sy == 0:
        raise BadInput(
            "scores_do_not_vary",
            field="counts",
            remedy="Linear equating needs scores that vary on both forms.",
        )
    slope = 1.0 if slope_one else sy / sx
    intercept = y.moment(1) - slope * x.moment(1)
    z = (x.points - x.moment(1)) / sx
    if slope_one:
        error = np.full(z.size, np.sqrt(sx**2 / x.persons + sy**2 / y.persons))
    else:
        skew = [f.moment(3) / f.sd**3 / f.persons for f in (x, y)]
        tails = [(f.moment(4) / f.sd**4 - 1) / (4 * f.persons) for f in (x, y)]
        error = sy * np.sqrt(1 / x.persons + 1 / y.persons + z * sum(skew) + z**2 * sum(tails))
    return Equating(
        method="mean" if slope_one else "linear",
        points=x.points,
        equated=slope * x.points + intercept,
        error=error,
        line=(slope, intercept),
    )


def _lord_error(p: Floats, q: Floats, nx: float, ny: float) -> Floats:
    """Lord (1982); Kolen & Brennan (2014), eq. 7.12. NaN where Y's scores around the point are empty."""
    rank = percentile_ranks(p)
    reached = np.concatenate([[0.0], np.cumsum(q)])
    upper = np.clip(np.searchsorted(reached, rank + 1e-13, side="right"), 1, q.size)
    here, before = reached[upper], reached[upper - 1]
    dense = here - before
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = rank * (1 - rank) * (nx + ny) / (nx * ny) - (here - rank) * (rank - before) / (
            ny * dense
        )
        error = np.sqrt(np.maximum(spread, 0)) / dense
    return np.where((rank <= 1e-13) | (rank >= 1 - 1e-13), 0.0, np.where(dense > 0, error, np.nan))


def _smoothed_error(
    p: Floats, q: Floats, equated: Floats, root_x: Floats, root_y: Floats
) -> Floats:
    """Delta method: |J C| of both fits, with C from the log-linear covariances."""
    size = p.size
    from_x = np.tril(np.ones((size, size)), -1) + np.eye(size) / 2
    # share of score k's point lying below the equated score
    below = np.clip(equated[:, None] - (np.arange(q.size) - 0.5), 0.0, 1.0)
    place = np.clip(np.floor(equated + 0.5).astype(int), 0, q.size - 1)
    dense = q[place]
    spread = ((from_x @ root_x) ** 2).sum(axis=1) + ((below @ root_y) ** 2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(dense > 0, np.sqrt(spread) / dense, np.nan)


def _gaps(p: Floats, points: Floats, smoothed: Smoothed | None) -> tuple[Notice, ...]:
    """Name scores nobody earned: their unsmoothed equivalents rest on neighbours."""
    if smoothed is not None or (p > 0).all():
        return ()
    empty = ", ".join(f"{v:g}" for v in points[p == 0])
    return (
        Notice(
            "scores_nobody_earned", f"Nobody earned the scores {empty}; smooth before equating."
        ),
    )
