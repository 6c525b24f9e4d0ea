"""How sure a link is: errors from the sample of persons and from the choice of anchor items."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from concours.kernel.errors import BadInput
from concours.psychometrics.arrays import Floats
from concours.psychometrics.counted import Counted, unheard
from concours.psychometrics.linking import Method, link
from concours.psychometrics.parameters import ItemParameters

Line = Callable[[ItemParameters, ItemParameters], Floats]
STEP = 1e-4


def link_error(
    source: ItemParameters,
    target: ItemParameters,
    *,
    method: Method = "stocking_lord",
    source_covariance: ArrayLike | None = None,
    target_covariance: ArrayLike | None = None,
    nodes: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    symmetric: bool = True,
    progress: Counted | None = None,
) -> Floats:
    """Covariance (2, 2) of (slope, shift).

    With covariances (items, 3, 3) of a, b, c from each calibration: what sampling
    of persons does, by the delta method. Without: what the choice of anchor
    items does, by the jackknife; ``progress`` is then told items left out of all.
    Right-or-wrong items only for the delta method.
    Raises as ``link``. Cost: one link for each item (jackknife) or twelve.
    Source: Ogasawara (2001), APM 25, 373-383; Kolen & Brennan (2014), ch. 7.
    """

    def line(one: ItemParameters, two: ItemParameters) -> Floats:
        found = link(one, two, method=method, nodes=nodes, weights=weights, symmetric=symmetric)
        return np.array([found.slope, found.shift])

    if source_covariance is None and target_covariance is None:
        names = source.names
        found = []
        for name in names:
            rest = [m for m in names if m != name]
            found.append(line(source.select(rest), target.select(rest)))
            (progress or unheard)(len(found), len(names))
        each = np.stack(found)
        away = each - each.mean(axis=0)
        jackknife: Floats = (len(names) - 1) / len(names) * away.T @ away
        return jackknife
    total = np.zeros((2, 2))
    for place, (items, given) in enumerate(
        ((source, source_covariance), (target, target_covariance))
    ):
        if given is None:
            continue
        covariance = np.asarray(given, dtype=np.float64)
        if covariance.shape != (items.items, 3, 3) or items.thresholds.shape[1] != 1:
            raise BadInput(
                "wrong_covariance",
                field="covariance",
                remedy="Give (items, 3, 3) for right-or-wrong items.",
            )
        for j in range(items.items):
            slopes = np.stack([_slope(line, source, target, place, j, k) for k in range(3)], axis=1)
            total += slopes @ covariance[j] @ slopes.T
    return total


def _slope(
    line: Line, source: ItemParameters, target: ItemParameters, place: int, j: int, k: int
) -> Floats:
    """Derivative of (slope, shift) by parameter k of item j of one calibration."""
    ends = []
    for step in (STEP, -STEP):
        changed = _nudged((source, target)[place], j, k, step)
        pair = (changed, target) if place == 0 else (source, changed)
        ends.append(line(*pair))
    derivative: Floats = (ends[0] - ends[1]) / (2 * STEP)
    return derivative


def _nudged(items: ItemParameters, j: int, k: int, step: float) -> ItemParameters:
    """The same items, one number changed; c never leaves 0 to 1 for items that have it."""
    a, b, c, steps = items.a.copy(), items.b.copy(), items.c.copy(), items.thresholds.copy()
    if k == 0:
        a[j] += step
    elif k == 1:
        b[j] += step
        steps[j] += step
    elif items.models[j] == "3pl":
        c[j] += step
    return replace(items, a=a, b=b, c=c, thresholds=steps)


def linkage_error(source: ArrayLike, target: ArrayLike) -> float:
    """Error of a mean shift from the choice of Rasch anchors: spread of the gaps over root n.

    Difficulties (items,) in logits. Raises BadInput for fewer than two.
    Source: Monseur & Berezner (2007), JAM 8, 323-335.
    Cost: anchors.
    """
    gaps = np.asarray(target, dtype=np.float64) - np.asarray(source, dtype=np.float64)
    if gaps.ndim != 1 or gaps.size < 2 or not np.isfinite(gaps).all():
        raise BadInput(
            "too_few_anchors",
            field="source",
            remedy="Give two difficulties or more, as many on each side.",
        )
    return float(gaps.std(ddof=1) / np.sqrt(gaps.size))
