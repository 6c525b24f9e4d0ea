"""Who reads whose file: every file gets its readers, no conflict, loads as even as can be.

The problem is a flow from files to readers, so the linear programme has whole
solutions at its corners and stays small: files x readers columns. Same input,
same answer: one thread, a fixed seed, and ties broken by a hash of the pair,
which also mixes the readers, so that severities can be compared later.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from concours.kernel.errors import BadInput, RuleRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """Readers of each file in order of code, the load of each reader, and pairs that are new."""

    readers: Mapping[str, tuple[str, ...]]
    load: Mapping[str, int]
    changed: int


@dataclass(frozen=True, slots=True)
class _Pairs:
    """The pairs that may be, as columns: row of the file, row of the reader, and the cost."""

    file: np.ndarray
    reader: np.ndarray
    cost: np.ndarray


def _mix(file: str, reader: str) -> float:
    """A fixed number from 0 to 1 for a pair: an order without favour."""
    return int.from_bytes(hashlib.sha256(f"{file}\n{reader}".encode()).digest()[:4], "big") / 2**32


def _pairs(
    files: Sequence[str],
    readers: Sequence[str],
    barred: Collection[tuple[str, str]],
    kept: Mapping[str, Sequence[str]],
    each: int,
) -> _Pairs:
    found = [
        (f, r)
        for f, file in enumerate(files)
        for r, reader in enumerate(readers)
        if (reader, file) not in barred
    ]
    scale = 0.5 / (len(files) * each + 1)
    cost = [
        0.0
        if readers[r] in kept.get(files[f], ())
        else (len(files) + 1.0 if files[f] in kept else scale * _mix(files[f], readers[r]))
        for f, r in found
    ]
    table = np.array(found, dtype=np.int32).reshape(-1, 2)
    return _Pairs(table[:, 0], table[:, 1], np.array(cost))


def _solve(
    pairs: _Pairs, *, files: int, readers: int, each: int, at_most: Sequence[int], short: bool
) -> np.ndarray | None:
    """The pairs taken (0/1 per column), or the shortfall per file where ``short``; None: no plan."""
    n = len(pairs.cost)
    steps = [(r, k) for r in range(readers) for k in range(1, at_most[r] + 1)]
    m, extra = len(steps), files if short else 0
    balance = [0.0 if short else float(k) for _, k in steps]
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = n + m + extra, files + readers
    lp.col_cost_ = np.concatenate([np.zeros(n) if short else pairs.cost, balance, np.ones(extra)])
    lp.col_lower_ = np.zeros(n + m + extra)
    lp.col_upper_ = np.concatenate([np.ones(n + m), np.full(extra, float(each))])
    bound = np.concatenate([np.full(files, float(each)), np.zeros(readers)])
    lp.row_lower_ = lp.row_upper_ = bound
    index, value, start = [], [], [0]
    for f, r in zip(pairs.file, pairs.reader, strict=True):
        index += [int(f), files + int(r)]
        value += [1.0, 1.0]
        start.append(len(index))
    for r, _ in steps:
        index.append(files + r)
        value.append(-1.0)
        start.append(len(index))
    for f in range(extra):
        index.append(f)
        value.append(1.0)
        start.append(len(index))
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = np.array(start), np.array(index)
    lp.a_matrix_.value_ = np.array(value)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, chosen in (
        ("output_flag", False),
        ("solver", "simplex"),
        ("threads", 1),
        ("random_seed", 0),
    ):
        solver.setOptionValue(option, chosen)
    solver.passModel(lp)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    columns: np.ndarray = np.rint(np.array(solver.getSolution().col_value)).astype(np.int64)
    return columns[n + m :] if short else columns[:n]


def _explain(
    files: Sequence[str], readers: Sequence[str], pairs: _Pairs, each: int, at_most: Sequence[int]
) -> RuleRefused:
    """Why there is no plan, in the plainest terms that hold."""
    free = Counter(int(f) for f in pairs.file)
    few = [file for f, file in enumerate(files) if free[f] < each]
    if few:
        return RuleRefused(
            "too_few_readers_without_conflict",
            remedy=f"Find more readers: {len(few)} file(s), first {few[0]}, have fewer than {each} without a conflict.",
            field=few[0],
            numbers={"files": str(len(few)), "needed": str(each)},
        )
    need, room = len(files) * each, sum(at_most)
    if room < need:
        return RuleRefused(
            "too_little_capacity",
            remedy=f"Find more readers or raise their limits: {need} readings are needed, {room} can be given.",
            numbers={"needed": str(need), "room": str(room)},
        )
    short = _solve(
        pairs, files=len(files), readers=len(readers), each=each, at_most=at_most, short=True
    )
    lacking = [] if short is None else [file for f, file in enumerate(files) if short[f]]
    return RuleRefused(
        "conflicts_meet_limits",
        remedy=f"Readers free of conflict with {', '.join(lacking[:5])} are already full: raise a limit or add a reader.",
        field=lacking[0] if lacking else None,
        numbers={"files": str(len(lacking))},
    )


def allocate_readers(
    *,
    files: Sequence[str],
    readers: Sequence[str],
    barred: Collection[tuple[str, str]],
    each: int,
    at_most: Mapping[str, int] | None = None,
    kept: Mapping[str, Sequence[str]] | None = None,
) -> Allocation:
    """Give each file ``each`` different readers; no (reader, file) of ``barred``; loads even.

    ``at_most`` limits what a reader reads (default: everything). ``kept`` is a
    plan to repair: as few of its pairs as possible change, then loads are evened.
    Raises RuleRefused saying why when no plan exists.
    Cost: a linear programme of files x readers columns (250 x 12: about 0.1 s).
    """
    if each < 1 or len(set(files)) != len(files) or len(set(readers)) != len(readers):
        raise BadInput("bad_plan_input", remedy="Name every file and every reader once.")
    if not files:
        return Allocation(readers={}, load=dict.fromkeys(readers, 0), changed=0)
    files, readers, kept = sorted(files), sorted(readers), kept or {}
    limits = [min(len(files), (at_most or {}).get(r, len(files))) for r in readers]
    pairs = _pairs(files, readers, barred, kept, each)
    taken = _solve(
        pairs, files=len(files), readers=len(readers), each=each, at_most=limits, short=False
    )
    if taken is None:
        raise _explain(files, readers, pairs, each, limits)
    chosen: dict[str, list[str]] = {file: [] for file in files}
    for column in np.flatnonzero(taken):
        chosen[files[pairs.file[column]]].append(readers[pairs.reader[column]])
    load = Counter(reader for found in chosen.values() for reader in found)
    new = sum(r not in kept[f] for f, found in chosen.items() if f in kept for r in found)
    return Allocation(
        readers={file: tuple(sorted(found)) for file, found in chosen.items()},
        load={reader: load[reader] for reader in readers},
        changed=new,
    )
