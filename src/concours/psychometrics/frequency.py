"""Score distributions: how many persons earned each score, alone or with an anchor score."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from concours.kernel.errors import BadInput
from concours.psychometrics.arrays import Floats


@dataclass(frozen=True, slots=True)
class Frequency:
    """Persons at each whole score from ``low`` up; counts need not be whole after smoothing.

    counts  (scores,)  persons, none negative
    """

    low: int
    counts: Floats

    @property
    def points(self) -> Floats:
        """The scores, (scores,)."""
        return np.arange(self.low, self.low + self.counts.size, dtype=np.float64)

    @property
    def persons(self) -> float:
        """All persons."""
        return float(self.counts.sum())

    @property
    def shares(self) -> Floats:
        """Persons as shares, (scores,)."""
        shares: Floats = self.counts / self.counts.sum()
        return shares

    def moment(self, power: int) -> float:
        """Central moment of the scores, with n below; the mean for power 1."""
        mean = float(self.shares @ self.points)
        return mean if power == 1 else float(self.shares @ (self.points - mean) ** power)

    @property
    def sd(self) -> float:
        """Standard deviation of the scores, with n - 1 below."""
        return float(np.sqrt(self.moment(2) * self.persons / (self.persons - 1)))


@dataclass(frozen=True, slots=True)
class JointFrequency:
    """Persons at each pair of total score (rows) and anchor score (columns).

    internal  the anchor's points are part of the total
    """

    low: int
    anchor_low: int
    counts: Floats
    internal: bool

    @property
    def total(self) -> Frequency:
        """The total score alone."""
        return Frequency(self.low, self.counts.sum(axis=1))

    @property
    def anchor(self) -> Frequency:
        """The anchor score alone."""
        return Frequency(self.anchor_low, self.counts.sum(axis=0))

    @property
    def covariance(self) -> float:
        """Covariance of total and anchor, with n - 1 below."""
        x, v = self.total, self.anchor
        products = (x.points - x.moment(1)) @ self.counts @ (v.points - v.moment(1))
        return float(products / (x.persons - 1))


def frequency(counts: ArrayLike, *, low: int = 0) -> Frequency:
    """Check counts (scores,) of persons at low, low + 1, ... Raises BadInput when they cannot be."""
    found = np.asarray(counts, dtype=np.float64)
    if (
        found.ndim != 1
        or found.size < 2
        or not np.isfinite(found).all()
        or (found < 0).any()
        or not found.sum() > 0
    ):
        raise BadInput(
            "wrong_counts",
            field="counts",
            remedy="Give persons at each score, none negative, some above 0.",
        )
    return Frequency(low, found)


def frequency_of(scores: ArrayLike, *, high: int, low: int = 0) -> Frequency:
    """Count whole scores (persons,) from low to high. Raises BadInput for a score outside or not whole.

    Cost: persons. Source: none; it counts.
    """
    return Frequency(
        low,
        np.bincount(_whole(scores, low, high, "scores") - low, minlength=high - low + 1).astype(
            float
        ),
    )


def joint_frequency_of(
    total: ArrayLike,
    anchor: ArrayLike,
    *,
    high: int,
    anchor_high: int,
    low: int = 0,
    anchor_low: int = 0,
    internal: bool = True,
) -> JointFrequency:
    """Count pairs of whole scores (persons,). Raises BadInput as ``frequency_of``, or for pairs that cannot be.

    Cost: persons. Source: none; it counts.
    """
    x, v = _whole(total, low, high, "total"), _whole(anchor, anchor_low, anchor_high, "anchor")
    if x.shape != v.shape:
        raise BadInput(
            "shapes_disagree", field="anchor", remedy="Give one anchor score for each total score."
        )
    width = anchor_high - anchor_low + 1
    cells = np.bincount((x - low) * width + (v - anchor_low), minlength=(high - low + 1) * width)
    counts = cells.reshape(-1, width).astype(np.float64)
    if internal and counts[~possible(counts.shape)].any():
        raise BadInput(
            "anchor_above_total",
            field="anchor",
            remedy="An internal anchor is part of the total; a pair is not.",
        )
    return JointFrequency(low, anchor_low, counts, internal)


def possible(shape: tuple[int, ...]) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Pairs an internal anchor allows: the rest of the total lies between 0 and its own highest."""
    rest = np.arange(shape[0])[:, None] - np.arange(shape[1])[None, :]
    allowed: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = (rest >= 0) & (
        rest <= shape[0] - shape[1]
    )
    return allowed


def _whole(
    scores: ArrayLike, low: int, high: int, field: str
) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    found = np.asarray(scores, dtype=np.float64)
    fine = np.isfinite(found) & (found == np.round(found)) & (found >= low) & (found <= high)
    if found.ndim != 1 or found.size == 0 or not fine.all():
        where = (
            f" Person {int(np.argmin(fine)) + 1} has {found.flat[int(np.argmin(fine))]}."
            if found.ndim == 1 and found.size
            else ""
        )
        raise BadInput(
            "score_out_of_range",
            field=field,
            remedy=f"Give whole scores from {low} to {high}.{where}",
        )
    return found.astype(np.int64)
