"""What is refused before a calibration, and what is said after it."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from concours.kernel.errors import BadInput
from concours.psychometrics.design import Design
from concours.psychometrics.fitting import Fitted
from concours.psychometrics.layout import Layout
from concours.psychometrics.notice import Notice
from concours.psychometrics.parameters import ItemParameters, check_models

Flags = NDArray[np.bool_]

STEEP = 5.0
FAR = 6.0
FEW = 200
BEYOND = 1e-4


def model_per_item(
    model: str | Sequence[str], layout: Layout, fixed: ItemParameters | None
) -> tuple[str, ...]:
    """One model per item; a fixed item keeps its own.

    Raises BadInput for an unknown model, a number of models that is not the number of items, a
    fixed item that is not in the test, or one with another number of categories.
    """
    models = [model] * layout.items if isinstance(model, str) else list(model)
    if len(models) != layout.items:
        raise BadInput(
            "shapes_disagree",
            field="model",
            remedy=f"{len(models)} models for {layout.items} items.",
        )
    place = {name: j for j, name in enumerate(layout.names)}
    if fixed is not None:
        for k, name in enumerate(fixed.names):
            if name not in place:
                raise BadInput(
                    "unknown_item",
                    field=name,
                    remedy=f"Fixed item {name} is not among the responses; select the items in use.",
                )
            if fixed.categories[k] != layout.categories[place[name]]:
                raise BadInput(
                    "categories_disagree",
                    field=name,
                    remedy=f"Fixed with {fixed.categories[k]} categories, "
                    f"{layout.categories[place[name]]} in the responses: pass `categories`.",
                )
            models[place[name]] = fixed.models[k]
    check_models(models, [int(k) for k in layout.categories], layout.names)
    return tuple(models)


def check_connection(design: Design, free: Flags, allowed: bool) -> tuple[tuple[int, ...], ...]:
    """The parts no person links to each other, if that matters here; raises BadInput if refused.

    Parts that each hold a fixed item share the fixed items' scale and need no link.
    """
    loose = tuple(part for part in design.parts if free[list(part)].all())
    if (
        len(design.parts) == 1
        or not loose
        or (len(loose) == 1 and free.all() and len(design.parts) == 1)
    ):
        return ()
    if not allowed:
        sizes = ", ".join(str(len(p)) for p in design.parts)
        smallest = ", ".join(design.layout.names[j] for j in design.parts[-1][:5])
        raise BadInput(
            "forms_not_connected",
            field="responses",
            remedy=f"No persons link the {len(design.parts)} parts of this design (items: {sizes}; "
            f"one holds {smallest}). Add common items or persons, calibrate the parts apart and "
            "link them, or allow it if the persons are randomly equivalent.",
        )
    return design.parts


def notices_of(
    design: Design,
    found: Fitted,
    parameters: ItemParameters,
    free: Flags,
    unconnected: Sequence[Sequence[int]],
) -> tuple[Notice, ...]:
    """Everything a reader of the result should be told."""
    notices = []
    if not found.converged:
        notices.append(
            Notice(
                "not_converged",
                f"Stopped after {len(found.record)} iterations with a largest change of "
                f"{found.record[-1].change:.2g}; the numbers are not final.",
            )
        )
    if unconnected:
        notices.append(
            Notice(
                "forms_not_connected",
                f"No persons link the {len(unconnected)} parts of this design; the scales agree "
                "only if the persons of each part are randomly equivalent.",
            )
        )
    if design.empty:
        notices.append(
            Notice("empty_persons", f"{design.empty} persons were presented no item at all.")
        )
    notices += _item_notices(design, parameters, free)
    notices += _order_notices(parameters)
    for label, nodes in zip(design.groups, found.node_weight, strict=True):
        if nodes.sum() > 0 and (nodes[0] + nodes[-1]) / nodes.sum() > BEYOND:
            notices.append(
                Notice("ability_beyond_nodes", "The grid of abilities cuts this group off.", label)
            )
    return tuple(notices)


def _item_notices(design: Design, parameters: ItemParameters, free: Flags) -> list[Notice]:
    notices = []
    for j in np.flatnonzero(free):
        name, a, b = parameters.names[j], parameters.a[j], parameters.b[j]
        if a <= 0:
            text = f"The slope is {a:.3f}: better persons do worse. Check the key."
            notices.append(Notice("negative_slope", text, name))
        elif a > STEEP:
            notices.append(Notice("steep_slope", f"The slope is {a:.2f}.", name))
        if a > 0 and abs(b) > FAR:
            text = f"The difficulty is {b:.2f}, beyond the persons."
            notices.append(Notice("extreme_difficulty", text, name))
        if design.presented[j] < FEW:
            text = f"Only {design.presented[j]:g} persons were presented this item."
            notices.append(Notice("few_persons", text, name))
    return notices


def _order_notices(parameters: ItemParameters) -> list[Notice]:
    notices = []
    for name, model, steps in zip(
        parameters.names, parameters.models, parameters.thresholds, strict=True
    ):
        present = steps[~np.isnan(steps)]
        if model != "grm" and any(low >= high for low, high in pairwise(present)):
            text = "The thresholds are not in order: a middle category is nowhere the likeliest."
            notices.append(Notice("thresholds_disordered", text, name))
    return notices
