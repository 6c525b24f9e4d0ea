"""What each answer option did: who chose it, and whether the key is the right one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from concours.kernel.errors import BadInput
from concours.psychometrics.arrays import Answers, Floats, Ints, answers
from concours.psychometrics.counted import Counted, unheard
from concours.psychometrics.notice import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class DistractorTable:
    """Options by items; rows of every array but ``key`` follow ``options``.

    options       (options,)  the codes met, ascending; 0 stands for omitted
    chosen        (options, items)  persons who chose it
    share         (options, items)  of those shown the item
    correlation   (options, items)  choosing it against the score on the other items shown
    rest_mean     (options, items)  mean share of the other items right, among its choosers
    by_group      (groups, options, items)  share choosing it, by score group from low to high
    suspects      (items,)  the option that looks like the key, where it is not; 0 elsewhere
    A correlation that does not exist is NaN.
    """

    key: Ints
    options: Ints
    chosen: Ints
    share: Floats
    correlation: Floats
    rest_mean: Floats
    by_group: Floats
    suspects: Ints
    notices: tuple[Notice, ...]


def mark(options: ArrayLike, key: ArrayLike) -> Answers:
    """Score chosen options (persons, items) with the key (items,): 1 right, 0 not, -1 not presented.

    Options are whole numbers from 1, 0 omitted, -1 not presented. Raises
    BadInput when the key has another length or a code outside 1 to 127.
    Cost: persons x items. Source: none; it compares.
    """
    chosen = answers(options, field="options")
    codes = _key(key, chosen.shape[1])
    return np.where(chosen < 0, -1, chosen == codes).astype(np.int8)


def _key(key: ArrayLike, items: int) -> Ints:
    codes = np.asarray(key)
    if (
        codes.shape != (items,)
        or not np.issubdtype(codes.dtype, np.integer)
        or codes.min() < 1
        or codes.max() > 127
    ):
        raise BadInput(
            "wrong_key",
            field="key",
            remedy=f"Give {items} option numbers from 1 up, one for each item.",
        )
    return codes.astype(np.int64)


def distractors(
    options: ArrayLike,
    key: ArrayLike,
    *,
    groups: int = 5,
    at_least: int = 10,
    progress: Counted | None = None,
) -> DistractorTable:
    """Tabulate every option and check the key.

    options   (persons, items)  chosen option from 1, 0 omitted, -1 not presented
    key       (items,)  the option held to be right
    groups    score groups of about equal size, 2 to 10
    at_least  choosers below which an option is not held against the key
    progress  told options done of all

    The criterion is the share of the *other* items shown that was right, so
    that an item never speaks for itself. A key is suspect when another option,
    chosen by ``at_least`` persons, correlates higher with it: the notice names both.
    Cost: persons x items for each option.
    Source: Haladyna (2004), Developing and Validating Multiple-Choice Test Items, ch. 9.
    Raises BadInput for codes that are no options, a key of another length, or other than 2 to 10
    groups.
    """
    chosen = answers(options, field="options")
    if not 2 <= groups <= 10:
        raise BadInput("wrong_groups", field="groups", remedy="Give 2 to 10 score groups.")
    codes = _key(key, chosen.shape[1])
    right = (chosen == codes) & (chosen >= 0)
    shown = chosen >= 0
    kinds = np.unique(chosen[shown]).astype(np.int64)
    earned, most = right.sum(axis=1).astype(float), shown.sum(axis=1).astype(float)
    per = np.divide(1.0, most - 1, out=np.zeros_like(most), where=most > 1)
    level = _levels(earned, most, groups)
    size = (kinds.size, codes.size)
    counted, r, means = np.zeros(size, dtype=np.int64), np.full(size, np.nan), np.full(size, np.nan)
    by_group = np.zeros((groups, *size))
    n = shown[most > 1].sum(axis=0).astype(float)
    in_group = np.stack([shown[level == g].sum(axis=0) for g in range(groups)])
    score = earned * per  # the share of others right, before the item itself is taken out
    sum_y = score @ shown - per @ right
    sum_yy = score**2 @ shown - (2 * score * per) @ right + per**2 @ right
    for row, code in enumerate(kinds):
        took = chosen == code
        counted[row] = took.sum(axis=0)
        took_used = took[most > 1].sum(axis=0)
        own = np.where(codes == code, per @ took, 0.0)
        sum_xy = score @ took - own
        r[row] = _correlation(n, took_used, sum_y, sum_yy, sum_xy)
        np.divide(sum_xy, took_used, out=means[row], where=took_used > 0)
        for g in range(groups):
            here = took[level == g].sum(axis=0)
            by_group[g, row] = np.divide(
                here, in_group[g], out=np.full(codes.size, np.nan), where=in_group[g] > 0
            )
        (progress or unheard)(row + 1, kinds.size)
    shares = np.divide(counted, shown.sum(axis=0), out=np.zeros(size), where=shown.sum(axis=0) > 0)
    suspects, notices = _suspects(kinds, codes, counted, r, at_least)
    return DistractorTable(
        key=codes,
        options=kinds,
        chosen=counted,
        share=shares,
        correlation=r,
        rest_mean=means,
        by_group=by_group,
        suspects=suspects,
        notices=notices,
    )


def _levels(earned: Floats, most: Floats, groups: int) -> Ints:
    """Put persons into score groups of about equal size by their share right; ties stay together."""
    share = np.divide(earned, most, out=np.zeros_like(earned), where=most > 0)
    edges = np.quantile(share, np.arange(1, groups) / groups)
    return np.searchsorted(edges, share, side="left").astype(np.int64)


def _correlation(n: Floats, took: Ints, y: Floats, yy: Floats, xy: Floats) -> Floats:
    """Point-biserial from sums; NaN where nobody or everybody chose, or scores do not vary."""
    with np.errstate(divide="ignore", invalid="ignore"):
        spread_x, spread_y = took - took * took / n, yy - y * y / n
        r = (xy - took * y / n) / np.sqrt(spread_x * spread_y)
    return np.where((spread_x > 0) & (spread_y > 1e-12 * n), r, np.nan)


def _suspects(
    kinds: Ints, codes: Ints, counted: Ints, r: Floats, at_least: int
) -> tuple[Ints, tuple[Notice, ...]]:
    """Name items where an option other than the key goes with high scores more than the key does."""
    found = np.zeros(codes.size, dtype=np.int64)
    notices = []
    for j, code in enumerate(codes):
        fit = np.where(
            (counted[:, j] >= at_least) & (kinds > 0) & np.isfinite(r[:, j]), r[:, j], -np.inf
        )
        mine = fit[kinds == code]
        if mine.size == 0:
            notices.append(
                Notice("key_never_chosen", f"Nobody chose the key, option {code}.", str(j + 1))
            )
        best = int(np.argmax(fit))
        if (
            np.isfinite(fit[best])
            and kinds[best] != code
            and (mine.size == 0 or fit[best] > mine[0])
        ):
            found[j] = kinds[best]
            text = f"Option {kinds[best]} goes with high scores more than the key, option {code}; check the key."
            notices.append(Notice("key_suspect", text, str(j + 1)))
    return found, tuple(notices)
