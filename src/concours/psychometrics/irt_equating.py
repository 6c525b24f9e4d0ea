"""Equating by item parameters: true scores, and observed scores that the model implies."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from concours.kernel.errors import BadInput
from concours.psychometrics.arrays import Floats, abilities
from concours.psychometrics.equating import Equating, equipercentile
from concours.psychometrics.linking import category_probabilities, expected_points
from concours.psychometrics.notice import Notice
from concours.psychometrics.parameters import ItemParameters

REACH = 200.0
STEP = 1e-5


def score_distribution(items: ItemParameters, theta: ArrayLike) -> Floats:
    """Chance of each total score at each ability, (scores, nodes), 0 to all points.

    Cost: items x scores x nodes.
    Source: Lord & Wingersky (1984), APM 8, 453-461; Hanson (1994) for more categories.
    Raises BadInput for abilities that are not finite or not in one dimension.
    """
    chances = category_probabilities(items, abilities(theta))
    found = np.ones((1, chances.shape[2]))
    for j in range(items.items):
        steps = int(items.categories[j])
        longer = np.zeros((found.shape[0] + steps - 1, found.shape[1]))
        for k in range(steps):
            longer[k : k + found.shape[0]] += found * chances[j, k]
        found = longer
    return found


def true_score_equating(x: ItemParameters, y: ItemParameters) -> Equating:
    """Equivalents of the whole scores of form X: the true score on Y at the ability X's score has.

    x, y  items of both forms on one ability scale (link them first)

    Scores at or below the sum of the lower asymptotes have no ability: they go
    on a straight line from 0 to the two sums (Kolen, 1981), with a notice. The
    highest score goes to the highest. Raises BadInput when an item has a slope
    of 0 or less. Cost: scores x items, some sixty times.
    Source: Lord (1980); Kolen & Brennan (2014), ch. 6.
    """
    for form in (x, y):
        if (form.a <= 0).any():
            worst = form.names[int(np.argmin(form.a))]
            raise BadInput(
                "negative_slope",
                field=worst,
                remedy="A test curve needs items with slopes above 0.",
            )
    points = np.arange(int((x.categories - 1).sum()) + 1, dtype=np.float64)
    chance_x, chance_y = float(x.c.sum()), float(y.c.sum())
    equated = np.empty(points.size)
    low = points <= chance_x
    equated[low] = points[low] * (chance_y / chance_x if chance_x > 0 else 0.0)
    inner = ~low & (points < points[-1])
    equated[inner] = expected_points(y, _abilities(x, points[inner])).sum(axis=0)
    equated[-1] = float((y.categories - 1).sum())
    notices: tuple[Notice, ...] = ()
    if low.sum() > 1:
        text = f"Scores up to {chance_x:.2f} can be had by guessing; they are placed on a straight line."
        notices = (Notice("below_chance", text),)
    return Equating(
        method="irt_true_score",
        points=points,
        equated=equated,
        error=np.full(points.size, np.nan),
        line=None,
        notices=notices,
    )


def _abilities(items: ItemParameters, scores: Floats) -> Floats:
    """The abilities whose expected scores these are; the test curve rises, so there is one each."""
    low, high = np.full(scores.size, -REACH), np.full(scores.size, REACH)
    ends = expected_points(items, [-REACH, REACH]).sum(axis=0)
    outside = (scores < ends[0]) | (scores > ends[1])
    if outside.any():
        raise BadInput(
            "score_beyond_the_curve",
            field="x",
            remedy=f"No ability within {REACH:g} logits has score {scores[outside][0]:g}.",
        )
    for _ in range(60):  # halving 400 logits sixty times leaves nothing
        middle = (low + high) / 2
        under = expected_points(items, middle).sum(axis=0) < scores
        low, high = np.where(under, middle, low), np.where(under, high, middle)
    return np.asarray((low + high) / 2)


def true_score_error(
    x: ItemParameters, y: ItemParameters, *, x_covariance: ArrayLike, y_covariance: ArrayLike
) -> Floats:
    """Standard error of true-score equivalents from the errors of both calibrations, (scores,).

    ..._covariance  (items, 3, 3) of a, b, c on the common scale; right-or-wrong items

    The constants of a link add their own error, which is not here. NaN for scores
    without an ability (at or below chance, and the highest). Delta method: an
    equivalent moves with Y's curve, and with X's through the ability a score has.
    Raises BadInput for other items or shapes. Source: Lord (1982), APM 6, 463-471.
    Cost: items x scores.
    """
    covariances = [np.asarray(v, dtype=np.float64) for v in (x_covariance, y_covariance)]
    for form, given in zip((x, y), covariances, strict=True):
        if (form.categories != 2).any() or given.shape != (form.items, 3, 3):
            raise BadInput(
                "wrong_covariance",
                field="covariance",
                remedy="Give (items, 3, 3) for right-or-wrong items.",
            )
    points = np.arange(x.items + 1, dtype=np.float64)
    known = (points > float(x.c.sum())) & (points < x.items)
    theta = _abilities(x, points[known])
    rise = [
        (expected_points(f, theta + STEP) - expected_points(f, theta - STEP)).sum(axis=0)
        for f in (x, y)
    ]
    spread = np.zeros(theta.size)
    for form, given, share in zip(
        (x, y), covariances, (rise[1] / rise[0], np.ones(theta.size)), strict=True
    ):
        slopes = _by_parameters(form, theta)  # (items, 3, abilities)
        spread += np.einsum("jkt,jkl,jlt->t", slopes, given, slopes, optimize=True) * share**2
    error = np.full(points.size, np.nan)
    error[known] = np.sqrt(spread)
    return error


def _by_parameters(items: ItemParameters, theta: Floats) -> Floats:
    """Derivatives of expected points of right-or-wrong items by a, b and c, (items, 3, abilities)."""
    a, b, c = items.a[:, None], items.b[:, None], items.c[:, None]
    share = expit(a * (theta - b))
    bend = (1 - c) * share * (1 - share)
    return np.stack([bend * (theta - b), -bend * a, 1 - share], axis=1)


def observed_score_equating(
    x: ItemParameters,
    y: ItemParameters,
    *,
    nodes: ArrayLike,
    weights: ArrayLike,
    weights_y: ArrayLike | None = None,
    weight: float = 1.0,
) -> Equating:
    """Equipercentile equating of the score distributions the models imply.

    nodes, weights  ability distribution of the group that took X, on the common scale
    weights_y       that of the group that took Y; weight is the first group's share
                    in the synthetic population (1 by default)

    Raises BadInput when weights are negative or have another shape.
    Cost: items x scores x nodes. Source: Zeng & Kolen (1995); Kolen & Brennan (2014), ch. 6.
    """
    at = np.asarray(nodes, dtype=np.float64)
    one = np.asarray(weights, dtype=np.float64)
    two = one if weights_y is None else np.asarray(weights_y, dtype=np.float64)
    if (
        at.ndim != 1
        or one.shape != at.shape
        or two.shape != at.shape
        or min(one.min(), two.min()) < 0
    ):
        raise BadInput(
            "wrong_nodes", field="weights", remedy="Give one weight a node, none negative."
        )
    if not 0 <= weight <= 1 or not one.sum() > 0 or not two.sum() > 0:
        raise BadInput(
            "wrong_weight", field="weight", remedy="Give the first group's weight, from 0 to 1."
        )
    population = weight * one / one.sum() + (1 - weight) * two / two.sum()
    p, q = score_distribution(x, at) @ population, score_distribution(y, at) @ population
    return Equating(
        method="irt_observed_score",
        points=np.arange(p.size, dtype=np.float64),
        equated=equipercentile(p, q),
        error=np.full(p.size, np.nan),
        line=None,
    )
