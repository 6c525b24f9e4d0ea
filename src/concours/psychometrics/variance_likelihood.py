"""Restricted maximum likelihood of variance components of crossed and nested effects."""

from collections.abc import Sequence

import numpy as np
from scipy import linalg, optimize, sparse

from concours.psychometrics.arrays import Floats, Ints


def restricted_likelihood(
    y: Floats, levels: Sequence[Ints], sizes: Sequence[int]
) -> tuple[Floats, Floats]:
    """Variances of the effects and of the residual, with large-sample standard errors.

    y (rows,); levels of each effect in each row, coded from 0; sizes their numbers.
    Variances stop at 0, where the error is NaN. Cost: (sum of sizes)^3 for each trial.
    Source: Patterson & Thompson (1971), Biometrika 58, 545-554.
    """
    rows = np.arange(y.size)
    design = [
        sparse.csr_array(sparse.coo_array((np.ones(y.size), (rows, level)), shape=(y.size, size)))
        for level, size in zip(levels, sizes, strict=True)
    ]
    z = sparse.csr_array(sparse.hstack(design))
    cross = np.asarray((z.T @ z).toarray())
    zy, z1 = np.asarray(z.T @ y), np.asarray(z.sum(axis=0)).ravel()
    part = np.repeat(np.arange(len(sizes)), sizes)
    n, total, squared = y.size, float(y.sum()), float(y @ y)
    # levels of one effect never meet, so the largest effect is taken out by hand
    largest = int(np.argmax(sizes))
    big, rest = part == largest, part != largest
    own, across, inner = np.diag(cross)[big], cross[np.ix_(big, rest)], cross[np.ix_(rest, rest)]

    def misfit(log_ratio: Floats) -> tuple[float, float]:
        """Minus twice the profiled log-likelihood, and the residual variance it implies."""
        ratio = np.exp(log_ratio)
        shrink = ratio[largest] / (1 + ratio[largest] * own)
        root = np.sqrt(ratio)[part[rest]]
        reduced = inner - across.T @ (shrink[:, None] * across)
        factor = linalg.cholesky(np.eye(root.size) + root[:, None] * reduced * root, lower=True)
        left = np.stack([zy[big], z1[big]])
        right = np.stack([zy[rest], z1[rest]]) - (left * shrink) @ across
        solved = linalg.solve_triangular(factor, root[:, None] * right.T, lower=True)
        both = (left * shrink) @ left.T + solved.T @ solved
        weight, mean = n - float(both[1, 1]), total - float(both[0, 1])
        residual = (squared - float(both[0, 0]) - mean**2 / weight) / (n - 1)
        value = (n - 1) * np.log(residual) + float(np.log1p(ratio[largest] * own).sum())
        value += 2 * float(np.log(np.diag(factor)).sum()) + np.log(weight)
        return float(value), float(residual)

    best = optimize.minimize(
        lambda v: misfit(v)[0],
        np.full(len(sizes), np.log(0.3)),
        method="L-BFGS-B",
        jac="3-point",
        bounds=[(-25.0, 12.0)] * len(sizes),
        options={"ftol": 1e-15, "gtol": 1e-7},
    )
    ratios = np.where(best.x < -15, 0.0, np.exp(best.x))
    residual = misfit(best.x)[1]
    variances = np.append(ratios * residual, residual)
    return variances, _errors(variances, cross, z1, part, n)


def _errors(variances: Floats, cross: Floats, z1: Floats, part: Ints, n: int) -> Floats:
    """Large-sample errors from the expected information; NaN for components at 0."""
    k = variances.size - 1
    active = [j for j in range(k) if variances[j] > 0]
    root = np.sqrt(variances[part])
    # P = V^-1 - V^-1 1 (1' V^-1 1)^-1 1' V^-1, seen through Z
    residual = variances[-1]
    inner = linalg.inv(np.eye(part.size) * residual + root[:, None] * cross * root[None, :])
    through = (cross - cross @ (root[:, None] * inner * root[None, :]) @ cross) / residual
    one = (z1 - cross @ (root * (inner @ (root * z1)))) / residual
    weight = (n - float((root * z1) @ inner @ (root * z1))) / residual
    middle = through - np.outer(one, one) / weight
    bend = np.zeros((len(active) + 1,) * 2)
    for i, a in enumerate(active):
        for j, b in enumerate(active):
            bend[i, j] = (middle[np.ix_(part == a, part == b)] ** 2).sum() / 2
    # the residual's rows by P V P = P: trace identities
    for i, a in enumerate(active):
        own = float(np.trace(middle[np.ix_(part == a, part == a)]))
        inside = sum(
            variances[b] * (middle[np.ix_(part == a, part == b)] ** 2).sum() for b in active
        )
        bend[i, -1] = bend[-1, i] = (own - inside) / residual / 2
    trace = (
        n
        - 1
        - 2 * sum(variances[a] * np.trace(middle[np.ix_(part == a, part == a)]) for a in active)
    )
    trace += sum(
        variances[a] * variances[b] * (middle[np.ix_(part == a, part == b)] ** 2).sum()
        for a in active
        for b in active
    )
    bend[-1, -1] = trace / residual**2 / 2
    errors = np.full(k + 1, np.nan)
    spread = np.linalg.inv(bend)
    errors[[*active, k]] = np.sqrt(np.maximum(np.diag(spread), 0.0))
    return errors
