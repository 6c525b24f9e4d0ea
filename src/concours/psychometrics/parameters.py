"""Item parameters as the world writes them, and their translation to what the estimator moves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from concours.kernel.errors import BadInput
from concours.psychometrics.models import FAMILY, TWO_CATEGORIES, Block, Family

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ItemParameters:
    """Parameters of the items of a test, logistic metric, ability scale of the reference group.

    names       one per item
    models      "1pl", "2pl", "3pl", "pcm", "gpcm" or "grm" per item
    categories  (items,)  response categories, 2 or more
    a           (items,)  slope per logit; may be negative where an item works backwards
    b           (items,)  difficulty; for ordered categories the mean of the thresholds
    c           (items,)  lower asymptote, 0 where the model has none
    thresholds  (items, most categories - 1)  b of each step, NaN beyond an item's last
    """

    names: tuple[str, ...]
    models: tuple[str, ...]
    categories: Ints
    a: Floats
    b: Floats
    c: Floats
    thresholds: Floats

    @property
    def items(self) -> int:
        """Number of items."""
        return len(self.names)

    def select(self, names: Sequence[str]) -> "ItemParameters":
        """The parameters of these items, in this order; raises BadInput for one not here."""
        place = {name: j for j, name in enumerate(self.names)}
        unknown = [name for name in names if name not in place]
        if unknown:
            raise BadInput(
                "unknown_item", field="items", remedy=f"No parameters for: {', '.join(unknown)}."
            )
        keep = np.array([place[name] for name in names], np.int64)
        return ItemParameters(
            names=tuple(names),
            models=tuple(self.models[j] for j in keep),
            categories=self.categories[keep],
            a=self.a[keep],
            b=self.b[keep],
            c=self.c[keep],
            thresholds=self.thresholds[keep],
        )


def item_parameters(
    *,
    a: Sequence[float] | Floats,
    b: Sequence[float] | Floats | None = None,
    c: Sequence[float] | Floats | None = None,
    thresholds: Sequence[Sequence[float]] | Floats | None = None,
    models: str | Sequence[str] | None = None,
    names: Sequence[str] | None = None,
) -> ItemParameters:
    """Item parameters from plain numbers, for instance from a published table.

    Give ``b`` for right-or-wrong items or ``thresholds`` (rows may differ in length, or hold NaN
    after the last step). ``models`` defaults to 3pl where c > 0, else 2pl (gpcm for thresholds).
    Raises BadInput if lengths disagree, c is outside 0 to below 1, or a number is not finite.
    Cost: items. Source: none; it checks and arranges.
    """
    slope = np.asarray(a, np.float64)
    n = slope.size
    lower = np.zeros(n) if c is None else np.asarray(c, np.float64)
    if (b is None) == (thresholds is None):
        raise BadInput("b_or_thresholds", field="b", remedy="Give either b or thresholds.")
    rows = [[float(v)] for v in np.asarray(b)] if b is not None else _rows(thresholds)
    steps = _padded(rows)
    kinds = models or [
        "3pl" if v > 0 else "2pl" if len(r) == 1 else "gpcm"
        for v, r in zip(lower, rows, strict=False)
    ]
    kinds = [kinds] * n if isinstance(kinds, str) else list(kinds)
    labels = [str(j + 1) for j in range(n)] if names is None else list(names)
    if not len(rows) == lower.size == len(kinds) == len(labels) == n:
        raise BadInput(
            "shapes_disagree", field="a", remedy="Every parameter needs one value for each item."
        )
    check_models(kinds, [len(r) + 1 for r in rows], labels)
    finite = np.isfinite(slope) & np.isfinite(lower) & np.isfinite([sum(r) for r in rows])
    if not finite.all() or (lower < 0).any() or (lower >= 1).any():
        bad = labels[int(np.argmin(finite & (lower >= 0) & (lower < 1)))]
        raise BadInput(
            "parameter_out_of_range", field=bad, remedy="a and b must be finite, 0 <= c < 1."
        )
    return ItemParameters(
        names=tuple(labels),
        models=tuple(kinds),
        categories=np.array([len(r) + 1 for r in rows], np.int64),
        a=slope,
        b=np.nanmean(steps, axis=1),
        c=lower,
        thresholds=steps,
    )


def check_models(models: Sequence[str], categories: Sequence[int], names: Sequence[str]) -> None:
    """Raise BadInput for an unknown model, or a model for two categories met by an item with more."""
    for model, count, name in zip(models, categories, names, strict=True):
        if model not in FAMILY:
            raise BadInput(
                "unknown_model",
                field=name,
                remedy=f"Model {model}; use one of {', '.join(FAMILY)}.",
            )
        if model in TWO_CATEGORIES and count != 2:
            raise BadInput(
                "too_many_categories",
                field=name,
                remedy=f"{model} is for right or wrong; item {name} has {count} categories. "
                "Use pcm, gpcm or grm for it.",
            )


def blocks_of(parameters: ItemParameters) -> tuple[Block, ...]:
    """Sort items into blocks by family and number of categories."""
    kinds: dict[tuple[Family, int], list[int]] = {}
    for j, model in enumerate(parameters.models):
        kinds.setdefault((FAMILY[model], int(parameters.categories[j])), []).append(j)
    blocks = []
    for (family, count), members in kinds.items():
        items = np.array(members, np.int64)
        a = parameters.a[items][:, None]
        b = parameters.thresholds[items][:, : count - 1]
        d = -a * (np.cumsum(b, axis=1) if family == "adjacent" else b)
        parts = [a, d]
        if family == "lower":
            floor = np.maximum(parameters.c[items], 1e-12)
            parts.append(logit(floor)[:, None])
        blocks.append(Block(family, count, items, np.concatenate(parts, axis=1)))
    return tuple(blocks)


def parameters_of(
    blocks: Sequence[Block], names: Sequence[str], models: Sequence[str]
) -> ItemParameters:
    """The translation back; a slope of exactly zero gives thresholds of plus or minus infinity."""
    n = len(names)
    most = max(block.categories for block in blocks) - 1
    a, c = np.zeros(n), np.zeros(n)
    thresholds = np.full((n, most), np.nan)
    categories = np.zeros(n, np.int64)
    for block in blocks:
        steps = block.categories - 1
        a[block.items] = block.values[:, 0]
        d = block.values[:, 1 : 1 + steps]
        if block.family == "adjacent":
            d = np.diff(d, axis=1, prepend=0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            thresholds[block.items, :steps] = -d / block.values[:, :1]
        if block.family == "lower":
            c[block.items] = expit(block.values[:, 2])
        categories[block.items] = block.categories
    steps_of = np.where(np.isnan(thresholds), 0.0, thresholds).sum(axis=1) / (categories - 1)
    return ItemParameters(tuple(names), tuple(models), categories, a, steps_of, c, thresholds)


def _rows(thresholds: Sequence[Sequence[float]] | Floats | None) -> list[list[float]]:
    return [
        [float(v) for v in row if not np.isnan(v)]
        for row in (() if thresholds is None else thresholds)
    ]


def _padded(rows: Sequence[Sequence[float]]) -> Floats:
    result = np.full((len(rows), max((len(r) for r in rows), default=1)), np.nan)
    for j, row in enumerate(rows):
        result[j, : len(row)] = row
    return result
