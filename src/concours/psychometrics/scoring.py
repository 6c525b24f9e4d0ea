"""Scores of persons from item parameters: EAP, MAP, WLE, sum-score EAP, each with its error."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concours.kernel.errors import BadInput
from concours.psychometrics.counted import Counted, unheard
from concours.psychometrics.design import read_design
from concours.psychometrics.expectation import category_table
from concours.psychometrics.information import information_of_test
from concours.psychometrics.kernels import posterior_moments
from concours.psychometrics.nodes import Nodes, choose_nodes, log_prior
from concours.psychometrics.notice import Notice
from concours.psychometrics.parameters import ItemParameters, blocks_of
from concours.psychometrics.responses import Chunk, Responses, empty_key, pack
from concours.psychometrics.score_kernels import LIMIT, search
from concours.psychometrics.shards import Shard, ShardMap, bounds, threaded
from concours.psychometrics.sum_scores import sum_score_table

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

METHODS = ("eap", "map", "wle", "sum")
WITHIN = np.linspace(-3.0, 3.0, 25)


@dataclass(frozen=True, slots=True)
class Scores:
    """Abilities of persons.

    method  "eap", "map", "wle" or "sum"
    theta   (persons,) ability in logits of the reference group
    se      (persons,) standard error: the posterior sd, or the error of the point
    scored  (persons,) False for persons with no answer to go by; their WLE is NaN, their other
            scores are the prior's
    """

    method: str
    theta: Floats
    se: Floats
    scored: Flags
    warnings: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Prior:
    """Normal populations: mean and sd each (groups,), and the group of each person."""

    mean: Floats
    sd: Floats
    group: Ints


def score(
    responses: Responses | Chunk | Iterable[Chunk],
    parameters: ItemParameters,
    *,
    method: str = "eap",
    prior_mean: ArrayLike = 0.0,
    prior_sd: ArrayLike = 1.0,
    nodes: Nodes | None = None,
    map: ShardMap | None = None,
    progress: Counted | None = None,
) -> Scores:
    """Abilities and their standard errors, persons in the order of ``responses``.

    responses   (persons, items) for the items of ``parameters`` in their order, -1 not presented;
                or packed ``Responses``, matched by item name
    method      "eap"  mean and sd of the posterior
                "map"  its mode; error from the curvature there
                "wle"  Warm's weighted likelihood: no prior, finite for perfect and zero scores.
                       With a lower asymptote it is not the mode of likelihood x sqrt(information),
                       which some programs give under the same name
                "sum"  posterior mean given the sum score of the form the person was presented
    prior_mean, prior_sd  of the normal population, one number or one per person
    nodes       grid for eap and sum; by default chosen from the test's information
    map         runs shards; default threads
    progress    told persons done of all; map and wle go over the persons twice

    Raises BadInput if items, categories or lengths disagree, or an sd is not positive.
    Cost: eap persons x bytes x nodes additions; map and wle about five times persons x items
    exponentials.
    Sources: Bock & Mislevy (1982), APM 6, 431-444; Warm (1989), Psychometrika 54, 427-450;
    Thissen, Pommerich, Billeaud & Williams (1995), APM 19, 39-49.
    """
    if method not in METHODS:
        raise BadInput("unknown_method", field="method", remedy=f"Use one of {', '.join(METHODS)}.")
    packed = _packed(responses, parameters)
    parameters = parameters.select(packed.layout.names)
    prior = _prior(prior_mean, prior_sd, packed.persons)
    grid = nodes or choose_nodes(
        float(information_of_test(parameters, _around(prior)).max()), prior.mean, prior.sd
    )
    scored = _answered(packed)
    notices = []
    if not scored.all():
        text = f"{int((~scored).sum())} persons were presented no item at all."
        notices.append(Notice("empty_persons", text))
    if method == "sum":
        theta, se = _by_sum(packed, parameters, prior, grid)
        (progress or unheard)(packed.persons, packed.persons)
        return Scores(method, theta, se, scored, tuple(notices))
    run, tell = map or threaded(), progress or unheard
    total = packed.persons * (1 if method == "eap" else 2)
    theta, se = _by_posterior(packed, parameters, prior, grid, run, lambda done: tell(done, total))
    if method != "eap":
        theta, se = _by_search(
            packed,
            parameters,
            prior,
            theta,
            method == "wle",
            run,
            lambda done: tell(packed.persons + done, total),
        )
        if method == "wle":
            theta, se = np.where(scored, theta, np.nan), np.where(scored, se, np.nan)
        stuck = int((np.abs(theta) > LIMIT - 1.0).sum())
        if stuck:
            text = f"{stuck} persons have no finite score within {LIMIT:g} logits."
            notices.append(Notice("score_at_limit", text))
    return Scores(method, theta, se, scored, tuple(notices))


def _packed(
    responses: Responses | Chunk | Iterable[Chunk], parameters: ItemParameters
) -> Responses:
    packed = pack(
        responses, items=parameters.names, categories=[int(k) for k in parameters.categories]
    )
    known = parameters.select(packed.layout.names).categories
    wrong = np.flatnonzero(known != packed.layout.categories)
    if wrong.size:
        j = int(wrong[0])
        raise BadInput(
            "categories_disagree",
            field=packed.layout.names[j],
            remedy=f"Packed with {packed.layout.categories[j]} categories, parameters for "
            f"{known[j]}: pack the responses with `categories`.",
        )
    return packed


def _prior(mean: ArrayLike, sd: ArrayLike, persons: int) -> Prior:
    both = [np.asarray(v, np.float64) for v in (mean, sd)]
    if any(v.shape not in ((), (persons,)) for v in both):
        raise BadInput(
            "shapes_disagree",
            field="prior_mean",
            remedy=f"Give one number, or one for each of the {persons} persons.",
        )
    if not all(np.isfinite(v).all() for v in both) or (both[1] <= 0).any():
        raise BadInput(
            "prior_out_of_range", field="prior_sd", remedy="Give finite numbers, sd > 0."
        )
    if both[0].shape == both[1].shape == ():
        return Prior(both[0][None], both[1][None], np.zeros(persons, np.int64))
    pairs = np.stack([np.broadcast_to(v, (persons,)) for v in both], axis=1)
    found, group = np.unique(pairs, axis=0, return_inverse=True)
    return Prior(found[:, 0], found[:, 1], group.astype(np.int64).ravel())


def _around(prior: Prior) -> Floats:
    return np.unique(
        np.concatenate([m + s * WITHIN for m, s in zip(prior.mean, prior.sd, strict=True)])
    )


def _answered(responses: Responses) -> Flags:
    return np.asarray(responses.presence() != empty_key(responses.layout))


def _shards(responses: Responses, prior: Prior) -> tuple[Shard, ...]:
    """Shards for work person by person; forms and weights play no part."""
    zero, one = np.zeros(responses.persons, np.int64), np.ones(responses.persons)
    return tuple(
        Shard(
            responses.layout,
            low,
            np.asarray(responses.rows[low:high]),
            prior.group[low:high],
            zero[low:high],
            one[low:high],
        )
        for low, high in bounds(responses.persons)
    )


def _by_posterior(
    packed: Responses,
    parameters: ItemParameters,
    prior: Prior,
    grid: Nodes,
    run: ShardMap,
    tell: Callable[[int], None],
) -> tuple[Floats, Floats]:
    theta = grid.theta
    work = partial(
        _moments_of_shard,
        table=category_table(packed.layout, blocks_of(parameters), theta),
        prior=log_prior(theta, prior.mean, prior.sd),
        theta=theta,
    )
    return _joined(run(work, _shards(packed, prior)), packed.persons, tell)


def _joined(
    parts: Iterable[tuple[Floats, Floats]], persons: int, tell: Callable[[int], None]
) -> tuple[Floats, Floats]:
    """Abilities and errors of all persons from those of the shards, in their order."""
    theta, se, done = np.empty(persons), np.empty(persons), 0
    for part_theta, part_se in parts:
        here = slice(done, done + part_theta.size)
        theta[here], se[here] = part_theta, part_se
        done += part_theta.size
        tell(done)
    return theta, se


def _moments_of_shard(
    shard: Shard, *, table: Floats, prior: Floats, theta: Floats
) -> tuple[Floats, Floats]:
    n = shard.rows.shape[0]
    mean, sd, marginal = np.empty(n), np.empty(n), np.empty(n)
    rows = np.ascontiguousarray(shard.rows)
    spread = shard.layout.spread(table)
    posterior_moments(rows, spread, prior, theta, shard.groups, mean, sd, marginal)
    return mean, sd


def _by_search(
    packed: Responses,
    parameters: ItemParameters,
    prior: Prior,
    start: Floats,
    weighted: bool,
    run: ShardMap,
    tell: Callable[[int], None],
) -> tuple[Floats, Floats]:
    work = partial(
        _search_shard, plan=search_plan(parameters), weighted=weighted, prior=prior, start=start
    )
    return _joined(run(work, _shards(packed, prior)), packed.persons, tell)


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """Items sorted for the search: right or wrong first, the others apart."""

    two_way: Ints
    slope: Floats
    intercept: Floats
    lower: Floats
    ordered: Ints
    cumulative: Flags
    values: Floats
    categories: Ints


def search_plan(parameters: ItemParameters) -> SearchPlan:
    """Sort items and their parameters for the compiled search."""
    two = [b for b in blocks_of(parameters) if b.categories == 2 and b.family != "cumulative"]
    more = [b for b in blocks_of(parameters) if b.categories > 2 or b.family == "cumulative"]
    items = np.concatenate([b.items for b in two]) if two else np.empty(0, np.int64)
    flat = np.concatenate([b.values[:, :2] for b in two]) if two else np.empty((0, 2))
    values = np.zeros(
        (sum(b.items.size for b in more), max([b.categories for b in more], default=1))
    )
    row = 0
    for block in more:
        values[row : row + block.items.size, : block.values.shape[1]] = block.values
        row += block.items.size
    ordered = np.concatenate([b.items for b in more]) if more else np.empty(0, np.int64)
    graded = [np.full(b.items.size, b.family == "cumulative") for b in more]
    return SearchPlan(
        two_way=items,
        slope=np.ascontiguousarray(flat[:, 0]),
        intercept=np.ascontiguousarray(flat[:, 1]),
        lower=parameters.c[items],
        ordered=ordered,
        cumulative=np.concatenate(graded) if graded else np.empty(0, np.bool_),
        values=values,
        categories=parameters.categories[ordered],
    )


def _search_shard(
    shard: Shard, *, plan: SearchPlan, weighted: bool, prior: Prior, start: Floats
) -> tuple[Floats, Floats]:
    n = shard.rows.shape[0]
    theta, se = np.empty(n), np.empty(n)
    search(
        Responses(shard.layout, np.ascontiguousarray(shard.rows)).unpack(),
        plan.two_way,
        plan.slope,
        plan.intercept,
        plan.lower,
        plan.ordered,
        plan.cumulative,
        plan.values,
        plan.categories,
        weighted,
        prior.mean[shard.groups],
        prior.sd[shard.groups],
        start[shard.start : shard.start + n],
        theta,
        se,
    )
    return theta, se


def _by_sum(
    packed: Responses, parameters: ItemParameters, prior: Prior, grid: Nodes
) -> tuple[Floats, Floats]:
    design = read_design(packed)
    if design.forms is None:
        raise BadInput(
            "too_many_forms",
            field="responses",
            remedy="Sum scores need whole forms, and here persons were presented more than 64 "
            "different sets of items; use eap, or score what was omitted as wrong.",
        )
    form = np.concatenate([design.cells[s.cells, 0] for s in design.shards])
    total = np.concatenate(
        [
            np.maximum(packed.unpack(s.start, s.start + len(s.rows)), 0).sum(axis=1)
            for s in design.shards
        ]
    )
    theta, se = np.empty(packed.persons), np.empty(packed.persons)
    for f, g in np.unique(np.stack([form, prior.group]), axis=1).T:
        who = (form == f) & (prior.group == g)
        names = [n for n, used in zip(packed.layout.names, design.forms[f], strict=True) if used]
        if not names:
            theta[who], se[who] = prior.mean[g], prior.sd[g]
            continue
        table = sum_score_table(
            parameters.select(names), mean=float(prior.mean[g]), sd=float(prior.sd[g]), nodes=grid
        )
        theta[who], se[who] = table.theta[total[who]], table.se[total[who]]
    return theta, se
