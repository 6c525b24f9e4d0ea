"""Where the estimator starts: from the shares of answers alone."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from concours.kernel.errors import BadInput
from concours.psychometrics.design import Design
from concours.psychometrics.models import FAMILY, Block, Family
from concours.psychometrics.parameters import ItemParameters, blocks_of

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# A logistic of a normal ability flattens: intercepts are larger than logits of shares.
STEEPER = 1.2
FIRST_ASYMPTOTE = 0.2


def check_answers(design: Design, free: Flags) -> None:
    """Refuse what no parameter can be found for.

    Raises BadInput for an item nobody was presented, a constant item, or a category that nobody
    reached, unless the item's parameters are fixed.
    """
    layout = design.layout
    for j, name in enumerate(layout.names):
        if not free[j]:
            continue
        counts = design.totals[layout.first[j] : layout.first[j + 1]]
        if not counts.any():
            raise BadInput(
                "item_not_presented",
                field=name,
                remedy=f"Nobody was presented item {name}; leave it out or fix its parameters.",
            )
        if np.count_nonzero(counts) == 1:
            raise BadInput(
                "constant_item",
                field=name,
                remedy=f"Everybody reached category {int(np.argmax(counts))} of item {name}; "
                "leave it out or fix its parameters.",
            )
        if not counts.all():
            raise BadInput(
                "category_skipped",
                field=name,
                remedy=f"Nobody reached category {int(np.argmin(counts))} of item {name}; "
                "merge categories before calibration (nothing is re-scored silently).",
            )


def first_blocks(
    design: Design, models: Sequence[str], fixed: ItemParameters | None
) -> tuple[Block, ...]:
    """Blocks with starting values; fixed items hold theirs."""
    layout = design.layout
    kinds: dict[tuple[Family, int], list[int]] = {}
    for j, model in enumerate(models):
        kinds.setdefault((FAMILY[model], int(layout.categories[j])), []).append(j)
    shares = _shares(design)
    blocks = []
    for (family, count), members in kinds.items():
        values = [_first_values(family, shares[j]) for j in members]
        blocks.append(Block(family, count, np.array(members, np.int64), np.array(values)))
    if fixed is None:
        return tuple(blocks)
    place = {name: j for j, name in enumerate(layout.names)}
    held = {}
    for block in blocks_of(fixed):
        for row, values in zip(block.items, block.values, strict=True):
            held[place[fixed.names[row]]] = values
    return tuple(
        block.with_values(
            np.array([held.get(int(j), v) for j, v in zip(block.items, block.values, strict=True)])
        )
        for block in blocks
    )


def _shares(design: Design) -> list[Floats]:
    first = design.layout.first
    result = []
    for low, high in pairwise(first):
        counts = design.totals[low:high] + 0.5
        result.append(counts / counts.sum())
    return result


def _first_values(family: Family, share: Floats) -> Floats:
    if family == "lower":
        above = np.clip((share[1] - FIRST_ASYMPTOTE) / (1 - FIRST_ASYMPTOTE), 0.03, 0.97)
        return np.array([1.0, STEEPER * logit(above), logit(FIRST_ASYMPTOTE)])
    if family == "cumulative":
        above = np.cumsum(share[::-1])[::-1][1:]
        return np.concatenate([[1.0], STEEPER * logit(above)])
    return np.concatenate([[1.0], STEEPER * np.log(share[1:] / share[0])])
