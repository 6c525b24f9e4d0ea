"""The compiled search for modal (MAP) and weighted-likelihood (WLE) abilities, person by person."""

import math

import numpy as np
from numpy.typing import NDArray

from concours.psychometrics.jit import compiled_strict

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]

ADJACENT, LOWER, CUMULATIVE = 0, 1, 2
LIMIT = 30.0
ITERATIONS = 200


@compiled_strict
def logistic(x: float) -> float:
    """1 / (1 + exp(-x)) without overflow."""
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    e = math.exp(x)
    return e / (1.0 + e)


@compiled_strict
def adjacent_terms(values: Floats, categories: int, x: int, t: float, out: Floats) -> None:
    """See ``item_terms``; adjacent-category items."""
    a = values[0]
    if categories == 2:
        p = logistic(a * t + values[1])
        v = p * (1.0 - p)
        out[0] += a * (x - p)
        out[1] += a * a * v
        out[2] += a * a * a * v * (1.0 - 2.0 * p)
        out[3] += a * a * v
        return
    top = 0.0
    for k in range(1, categories):
        top = max(top, a * k * t + values[k])
    total, first = math.exp(-top), 0.0
    for k in range(1, categories):
        e = math.exp(a * k * t + values[k] - top)
        total += e
        first += k * e
    mean = first / total
    second, third = mean**2 * math.exp(-top), -(mean**3) * math.exp(-top)
    for k in range(1, categories):
        e = math.exp(a * k * t + values[k] - top)
        second += (k - mean) ** 2 * e
        third += (k - mean) ** 3 * e
    out[0] += a * (x - mean)
    out[1] += a * a * second / total
    out[2] += a * a * a * third / total
    out[3] += a * a * second / total


@compiled_strict
def lower_terms(values: Floats, x: int, t: float, out: Floats) -> None:
    """See ``item_terms``; items with a lower asymptote."""
    a = values[0]
    s, not_s = logistic(a * t + values[1]), logistic(-a * t - values[1])
    c = logistic(values[2])
    p, q = c + (1.0 - c) * s, (1.0 - c) * not_s
    first = a * (1.0 - c) * s * not_s
    second = a * first * (not_s - s)
    out[1] += first * first / (p * q)
    out[2] += first * second / (p * q)
    if x == 1:
        out[0] += first / p
        out[3] -= second / p - (first / p) ** 2
    else:
        out[0] -= a * s
        out[3] += a * a * s * not_s


@compiled_strict
def cumulative_terms(values: Floats, categories: int, x: int, t: float, out: Floats) -> None:
    """See ``item_terms``; graded items."""
    a = values[0]
    above, above1, above2 = 1.0, 0.0, 0.0
    for k in range(categories):
        below, below1, below2 = 0.0, 0.0, 0.0
        if k < categories - 1:
            below = logistic(a * t + values[k + 1])
            other = logistic(-a * t - values[k + 1])
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
def item_terms(family: int, values: Floats, categories: int, x: int, t: float, out: Floats) -> None:
    """Add one item's terms at ability t for response x.

    out[0] derivative of the log-likelihood; out[1] Fisher information; out[2] sum of P' P'' / P
    (Warm's J); out[3] minus the second derivative of the log-likelihood
    """
    if family == ADJACENT:
        adjacent_terms(values, categories, x, t, out)
    elif family == LOWER:
        lower_terms(values, x, t, out)
    else:
        cumulative_terms(values, categories, x, t, out)


@compiled_strict
def person_terms(
    row: NDArray[np.int8], family: Ints, values: Floats, categories: Ints, t: float, out: Floats
) -> None:
    """The terms of ``item_terms`` summed over the items a person was presented."""
    out[:] = 0.0
    for j in range(row.size):
        if row[j] >= 0:
            item_terms(family[j], values[j], categories[j], row[j], t, out)


@compiled_strict
def search(
    responses: NDArray[np.int8],
    family: Ints,
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

    weighted  True: WLE, score + J / (2 I); False: MAP, score - (t - mean) / sd^2
    Newton steps with the expected information as slope, kept inside a bracket that only shrinks,
    so that the search always ends, at +-30 if there is no root within.
    se: WLE 1 / sqrt(I); MAP from the observed curvature of the log posterior.
    """
    out = np.empty(4)
    for i in range(responses.shape[0]):
        low, high, t = -LIMIT, LIMIT, start[i]
        inverse = 0.0 if weighted else 1.0 / prior_sd[i] ** 2
        for _ in range(ITERATIONS):
            person_terms(responses[i], family, values, categories, t, out)
            if weighted:
                g = out[0] + (0.5 * out[2] / out[1] if out[1] > 1e-200 else 0.0)
            else:
                g = out[0] - (t - prior_mean[i]) * inverse
            if g > 0.0:
                low = t
            else:
                high = t
            step = min(max(g / max(out[1] + inverse, 1e-12), -1.5), 1.5)
            new = t + step
            if not low < new < high:
                new = 0.5 * (low + high)
            if abs(new - t) < 1e-9:
                t = new
                break
            t = new
        theta[i] = t
        person_terms(responses[i], family, values, categories, t, out)
        curve = out[1] if weighted else max(out[3] + inverse, 1e-12)
        se[i] = 1.0 / math.sqrt(max(curve, 1e-300))
