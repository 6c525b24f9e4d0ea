"""How far estimates may be from the truth: standard errors of item and group parameters."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concours.kernel.errors import BadInput
from concours.psychometrics.counted import Counted, unheard
from concours.psychometrics.fitting import Fitted, Problem, State, expect
from concours.psychometrics.maximisation import Priors, derivatives, slice_of
from concours.psychometrics.models import Block
from concours.psychometrics.nodes import Nodes, log_prior
from concours.psychometrics.notice import Notice
from concours.psychometrics.observed_by_scores import available, missing_information
from concours.psychometrics.parameters import ItemParameters
from concours.psychometrics.person_scores import cross_products
from concours.psychometrics.shards import ShardMap, counting

Floats = NDArray[np.float64]

METHODS = ("auto", "observed", "cross-product", "sandwich", "none")
DIFFERENCE = 1e-4
# "auto" differentiates the score numerically while that is cheap (person-byte-node additions) ...
CHEAP = 4e9
# ... and beyond so many persons takes cross-products of an even sample of them.
PERSONS_ENOUGH = 131_072


@dataclass(frozen=True, slots=True)
class StandardErrors:
    """Standard errors, in the units of the parameters; zero where a parameter was fixed.

    method      how they were found
    a, b, c     (items,)
    thresholds  (items, most categories - 1), NaN beyond an item's last step
    mean, sd    (groups,) of the group distributions
    labels      (free parameters,) item or group, and which of its parameters
    covariance  (free parameters, free parameters) of slopes, intercepts, logits of asymptotes,
                means and logarithms of sds
    """

    method: str
    a: Floats
    b: Floats
    c: Floats
    thresholds: Floats
    mean: Floats
    sd: Floats
    labels: tuple[tuple[str, str], ...]
    covariance: Floats


def standard_errors_of(
    problem: Problem,
    found: Fitted,
    parameters: ItemParameters,
    method: str,
    run: ShardMap,
    tell: Counted = unheard,
) -> tuple[StandardErrors | None, tuple[Notice, ...]]:
    """Standard errors by the method asked for; None with a notice if there is no inverse.

    observed       the observed information. With complete forms and adjacent-category models in
                   closed form (Louis); else minus the derivative of the score, which by Fisher's
                   identity an E-step gives, by central differences: two E-steps per parameter
    cross-product  sum of products of the persons' scores; one pass
    sandwich       inverse observed x cross-product x inverse observed: right also where the model
                   is not
    auto           observed where cheap, else cross-product, from an even sample of the persons
                   where there are more than 131,072 (said in ``method``)

    ``tell`` hears parameters done of all where each is moved, shards done of all otherwise.

    Sources: Louis (1982), JRSS B 44; Oakes (1999), JRSS B 61; Yuan, Cheng & Patton (2014),
    Psychometrika 79; White (1982), Econometrica 50.
    """
    if method not in METHODS:
        raise BadInput(
            "unknown_method", field="standard_errors", remedy=f"Use one of {', '.join(METHODS)}."
        )
    spread, labels = free_directions(problem, found.blocks, parameters)
    if method == "none" or not labels:
        return None, ()
    state = State(found.blocks, found.mean, found.sd)
    every = 1
    if method == "auto":
        width = problem.design.layout.width * found.nodes.count
        quick = available(problem.design, found.blocks)
        dear = 2.0 * len(labels) * problem.design.persons * width > CHEAP and not quick
        method = "cross-product" if dear else "observed"
        if dear and problem.design.persons > PERSONS_ENOUGH:
            every = max(1, problem.design.persons // PERSONS_ENOUGH)
    if method == "cross-product":
        information = _cross_product(problem, state, found.nodes, spread, run, every, tell)
    else:
        information = _observed(problem, state, found.nodes, spread, run, tell)
    covariance = _inverse(information)
    if covariance is None:
        text = "The information has no inverse: some parameters are not determined by these data."
        return None, (Notice("no_standard_errors", text),)
    if method == "sandwich":
        meat = _cross_product(problem, state, found.nodes, spread, run, 1, tell, squared=True)
        covariance = covariance @ meat @ covariance
    said = method if every == 1 else f"cross-product, one in {every} of the persons"
    return _translate(said, state, parameters, spread, labels, covariance), ()


def free_directions(
    problem: Problem, blocks: Sequence[Block], parameters: ItemParameters
) -> tuple[Floats, tuple[tuple[str, str], ...]]:
    """(numbers of the state, free parameters) 0/1 matrix, and a label for each free parameter."""
    freedom = problem.freedom
    size = sum(block.values.size for block in blocks)
    groups = len(problem.design.groups)
    columns: list[list[int]] = []
    labels: list[tuple[str, str]] = []
    shared: list[int] = []
    place = 0
    for block in blocks:
        kinds = ["a", *(f"d{k}" for k in range(1, block.categories))]
        kinds += ["logit c"] if block.family == "lower" else []
        for row, item in enumerate(block.items):
            for column, kind in enumerate(kinds):
                number = place + row * len(kinds) + column
                if kind == "a" and freedom.shared[item]:
                    shared.append(number)
                elif freedom.free[item]:
                    columns.append([number])
                    labels.append((parameters.names[item], kind))
        place += block.values.size
    if shared and freedom.slope_free:
        columns.append(shared)
        labels.append(("shared", "a"))
    for g in range(0 if problem.anchored else 1, groups):
        for kind, offset in (("mean", size), ("log sd", size + groups)):
            columns.append([offset + g])
            labels.append((problem.design.groups[g], kind))
    matrix = np.zeros((size + 2 * groups, len(columns)))
    for k, rows in enumerate(columns):
        matrix[rows, k] = 1.0
    return matrix, tuple(labels)


def score(problem: Problem, state: State, nodes: Nodes, run: ShardMap) -> Floats:
    """Gradient of the log-posterior by all numbers of the state, from one E-step."""
    expected = expect(problem, state, nodes, run)
    theta = nodes.theta
    parts = []
    for block in state.blocks:
        part = slice_of(expected, problem.design.layout, block)
        gradient, _ = derivatives(block, part, theta, problem.priors)
        parts.append(gradient.ravel())
    by_mean, by_log_sd = group_terms(theta, state)
    weight = np.exp(log_prior(theta, state.mean, state.sd))
    total = expected.nodes.sum(axis=1, keepdims=True)
    rest = expected.nodes - total * weight
    return np.concatenate([*parts, (rest * by_mean).sum(axis=1), (rest * by_log_sd).sum(axis=1)])


def group_terms(theta: Floats, state: State) -> tuple[Floats, Floats]:
    """(groups, nodes) derivatives of the normal log density by mean and by log sd."""
    z = (theta - state.mean[:, None]) / state.sd[:, None]
    return z / state.sd[:, None], z**2 - 1.0


def _observed(
    problem: Problem, state: State, nodes: Nodes, spread: Floats, run: ShardMap, tell: Counted
) -> Floats:
    if available(problem.design, state.blocks):
        return _by_scores(problem, state, nodes, spread, run, tell)
    flat = state.flat()
    rows = []
    for k in range(spread.shape[1]):
        h = DIFFERENCE * spread[:, k]
        up = score(problem, state.moved(flat + h), nodes, run)
        down = score(problem, state.moved(flat - h), nodes, run)
        rows.append(spread.T @ (down - up) / (2.0 * DIFFERENCE))
        tell(k + 1, spread.shape[1])
    information = np.array(rows)
    return np.asarray((information + information.T) / 2.0)


def _by_scores(
    problem: Problem, state: State, nodes: Nodes, spread: Floats, run: ShardMap, tell: Counted
) -> Floats:
    """The observed information as that of the completed data less that of what is missing."""
    theta = nodes.theta
    expected = expect(problem, state, nodes, run)
    whole = np.zeros((spread.shape[0], spread.shape[0]))
    place = 0
    for block in state.blocks:
        part = slice_of(expected, problem.design.layout, block)
        _, information = derivatives(block, part, theta, problem.priors)
        for own in information:
            p = own.shape[0]
            whole[place : place + p, place : place + p] = own
            place += p
    z = (theta - state.mean[:, None]) / state.sd[:, None]
    means = np.arange(place, place + state.mean.size)
    log_sds = means + state.mean.size
    whole[means, means] = expected.nodes.sum(axis=1) / state.sd**2
    whole[log_sds, log_sds] = 2.0 * (expected.nodes * z**2).sum(axis=1)
    whole[means, log_sds] = 2.0 * (expected.nodes * z).sum(axis=1) / state.sd
    whole[log_sds, means] = whole[means, log_sds]
    prior = log_prior(theta, state.mean, state.sd)
    whole -= missing_information(
        problem.design, state.blocks, theta, prior, group_terms(theta, state), counting(run, tell)
    )
    return np.asarray(spread.T @ whole @ spread)


def _cross_product(
    problem: Problem,
    state: State,
    nodes: Nodes,
    spread: Floats,
    run: ShardMap,
    every: int,
    tell: Counted,
    squared: bool = False,
) -> Floats:
    design = problem.design.sample(every)
    theta = nodes.theta
    prior = log_prior(theta, state.mean, state.sd)
    products, persons = cross_products(
        design, state.blocks, theta, prior, group_terms(theta, state), squared, counting(run, tell)
    )
    share = problem.design.group_weight.sum() / persons
    whole = spread.T @ (products * share) @ spread
    if not squared:
        whole += spread.T @ np.diag(_prior_information(state, problem.priors)) @ spread
    return np.asarray(whole)


def _prior_information(state: State, priors: Priors) -> Floats:
    parts = []
    for block in state.blocks:
        part = np.zeros(block.values.shape)
        if block.family == "lower":
            part[:, 2] += 1.0 / priors.asymptote[1] ** 2
        part[:, 0] += 1.0 / (priors.slope[1] * block.values[:, 0]) ** 2
        parts.append(part.ravel())
    return np.concatenate([*parts, np.zeros(2 * state.mean.size)])


def _inverse(information: Floats) -> Floats | None:
    diagonal = np.diag(information)
    if not np.isfinite(information).all() or (diagonal <= 1e-12 * diagonal.max()).any():
        return None
    scale = np.sqrt(diagonal)
    even = information / np.outer(scale, scale)
    try:
        factor = np.linalg.cholesky(even)
    except np.linalg.LinAlgError:
        return None
    half = np.linalg.inv(factor)
    if np.abs(half).max() > 1e6:
        return None
    return np.asarray((half.T @ half) / np.outer(scale, scale))


def _translate(
    method: str,
    state: State,
    parameters: ItemParameters,
    spread: Floats,
    labels: tuple[tuple[str, str], ...],
    covariance: Floats,
) -> StandardErrors:
    n, most = parameters.thresholds.shape
    a, b, c = np.zeros(n), np.zeros(n), np.zeros(n)
    thresholds = np.where(np.isnan(parameters.thresholds), np.nan, 0.0)
    place = 0
    for block in state.blocks:
        p = block.values.shape[1]
        for item in block.items:
            rows = spread[place : place + p]
            own = rows @ covariance @ rows.T
            place += p
            turn = _step_jacobian(block, parameters, int(item), p, most)
            steps = block.categories - 1
            a[item] = np.sqrt(own[0, 0])
            each = turn @ own @ turn.T
            thresholds[item, :steps] = np.sqrt(np.diag(each)[:steps])
            b[item] = np.sqrt(each[:steps, :steps].mean())
            if block.family == "lower":
                c[item] = parameters.c[item] * (1 - parameters.c[item]) * np.sqrt(own[2, 2])
    group = np.sqrt(np.diag(spread[place:] @ covariance @ spread[place:].T))
    mean, log_sd = np.split(group, 2)
    return StandardErrors(method, a, b, c, thresholds, mean, log_sd * state.sd, labels, covariance)


def _step_jacobian(
    block: Block, parameters: ItemParameters, item: int, p: int, most: int
) -> Floats:
    """(most, p) derivatives of an item's thresholds by its slope and intercepts."""
    turn = np.zeros((most, p))
    a = parameters.a[item]
    for k in range(block.categories - 1):
        turn[k, 0] = -parameters.thresholds[item, k] / a
        turn[k, 1 + k] = -1.0 / a
        if block.family == "adjacent" and k > 0:
            turn[k, k] = 1.0 / a
    return turn
