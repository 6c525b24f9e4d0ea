"""Classical item analysis: difficulty, discrimination and the moments reliability rests on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from concours.kernel.errors import BadInput
from concours.psychometrics.arrays import Answers, Flags, Floats, Ints, answer_chunks, vector
from concours.psychometrics.counted import Counted, unheard
from concours.psychometrics.notice import Notice
from concours.psychometrics.reliability import Reliability, reliability

ROUNDING = 1e-9
"""A correlation nearer to zero than this is zero: its sign would be the order of the sums."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAnalysis:
    """What one pass over the answers says of each item and of the whole.

    presented       (items,)  persons the item was shown to
    mean, sd        (items,)  of the points earned, by those it was shown to (sd with n - 1)
    difficulty      (items,)  mean as a share of the highest points: 1 is easiest
    item_total      (items,)  correlation with the score, the item included
    item_rest       (items,)  the same with the item taken out (corrected point-biserial)
    covariance      (items, items)  pairwise over those shown both
    reliability     of the sum score; see ``Reliability``
    A correlation that does not exist (constant item) is NaN and has a notice.
    """

    persons: int
    presented: Ints
    maxima: Floats
    mean: Floats
    sd: Floats
    difficulty: Floats
    item_total: Floats
    item_rest: Floats
    covariance: Floats
    reliability: Reliability
    notices: tuple[Notice, ...]


@dataclass(slots=True)
class _Sums:
    """Running sums of one pass; exact, because every addend is a whole number."""

    persons: int
    complete: bool
    highest: Ints
    product: Floats  # sum of x_j x_k
    other: Floats  # sum of x_j over those shown k
    pairs: Floats  # persons shown j and k


def item_analysis(
    responses: ArrayLike | Iterable[ArrayLike],
    *,
    maxima: ArrayLike | None = None,
    progress: Counted | None = None,
) -> ItemAnalysis:
    """Analyse scored answers (persons, items), whole points, -1 not presented.

    maxima  (items,)  highest points of each item; by default the highest seen.
    progress  told persons done of all (of 0 where chunks do not say how many come), once more in
              the second pass where answers are missing

    With answers missing, covariances are pairwise and the rest score is the
    share of the points of the other items shown; this needs the answers as one
    array (two passes), chunks must be complete. Raises BadInput on fewer than
    two persons, points above their maximum, or missing answers in chunks.
    Cost: one matrix product, persons x items^2.
    Source: Lord & Novick (1968), Statistical Theories of Mental Test Scores, ch. 15.
    """
    whole = responses if isinstance(responses, np.ndarray | list | tuple) else None
    persons = 0 if whole is None else len(whole)
    sums = _gather(_heard(answer_chunks(responses), persons, progress or unheard))
    if sums.persons < 2:
        raise BadInput(
            "too_few_persons",
            field="responses",
            remedy="An item analysis needs two persons or more.",
        )
    items = sums.highest.size
    top = (
        sums.highest.astype(float) if maxima is None else vector(maxima, size=items, field="maxima")
    )
    if (sums.highest > top).any():
        worst = int(np.argmax(sums.highest - top)) + 1
        raise BadInput(
            "points_above_maximum",
            field="maxima",
            remedy=f"Item {worst} has more points than its maximum.",
        )
    count = np.diag(sums.pairs)
    shown = np.where(count > 0, count, np.nan)
    covariance = _covariance(sums)
    mean = np.diag(sums.other) / shown
    sd = np.sqrt(np.diag(covariance))
    if sums.complete:
        total_r, rest_r = _correlations(covariance)
    elif whole is not None:
        again = _heard(answer_chunks(whole), persons, progress or unheard)
        total_r, rest_r = _pairwise_correlations(again, top)
    else:
        raise BadInput(
            "missing_in_chunks",
            field="responses",
            remedy="Answers not presented need the whole array at once; give one array.",
        )
    notices = _notices(count, sd, rest_r, complete=sums.complete)
    found = reliability(covariance, persons=sums.persons)
    return ItemAnalysis(
        persons=sums.persons,
        presented=count.astype(np.int64),
        maxima=top,
        mean=mean,
        sd=sd,
        difficulty=np.divide(mean, top, out=np.full(items, np.nan), where=top > 0),
        item_total=total_r,
        item_rest=rest_r,
        covariance=covariance,
        reliability=found,
        notices=notices + found.notices,
    )


def _heard(chunks: Iterable[Answers], persons: int, tell: Counted) -> Iterator[Answers]:
    """The chunks, telling persons done of all once each has been worked on."""
    done = 0
    for chunk in chunks:
        yield chunk
        done += chunk.shape[0]
        tell(done, persons)


def _gather(chunks: Iterable[Answers]) -> _Sums:
    """Add up first and second moments; one matrix product for complete blocks, three otherwise."""
    sums: _Sums | None = None
    for chunk in chunks:
        if sums is None:
            size = chunk.shape[1]
            zero = np.zeros((size, size))
            sums = _Sums(0, True, np.zeros(size, dtype=np.int64), zero, zero.copy(), zero.copy())
        highest = chunk.max(axis=0)
        # float32 holds whole numbers to 2^24, so a product of one block is exact in it
        exact = float(highest.max()) ** 2 * chunk.shape[0] < 2**24
        sums.highest = np.maximum(sums.highest, highest)
        sums.persons += chunk.shape[0]
        if chunk.min() >= 0:
            points = _as(chunk, exact)
            sums.product += points.T @ points
            sums.other += chunk.sum(axis=0, dtype=np.int64)[:, None]
            sums.pairs += chunk.shape[0]
        else:
            sums.complete = False
            shown = _as(chunk >= 0, exact)
            points = _as(np.maximum(chunk, 0), exact)
            sums.product += points.T @ points
            sums.other += points.T @ shown
            sums.pairs += shown.T @ shown
    assert sums is not None  # answer_chunks refuses an empty iterable
    return sums


def _as(block: Answers | Flags, exact: bool) -> Floats:
    """A block as floats; four bytes are enough where its products stay exact (typed as eight)."""
    found: Floats = block.astype(np.float32 if exact else np.float64)
    return found


def _covariance(sums: _Sums) -> Floats:
    """Pairwise covariances with n - 1; NaN for a pair shown to fewer than two persons."""
    enough = sums.pairs > 1
    n = np.where(enough, sums.pairs, np.nan)
    covariance: Floats = (sums.product - sums.other * sums.other.T / n) / (n - 1)
    return covariance


def _correlations(covariance: Floats) -> tuple[Floats, Floats]:
    """Item-total and item-rest correlations from covariances of complete answers."""
    own = np.diag(covariance)
    with_total = covariance.sum(axis=1)
    total = covariance.sum()
    rest = total - 2 * with_total + own
    with np.errstate(divide="ignore", invalid="ignore"):
        item_total = with_total / np.sqrt(own * total)
        item_rest = (with_total - own) / np.sqrt(own * rest)
    # a variance this far below its parts is zero but for rounding
    least = 1e-12 * float(own.sum())
    return (
        np.where((own > 0) & (total > least), item_total, np.nan),
        np.where((own > 0) & (rest > least), item_rest, np.nan),
    )


def _pairwise_correlations(chunks: Iterable[Answers], top: Floats) -> tuple[Floats, Floats]:
    """Correlations with the share of points earned on the items (or other items) shown."""
    size = top.size
    totals, rests = np.zeros((6, size)), np.zeros((6, size))
    for chunk in chunks:
        shown = chunk >= 0
        points = np.where(shown, chunk, 0).astype(np.float64)
        most = shown @ top
        earned = points.sum(axis=1)
        left = most[:, None] - top
        usable = shown & (left > 0)
        rest = np.divide(earned[:, None] - points, left, out=np.zeros_like(points), where=usable)
        whole = np.divide(earned, most, out=np.zeros_like(most), where=most > 0)
        _add_moments(rests, points, rest, usable)
        _add_moments(
            totals,
            points,
            np.broadcast_to(whole[:, None], points.shape),
            shown & (most > 0)[:, None],
        )
    return _correlation_of(totals), _correlation_of(rests)


def _add_moments(sums: Floats, x: Floats, y: Floats, used: Answers | np.ndarray) -> None:
    """Add n, x, y, xx, yy and xy of the cells used, column by column."""
    weight = used.astype(np.float64)
    for row, value in enumerate(
        (weight, x * weight, y * weight, x * x * weight, y * y * weight, x * y * weight)
    ):
        sums[row] += value.sum(axis=0)


def _correlation_of(sums: Floats) -> Floats:
    """The correlation that six sums describe; NaN where one side does not vary."""
    n, x, y, xx, yy, xy = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        spread_x, spread_y = xx - x * x / n, yy - y * y / n
        r = (xy - x * y / n) / np.sqrt(spread_x * spread_y)
    fine = (n > 1) & (spread_x > 1e-12 * n) & (spread_y > 1e-12 * n)
    return np.where(fine, r, np.nan)


def _notices(count: Floats, sd: Floats, item_rest: Floats, *, complete: bool) -> tuple[Notice, ...]:
    """Name what a reader of the table must know."""
    found = (
        []
        if complete
        else [Notice("pairwise_moments", "Answers are missing; covariances are pairwise.")]
    )
    for j in range(count.size):
        where = str(j + 1)
        if count[j] == 0:
            found.append(Notice("item_never_presented", "Nobody was shown this item.", where))
        elif count[j] > 1 and sd[j] == 0:
            found.append(
                Notice(
                    "constant_item",
                    "Everybody earned the same points; no correlation exists.",
                    where,
                )
            )
        elif item_rest[j] < -ROUNDING:
            found.append(
                Notice(
                    "negative_discrimination",
                    "Those with higher scores do worse on this item; check the key.",
                    where,
                )
            )
    return tuple(found)
