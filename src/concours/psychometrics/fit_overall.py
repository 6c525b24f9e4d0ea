"""Does the model fit the test as a whole? The limited-information statistic M2."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cholesky, qr, solve_triangular
from scipy.optimize import brentq
from scipy.stats import chi2, ncx2

from concours.kernel.errors import BadInput
from concours.psychometrics.counted import Counted, unheard
from concours.psychometrics.models import SHARED_SLOPE, log_gradients
from concours.psychometrics.nodes import Nodes, log_prior
from concours.psychometrics.parameters import ItemParameters, blocks_of
from concours.psychometrics.responses import CHUNK, Responses
from concours.psychometrics.sum_scores import category_probabilities

Floats = NDArray[np.float64]

MOST_ITEMS = 100


@dataclass(frozen=True, slots=True)
class OverallFit:
    """M2 and what is derived from it.

    statistic, degrees, p   M2 is chi-square with so many degrees of freedom if the model holds
    rmsea, rmsea_low, rmsea_high  misfit per degree of freedom, with its 90 % interval
    srmsr                   root mean square difference between observed and modelled correlations
    """

    statistic: float
    degrees: int
    p: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    srmsr: float
    persons: int


def overall_fit(
    responses: Responses,
    parameters: ItemParameters,
    *,
    nodes: Nodes | None = None,
    progress: Counted | None = None,
) -> OverallFit:
    """M2 for one group that was presented all items (for ordered categories M2*, by mean scores).

    The parameters must be maximum-likelihood estimates from these responses, population N(0, 1).
    ``progress`` is told nodes done of all.

    Raises BadInput for missing responses, more than 100 items, no degrees of freedom, or items that
    leave nothing to chance.
    Cost: nodes x items^4 / 4 multiply-adds; memory items^4 * 2 bytes.
    Sources: Maydeu-Olivares & Joe (2006), Psychometrika 71, 713-732; Cai & Hansen (2013), BJMSP 66,
    245-276.
    """
    parameters = parameters.select(responses.layout.names)
    items = parameters.items
    if items > MOST_ITEMS:
        raise BadInput(
            "too_many_items",
            field="responses",
            remedy=f"M2 weighs all pairs of pairs of items; {items} are too many, "
            f"{MOST_ITEMS} is the most. Choose a part of the test.",
        )
    mean, second = _observed_moments(responses)
    theta = (nodes or Nodes(-6.0, 6.0, 61)).theta
    weight = np.exp(log_prior(theta, np.zeros(1), np.ones(1)))[0]
    prob = category_probabilities(parameters, theta)
    level = [np.arange(p.shape[0]) for p in prob]
    m1 = np.array([k @ p for k, p in zip(level, prob, strict=True)])
    m2 = np.array([k**2 @ p for k, p in zip(level, prob, strict=True)])
    upper = np.triu_indices(items, 1)
    joint = (m1 * weight) @ m1.T
    modelled = np.concatenate([m1 @ weight, joint[upper]])
    gap = np.concatenate([mean, second[upper]]) - modelled
    slopes = _moment_slopes(parameters, theta, weight, m1, upper)
    degrees = modelled.size - slopes.shape[1]
    if degrees <= 0:
        raise BadInput(
            "no_degrees_of_freedom",
            field="responses",
            remedy=f"{items} items give {modelled.size} moments for {slopes.shape[1]} parameters.",
        )
    factor = _factor(_moment_covariance(m1, m2, weight, upper, modelled, progress or unheard))
    whitened = solve_triangular(factor, np.column_stack([gap, slopes]), lower=True)
    basis, _ = qr(whitened[:, 1:], mode="economic")
    rest = whitened[:, 0] - basis @ (basis.T @ whitened[:, 0])
    n = responses.persons
    statistic = float(n * rest @ rest)
    low, high = _rmsea_interval(statistic, degrees, n)
    return OverallFit(
        statistic=statistic,
        degrees=degrees,
        p=float(chi2.sf(statistic, degrees)),
        rmsea=float(np.sqrt(max(statistic - degrees, 0.0) / (degrees * (n - 1)))),
        rmsea_low=low,
        rmsea_high=high,
        srmsr=_srmsr(mean, second, m1 @ weight, joint, m2 @ weight, upper),
        persons=n,
    )


def _factor(covariance: Floats) -> Floats:
    """Its Cholesky factor; raises BadInput where one moment follows from the others."""
    try:
        factor = np.asarray(cholesky(covariance, lower=True))
    except LinAlgError:
        factor = np.zeros_like(covariance)
    if (np.diag(factor) ** 2 <= 1e-11 * np.diag(covariance)).any():
        raise BadInput(
            "moments_not_distinct",
            field="parameters",
            remedy="Some items leave nothing to chance (look for very steep slopes); M2 has no "
            "meaning with them.",
        )
    return factor


def _observed_moments(responses: Responses) -> tuple[Floats, Floats]:
    items = responses.layout.items
    total, products = np.zeros(items), np.zeros((items, items))
    for low in range(0, responses.persons, CHUNK):
        part = responses.unpack(low, low + CHUNK)
        if (part < 0).any():
            person, item = (int(v) for v in np.argwhere(part < 0)[0])
            raise BadInput(
                "responses_missing",
                field=f"person {low + person + 1}, item {responses.layout.names[item]}",
                remedy="M2 needs every person to have been presented every item; take one form.",
            )
        values = part.astype(np.float64)
        total += values.sum(axis=0)
        products += values.T @ values
    return total / responses.persons, products / responses.persons


def _moment_slopes(
    parameters: ItemParameters,
    theta: Floats,
    weight: Floats,
    m1: Floats,
    upper: tuple[NDArray[np.intp], ...],
) -> Floats:
    """(moments, free parameters) derivatives of the modelled moments."""
    columns, shared = [], np.zeros(parameters.items + upper[0].size)
    for block in blocks_of(parameters):
        gradient = log_gradients(block, theta)
        prob = category_probabilities(parameters, theta)
        for row, item in enumerate(block.items):
            level = np.arange(block.categories)[:, None]
            for k in range(block.values.shape[1]):
                moved = (level * prob[item] * gradient[row, k]).sum(axis=0) * weight
                column = np.zeros(shared.size)
                column[item] = moved.sum()
                with_others = m1 @ moved
                first, second = upper
                pairs = np.where(first == item, with_others[second], 0.0)
                pairs += np.where(second == item, with_others[first], 0.0)
                column[parameters.items :] = pairs
                if k == 0 and parameters.models[item] in SHARED_SLOPE:
                    shared += column
                else:
                    columns.append(column)
    if shared.any():
        columns.append(shared)
    return np.stack(columns, axis=1)


def _moment_covariance(
    m1: Floats,
    m2: Floats,
    weight: Floats,
    upper: tuple[NDArray[np.intp], ...],
    modelled: Floats,
    tell: Counted,
) -> Floats:
    """Covariance of one person's scores and products of scores, responses independent given theta.

    Where two products share an item, its square comes in: for node by node the outer product is
    multiplied by m2 / m1^2 once per shared item.
    """
    items = m1.shape[0]
    incidence = np.zeros((modelled.size, items))
    incidence[np.arange(items), np.arange(items)] = 1.0
    for which in upper:
        incidence[items + np.arange(which.size), which] = 1.0
    total = np.zeros((modelled.size, modelled.size))
    safe = np.maximum(m1, 1e-60)
    for q in range(weight.size):
        tell(q + 1, weight.size)
        if weight[q] < 1e-14:
            continue
        rows = np.concatenate([safe[:, q], safe[upper[0], q] * safe[upper[1], q]])
        ratio = np.log(np.maximum(m2[:, q], safe[:, q] ** 2) / safe[:, q] ** 2)
        total += weight[q] * np.outer(rows, rows) * np.exp((incidence * ratio) @ incidence.T)
    return total - np.outer(modelled, modelled)


def _rmsea_interval(statistic: float, degrees: int, n: int) -> tuple[float, float]:
    ends = []
    for level in (0.95, 0.05):

        def gap(noncentrality: float, level: float = level) -> float:
            if noncentrality <= 0.0:
                return float(chi2.cdf(statistic, degrees)) - level
            return float(ncx2.cdf(statistic, degrees, noncentrality)) - level

        if gap(0.0) <= 0.0:
            ends.append(0.0)
            continue
        far = max(statistic, 1.0)
        while gap(far) > 0.0:
            far *= 2.0
        ends.append(float(np.sqrt(brentq(gap, 0.0, far) / (degrees * (n - 1)))))
    return ends[0], ends[1]


def _srmsr(
    mean: Floats,
    second: Floats,
    modelled_mean: Floats,
    joint: Floats,
    square: Floats,
    upper: tuple[NDArray[np.intp], ...],
) -> float:
    seen = second - np.outer(mean, mean)
    expected = joint - np.outer(modelled_mean, modelled_mean)
    spread_seen = np.sqrt(np.diag(seen))
    spread_expected = np.sqrt(square - modelled_mean**2)
    r_seen = (seen / np.outer(spread_seen, spread_seen))[upper]
    r_expected = (expected / np.outer(spread_expected, spread_expected))[upper]
    return float(np.sqrt(((r_seen - r_expected) ** 2).mean()))
