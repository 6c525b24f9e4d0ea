"""The response models: probabilities, and what they change with.

Three families cover the models on offer. Inside, every item is written by a slope and intercepts,
because that is where the likelihood is best behaved; outside, by slope, difficulty and lower
asymptote in the logistic metric (no factor 1.7).

    adjacent    1pl, 2pl, pcm, gpcm   log P_k - log P_0 = k a t + d_k          (a, d_1 .. d_m)
    lower       3pl                   P_1 = c + (1 - c) logistic(a t + d)      (a, d, logit c)
    cumulative  grm                   P(k or more) = logistic(a t + d_k)       (a, d_1 .. d_m)

Sources: Rasch 1960; Birnbaum 1968; Masters 1982; Muraki 1992; Samejima 1969.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit, log_softmax

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Family = Literal["adjacent", "lower", "cumulative"]

FAMILY: dict[str, Family] = {
    "1pl": "adjacent",
    "2pl": "adjacent",
    "pcm": "adjacent",
    "gpcm": "adjacent",
    "3pl": "lower",
    "grm": "cumulative",
}
# Models whose items share one slope.
SHARED_SLOPE = frozenset({"1pl", "pcm"})
# Models for two categories only.
TWO_CATEGORIES = frozenset({"1pl", "2pl", "3pl"})


@dataclass(frozen=True, slots=True)
class Block:
    """Items of one family with the same number of categories.

    items   (n,)    their numbers in the test
    values  (n, p)  slope, intercepts and, for "lower", logit of the asymptote
    """

    family: Family
    categories: int
    items: Ints
    values: Floats

    def with_values(self, values: Floats) -> "Block":
        """The same items with other parameters."""
        return Block(self.family, self.categories, self.items, values)


def log_probabilities(block: Block, theta: Floats) -> Floats:
    """(n, categories, nodes) log probability of each category at each ability."""
    values = block.values
    if block.family == "adjacent":
        return np.asarray(log_softmax(_adjacent_logits(block, theta), axis=1))
    if block.family == "lower":
        z = values[:, :1] * theta + values[:, 1:2]
        c = values[:, 2:3]
        wrong = log_expit(-c) + log_expit(-z)
        right = np.logaddexp(log_expit(c), log_expit(-c) + log_expit(z))
        return np.stack([wrong, right], axis=1)
    z = values[:, :1, None] * theta + values[:, 1:, None]  # (n, steps, nodes)
    result = np.empty((z.shape[0], block.categories, theta.size))
    result[:, 0] = log_expit(-z[:, 0])
    result[:, -1] = log_expit(z[:, -1])
    # logistic(x) - logistic(y), x > y, without cancellation
    drop = np.minimum(values[:, 2:] - values[:, 1:-1], -1e-12)[:, :, None]
    result[:, 1:-1] = log_expit(z[:, :-1]) + log_expit(-z[:, 1:]) + np.log(-np.expm1(drop))
    return result


def log_gradients(block: Block, theta: Floats) -> Floats:
    """(n, parameters, categories, nodes) derivative of each log probability by each parameter."""
    n, p = block.values.shape
    k = block.categories
    result = np.zeros((n, p, k, theta.size))
    if block.family == "adjacent":
        prob = np.exp(log_probabilities(block, theta))
        level = np.arange(k)
        mean = np.einsum("k,nkq->nq", level, prob)
        result[:, 0] = theta * (level[None, :, None] - mean[:, None, :])
        for m in range(1, k):
            result[:, m] = -prob[:, m, None, :]
            result[:, m, m] += 1.0
        return result
    if block.family == "lower":
        z = block.values[:, :1] * theta + block.values[:, 1:2]
        c = expit(block.values[:, 2:3])
        s = expit(z)
        up = (1 - c) * s / (c + (1 - c) * s) * (1 - s)  # d log P_1 / dz
        result[:, 0] = np.stack([-s * theta, up * theta], axis=1)
        result[:, 1] = np.stack([-s, up], axis=1)
        result[:, 2, 0] = -c
        result[:, 2, 1] = c * (1 - c) * (1 - s) / (c + (1 - c) * s)
        return result
    by_step = _cumulative_steps(block, theta)  # (n, steps, categories, nodes)
    result[:, 1:] = by_step
    result[:, 0] = by_step.sum(axis=1) * theta
    return result


def ability_derivatives(block: Block, theta: Floats) -> tuple[Floats, Floats, Floats]:
    """Probabilities of the categories with their first and second derivatives by ability.

    Each (n, categories, nodes).
    """
    prob = np.exp(log_probabilities(block, theta))
    a = block.values[:, 0][:, None, None]
    if block.family == "adjacent":
        level = np.arange(block.categories)[None, :, None]
        mean = (level * prob).sum(axis=1, keepdims=True)
        variance = ((level - mean) ** 2 * prob).sum(axis=1, keepdims=True)
        return prob, a * prob * (level - mean), a**2 * prob * ((level - mean) ** 2 - variance)
    if block.family == "lower":
        z = block.values[:, :1] * theta + block.values[:, 1:2]
        s = expit(z)
        rest = expit(-block.values[:, 2:3])
        first = rest * s * (1 - s)
        second = first * (1 - 2 * s)
        sign = np.array([-1.0, 1.0])[None, :, None]
        return prob, a * first[:, None] * sign, a**2 * second[:, None] * sign
    z = block.values[:, :1, None] * theta + block.values[:, 1:, None]
    s = expit(z)
    first, second = a * s * (1 - s), a**2 * s * (1 - s) * (1 - 2 * s)
    return prob, _differences(first), _differences(second)


def _adjacent_logits(block: Block, theta: Floats) -> Floats:
    z = np.zeros((block.values.shape[0], block.categories, theta.size))
    level = np.arange(1, block.categories)
    slope = block.values[:, 0][:, None, None]
    z[:, 1:] = slope * level[None, :, None] * theta + block.values[:, 1:, None]
    return z


def _cumulative_steps(block: Block, theta: Floats) -> Floats:
    """d log P_k / d d_m: positive for the category above step m, negative for the one below."""
    n, steps = block.values.shape[0], block.categories - 1
    z = block.values[:, :1, None] * theta + block.values[:, 1:, None]
    log_density = log_expit(z) + log_expit(-z)
    log_prob = log_probabilities(block, theta)
    result = np.zeros((n, steps, block.categories, theta.size))
    for m in range(steps):
        result[:, m, m + 1] = np.exp(log_density[:, m] - log_prob[:, m + 1])
        result[:, m, m] = -np.exp(log_density[:, m] - log_prob[:, m])
    return result


def _differences(cumulative: Floats) -> Floats:
    n, steps, nodes = cumulative.shape
    padded = np.zeros((n, steps + 2, nodes))
    padded[:, 1:-1] = cumulative
    return padded[:, :-1] - padded[:, 1:]
