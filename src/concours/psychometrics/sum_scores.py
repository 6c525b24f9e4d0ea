"""Distributions of sum scores given ability, and what a sum score says about ability."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concours.kernel.errors import BadInput
from concours.psychometrics.information import information_of_test
from concours.psychometrics.models import log_probabilities
from concours.psychometrics.nodes import Nodes, choose_nodes, log_prior
from concours.psychometrics.parameters import ItemParameters, blocks_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SumScoreTable:
    """One row per sum score: posterior mean and sd of ability, and how often the score is expected.

    score, theta, se, share  each (highest score + 1,); shares sum to one
    """

    score: Ints
    theta: Floats
    se: Floats
    share: Floats


def category_probabilities(parameters: ItemParameters, theta: Floats) -> list[Floats]:
    """Per item (categories, points) probabilities of its categories."""
    result: list[Floats] = [np.empty(0)] * parameters.items
    for block in blocks_of(parameters):
        for item, prob in zip(block.items, np.exp(log_probabilities(block, theta)), strict=True):
            result[item] = prob
    return result


def score_distribution(probabilities: list[Floats]) -> Floats:
    """(highest score + 1, points) probability of each sum score given ability.

    probabilities  per item (categories, points)
    Source: Lord & Wingersky (1984), APM 8, 453-461; Thissen et al. (1995) for categories.
    """
    points = probabilities[0].shape[1]
    result = np.ones((1, points))
    for prob in probabilities:
        longer = np.zeros((result.shape[0] + prob.shape[0] - 1, points))
        for k in range(prob.shape[0]):
            longer[k : k + result.shape[0]] += result * prob[k]
        result = longer
    return result


def sum_score_table(
    parameters: ItemParameters, *, mean: float = 0.0, sd: float = 1.0, nodes: Nodes | None = None
) -> SumScoreTable:
    """EAP ability for every sum score of a form taken whole, for a normal(mean, sd) population.

    A score no ability gives any probability to keeps the prior's mean and sd.
    Source: Thissen, Pommerich, Billeaud & Williams (1995), APM 19, 39-49.
    Raises BadInput when the mean or sd is not finite or the sd not above 0.
    Cost: items x scores x nodes.
    """
    if not (np.isfinite(mean) and 0 < sd < np.inf):
        raise BadInput("prior_out_of_range", field="sd", remedy="Give finite numbers, sd above 0.")
    m, s = np.array([mean]), np.array([sd])
    within = mean + sd * np.linspace(-3.0, 3.0, 25)
    grid = nodes or choose_nodes(float(information_of_test(parameters, within).max()), m, s)
    theta = grid.theta
    joint = score_distribution(category_probabilities(parameters, theta))
    joint = joint * np.exp(log_prior(theta, m, s))
    share = joint.sum(axis=1)
    possible = share > 0
    safe = np.where(possible, share, 1.0)
    expected = (joint @ theta) / safe
    spread = (joint * (theta - expected[:, None]) ** 2).sum(axis=1) / safe
    return SumScoreTable(
        score=np.arange(share.size),
        theta=np.where(possible, expected, mean),
        se=np.sqrt(np.where(possible, spread, sd**2)),
        share=share,
    )
