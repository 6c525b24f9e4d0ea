"""Anchor items that no longer mean what they meant: screening before and after a link."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from concours.kernel.errors import BadInput
from concours.psychometrics.arrays import Flags, Floats
from concours.psychometrics.linking import Link, Method, expected_points, link
from concours.psychometrics.notice import Notice
from concours.psychometrics.parameters import ItemParameters

NORMAL_NODES = np.linspace(-5, 5, 101)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A link and what screening did to its anchors; arrays are (items,) in the order given.

    link       found on the anchors kept
    kept       true for an item kept as an anchor
    z_slope    robust z of the log ratio of slopes, after the link
    z_place    robust z of the difference of mean difficulty, after the link
    distance   root mean squared distance of the two curves of expected points, as a
               share of the item's points, over a standard normal population of the target
    removed    names in the order they went out
    """

    link: Link
    kept: Flags
    z_slope: Floats
    z_place: Floats
    distance: Floats
    removed: tuple[str, ...]
    notices: tuple[Notice, ...]


def robust_z(values: ArrayLike, *, among: Flags | None = None) -> Floats:
    """(x - median) / (0.74 x interquartile range), both of the values ``among`` (default all).

    Where those do not spread, 0 for values equal to the median and infinite for
    others. Source: Huynh & Meyer (2010), Practical Assessment, Research & Evaluation 15 (2).
    Raises BadInput where there is no finite value to compare with. Cost: values.
    """
    x = np.asarray(values, dtype=np.float64)
    compared = x if among is None else x[among]
    if not compared.size or not np.isfinite(compared).all():
        raise BadInput(
            "wrong_values", field="values", remedy="Give one finite value or more to compare with."
        )
    low, middle, high = np.percentile(compared, [25, 50, 75])
    away, spread = x - middle, 0.74 * (high - low)
    if spread < 1e-9:
        return np.where(np.abs(away) < 1e-9, 0.0, np.copysign(np.inf, away))
    return np.asarray(away / spread)


def screened_link(
    source: ItemParameters,
    target: ItemParameters,
    *,
    method: Method = "stocking_lord",
    limit: float = 2.7,
    least: float = 0.05,
    most_removed: float = 0.2,
    nodes: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    symmetric: bool = True,
) -> Drift:
    """Link, take out the worst drifting anchor, and link again until none drifts.

    limit         an anchor drifts when a robust z, of slope or of place among the
                  anchors kept, is beyond it
    least         and its curves differ by this share of its points or more: with
                  anchors that agree almost perfectly, robust z names harmless ones
    most_removed  share of the anchors that may go; when it is reached the rest stay
                  and a notice says so

    One at a time, because one bad anchor moves the line under all others.
    Other arguments and errors as ``link``. Cost: a link for each item removed.
    Source: Huynh & Meyer (2010); Kolen & Brennan (2014), ch. 8. Raises BadInput as ``link``.
    """
    if not (limit > 0 and 0 <= most_removed < 1 and least >= 0):
        raise BadInput(
            "wrong_limit",
            field="limit",
            remedy="Give limit above 0, most_removed from 0 to below 1.",
        )
    kept = np.ones(source.items, dtype=np.bool_)
    removed: list[str] = []
    allowed = int(most_removed * source.items)
    names = np.array(source.names)
    while True:
        chosen = names[kept].tolist()
        found = link(
            source.select(chosen),
            target.select(chosen),
            method=method,
            nodes=nodes,
            weights=weights,
            symmetric=symmetric,
        )
        z_slope, z_place, distance = _gaps(source, target, found, kept)
        worst = np.where(
            kept & (distance >= least), np.maximum(np.abs(z_slope), np.abs(z_place)), 0.0
        )
        j = int(np.argmax(worst))
        drifts = worst[j] > limit
        if not drifts or len(removed) >= allowed or kept.sum() <= 2:
            break
        kept[j] = False
        removed.append(source.names[j])
    notices = _notices(removed, source.names[j] if drifts else None)
    return Drift(
        link=found,
        kept=kept,
        z_slope=z_slope,
        z_place=z_place,
        distance=distance,
        removed=tuple(removed),
        notices=found.notices + notices,
    )


def _notices(removed: Sequence[str], left: str | None) -> tuple[Notice, ...]:
    """Name what went out, and what should have."""
    text = "This anchor drifted and was left out of the link."
    found = tuple(Notice("anchor_removed", text, name) for name in removed)
    if left is None:
        return found
    text = "More anchors drift than may be removed; the link is not to be used before somebody has looked."
    return (*found, Notice("drift_remains", text, left))


def _gaps(
    source: ItemParameters, target: ItemParameters, found: Link, kept: Flags
) -> tuple[Floats, Floats, Floats]:
    """Robust z of slopes and places, judged by the anchors kept, and distances of curves."""
    moved = found.parameters(source)
    slope = np.log(moved.a / target.a)
    place = moved.b - target.b
    gap = expected_points(moved, NORMAL_NODES) - expected_points(target, NORMAL_NODES)
    weight = stats.norm.pdf(NORMAL_NODES)
    distance = np.sqrt((gap**2 * weight).sum(axis=1) / weight.sum()) / (source.categories - 1)
    return robust_z(slope, among=kept), robust_z(place, among=kept), distance
