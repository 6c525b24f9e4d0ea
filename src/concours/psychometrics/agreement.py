"""How far raters agree beyond chance: kappa, weighted kappa, and intraclass correlations."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from concours.kernel.errors import BadInput
from concours.psychometrics.arrays import Floats

Weights = Literal["none", "linear", "quadratic"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kappa:
    """Agreement of two raters.

    kappa, error     with the large-sample standard error; both NaN where chance alone
                     gives complete agreement
    exact, adjacent  shares of ratings equal, and at most one apart
    table            (categories, categories)  first rater in rows
    """

    kappa: float
    error: float
    exact: float
    adjacent: float
    categories: Floats
    table: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Intraclass:
    """Reliability of ratings in a complete table of persons by raters.

    single_agreement, mean_agreement      two-way random, absolute: ICC(2,1), ICC(2,k)
    single_consistency, mean_consistency  two-way mixed: ICC(3,1), ICC(3,k)
    one_way, one_way_mean                 raters not crossed: ICC(1,1), ICC(1,k)
    low, high                             interval of ``single_agreement``
    """

    single_agreement: float
    mean_agreement: float
    single_consistency: float
    mean_consistency: float
    one_way: float
    one_way_mean: float
    low: float
    high: float


def kappa(
    first: ArrayLike,
    second: ArrayLike,
    *,
    weights: Weights = "none",
    categories: ArrayLike | None = None,
) -> Kappa:
    """Cohen's kappa of two raters' whole scores (persons,) of the same persons.

    weights     "linear" and "quadratic" count how far apart two scores are
    categories  all scores there are; by default those met, whole numbers between included

    Raises BadInput when lengths differ or a score is not whole or no category.
    Source: Cohen (1960, 1968); Fleiss, Cohen & Everitt (1969), Psychological Bulletin 72, 323-327.
    Cost: persons, and categories^2.
    """
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if a.ndim != 1 or a.shape != b.shape or a.size == 0:
        raise BadInput(
            "shapes_disagree",
            field="second",
            remedy="Give both raters' scores of the same persons.",
        )
    both = np.concatenate([a, b])
    if not np.isfinite(both).all() or (both != np.round(both)).any():
        raise BadInput("score_not_whole", field="first", remedy="Give whole scores.")
    codes = (
        np.arange(both.min(), both.max() + 1)
        if categories is None
        else np.unique(np.asarray(categories, dtype=float))
    )
    if not np.isin(both, codes).all():
        raise BadInput(
            "unknown_category",
            field="categories",
            remedy="A score is none of the categories given.",
        )
    k = codes.size
    table = np.zeros((k, k))
    np.add.at(table, (np.searchsorted(codes, a), np.searchsorted(codes, b)), 1.0)
    value, error = _kappa_of(table / a.size, _agreement_weights(codes, weights), a.size)
    return Kappa(
        kappa=value,
        error=error,
        exact=float((a == b).mean()),
        adjacent=float((np.abs(a - b) <= 1).mean()),
        categories=codes,
        table=table,
    )


def _agreement_weights(codes: Floats, weights: Weights) -> Floats:
    """1 for equal scores, less the further apart."""
    if weights not in ("none", "linear", "quadratic"):
        raise BadInput(
            "unknown_weights", field="weights", remedy='Use "none", "linear" or "quadratic".'
        )
    if weights == "none" or codes.size == 1:
        return np.eye(codes.size)
    apart = np.abs(codes[:, None] - codes[None, :]) / (codes[-1] - codes[0])
    return np.asarray(1 - apart if weights == "linear" else 1 - apart**2)


def _kappa_of(shares: Floats, weights: Floats, persons: int) -> tuple[float, float]:
    """Kappa and its standard error from a table of shares."""
    row, column = shares.sum(axis=1), shares.sum(axis=0)
    seen, chance = float((weights * shares).sum()), float(row @ weights @ column)
    if chance >= 1 - 1e-12:
        return float("nan"), float("nan")
    value = (seen - chance) / (1 - chance)
    mean_row, mean_column = weights @ column, row @ weights
    inner = weights - (mean_row[:, None] + mean_column[None, :]) * (1 - value)
    spread = float((shares * inner**2).sum()) - (value - chance * (1 - value)) ** 2
    return value, float(np.sqrt(max(spread, 0.0) / persons) / (1 - chance))


def intraclass(table: ArrayLike, *, confidence: float = 0.95) -> Intraclass:
    """Intraclass correlations of a complete table (persons, raters) of scores.

    For incomplete or nested ratings use ``generalizability``. Raises BadInput
    for fewer than two persons or raters, a missing score, or scores that do not vary.
    Source: Shrout & Fleiss (1979), Psychological Bulletin 86, 420-428; McGraw & Wong (1996).
    Cost: persons x raters.
    """
    x = np.asarray(table, dtype=np.float64)
    if x.ndim != 2 or min(x.shape) < 2 or not np.isfinite(x).all():
        raise BadInput(
            "table_not_complete",
            field="table",
            remedy="Give a score of every rater for every person, two or more.",
        )
    n, k = x.shape
    grand = x.mean()
    between = k * ((x.mean(axis=1) - grand) ** 2).sum() / (n - 1)
    judges = n * ((x.mean(axis=0) - grand) ** 2).sum() / (k - 1)
    within = ((x - x.mean(axis=1, keepdims=True)) ** 2).sum() / (n * (k - 1))
    error = (within * n * (k - 1) - judges * (k - 1)) / ((n - 1) * (k - 1))
    error = max(error, 0.0)
    if between + within == 0:
        raise BadInput(
            "scores_do_not_vary",
            field="table",
            remedy="All scores are equal; there is nothing to correlate.",
        )
    single = (between - error) / (between + (k - 1) * error + k * (judges - error) / n)
    low, high = _limits(between, judges, error, single, n, k, confidence)
    return Intraclass(
        single_agreement=float(single),
        mean_agreement=float((between - error) / (between + (judges - error) / n)),
        single_consistency=float((between - error) / (between + (k - 1) * error)),
        mean_consistency=float((between - error) / between) if between > 0 else float("nan"),
        one_way=float((between - within) / (between + (k - 1) * within)),
        one_way_mean=float((between - within) / between) if between > 0 else float("nan"),
        low=low,
        high=high,
    )


def _limits(
    between: float, judges: float, error: float, single: float, n: int, k: int, confidence: float
) -> tuple[float, float]:
    """Satterthwaite interval of ICC(2,1) (McGraw & Wong 1996, table 7)."""
    if not 0 < confidence < 1:
        raise BadInput(
            "wrong_level", field="confidence", remedy="Give a confidence between 0 and 1."
        )
    if error <= 0 or single >= 1:
        return float(single), float(single)
    a = k * single / (n * (1 - single))
    b = 1 + k * single * (n - 1) / (n * (1 - single))
    freedom = (a * judges + b * error) ** 2 / (
        (a * judges) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    )
    tail = (1 - confidence) / 2
    upper, lower = stats.f.isf(tail, n - 1, freedom), stats.f.isf(tail, freedom, n - 1)
    rest = k * judges + (k * n - k - n) * error
    low = n * (between - upper * error) / (upper * rest + n * between)
    high = n * (lower * between - error) / (rest + n * lower * between)
    return float(low), float(high)
