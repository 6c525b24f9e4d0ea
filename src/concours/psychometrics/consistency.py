"""The error of one score, and how often a second sitting would decide the same."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from concours.kernel.errors import BadInput
from concours.psychometrics.arrays import Floats, Ints
from concours.psychometrics.notice import Notice

NODES_PER_CLASS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Consistency:
    """Decisions at the cuts, on this form and on another like it.

    agreement     (classes, classes)  share of persons by class on one form and on another
    accuracy      (classes, classes)  by true class (rows) and class on one form (columns)
    consistent    share in the same class twice; ``chance`` is what independence would give
    kappa         (consistent - chance) / (1 - chance); NaN when one class holds all
    accurate      share whose class is the true one
    length        effective test length, items
    """

    agreement: Floats
    accuracy: Floats
    consistent: float
    chance: float
    kappa: float
    accurate: float
    length: int
    notices: tuple[Notice, ...]


def conditional_error(
    score: ArrayLike, *, items: int, reliability: float | None = None, kr21: float | None = None
) -> Floats:
    """Standard error of measurement at each number-right score, in points.

    score        (any,)  number right, 0 to ``items``; right or wrong items only
    reliability, kr21  both given: Keats's correction scales the binomial error
                 so that its mean agrees with the reliability

    Zero at both ends, where the binomial model has nothing to say. Raises
    BadInput on scores outside, fewer than two items, or half a correction.
    Source: Lord (1955), EPM 15, 325-336; Keats (1957), Psychometrika 22, 29-41.
    Cost: scores.
    """
    x = np.asarray(score, dtype=np.float64)
    if items < 2 or not np.isfinite(x).all() or (x < 0).any() or (x > items).any():
        raise BadInput(
            "score_out_of_range",
            field="score",
            remedy=f"Give scores from 0 to {items}, two items or more.",
        )
    if (reliability is None) != (kr21 is None):
        raise BadInput(
            "half_a_correction", field="kr21", remedy="Give both reliability and kr21, or neither."
        )
    factor = 1.0
    if reliability is not None and kr21 is not None:
        if not (0 <= reliability <= 1 and kr21 < 1):
            raise BadInput(
                "reliability_out_of_range",
                field="reliability",
                remedy="Give coefficients from 0 to 1.",
            )
        factor = (1 - reliability) / (1 - kr21)
    error: Floats = np.sqrt(x * (items - x) / (items - 1) * factor)
    return error


def classification(
    scores: ArrayLike,
    cuts: ArrayLike,
    *,
    reliability: float,
    highest: float,
    lowest: float = 0.0,
) -> Consistency:
    """Accuracy and consistency of classes made by cut scores, from one sitting.

    scores       (persons,)  whole points
    cuts         (cuts,)  ascending; a score at or above a cut is in the class above it
    reliability  of these scores, above 0 and below 1
    lowest, highest  the ends of the score scale

    True scores follow a four-parameter beta distribution fitted by moments (two
    parameters, with a notice, where four do not fit) and errors are binomial
    over an effective number of items; half a point of continuity is taken off
    each cut. Raises BadInput when scores do not vary or arguments are out of range.
    Cost: persons once, then nothing that grows with them.
    Source: Livingston & Lewis (1995), JEM 32, 179-197; Hanson (1991), ACT RR 91-5.
    """
    x, edges = _scores_and_cuts(scores, cuts, reliability, lowest, highest)
    length = _effective_length(x, reliability, lowest, highest)
    share = (x - lowest) / (highest - lowest)
    shape, notices = _true_scores(share * length, length)
    points, weights, true_class = _nodes(shape, (edges - lowest) / (highest - lowest))
    scale = length / (highest - lowest)
    reach = np.stack([_at_least((c - 0.5 - lowest) * scale, length, points) for c in edges])
    classes = -np.diff(np.vstack([np.ones_like(points), reach, np.zeros_like(points)]), axis=0)
    agreement = (classes * weights) @ classes.T
    accuracy = np.zeros_like(agreement)
    for row in range(accuracy.shape[0]):
        accuracy[row] = (classes * weights)[:, true_class == row].sum(axis=1)
    consistent, margin = float(np.trace(agreement)), agreement.sum(axis=1)
    chance = float(margin @ margin)
    return Consistency(
        agreement=agreement,
        accuracy=accuracy,
        consistent=consistent,
        chance=chance,
        kappa=(consistent - chance) / (1 - chance) if chance < 1 else float("nan"),
        accurate=float(np.trace(accuracy)),
        length=length,
        notices=notices,
    )


def _scores_and_cuts(
    scores: ArrayLike, cuts: ArrayLike, reliability: float, lowest: float, highest: float
) -> tuple[Floats, Floats]:
    """Check what classes are made of."""
    x = np.asarray(scores, dtype=np.float64)
    edges = np.asarray(cuts, dtype=np.float64)
    inside = x.ndim == 1 and x.size > 1 and bool(np.isfinite(x).all())
    if not inside or x.min() < lowest or x.max() > highest:
        raise BadInput(
            "score_out_of_range", field="scores", remedy=f"Give scores from {lowest} to {highest}."
        )
    rising = edges.ndim == 1 and edges.size > 0 and not (np.diff(edges) <= 0).any()
    if not rising or edges[0] <= lowest or edges[-1] > highest:
        raise BadInput(
            "wrong_cuts",
            field="cuts",
            remedy="Give cuts in ascending order inside the score scale.",
        )
    if not 0 < reliability < 1 or x.var() == 0:
        raise BadInput(
            "reliability_out_of_range",
            field="reliability",
            remedy="Needs scores that vary and 0 < r < 1.",
        )
    return x, edges


def _effective_length(x: Floats, reliability: float, lowest: float, highest: float) -> int:
    """Number of right-or-wrong items that would give these scores their reliability."""
    mean, spread = x.mean(), x.var(ddof=1)
    length = ((mean - lowest) * (highest - mean) - reliability * spread) / (
        spread * (1 - reliability)
    )
    return max(2, round(float(length)))


def _at_least(threshold: float, length: int, points: Floats) -> Floats:
    """Chance of a count at or above a threshold, straight between half points."""
    low = np.floor(threshold + 0.5)
    part = threshold + 0.5 - low
    here, after = stats.binom.sf(low - 1, length, points), stats.binom.sf(low, length, points)
    reached: Floats = here + part * (after - here)
    return reached


def _nodes(shape: tuple[float, float, float, float], cuts: Floats) -> tuple[Floats, Floats, Ints]:
    """Points, weights and true class of a grid that never straddles a cut.

    Gauss-Legendre over the probability between one cut and the next, so that
    no weight is counted in the wrong true class.
    """
    alpha, beta, low, high = shape
    reached = stats.beta.cdf((cuts - low) / (high - low), alpha, beta)
    edges = np.concatenate([[0.0], reached, [1.0]])
    at, weight = np.polynomial.legendre.leggauss(NODES_PER_CLASS)
    width = np.diff(edges)[:, None]
    chance = edges[:-1, None] + width * (at + 1) / 2
    points = low + (high - low) * stats.beta.ppf(chance, alpha, beta)
    classes = np.repeat(np.arange(edges.size - 1), NODES_PER_CLASS)
    return points.ravel(), (width * weight / 2).ravel(), classes


def _true_scores(
    x: Floats, length: int
) -> tuple[tuple[float, float, float, float], tuple[Notice, ...]]:
    """Shape and limits (shares) of a beta distribution with the moments of the true scores."""
    moments = [1.0]
    falling = np.ones_like(x)
    for r in range(1, min(4, length) + 1):
        falling = falling * (x - r + 1)
        moments.append(float(falling.mean()) / np.prod(np.arange(length, length - r, -1)))
    notices: tuple[Notice, ...] = ()
    shape = _four_parameters(moments) if len(moments) == 5 else None
    if shape is None:
        shape = _two_parameters(moments)
        text = "Four beta parameters do not fit these scores; the true scores run from none right to all right."
        notices = (Notice("two_parameter_beta", text),)
    return shape, notices


def _two_parameters(moments: list[float]) -> tuple[float, float, float, float]:
    mean, spread = moments[1], moments[2] - moments[1] ** 2
    if not (0 < mean < 1 and 0 < spread < mean * (1 - mean)):
        raise BadInput(
            "no_true_variance",
            field="scores",
            remedy="These scores hold no true variance to classify by.",
        )
    total = mean * (1 - mean) / spread - 1
    return mean * total, (1 - mean) * total, 0.0, 1.0


def _four_parameters(moments: list[float]) -> tuple[float, float, float, float] | None:
    """Beta shape and limits by the first four moments; None when none lies within 0 and 1."""
    m1, m2, m3, m4 = moments[1:]
    spread = m2 - m1**2
    if spread <= 0:
        return None
    skew = (m3 - 3 * m1 * m2 + 2 * m1**3) / spread**1.5
    kurtosis = (m4 - 4 * m1 * m3 + 6 * m1**2 * m2 - 3 * m1**4) / spread**2
    bottom = 6 + 3 * skew**2 - 2 * kurtosis
    if bottom == 0:
        return None
    r = 6 * (kurtosis - skew**2 - 1) / bottom
    inner = (
        1 - 24 * (r + 1) / ((r + 2) * (r + 3) * kurtosis - 3 * (r - 6) * (r + 1)) if r > 0 else -1.0
    )
    if inner < 0:
        return None
    sign = 1.0 if skew < 0 else -1.0
    alpha, beta = r / 2 * (1 + sign * np.sqrt(inner)), r / 2 * (1 - sign * np.sqrt(inner))
    if alpha <= 0 or beta <= 0:
        return None
    width = np.sqrt(spread * (alpha + beta) ** 2 * (alpha + beta + 1) / (alpha * beta))
    low = m1 - width * alpha / (alpha + beta)
    if low < 0 or low + width > 1:
        return None
    return float(alpha), float(beta), float(low), float(low + width)
