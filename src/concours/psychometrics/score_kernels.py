"""The compiled search for modal (MAP) and weighted-likelihood (WLE) abilities, person by person."""

import math

import numpy as np
from numpy.typing import NDArray

from concours.psychometrics.jit import compiled, compiled_strict
from concours.psychometrics.kernels import exponentiate

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]

# Beyond so many logits from an item's threshold nothing changes in double precision.
FAR = 40.0
LIMIT = 30.0
ITERATIONS = 200
# A step below this, after secant steps, leaves an error far below it.
PRECISION = 1e-7


@compiled_strict
def logistic(x: float) -> float:
    """1 / (1 + exp(-x)) without overflow."""
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    e = math.exp(x)
    return e / (1.0 + e)


@compiled
def two_way_terms(
    slope: Floats,
    intercept: Floats,
    lower: Floats,
    right: Floats,
    present: Floats,
    t: float,
    scratch: Floats,
    bits: Ints,
    out: Floats,
) -> None:
    """Set ``out`` to the terms of all right-or-wrong items; laid out so that it is vectorised.

    slope, intercept, lower  (items,); right, present (items,) 1 or 0 for this person
    """
    items = slope.size
    for j in range(items):
        scratch[j] = -min(abs(slope[j] * t + intercept[j]), FAR)
    exponentiate(scratch, bits)
    score, fisher, warm, curve = 0.0, 0.0, 0.0, 0.0
    for j in range(items):
        a, c = slope[j], lower[j]
        big = 1.0 / (1.0 + scratch[j])
        small = scratch[j] * big
        up = a * t + intercept[j] >= 0.0
        s = big if up else small
        n = small if up else big
        inverse = 1.0 / (c + (1.0 - c) * s)
        by_right = a * (1.0 - c) * s * n * inverse
        by_wrong = a * s
        bend = a * (n - s)
        score += present[j] * (right[j] * by_right - (1.0 - right[j]) * by_wrong)
        fisher += present[j] * by_right * by_wrong
        warm += present[j] * by_right * by_wrong * bend
        seen = right[j] * (by_right - bend) * by_right + (1.0 - right[j]) * by_wrong * (
            bend + by_wrong
        )
        curve += present[j] * seen
    out[0], out[1], out[2], out[3] = score, fisher, warm, curve


@compiled_strict
def adjacent_terms(values: Floats, j: int, categories: int, x: int, t: float, out: Floats) -> None:
    """See ``item_terms``; adjacent-category items."""
    a = values[j, 0]
    top = 0.0
    for k in range(1, categories):
        top = max(top, a * k * t + values[j, k])
    total, first = math.exp(-top), 0.0
    for k in range(1, categories):
        e = math.exp(a * k * t + values[j, k] - top)
        total += e
        first += k * e
    mean = first / total
    second, third = mean**2 * math.exp(-top), -(mean**3) * math.exp(-top)
    for k in range(1, categories):
        e = math.exp(a * k * t + values[j, k] - top)
        second += (k - mean) ** 2 * e
        third += (k - mean) ** 3 * e
    out[0] += a * (x - mean)
    out[1] += a * a * second / total
    out[2] += a * a * a * third / total
    out[3] += a * a * second / total


@compiled_strict
def cumulative_terms(
    values: Floats, j: int, categories: int, x: int, t: float, out: Floats
) -> None:
    """See ``item_terms``; graded items."""
    a = values[j, 0]
    above, above1, above2 = 1.0, 0.0, 0.0
    for k in range(categories):
        below, below1, below2 = 0.0, 0.0, 0.0
        if k < categories - 1:
            below = logistic(a * t + values[j, k + 1])
            other = logistic(-a * t - values[j, k + 1])
            below1 = a * below * other
            below2 = a * below1 * (other - below)
        p = max(above - below, 1e-300)
        first, second = above1 - below1, above2 - below2
        out[1] += first * first / p
        out[2] += first * second / p
        if k == x:
            out[0] += first / p
            out[3] -= second / p - (first / p) ** 2
        above, above1, above2 = below, below1, below2


@compiled_strict
def add_ordered_terms(
    responses: NDArray[np.int8],
    i: int,
    items: Ints,
    cumulative: NDArray[np.bool_],
    values: Floats,
    categories: Ints,
    t: float,
    out: Floats,
) -> None:
    """Add the terms of person i's items with more than two categories or graded steps.

    out[0] derivative of the log-likelihood; out[1] Fisher information; out[2] sum of P' P'' / P
    (Warm's J); out[3] minus the second derivative of the log-likelihood
    """
    for m in range(items.size):
        x = responses[i, items[m]]
        if x < 0:
            continue
        if cumulative[m]:
            cumulative_terms(values, m, categories[m], x, t, out)
        else:
            adjacent_terms(values, m, categories[m], x, t, out)


@compiled_strict
def search(
    responses: NDArray[np.int8],
    two_way: Ints,
    slope: Floats,
    intercept: Floats,
    lower: Floats,
    ordered: Ints,
    cumulative: NDArray[np.bool_],
    values: Floats,
    categories: Ints,
    weighted: bool,
    prior_mean: Floats,
    prior_sd: Floats,
    start: Floats,
    theta: Floats,
    se: Floats,
) -> None:
    """Find each person's ability where the (penalised) score is zero.

    two_way, ordered  numbers of the items of each kind, with their parameters after them
    weighted          True: WLE, score + J / (2 I); False: MAP, score - (t - mean) / sd^2
    The first step takes the expected information for slope, the next ones the slope between the
    last two points; all stay inside a bracket that only shrinks, so that the search always ends,
    at +-30 if there is no root within.
    se: WLE 1 / sqrt(I); MAP from the observed curvature of the log posterior.
    """
    out = np.empty(4)
    m = two_way.size
    right, present, scratch = np.empty(m), np.empty(m), np.empty(m)
    bits = np.empty(m, np.int64)
    for i in range(responses.shape[0]):
        for j in range(m):
            x = responses[i, two_way[j]]
            right[j] = 1.0 if x == 1 else 0.0
            present[j] = 0.0 if x < 0 else 1.0
        low, high, t = -LIMIT, LIMIT, start[i]
        inverse = 0.0 if weighted else 1.0 / prior_sd[i] ** 2
        last_t, last_g = 0.0, 0.0
        for n in range(ITERATIONS):
            two_way_terms(slope, intercept, lower, right, present, t, scratch, bits, out)
            add_ordered_terms(responses, i, ordered, cumulative, values, categories, t, out)
            if weighted:
                g = out[0] + (0.5 * out[2] / out[1] if out[1] > 1e-200 else 0.0)
            else:
                g = out[0] - (t - prior_mean[i]) * inverse
            if g > 0.0:
                low = t
            else:
                high = t
            expected = max(out[1] + inverse, 1e-12)
            gradient = expected
            if n > 0 and t != last_t:
                between = (last_g - g) / (t - last_t)
                if 0.25 * expected < between < 4.0 * expected:
                    gradient = between
            last_t, last_g = t, g
            t += min(max(g / gradient, -1.5), 1.5)
            if not low < t < high:
                t = 0.5 * (low + high)
            if abs(t - last_t) < PRECISION:
                break
        theta[i] = t
        curve = out[1] if weighted else max(out[3] + inverse, 1e-12)
        se[i] = 1.0 / math.sqrt(max(curve, 1e-300))
