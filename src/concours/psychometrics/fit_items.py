"""Does each item behave as its model says? S-X2 by score groups."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from concours.kernel.errors import BadInput
from concours.psychometrics.counted import Counted, unheard
from concours.psychometrics.design import read_design
from concours.psychometrics.nodes import Nodes, log_prior
from concours.psychometrics.notice import Notice
from concours.psychometrics.parameters import ItemParameters
from concours.psychometrics.responses import Responses
from concours.psychometrics.shards import Shard
from concours.psychometrics.sum_scores import category_probabilities, score_distribution

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Expected counts below this are joined with a neighbour.
SMALLEST_CELL = 1.0
# Numbers an item's model spends, beside one intercept per step.
EXTRA = {"1pl": 0, "pcm": 0, "2pl": 1, "gpcm": 1, "grm": 1, "3pl": 2}


@dataclass(frozen=True, slots=True)
class ItemFit:
    """S-X2 of each item.

    statistic, degrees, p  (items,); p is NaN where no degrees of freedom are left
    rmsea                  (items,) misfit per degree of freedom and person
    persons                (items,) persons behind the statistic
    """

    names: tuple[str, ...]
    statistic: Floats
    degrees: Ints
    p: Floats
    rmsea: Floats
    persons: Floats
    warnings: tuple[Notice, ...]


def item_fit(
    responses: Responses,
    parameters: ItemParameters,
    *,
    mean: float = 0.0,
    sd: float = 1.0,
    fixed: Sequence[str] = (),
    nodes: Nodes | None = None,
    progress: Counted | None = None,
) -> ItemFit:
    """Compare observed with expected categories in groups of persons with the same sum score.

    Persons are taken by form; a form counts where all its items were presented, so that sum scores
    mean something. Sparse cells are joined: across categories first, then with the neighbouring
    score group. ``fixed`` names items whose parameters were not estimated from these data;
    ``progress`` is told items done of all, over the forms.

    Raises BadInput where persons were presented more than 64 different sets of items.
    Sources: Orlando & Thissen (2000), APM 24, 50-64; Kang & Chen (2008), JEM 45, 391-406.
    Cost: one pass over the persons; items^2 x scores x nodes for each form.
    """
    design = read_design(responses)
    if design.forms is None:
        raise BadInput(
            "too_many_forms",
            field="responses",
            remedy="Score groups need whole forms; here more than 64 sets of items were presented.",
        )
    parameters = parameters.select(responses.layout.names)
    grid = nodes or Nodes(mean - 6.0 * sd, mean + 6.0 * sd, 61)
    theta = grid.theta
    weight = np.exp(log_prior(theta, np.array([mean]), np.array([sd])))[0]
    prob = category_probabilities(parameters, theta)
    observed: list[list[Floats]] = [[] for _ in prob]
    expected: list[list[Floats]] = [[] for _ in prob]
    done, total = 0, sum(int(form.sum()) for form in design.forms if form.sum() >= 3)
    for f, form in enumerate(design.forms):
        items = np.flatnonzero(form)
        if items.size < 3:
            continue
        seen = _observed(responses, _rows_of_form(design.shards, design.cells, f), items)
        for place, j in enumerate(items):
            rest = [prob[i] for i in items if i != j]
            model = _expected(prob[j], score_distribution(rest), weight)
            persons = seen[place].sum(axis=1, keepdims=True)
            inner = slice(1, -1)
            observed[j].append(seen[place][inner])
            expected[j].append((model * persons)[inner])
            done += 1
            (progress or unheard)(done, total)
    return _summed(parameters, observed, expected, set(fixed))


def _rows_of_form(shards: Sequence[Shard], cells: Ints, form: int) -> Ints:
    parts = []
    for shard in shards:
        mine = cells[shard.cells, 0] == form
        parts.append(np.flatnonzero(mine) + shard.start)
    return np.concatenate(parts)


def _observed(responses: Responses, persons: Ints, items: Ints) -> list[Floats]:
    """Per item (scores, categories) counts of persons."""
    most = responses.layout.categories[items] - 1
    tables = [np.zeros((int(most.sum()) + 1, int(k) + 1)) for k in most]
    for low in range(0, persons.size, 65536):
        rows = np.ascontiguousarray(responses.rows[persons[low : low + 65536]])
        part = Responses(responses.layout, rows).unpack()[:, items].astype(np.int64)
        total = part.sum(axis=1)
        for j, table in enumerate(tables):
            np.add.at(table, (total, part[:, j]), 1.0)
    return tables


def _expected(item: Floats, rest: Floats, weight: Floats) -> Floats:
    """(scores, categories) share of each category among persons with each sum score."""
    categories, highest = item.shape[0], rest.shape[0] + item.shape[0] - 2
    joint = np.zeros((highest + 1, categories))
    for k in range(categories):
        joint[k : k + rest.shape[0], k] = (rest * item[k]) @ weight
    total = joint.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(joint, total, out=np.zeros_like(joint), where=total > 0))


def _summed(
    parameters: ItemParameters,
    observed: list[list[Floats]],
    expected: list[list[Floats]],
    fixed: set[str],
) -> ItemFit:
    n = parameters.items
    statistic, degrees, persons = np.zeros(n), np.zeros(n, np.int64), np.zeros(n)
    notices = []
    for j, (seen, model) in enumerate(zip(observed, expected, strict=True)):
        name = parameters.names[j]
        if not seen:
            notices.append(Notice("no_item_fit", "No whole form holds this item.", name))
            continue
        o, e = np.concatenate(seen), np.concatenate(model)
        persons[j] = o.sum()
        o, e = joined(o[e.sum(axis=1) > 0], e[e.sum(axis=1) > 0])
        spent = EXTRA[parameters.models[j]] + int(parameters.categories[j]) - 1
        cells = int((~np.isnan(e)).sum() - e.shape[0])
        degrees[j] = cells - (0 if name in fixed else spent)
        statistic[j] = float(np.nansum((o - e) ** 2 / e))
        if degrees[j] <= 0:
            text = "Too few score groups are left to judge this item."
            notices.append(Notice("no_item_fit", text, name))
    judged = degrees > 0
    df = np.where(judged, degrees, 1)
    p = np.where(judged, chi2.sf(statistic, df), np.nan)
    excess = np.maximum(statistic - df, 0.0) / (df * np.maximum(persons - 1.0, 1.0))
    return ItemFit(
        parameters.names,
        statistic,
        degrees,
        p,
        np.where(judged, np.sqrt(excess), np.nan),
        persons,
        tuple(notices),
    )


def joined(observed: Floats, expected: Floats) -> tuple[Floats, Floats]:
    """Join cells with small expected counts; a cell given up holds NaN in both tables."""
    o, e = observed.copy(), expected.copy()
    if e.shape[1] > 2:
        _join_categories(o, e)
    while e.shape[0] > 1:
        sparse = np.flatnonzero((e < SMALLEST_CELL).any(axis=1))
        if not sparse.size:
            break
        row = int(sparse[0])
        last = e.shape[0] - 1
        if row in (0, last):
            other = 1 if row == 0 else last - 1
        else:
            before, after = np.nansum(o[row - 1]), np.nansum(o[row + 1])
            other = row - 1 if before <= after else row + 1
        for table in (o, e):
            table[other] = np.where(
                np.isnan(table[other]) & np.isnan(table[row]),
                np.nan,
                np.nan_to_num(table[other]) + np.nan_to_num(table[row]),
            )
        o, e = np.delete(o, row, axis=0), np.delete(e, row, axis=0)
    return o, e


def _join_categories(o: Floats, e: Floats) -> None:
    """Within a score group, add a sparse category to the next one up, the last one down."""
    columns = e.shape[1]
    for k in range(columns - 1):
        sparse = e[:, k] < SMALLEST_CELL
        for table in (o, e):
            table[sparse, k + 1] += table[sparse, k]
            table[sparse, k] = np.nan
    for row in np.flatnonzero(e[:, -1] < SMALLEST_CELL):
        left = np.flatnonzero(~np.isnan(e[row, :-1]))
        if left.size:
            for table in (o, e):
                table[row, left[-1]] += table[row, -1]
                table[row, -1] = np.nan
