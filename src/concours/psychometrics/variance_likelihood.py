"""Restricted maximum likelihood of variance components of crossed and nested effects."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import linalg, sparse

from concours.kernel.errors import BadInput
from concours.psychometrics.arrays import Flags, Floats, Ints

MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class _Sums:
    """Everything the likelihood needs of the data.

    cross   (levels, levels)  rows in which two levels meet; zy, z1 sums of scores and rows
    part    (levels,)  effect of each level
    """

    cross: Floats
    zy: Floats
    z1: Floats
    part: Ints
    rows: int
    total: float
    squared: float


@dataclass(frozen=True, slots=True)
class _State:
    """Restricted log-likelihood with its gradient and expected information, residual last."""

    height: float
    slope: Floats
    bend: Floats


def restricted_likelihood(
    y: Floats, levels: Sequence[Ints], sizes: Sequence[int]
) -> tuple[Floats, Floats]:
    """Variances of the effects and of the residual, with large-sample standard errors.

    y (rows,); levels of each effect in each row, coded from 0; sizes their numbers.
    Variances stop at 0, where the error is NaN. Fisher scoring with halved steps.
    Raises BadInput when it does not settle. Cost: (sum of sizes)^3, some ten to thirty times.
    Source: Patterson & Thompson (1971), Biometrika 58, 545-554; Longford (1987), Biometrika 74, 817-827.
    """
    sums = _gathered(y, levels, sizes)
    spread = float(y.var(ddof=1))
    if spread == 0:
        raise BadInput(
            "scores_do_not_vary", field="score", remedy="All scores are equal; nothing varies."
        )
    values = np.full(len(sizes) + 1, spread / (len(sizes) + 1))
    now = _state(sums, values)
    for _ in range(MOST_STEPS):
        free = (values > 0) | (now.slope > 0)
        step = np.zeros_like(values)
        try:
            step[free] = np.linalg.solve(now.bend[np.ix_(free, free)], now.slope[free])
        except np.linalg.LinAlgError as error:
            raise BadInput(
                "effects_confounded",
                field="effects",
                remedy="Two effects cannot be told apart; leave one out.",
            ) from error
        size, ahead, moved = 1.0, now, values
        while size > 1e-8:
            moved = np.maximum(values + size * step, 0.0)
            moved[-1] = max(moved[-1], 1e-10 * spread)
            ahead = _state(sums, moved)
            if ahead.height >= now.height - 1e-12 * abs(now.height):
                break
            size /= 2
        change = float(np.abs(moved - values).max())
        values, now = moved, ahead
        if change < 1e-9 * spread:
            return values, _errors(now, values > 0)
    raise BadInput(
        "variances_not_settled",
        field="effects",
        remedy="Two effects can hardly be told apart; leave one out.",
    )


def _gathered(y: Floats, levels: Sequence[Ints], sizes: Sequence[int]) -> _Sums:
    rows = np.arange(y.size)
    z = sparse.csr_array(
        sparse.hstack(
            [
                sparse.coo_array((np.ones(y.size), (rows, level)), shape=(y.size, size))
                for level, size in zip(levels, sizes, strict=True)
            ]
        )
    )
    return _Sums(
        cross=np.asarray((z.T @ z).toarray()),
        zy=np.asarray(z.T @ y),
        z1=np.asarray(z.sum(axis=0)).ravel(),
        part=np.repeat(np.arange(len(sizes)), sizes).astype(np.int64),
        rows=y.size,
        total=float(y.sum()),
        squared=float(y @ y),
    )


def _state(sums: _Sums, values: Floats) -> _State:
    """Likelihood, gradient and information, all through the levels: no matrix of rows is made.

    V is the covariance of the scores, P its inverse with the mean taken out; Z
    the levels of all effects. V^-1 = (I - Z W Z') / residual.
    """
    residual, count = float(values[-1]), values.size - 1
    root = np.sqrt(values[sums.part])
    core = root[:, None] * sums.cross * root
    core[np.diag_indices_from(core)] += residual
    factor = linalg.cholesky(core, lower=True)
    half = linalg.solve_triangular(factor, root[:, None] * sums.cross, lower=True)
    a = linalg.solve_triangular(factor, root * sums.zy, lower=True)
    b = linalg.solve_triangular(factor, root * sums.z1, lower=True)
    weight = (sums.rows - float(b @ b)) / residual
    mean = (sums.total - float(a @ b)) / residual
    one = (sums.z1 - half.T @ b) / residual
    middle = (sums.cross - half.T @ half) / residual - np.outer(one, one) / weight  # Z' P Z
    along = (sums.zy - half.T @ a) / residual - one * (mean / weight)  # Z' P y
    quadratic = (sums.squared - float(a @ a)) / residual - mean**2 / weight  # y' P y
    log_det = (sums.rows - root.size) * np.log(residual) + 2 * float(np.log(np.diag(factor)).sum())
    where = [sums.part == k for k in range(count)]
    trace = np.array([float(np.trace(middle[np.ix_(w, w)])) for w in where])
    power = np.array([float(along[w] @ along[w]) for w in where])
    pairs = np.array(
        [[float((middle[np.ix_(v, w)] ** 2).sum()) for w in where] for v in where]
    ).reshape(count, count)
    # P V P = P gives what stands for the residual without any matrix of rows
    effects = values[:-1]
    own_trace = (sums.rows - 1 - float(effects @ trace)) / residual
    own_power = (quadratic - float(effects @ power)) / residual
    bend = np.empty((count + 1, count + 1))
    bend[:-1, :-1] = pairs
    bend[:-1, -1] = bend[-1, :-1] = (trace - pairs @ effects) / residual
    bend[-1, -1] = (
        sums.rows - 1 - 2 * float(effects @ trace) + float(effects @ pairs @ effects)
    ) / residual**2
    return _State(
        height=-0.5 * (log_det + float(np.log(weight)) + quadratic),
        slope=0.5 * (np.append(power, own_power) - np.append(trace, own_trace)),
        bend=0.5 * bend,
    )


def _errors(state: _State, free: Flags) -> Floats:
    """Errors from the expected information of the components above 0."""
    errors = np.full(free.size, np.nan)
    spread = np.linalg.inv(state.bend[np.ix_(free, free)])
    errors[free] = np.sqrt(np.maximum(np.diag(spread), 0.0))
    return errors
