"""Where to set the cut: Angoff, bookmark and contrasting groups, each with its error."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize
from scipy.special import expit

from concours.kernel.errors import BadInput
from concours.psychometrics.arrays import Floats, Ints
from concours.psychometrics.generalizability import Components, components
from concours.psychometrics.linking import category_probabilities, expected_points
from concours.psychometrics.notice import Notice
from concours.psychometrics.parameters import ItemParameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Angoff:
    """A cut in points from judgements of a borderline candidate.

    cut, error       points; the error generalises over judges and, unless the items
                     are the test itself, over items
    judges           (judges,)  each judge's cut in points
    judge_error      spread of the judges' cuts over root n: judges alone
    item_means       (items,)  mean judgement
    item_spread      (items,)  spread between judges
    components       judge, item and residual variance of one judgement
    """

    cut: float
    error: float
    judges: Floats
    judge_error: float
    item_means: Floats
    item_spread: Floats
    components: Components
    notices: tuple[Notice, ...]


def angoff(
    judgements: ArrayLike, *, maxima: ArrayLike | None = None, items_fixed: bool = True
) -> Angoff:
    """Set a cut from expected scores of a borderline candidate.

    judgements   (judges, items)  share expected right, 0 to 1; or expected points,
                 0 to the item's highest
    maxima       (items,)  highest points, 1 by default
    items_fixed  the items judged are the test itself; otherwise they stand for others

    The error comes from a judge x item study: judges and their disagreement over
    items, and items too when they are a sample. Raises BadInput for fewer than
    two judges or items, a missing judgement, or one outside its range.
    Source: Angoff (1971); Brennan & Lockwood (1980), APM 4, 219-240; Cizek & Bunch (2007), ch. 6.
    Cost: judges x items.
    """
    table = _judgements(judgements, maxima)
    judges, items = table.shape
    cuts = table.sum(axis=1)
    row, column = np.repeat(np.arange(judges), items), np.tile(np.arange(items), judges)
    found = components(
        table.ravel(), {"judge": row, "item": column}, ["judge", "item"], object="item"
    )
    judge, item, residual = (max(float(v), 0.0) for v in found.variances)
    spread = judge / judges + residual / (judges * items)
    if not items_fixed:
        spread += item / items
    away = np.abs(cuts - cuts.mean()) / max(float(cuts.std(ddof=1)), 1e-12)
    notices = tuple(
        Notice(
            "judge_far_off",
            "This judge's cut is over two and a half standard deviations from the mean.",
            str(j + 1),
        )
        for j in np.flatnonzero(away > 2.5)
    )
    return Angoff(
        cut=float(cuts.mean()),
        error=float(items * np.sqrt(spread)),
        judges=cuts,
        judge_error=float(cuts.std(ddof=1) / np.sqrt(judges)),
        item_means=table.mean(axis=0),
        item_spread=table.std(axis=0, ddof=1),
        components=found,
        notices=notices,
    )


def _judgements(judgements: ArrayLike, maxima: ArrayLike | None) -> Floats:
    """Check a table of judgements."""
    table = np.asarray(judgements, dtype=np.float64)
    if table.ndim != 2 or min(table.shape) < 2 or not np.isfinite(table).all():
        raise BadInput(
            "table_not_complete",
            field="judgements",
            remedy="Give every judge's judgement of every item, two or more.",
        )
    items = table.shape[1]
    top = np.ones(items) if maxima is None else np.asarray(maxima, dtype=np.float64)
    if top.shape != (items,):
        raise BadInput("shapes_disagree", field="maxima", remedy=f"Give {items} highest points.")
    outside = np.argwhere((table < 0) | (table > top))
    if len(outside):
        judge, item = outside[0]
        raise BadInput(
            "judgement_out_of_range",
            field="judgements",
            remedy=f"Judge {judge + 1}, item {item + 1} is outside. "
            "Give values from 0 to the item's highest points.",
        )
    return table


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """Cuts on the ability scale from places in the ordered booklet.

    order          (pages,)  item of each page, from 0, easiest first; an item with more
                   steps has a page for each
    places         (pages,)  ability at which each page has the response probability
    judges         (judges,)  each judge's cut, logits
    cut, error     median of them, and their spread over root n (mean's error times 1.2533)
    points         expected score of the whole test at the cut
    """

    order: Ints
    places: Floats
    judges: Floats
    cut: float
    error: float
    points: float
    notices: tuple[Notice, ...]


def bookmark(
    items: ItemParameters,
    pages: ArrayLike,
    *,
    probability: float = 2 / 3,
    guessing_removed: bool = True,
) -> Bookmark:
    """Set a cut from bookmarks in a booklet ordered by difficulty.

    items    calibrated items, logistic metric
    pages    (judges,)  the first page, from 1, a borderline candidate would *not*
             master; the number of pages plus one when all are mastered. The cut is
             the place of the page before, the last one mastered.
    probability       of mastery on the last mastered page: 2/3 or 1/2 are usual
    guessing_removed  the probability is meant above the lower asymptote

    Raises BadInput for a page outside the booklet, a probability not between 0
    and 1, or, with guessing left in, not above an item's asymptote.
    Source: Lewis, Mitzel & Green (1996); Cizek & Bunch (2007), ch. 10.
    Cost: items x judges, and a root for each item.
    """
    if not 0 < probability < 1:
        raise BadInput(
            "wrong_probability", field="probability", remedy="Give a probability between 0 and 1."
        )
    owner, places = _booklet(items, probability, guessing_removed)
    order = np.argsort(places, kind="stable")
    marked = np.asarray(pages)
    if (
        marked.ndim != 1
        or marked.size == 0
        or not np.issubdtype(marked.dtype, np.integer)
        or marked.min() < 2
        or marked.max() > order.size + 1
    ):
        raise BadInput(
            "page_outside", field="pages", remedy=f"Give whole pages from 2 to {order.size + 1}."
        )
    ordered = places[order]
    cuts = ordered[marked - 2]
    cut = float(np.median(cuts))
    spread = float(cuts.std(ddof=1)) if cuts.size > 1 else float("nan")
    notices: tuple[Notice, ...] = ()
    if cuts.size < 3:
        notices = (Notice("few_judges", "Fewer than three judges; the error means little."),)
    return Bookmark(
        order=owner[order],
        places=ordered,
        judges=cuts,
        cut=cut,
        error=1.2533 * spread / float(np.sqrt(cuts.size)),
        points=float(expected_points(items, [cut]).sum()),
        notices=notices,
    )


def _booklet(
    items: ItemParameters, probability: float, guessing_removed: bool
) -> tuple[Ints, Floats]:
    """Item and place of every page: where a step (or better) has the probability."""
    owner: list[int] = []
    places: list[float] = []
    for j in range(items.items):
        aim = probability
        if not guessing_removed and items.c[j] > 0:
            aim = (probability - float(items.c[j])) / (1 - float(items.c[j]))
        if not 0 < aim < 1:
            raise BadInput(
                "probability_below_guessing",
                field=items.names[j],
                remedy="Guessing alone reaches this probability.",
            )
        if items.a[j] <= 0:
            raise BadInput(
                "negative_slope",
                field=items.names[j],
                remedy="An item with a slope of 0 or less has no place.",
            )
        for step in range(1, int(items.categories[j])):
            owner.append(j)
            places.append(_place(items.select([items.names[j]]), step, aim))
    return np.array(owner, dtype=np.int64), np.array(places)


def _place(item: ItemParameters, step: int, aim: float) -> float:
    """Ability at which this step or better has probability ``aim``, guessing apart."""
    if item.categories[0] == 2:
        return float(item.b[0] + np.log(aim / (1 - aim)) / item.a[0])

    def gap(theta: float) -> float:
        return float(category_probabilities(item, np.array([theta]))[0, step:, 0].sum()) - aim

    return float(optimize.brentq(gap, -200, 200, xtol=1e-10))


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """A cut between two groups judged apart.

    cut, error   where a candidate is as likely to have been judged competent as
                 not, by logistic regression; delta-method error
    crossing     midpoint between the groups' means weighted by spreads (equal normal
                 densities); NaN where the densities do not cross between the means
    slope        of the regression, per point
    missed, passed_wrongly   shares of competent below, and of the others at or above, the cut
    """

    cut: float
    error: float
    crossing: float
    slope: float
    missed: float
    passed_wrongly: float
    notices: tuple[Notice, ...]


def contrasting_groups(
    scores: ArrayLike, competent: ArrayLike, *, equal_weight: bool = False
) -> Contrast:
    """Set a cut from candidates judged competent or not without regard to their scores.

    scores        (persons,); competent (persons,)  true or false
    equal_weight  both groups weigh the same, however many each has

    Raises BadInput when a group has fewer than two, scores do not vary, or the
    groups do not overlap (any score between them is a cut; there is no estimate).
    Source: Livingston & Zieky (1982); Cizek & Bunch (2007), ch. 8.
    Cost: persons.
    """
    x, able = np.asarray(scores, dtype=np.float64), np.asarray(competent)
    if x.ndim != 1 or able.shape != x.shape or able.dtype != np.bool_ or not np.isfinite(x).all():
        raise BadInput(
            "shapes_disagree",
            field="competent",
            remedy="Give a finite score and true or false for each person.",
        )
    if min(int(able.sum()), int((~able).sum())) < 2:
        raise BadInput(
            "empty_group", field="competent", remedy="Two persons or more are needed in each group."
        )
    if x[able].min() >= x[~able].max() or x[~able].min() >= x[able].max():
        raise BadInput(
            "groups_do_not_overlap",
            field="scores",
            remedy="The groups are apart; any score between them separates.",
        )
    weight = np.ones(x.size)
    if equal_weight:
        weight = np.where(able, x.size / (2 * able.sum()), x.size / (2 * (~able).sum()))
    middle, scale = float(x.mean()), float(x.std())
    beta, spread = _logistic((x - middle) / scale, able.astype(float), weight)
    standard = -beta[0] / beta[1]
    turn = np.array([-1 / beta[1], beta[0] / beta[1] ** 2])
    cut = middle + scale * standard
    notices: tuple[Notice, ...] = ()
    if beta[1] <= 0:
        notices = (
            Notice(
                "groups_reversed", "Those judged competent do not score higher; this is not a cut."
            ),
        )
    return Contrast(
        cut=float(cut),
        error=float(scale * np.sqrt(turn @ spread @ turn)),
        crossing=_crossing(x[~able], x[able]),
        slope=float(beta[1] / scale),
        missed=float((x[able] < cut).mean()),
        passed_wrongly=float((x[~able] >= cut).mean()),
        notices=notices,
    )


def _logistic(x: Floats, y: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Coefficients and sandwich covariance of a weighted logistic regression, by Newton's method."""
    design = np.column_stack([np.ones_like(x), x])
    beta = np.zeros(2)
    for _ in range(50):
        share = expit(design @ beta)
        bend = (design.T * (weight * share * (1 - share))) @ design
        step = np.linalg.solve(bend, design.T @ (weight * (y - share)))
        beta = beta + step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-10:
            break
    share = expit(design @ beta)
    bend = np.linalg.inv((design.T * (weight * share * (1 - share))) @ design)
    each = design * (weight * (y - share))[:, None]
    return beta, bend @ (each.T @ each) @ bend


def _crossing(low: Floats, high: Floats) -> float:
    """Score between two means where normal densities of equal weight meet."""
    m, n, s, t = low.mean(), high.mean(), low.var(ddof=1), high.var(ddof=1)
    if s <= 0 or t <= 0:
        return float("nan")
    if abs(s - t) < 1e-12 * s:
        return float((m + n) / 2)
    roots = np.roots([1 / s - 1 / t, -2 * (m / s - n / t), m**2 / s - n**2 / t + np.log(s / t)])
    between = [
        float(r.real) for r in roots if abs(r.imag) < 1e-9 and min(m, n) <= r.real <= max(m, n)
    ]
    return between[0] if between else float("nan")
