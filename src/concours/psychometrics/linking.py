"""Put one calibration on the scale of another through the items they share."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

from concours.kernel.errors import BadInput
from concours.psychometrics.arrays import Floats, abilities
from concours.psychometrics.models import log_probabilities
from concours.psychometrics.notice import Notice
from concours.psychometrics.parameters import ItemParameters, blocks_of

Method = Literal["mean_mean", "mean_sigma", "haebara", "stocking_lord"]
METHODS: tuple[Method, ...] = ("mean_mean", "mean_sigma", "haebara", "stocking_lord")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """theta on the target scale = slope x theta + shift.

    method     how it was found
    anchors    (items,)  names of the items it rests on
    loss       value of the criterion at its minimum; 0 for the moment methods
    notices    what to know before using it
    """

    method: Method
    slope: float
    shift: float
    anchors: tuple[str, ...]
    loss: float
    notices: tuple[Notice, ...]

    def ability(self, theta: ArrayLike) -> Floats:
        """Abilities moved to the target scale."""
        moved: Floats = self.slope * np.asarray(theta, dtype=np.float64) + self.shift
        return moved

    def parameters(self, items: ItemParameters) -> ItemParameters:
        """Item parameters moved to the target scale; c does not move."""
        return moved_parameters(items, self.slope, self.shift)

    def inverse(self) -> "Link":
        """The way back."""
        return replace(self, slope=1 / self.slope, shift=-self.shift / self.slope)

    def then(self, after: "Link") -> "Link":
        """This link followed by another: a chain across administrations."""
        return replace(
            after,
            slope=after.slope * self.slope,
            shift=after.slope * self.shift + after.shift,
            notices=self.notices + after.notices,
        )


def moved_parameters(items: ItemParameters, slope: float, shift: float) -> ItemParameters:
    """a / slope, slope x b + shift for every threshold.

    slope, shift  of the line that moves ability (logits); c does not move

    Raises BadInput when the slope is not above 0 or a number is not finite. Cost: items.
    Source: Kolen & Brennan (2014), ch. 6.
    """
    if not (0 < slope < np.inf and np.isfinite(shift)):
        raise BadInput(
            "wrong_line", field="slope", remedy="Give a finite slope above 0 and a finite shift."
        )
    return replace(
        items,
        a=items.a / slope,
        b=slope * items.b + shift,
        thresholds=slope * items.thresholds + shift,
    )


def category_probabilities(items: ItemParameters, theta: Floats) -> Floats:
    """Chance of each category, (items, most categories, nodes); 0 beyond an item's last."""
    found = np.zeros((items.items, int(items.categories.max()), theta.size))
    for block in blocks_of(items):
        found[block.items, : block.categories] = np.exp(log_probabilities(block, theta))
    return found


def expected_points(items: ItemParameters, theta: ArrayLike) -> Floats:
    """Expected points on each item at each ability, (items, nodes).

    theta  (nodes,)  abilities in logits; one number is one node

    Raises BadInput for abilities that are not finite or not in one dimension.
    Cost: items x categories x nodes. Source: Samejima (1969); Muraki (1992), APM 16, 159-176.
    """
    chances = category_probabilities(items, abilities(theta))
    points: Floats = np.tensordot(
        np.arange(chances.shape[1], dtype=np.float64), chances, axes=(0, 1)
    )
    return points


def link(
    source: ItemParameters,
    target: ItemParameters,
    *,
    method: Method = "stocking_lord",
    nodes: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    symmetric: bool = True,
) -> Link:
    """Find the line that carries the source scale onto the target scale.

    source, target  the same items, calibrated apart, in the same order
    nodes, weights  (nodes,)  abilities the curves are compared at, on the target
                    scale, and their weights; by default 40 equal ones on [-4, 4].
                    They change the constants: state them in a report.
    symmetric       curve methods also compare on the source scale with the same
                    nodes, so that linking back is the exact inverse

    mean_mean takes the slope from mean a, mean_sigma from the spread of b;
    ordered items enter with every threshold. Raises BadInput when items differ,
    there are fewer than two, b does not vary
    (mean_sigma), or the criterion has no minimum with a positive slope.
    Cost: items x nodes, some twenty times.
    Source: Loyd & Hoover (1980); Marco (1977); Haebara (1980); Stocking & Lord (1983);
    Kolen & Brennan (2014), ch. 6.
    """
    _check(source, target)
    grid = np.linspace(-4, 4, 40) if nodes is None else np.asarray(nodes, dtype=np.float64)
    weight = np.ones_like(grid) if weights is None else np.asarray(weights, dtype=np.float64)
    if (
        grid.ndim != 1
        or weight.shape != grid.shape
        or grid.size < 2
        or (weight < 0).any()
        or not weight.sum() > 0
    ):
        raise BadInput(
            "wrong_nodes", field="nodes", remedy="Give nodes and as many weights, none negative."
        )
    slope, shift = _moments(source, target, by_slope=method == "mean_mean")
    loss = 0.0
    if method in ("haebara", "stocking_lord"):
        summed = method == "stocking_lord"
        slope, shift, loss = _curves(
            source, target, (slope, shift), grid, weight, symmetric, summed
        )
    elif method not in METHODS:
        raise BadInput("unknown_method", field="method", remedy=f"Use one of {', '.join(METHODS)}.")
    notices: tuple[Notice, ...] = ()
    if source.items < 5:
        notices = (Notice("few_anchors", f"The link rests on {source.items} items only."),)
    return Link(
        method=method, slope=slope, shift=shift, anchors=source.names, loss=loss, notices=notices
    )


def _check(source: ItemParameters, target: ItemParameters) -> None:
    """Refuse anchors that are not the same items."""
    if source.names != target.names or source.models != target.models:
        raise BadInput(
            "anchors_differ",
            field="target",
            remedy="Give the same items, with the same models, in one order.",
        )
    if source.items < 2:
        raise BadInput("too_few_anchors", field="source", remedy="A link needs two items or more.")
    if (source.a <= 0).any() or (target.a <= 0).any():
        worst = source.names[int(np.argmin(np.minimum(source.a, target.a)))]
        raise BadInput(
            "negative_slope",
            field=worst,
            remedy="Leave items with a slope of 0 or less out of the anchor.",
        )


def _moments(
    source: ItemParameters, target: ItemParameters, *, by_slope: bool
) -> tuple[float, float]:
    """Slope and shift from means and spreads of a and b."""
    one, two = source.thresholds, target.thresholds
    if by_slope:
        slope = float(source.a.mean() / target.a.mean())
    else:
        spread = float(np.nanstd(one))
        if spread == 0:
            raise BadInput(
                "anchors_equally_hard",
                field="source",
                remedy="The anchor's difficulties must differ.",
            )
        slope = float(np.nanstd(two)) / spread
    return slope, float(np.nanmean(two) - slope * np.nanmean(one))


def _curves(
    source: ItemParameters,
    target: ItemParameters,
    start: tuple[float, float],
    grid: Floats,
    weight: Floats,
    symmetric: bool,
    summed: bool,
) -> tuple[float, float, float]:
    """Minimise the squared distance of the response curves (or of their sums)."""
    root = np.sqrt(weight / weight.sum())

    def curve(items: ItemParameters) -> Floats:
        """What is compared: expected points of the test, or every category's chance."""
        if summed:
            return np.asarray(expected_points(items, grid).sum(axis=0))
        return category_probabilities(items, grid)[:, 1:].reshape(-1, grid.size)

    fixed, own = curve(target), curve(source)

    def gaps(line: Floats) -> Floats:
        slope, shift = float(np.exp(line[0])), float(line[1])
        found = [(fixed - curve(moved_parameters(source, slope, shift))) * root]
        if symmetric:
            found.append((own - curve(moved_parameters(target, 1 / slope, -shift / slope))) * root)
        return np.concatenate([g.ravel() for g in found])

    begin = np.array([np.log(max(start[0], 1e-3)), start[1]])
    best = optimize.least_squares(gaps, begin, jac="3-point", xtol=1e-14, ftol=1e-14, gtol=1e-14)
    slope = float(np.exp(best.x[0]))
    if not best.success or not 1e-3 < slope < 1e3:
        raise BadInput(
            "no_link_found",
            field="source",
            remedy="The curves do not meet; look at the anchors for drift.",
        )
    return slope, float(best.x[1]), float(2 * best.cost)
