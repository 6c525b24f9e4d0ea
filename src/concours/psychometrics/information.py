"""Information: how sharply items and tests measure at each ability."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concours.kernel.errors import BadInput
from concours.psychometrics.arrays import abilities
from concours.psychometrics.models import Block, ability_derivatives
from concours.psychometrics.parameters import ItemParameters, blocks_of

Floats = NDArray[np.float64]


def block_information(block: Block, theta: Floats) -> Floats:
    """(n, points) Fisher information about ability of each item of a block."""
    prob, first, _ = ability_derivatives(block, theta)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(prob > 0, first**2 / prob, 0.0)
    return np.asarray(share.sum(axis=1))


def item_information(parameters: ItemParameters, theta: ArrayLike) -> Floats:
    """(items, points) Fisher information of each item at abilities ``theta`` in logits.

    Source: Samejima (1969), sum over categories of P'^2 / P.
    Raises BadInput for abilities that are not finite or not in one dimension.
    Cost: items x categories x points.
    """
    points = abilities(theta)
    result = np.empty((parameters.items, points.size))
    for block in blocks_of(parameters):
        result[block.items] = block_information(block, points)
    return result


def information_of_test(parameters: ItemParameters, theta: ArrayLike) -> Floats:
    """(points,) information of the whole test; its inverse square root is the error of ability.

    theta  (points,)  abilities in logits

    Raises BadInput for abilities that are not finite or not in one dimension.
    Cost: items x categories x points. Source: Birnbaum (1968); Samejima (1969).
    """
    return np.asarray(item_information(parameters, theta).sum(axis=0))


def expected_score(parameters: ItemParameters, theta: ArrayLike) -> Floats:
    """(points,) expected sum score of all items: the test characteristic curve.

    theta  (points,)  abilities in logits; the score is in points, 0 to all of them

    Raises BadInput for abilities that are not finite or not in one dimension.
    Cost: items x categories x points. Source: Lord (1980), Applications of IRT, ch. 4.
    """
    points = abilities(theta)
    total = np.zeros(points.size)
    for block in blocks_of(parameters):
        prob, _, _ = ability_derivatives(block, points)
        total += np.einsum("k,nkq->q", np.arange(block.categories), prob)
    return total


def marginal_reliability(
    parameters: ItemParameters, theta: Floats, weight: Floats, variance: float = 1.0
) -> float:
    """Share of the variance of ability that the test recovers, averaged over a population.

    theta, weight  (points,) abilities and their weights, summing to one
    Source: Green, Bock, Humphreys, Linn & Reckase (1984), JEM 21, 347-360.
    Raises BadInput for abilities that are not finite, weights of another shape, or a variance that
    is not above 0. Cost: items x categories x points.
    """
    information = information_of_test(parameters, theta)
    if np.shape(weight) != information.shape or not variance > 0:
        raise BadInput(
            "shapes_disagree",
            field="weight",
            remedy=f"Give {information.size} weights, and a variance above 0.",
        )
    return float((weight * information / (information + 1.0 / variance)).sum())
