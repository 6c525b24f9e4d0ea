"""DIF by logistic regression on counts: an item's curve, shifted or turned between two groups."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from scipy.special import expit, log_expit, xlogy

from concours.kernel.errors import BadInput
from concours.psychometrics.arrays import Flags, Floats
from concours.psychometrics.counted import Counted, unheard
from concours.psychometrics.dif import purified
from concours.psychometrics.notice import Notice
from concours.psychometrics.stratum import Cells, matched, per_item

MOST_STEPS = 50
SCORE, SHIFT, FULL, PERSONS = 1, 2, 3, 4  # rows of a table; row 0 is the model without score


@dataclass(frozen=True, slots=True, kw_only=True)
class LogisticDif:
    """One row an item; arrays are (items,) unless said.

    coefficients     (items, 4)  intercept, score, focal, score x focal of the full model
    chi2, p          both effects together, two degrees of freedom
    uniform_chi2, uniform_p          the shift alone
    nonuniform_chi2, nonuniform_p    the turn, given the shift
    gain             Nagelkerke's R squared gained by group and interaction
    jodoin_gierl     "A" below 0.035, "B" below 0.07, "C" above, "A" when p is not small
    """

    coefficients: Floats
    chi2: Floats
    p: Floats
    uniform_chi2: Floats
    uniform_p: Floats
    uniform_gain: Floats
    nonuniform_chi2: Floats
    nonuniform_p: Floats
    nonuniform_gain: Floats
    gain: Floats
    jodoin_gierl: NDArray[np.str_]
    flagged: Flags
    anchor: Flags
    rounds: int
    notices: tuple[Notice, ...]


def logistic_dif(
    responses: ArrayLike,
    focal: ArrayLike,
    *,
    matching: ArrayLike | None = None,
    purify: bool = False,
    level: float = 0.05,
    progress: Counted | None = None,
) -> LogisticDif:
    """Test shift and turn of each right-or-wrong item between two groups.

    Arguments as in ``mantel_haenszel``. The models are score; score and group;
    score, group and their product; fitted by Newton's method on counts by
    score and group, which loses nothing. Items with more than two scores are
    refused. A model that has not settled (answers separated by score) leaves
    NaN and a notice. Cost: one pass, then nothing that grows with persons.
    Source: Swaminathan & Rogers (1990), JEM 27, 361-370; Jodoin & Gierl (2001).
    Raises BadInput as ``mantel_haenszel``, and for items with more than two scores.
    """
    data = matched(responses, focal, matching)
    if data.responses.max() > 1:
        worst = int(np.argmax(data.responses.max(axis=0))) + 1
        raise BadInput(
            "not_right_or_wrong",
            field="responses",
            remedy=f"Item {worst} has more than two scores; use mantel_haenszel for it.",
        )

    def once(anchor: Flags) -> tuple[Floats, Flags]:
        table = np.full((9, data.items), np.nan)
        done = 0
        for items, found in per_item(data, anchor):
            table[:, items] = _three_models(found)
            done += int(items.sum())
            (progress or unheard)(done, data.items)
        return table, stats.chi2.sf(table[FULL] - table[SCORE], 2) < level

    table, flagged, anchor, rounds, notices = purified(once, data, purify=purify)
    log_like, persons = table[: FULL + 1] / 2, table[PERSONS]
    chi2 = np.maximum(table[FULL] - table[SCORE], 0.0)
    uniform = np.maximum(table[SHIFT] - table[SCORE], 0.0)
    turn = np.maximum(table[FULL] - table[SHIFT], 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        most = 1 - np.exp(2 / persons * log_like[0])
        explained = (1 - np.exp(2 / persons * (log_like[0] - log_like[1:]))) / most
    p = stats.chi2.sf(chi2, 2)
    gain = explained[2] - explained[0]
    size = np.where(gain < 0.035, "A", np.where(gain < 0.07, "B", "C"))
    return LogisticDif(
        coefficients=table[PERSONS + 1 :].T,
        chi2=chi2,
        p=p,
        uniform_chi2=uniform,
        uniform_p=stats.chi2.sf(uniform, 1),
        uniform_gain=explained[1] - explained[0],
        nonuniform_chi2=turn,
        nonuniform_p=stats.chi2.sf(turn, 1),
        nonuniform_gain=explained[2] - explained[1],
        gain=gain,
        jodoin_gierl=np.where(np.isfinite(chi2), np.where(p < level, size, "A"), ""),
        flagged=flagged,
        anchor=anchor,
        rounds=rounds,
        notices=notices + _lost(chi2),
    )


def _lost(chi2: Floats) -> tuple[Notice, ...]:
    """Name the items whose regression has no finite solution."""
    text = "The regression has no finite solution for this item."
    return tuple(
        Notice("model_not_settled", text, str(j + 1)) for j in np.flatnonzero(~np.isfinite(chi2))
    )


def _three_models(found: Cells) -> Floats:
    """Rows: twice the log-likelihood of four models, persons, four coefficients of the full model."""
    levels = found.level.size
    if levels == 0:
        return np.full((PERSONS + 5, found.count.shape[2]), np.nan)
    middle, spread = found.level.mean(), max(float(found.level.std()), 1.0)
    score = np.tile((found.level - middle) / spread, 2)
    group = np.repeat([0.0, 1.0], levels)
    design = np.column_stack([np.ones(2 * levels), score, group, score * group])
    count = found.count.reshape(2 * levels, -1)
    right = found.points.reshape(2 * levels, -1)
    n, r = count.sum(axis=0), right.sum(axis=0)
    share = np.divide(r, n, out=np.zeros_like(r), where=n > 0)
    null = 2 * (xlogy(r, share) + xlogy(n - r, 1 - share))
    fits = [_fit(design[:, :width], count, right) for width in (2, 3, 4)]
    b0, b1, b2, b3 = fits[-1][0]
    # back from the standardised score to the score itself
    raw = [b0 - b1 * middle / spread, b1 / spread, b2 - b3 * middle / spread, b3 / spread]
    table: Floats = np.stack([null, *(twice for _, twice in fits), n, *raw])
    return table


def _fit(design: Floats, count: Floats, right: Floats) -> tuple[Floats, Floats]:
    """Newton's method for all items at once, steps halved where they would go down.

    Returns coefficients (width, items) and twice the log-likelihood (items,),
    both NaN where the maximum is not finite.
    """
    width, items = design.shape[1], count.shape[1]
    beta = np.zeros((width, items))
    outer = (design[:, :, None] * design[:, None, :]).reshape(len(design), -1)

    def height(at: Floats) -> Floats:
        eta = design @ at
        total: Floats = (right * log_expit(eta) + (count - right) * log_expit(-eta)).sum(axis=0)
        return total

    now, settled = height(beta), np.zeros(items, dtype=np.bool_)
    for _ in range(MOST_STEPS):
        share = expit(design @ beta)
        slope = design.T @ (right - count * share)
        bend = (outer.T @ (count * share * (1 - share))).T.reshape(items, width, width)
        bend += 1e-10 * np.eye(width)
        step = np.linalg.solve(bend, slope.T[:, :, None])[:, :, 0].T
        size = np.ones(items)
        for _ in range(20):
            new = height(beta + size * step)
            worse = new < now - 1e-12 * np.abs(now)
            if not worse.any():
                break
            size = np.where(worse, size / 2, size)
        beta += size * step
        settled = np.abs(step).max(axis=0) < 1e-8
        now = new
        if settled.all():
            break
    lost = ~settled | (np.abs(beta).max(axis=0) > 30) | (count.sum(axis=0) == 0)
    return np.where(lost, np.nan, beta), np.where(lost, np.nan, 2 * now)
