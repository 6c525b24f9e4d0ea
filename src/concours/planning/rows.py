"""Whole-number models as rows with names: solved, and where nothing solves them, the smallest conflict.

Each row belongs to a group; rows of the group "" are what the model means and are
never given up. `smallest_conflict` finds the fewest groups that cannot hold
together, by hitting sets: as long as the groups that hit every known way out can
hold together, solving for them shows one more way out.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from concours.kernel.errors import RuleRefused

MOST_NODES = 20_000
MOST_ROUNDS = 400
_WHOLE = highspy.HighsVarType.kInteger
_FRACTION = highspy.HighsVarType.kContinuous


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What may be chosen: cost, bounds, and whether it is a whole number."""

    cost: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    whole: np.ndarray


@dataclass(frozen=True, slots=True)
class Row:
    """lower <= sum of value x column <= upper, for the group's sake."""

    group: str
    index: Sequence[int]
    value: Sequence[float]
    lower: float
    upper: float


def solve(columns: Columns, rows: Sequence[Row], *, gap: float = 1e-6) -> np.ndarray | None:
    """The cheapest choice within ``gap`` of the best cost; None when there is none.

    One thread and a fixed seed: the same model gives the same answer. Raises
    RuleRefused when neither was found within the limit of nodes.
    """
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns.cost.size, len(rows)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = columns.cost, columns.lower, columns.upper
    lp.row_lower_ = np.array([row.lower for row in rows], np.float64)
    lp.row_upper_ = np.array([row.upper for row in rows], np.float64)
    lp.integrality_ = [_WHOLE if whole else _FRACTION for whole in columns.whole]
    sizes = [len(row.index) for row in rows]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    lp.a_matrix_.index_ = np.array([i for row in rows for i in row.index], np.int32)
    lp.a_matrix_.value_ = np.array([v for row in rows for v in row.value], np.float64)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, chosen in (
        ("output_flag", False),
        ("log_to_console", False),
        ("threads", 1),
        ("random_seed", 0),
        ("mip_max_nodes", MOST_NODES),
        ("mip_abs_gap", gap),
        ("mip_rel_gap", 0.0),
    ):
        solver.setOptionValue(option, chosen)
    solver.passModel(lp)
    solver.run()
    status = solver.getModelStatus()
    if status in {highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kModelEmpty}:
        return None if rows else columns.lower
    info = solver.getInfo()
    if status != highspy.HighsModelStatus.kOptimal and info.primal_solution_status != 2:
        raise RuleRefused(
            "search_ended",
            remedy="No answer was found within the limit of the search: loosen the blueprint or ask for fewer forms.",
            numbers={"nodes": str(MOST_NODES)},
        )
    return np.asarray(solver.getSolution().col_value, np.float64)


def smallest_conflict(columns: Columns, rows: Sequence[Row]) -> tuple[str, ...]:
    """The fewest groups whose rows cannot hold together; empty when all can.

    A conflict of fewer groups does not exist; where several of the same size do, the
    one that comes first in the order of the rows is given. Source: Ignatiev,
    Previti, Liffiton & Marques-Silva (2015), smallest unsatisfiable subsets by
    hitting set dualisation.
    """
    groups = list(dict.fromkeys(row.group for row in rows if row.group))
    ways_out: list[frozenset[str]] = []
    for _ in range(MOST_ROUNDS):
        kept = _hitting(groups, ways_out)
        given_up = _given_up(columns, rows, groups, kept)
        if given_up is None:
            return tuple(group for group in groups if group in kept)
        if not given_up:
            return ()
        ways_out.append(given_up)
    return _irreducible(columns, rows, groups)


def _given_up(
    columns: Columns, rows: Sequence[Row], groups: Sequence[str], kept: Collection[str]
) -> frozenset[str] | None:
    """The fewest groups to give up when the ``kept`` ones must hold; None when those cannot."""
    first = columns.cost.size
    place = {group: first + n for n, group in enumerate(groups)}
    wider = Columns(
        cost=np.concatenate([np.zeros(first), np.ones(len(groups))]),
        lower=np.zeros(first + len(groups))
        + np.concatenate([columns.lower, np.zeros(len(groups))]),
        upper=np.concatenate([columns.upper, [0.0 if g in kept else 1.0 for g in groups]]),
        whole=np.concatenate([columns.whole, np.ones(len(groups), bool)]),
    )
    loose = []
    for row in rows:
        if not row.group or row.group in kept:
            loose.append(row)
        else:
            loose.extend(_loosened(columns, row, place[row.group]))
    found = solve(wider, loose, gap=0.5)
    if found is None:
        return None
    return frozenset(group for group in groups if found[place[group]] > 0.5)


def _loosened(columns: Columns, row: Row, switch: int) -> list[Row]:
    """The row as it binds only while its switch is off."""
    index, value = np.asarray(row.index, np.int64), np.asarray(row.value, np.float64)
    ends = np.stack([value * columns.lower[index], value * columns.upper[index]])
    least, most = float(ends.min(axis=0).sum()), float(ends.max(axis=0).sum())
    found = []
    if np.isfinite(row.lower):
        slack = max(0.0, row.lower - least)
        found.append(
            Row("", [*row.index, switch], [*row.value, slack], row.lower, highspy.kHighsInf)
        )
    if np.isfinite(row.upper):
        slack = max(0.0, most - row.upper)
        found.append(
            Row("", [*row.index, switch], [*row.value, -slack], -highspy.kHighsInf, row.upper)
        )
    return found


def _hitting(groups: Sequence[str], sets: Sequence[frozenset[str]]) -> frozenset[str]:
    """The fewest groups with one of every set among them, the earlier ones rather."""
    if not sets:
        return frozenset()
    place = {group: n for n, group in enumerate(groups)}
    count = len(groups)
    columns = Columns(
        cost=1.0 + np.arange(count) * (0.4 / max(1, count) ** 2),
        lower=np.zeros(count),
        upper=np.ones(count),
        whole=np.ones(count, bool),
    )
    rows = [
        Row(
            "",
            [place[g] for g in sorted(found, key=place.__getitem__)],
            [1.0] * len(found),
            1.0,
            highspy.kHighsInf,
        )
        for found in sets
    ]
    chosen = solve(columns, rows)
    assert chosen is not None
    return frozenset(group for group in groups if chosen[place[group]] > 0.5)


def _irreducible(columns: Columns, rows: Sequence[Row], groups: Sequence[str]) -> tuple[str, ...]:
    """A conflict none of whose groups can be spared: each left out in turn."""
    kept = list(groups)
    for group in groups:
        fewer = [g for g in kept if g != group]
        tried = [row for row in rows if not row.group or row.group in fewer]
        if solve(columns, tried, gap=1e9) is None:
            kept = fewer
    return tuple(kept)
