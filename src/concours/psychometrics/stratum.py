"""Answers counted by matching level and group: one pass that every DIF method starts from."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from concours.kernel.errors import BadInput
from concours.psychometrics.arrays import Answers, Flags, Floats, Ints, answers
from concours.psychometrics.notice import Notice


@dataclass(frozen=True, slots=True)
class Cells:
    """Sums for two groups at each matching level; axis 0 is the group: reference, focal.

    level   (levels,)  the matching scores met, ascending
    count   (2, levels, items)  persons shown the item
    points  (2, levels, items)  their points on it
    square  (2, levels, items)  their squared points on it
    """

    level: Floats
    count: Floats
    points: Floats
    square: Floats


@dataclass(frozen=True, slots=True)
class Matched:
    """Checked answers, groups and the score persons are matched on."""

    responses: Answers
    focal: Flags
    complete: bool
    matching: Ints | None  # given from outside; otherwise the sum over anchor items
    notices: tuple[Notice, ...]

    @property
    def items(self) -> int:
        """Number of items."""
        return int(self.responses.shape[1])


def matched(responses: ArrayLike, focal: ArrayLike, matching: ArrayLike | None) -> Matched:
    """Check what a DIF analysis is given.

    Raises BadInput when a group is empty, lengths disagree, or matching scores
    are not whole numbers.
    """
    scored = answers(responses)
    group = np.asarray(focal)
    if group.shape != (scored.shape[0],) or group.dtype != np.bool_:
        raise BadInput(
            "wrong_groups",
            field="focal",
            remedy="Give one true or false a person: true is the focal group.",
        )
    if group.all() or not group.any():
        raise BadInput(
            "empty_group",
            field="focal",
            remedy="Both the reference and the focal group need persons.",
        )
    complete = bool(scored.min() >= 0)
    notices: tuple[Notice, ...] = ()
    given: Ints | None = None
    if matching is not None:
        score = np.asarray(matching, dtype=np.float64)
        if (
            score.shape != group.shape
            or not np.isfinite(score).all()
            or (score != np.round(score)).any()
        ):
            raise BadInput(
                "wrong_matching",
                field="matching",
                remedy="Give one whole number a person, such as a score.",
            )
        given = score.astype(np.int64)
    elif not complete:
        text = "Answers are missing and persons are matched on the points they earned; give a matching score."
        notices = (Notice("matched_on_incomplete_score", text),)
    return Matched(scored, group, complete, given, notices)


def anchor_score(data: Matched, anchor: Flags) -> Ints:
    """Matching score (persons,): the one given, or the sum of points on the anchor items."""
    if data.matching is not None:
        return data.matching
    block = data.responses if anchor.all() else data.responses[:, anchor]
    score: Ints = block.sum(axis=1, dtype=np.int64)
    return score if data.complete else score + (block < 0).sum(axis=1)


def cells(data: Matched, score: Ints, items: Flags | None = None) -> Cells:
    """Count the items asked for (all by default) by level of ``score`` and group."""
    block = data.responses if items is None else data.responses[:, items]
    low = int(score.min())
    span = int(score.max()) - low + 1
    if span > 10_000:
        raise BadInput(
            "too_many_levels",
            field="matching",
            remedy="Band the matching score to 10,000 levels or fewer.",
        )
    place = (score - low) + np.where(data.focal, span, 0)
    order = np.argsort(place.astype(np.int32), kind="stable")
    filled, starts = np.unique(place[order], return_index=True)
    count, points, square = (np.zeros((2 * span, block.shape[1])) for _ in range(3))
    bounds = [*starts[1:].tolist(), order.size]
    binary = bool(block.max() <= 1)
    for cell, start, stop in zip(filled.tolist(), starts.tolist(), bounds, strict=True):
        rows = block[order[start:stop]]
        count[cell], points[cell], square[cell] = _sums(rows, complete=data.complete, binary=binary)
    used = (count[:span] + count[span:]).any(axis=1)
    shape = (2, span, block.shape[1])
    return Cells(
        np.flatnonzero(used).astype(np.float64) + low,
        count.reshape(shape)[:, used],
        points.reshape(shape)[:, used],
        square.reshape(shape)[:, used],
    )


def _sums(rows: Answers, *, complete: bool, binary: bool) -> tuple[Floats | float, Floats, Floats]:
    """Persons shown, points and squared points of one cell."""
    shown: Floats | float = float(rows.shape[0])
    earned = rows
    if not complete:
        shown = (rows >= 0).sum(axis=0).astype(np.float64)
        earned = np.maximum(rows, 0)
    points = earned.sum(axis=0, dtype=np.int64).astype(np.float64)
    if binary:
        return shown, points, points
    return shown, points, np.square(earned.astype(np.int32)).sum(axis=0).astype(np.float64)


def per_item(data: Matched, anchor: Flags) -> Iterator[tuple[Flags, Cells]]:
    """Yield (items, cells): a studied item always counts in its own matching score.

    Anchor items share one table; each item outside it is matched on the anchor
    plus itself.
    """
    score = anchor_score(data, anchor)
    if data.matching is not None or anchor.all():
        yield np.ones(data.items, dtype=np.bool_), cells(data, score)
        return
    if anchor.any():
        yield anchor, cells(data, score, anchor)
    for j in np.flatnonzero(~anchor):
        only = np.arange(data.items) == j
        yield only, cells(data, score + np.maximum(data.responses[:, j], 0), only)
