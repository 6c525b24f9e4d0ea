"""Kernel equating: smooth score distributions made continuous by a Gaussian kernel."""

from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from concours.kernel.errors import BadInput
from concours.psychometrics.arrays import Floats
from concours.psychometrics.equating import Equating
from concours.psychometrics.frequency import Frequency, JointFrequency
from concours.psychometrics.presmoothing import Smoothed


@dataclass(frozen=True, slots=True)
class Kernel:
    """A score distribution made continuous, with the mean and spread of the scores.

    points (scores,), shares (scores,), bandwidth in points of the score
    """

    points: Floats
    shares: Floats
    bandwidth: float

    @property
    def mean(self) -> float:
        """Mean of the scores, and of the continuous distribution."""
        return float(self.shares @ self.points)

    @property
    def shrink(self) -> float:
        """What the scores are drawn in by, so that the kernel does not add to the spread."""
        spread = float(self.shares @ (self.points - self.mean) ** 2)
        return float(np.sqrt(spread / (spread + self.bandwidth**2)))

    def _standard(self, at: Floats) -> Floats:
        a, mean = self.shrink, self.mean
        z: Floats = (at[:, None] - a * self.points - (1 - a) * mean) / (a * self.bandwidth)
        return z

    def reached(self, at: Floats) -> Floats:
        """Distribution function at any scores."""
        return np.asarray(stats.norm.cdf(self._standard(at)) @ self.shares)

    def density(self, at: Floats) -> Floats:
        """Density at any scores."""
        return np.asarray(stats.norm.pdf(self._standard(at)) @ self.shares) / (
            self.shrink * self.bandwidth
        )

    def score(self, rank: Floats) -> Floats:
        """The scores of ranks strictly between 0 and 1."""
        reach = 12 * self.bandwidth + 2 * (self.points[-1] - self.points[0])
        low = np.full(rank.shape, self.points[0] - reach)
        high = np.full(rank.shape, self.points[-1] + reach)
        for _ in range(80):
            middle = (low + high) / 2
            under = self.reached(middle) < rank
            low, high = np.where(under, middle, low), np.where(under, high, middle)
        return np.asarray((low + high) / 2)

    def by_shares(self, at: Floats) -> Floats:
        """Derivative of the distribution function by each share, (at, scores)."""
        z, a = self._standard(at), self.shrink
        spread = float(self.shares @ (self.points - self.mean) ** 2)
        away = self.points - self.mean
        # the mean and the shrinkage move with the shares too (von Davier et al. 2004, eq. 5.21)
        scaled = (at - self.mean) / np.sqrt(spread)
        pull = 0.5 * scaled[:, None] * (1 - a**2) * (away**2 / spread) + (1 - a) * self.points
        found: Floats = stats.norm.cdf(z) - pull * self.density(at)[:, None]
        return found


def bandwidth(points: Floats, shares: Floats, *, smooth: bool = True) -> float:
    """The bandwidth that lets the density pass closest through the shares.

    With ``smooth``, a penalty of 1 is added for each score around which the
    density turns from falling to rising or back too soon (a quarter point away).
    Source: von Davier, Holland & Thayer (2004), section 4.3.
    """

    def loss(h: float) -> float:
        kernel = Kernel(points, shares, h)
        found = float(((shares - kernel.density(points)) ** 2).sum())
        if smooth:
            left, right = (_rise(kernel, points + step) for step in (-0.25, 0.25))
            found += float(((left < 0) & (right > 0)).sum())
        return found

    grid = np.geomspace(0.2, 3.0, 40)
    best = grid[int(np.argmin([loss(h) for h in grid]))]
    found = optimize.minimize_scalar(
        loss, bounds=(best / 1.15, best * 1.15), method="bounded", options={"xatol": 1e-8}
    )
    return float(found.x)


def _rise(kernel: Kernel, at: Floats) -> Floats:
    """Slope of the density."""
    z = kernel._standard(at)
    scale = kernel.shrink * kernel.bandwidth
    return np.asarray(-(stats.norm.pdf(z) * z) @ kernel.shares / scale**2)


def kernel_equate(
    x: Frequency,
    y: Frequency,
    smoothed_x: Smoothed,
    smoothed_y: Smoothed,
    *,
    bandwidths: tuple[float, float] | None = None,
) -> Equating:
    """Equate two forms given to equivalent groups.

    smoothed_..  log-linear fits of both; their covariance carries the errors
    bandwidths   of X and Y in points; by default the ones ``bandwidth`` finds.
                 Very large ones give linear equating.

    Equivalents and standard errors at every score of X. Raises BadInput when a
    bandwidth is not above 0 or a fit has another shape.
    Cost: scores^2. Source: von Davier, Holland & Thayer (2004), The Kernel Method.
    """
    if smoothed_x.counts.shape != x.counts.shape or smoothed_y.counts.shape != y.counts.shape:
        raise BadInput(
            "shapes_disagree",
            field="smoothed_x",
            remedy="Give the smoothed fits of these two forms.",
        )
    one = _kernel(x.points, smoothed_x.counts, None if bandwidths is None else bandwidths[0])
    two = _kernel(y.points, smoothed_y.counts, None if bandwidths is None else bandwidths[1])
    return _equated("kernel", one, two, smoothed_x.root, smoothed_y.root)


def kernel_equate_through_anchor(
    x: JointFrequency,
    y: JointFrequency,
    smoothed_x: Smoothed,
    smoothed_y: Smoothed,
    *,
    weight: float = 1.0,
    bandwidths: tuple[float, float] | None = None,
) -> Equating:
    """The same for groups that are not equivalent, by poststratification on an anchor.

    weight  of the group that took X in the synthetic population. Errors carry the
    covariance of both joint fits. Raises as ``kernel_equate``, and when the anchors differ.
    Cost: as ``kernel_equate``, and (scores x anchor scores) x parameters for the errors.
    Source: von Davier, Holland & Thayer (2004), The Kernel Method of Test Equating.
    """
    p, q = smoothed_x.counts / smoothed_x.counts.sum(), smoothed_y.counts / smoothed_y.counts.sum()
    if p.shape[1] != q.shape[1] or x.anchor_low != y.anchor_low or not 0 <= weight <= 1:
        raise BadInput(
            "anchors_differ",
            field="y",
            remedy="Both forms need the same anchor; weight is from 0 to 1.",
        )
    h1, h2 = p.sum(axis=0), q.sum(axis=0)
    if (h1 <= 0).any() or (h2 <= 0).any():
        raise BadInput(
            "anchor_score_missing",
            field="anchor",
            remedy="The smoothed anchor must reach every score; smooth both.",
        )
    r = p @ (weight + (1 - weight) * h2 / h1)
    s = q @ ((1 - weight) + weight * h1 / h2)
    one = _kernel(x.total.points, r, None if bandwidths is None else bandwidths[0])
    two = _kernel(y.total.points, s, None if bandwidths is None else bandwidths[1])
    # how the two sets of shares move with each joint fit
    rx = np.einsum("jk,jkt->jt", _own(p, h1, h2, weight), smoothed_x.root.reshape(*p.shape, -1))
    rx -= _through(p, h1, h2, 1 - weight, smoothed_x.root.reshape(*p.shape, -1))
    ry = _cross(p / h1, 1 - weight, smoothed_y.root.reshape(*q.shape, -1))
    sy = np.einsum("jk,jkt->jt", _own(q, h2, h1, 1 - weight), smoothed_y.root.reshape(*q.shape, -1))
    sy -= _through(q, h2, h1, weight, smoothed_y.root.reshape(*q.shape, -1))
    sx = _cross(q / h2, weight, smoothed_x.root.reshape(*p.shape, -1))
    return _equated(
        "kernel_poststratification", one, two, np.hstack([rx, ry]), np.hstack([sx, sy]), shared=True
    )


def _own(p: Floats, own: Floats, other: Floats, weight: float) -> Floats:
    """Each cell's weight in its form's synthetic shares."""
    return np.broadcast_to(weight + (1 - weight) * other / own, p.shape)


def _through(p: Floats, own: Floats, other: Floats, weight: float, root: Floats) -> Floats:
    """What the synthetic shares lose when the own anchor shares grow."""
    return np.asarray((p * (weight * other / own**2)) @ root.sum(axis=0))


def _cross(given: Floats, weight: float, root: Floats) -> Floats:
    """What the synthetic shares gain when the other group's anchor shares grow."""
    return np.asarray(weight * given @ root.sum(axis=0))


def _kernel(points: Floats, counts: Floats, width: float | None) -> Kernel:
    shares = counts / counts.sum()
    if width is not None and not width > 0:
        raise BadInput("wrong_bandwidth", field="bandwidths", remedy="Give bandwidths above 0.")
    return Kernel(points, shares, bandwidth(points, shares) if width is None else width)


def _equated(
    name: str, one: Kernel, two: Kernel, root_x: Floats, root_y: Floats, *, shared: bool = False
) -> Equating:
    """Equivalents at one's scores with errors from the roots of both covariances.

    With ``shared`` the columns of the two roots are the same independent sources,
    so their effects add up before they are squared.
    """
    rank = np.clip(one.reached(one.points), 1e-15, 1 - 1e-15)
    equated = two.score(rank)
    from_x, from_y = one.by_shares(one.points) @ root_x, two.by_shares(equated) @ root_y
    spread = (
        ((from_x - from_y) ** 2).sum(axis=1)
        if shared
        else (from_x**2).sum(axis=1) + (from_y**2).sum(axis=1)
    )
    return Equating(
        method=name,
        points=one.points,
        equated=equated,
        error=np.sqrt(spread) / two.density(equated),
        line=None,
    )
