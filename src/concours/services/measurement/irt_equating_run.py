"""`concours equate` of two calibrations: link through common items, then equate by parameters."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import stats

from concours.kernel.errors import BadInput
from concours.psychometrics.drift import Drift, screened_link
from concours.psychometrics.equating import Equating
from concours.psychometrics.irt_equating import observed_score_equating, true_score_equating
from concours.psychometrics.linking import METHODS, Link, Method, link
from concours.psychometrics.linking_error import link_error
from concours.psychometrics.notice import Notice
from concours.psychometrics.parameters import ItemParameters
from concours.services.measurement.equating_report import table_part
from concours.services.measurement.item_file import parameter_table, read_parameters
from concours.services.measurement.items_run import options_asked
from concours.services.measurement.report import Figure, Part, Report, Table, input_of, write_report
from concours.services.measurement.report_figures import Row, interval_chart
from concours.services.measurement.telling import SILENT, Telling

NODES = np.linspace(-6.0, 6.0, 121)


@dataclass(frozen=True, slots=True)
class LinkRequest:
    """What to link; both files are item parameters, common items have the same name.

    method       the line that is used; the others are reported beside it
    scaling      1 for the logistic metric, 1.7 where slopes were published in the normal one
    linked       the two calibrations are on one scale already
    """

    x: str
    y: str
    anchors: tuple[str, ...] = ()
    method: str = "stocking_lord"
    scaling: float = 1.0
    one_sided: bool = False
    screen: bool = True
    linked: bool = False


@dataclass(frozen=True, slots=True)
class Linked:
    """The line used, what screening found, and the tables."""

    link: Link | None
    drift: Drift | None
    tables: tuple[Equating, ...]


def run_link(request: LinkRequest, folder: Path, *, told: Telling = SILENT) -> Linked:
    """Link and equate, and write tables, pictures and report into ``folder``."""
    x, y = (_scaled(read_parameters(Path(p)), request.scaling) for p in (request.x, request.y))
    parts: list[Part] = []
    line: Link | None = None
    drift: Drift | None = None
    notices: tuple[Notice, ...] = ()
    if not request.linked:
        common = _anchors(request, x, y)
        line, drift, part = _link_part(request, x.select(common), y.select(common), told)
        parts.append(part)
        notices = drift.notices if drift is not None else line.notices
    moved = line.parameters(x) if line is not None else x
    weights = stats.norm.pdf(NODES)
    tables = (
        true_score_equating(moved, y),
        observed_score_equating(moved, y, nodes=NODES, weights=weights),
    )
    parts.append(table_part(tables))
    moved_table = parameter_table(moved, None)
    parts.append(
        Part(
            "Items of form X on the scale of form Y",
            (),
            (
                Table(
                    "parameters",
                    "Item parameters of form X, moved to the scale of form Y",
                    moved_table.columns,
                ),
            ),
        )
    )
    for made in tables:
        notices += tuple(Notice(n.code, n.text, n.where or made.method) for n in made.notices)
    write_report(
        folder,
        Report(
            kind="linking",
            title="Linking and equating of two calibrations",
            inputs=(input_of("form X", Path(request.x)), input_of("form Y", Path(request.y))),
            options=options_asked(request),
            summary={
                "items of form X": x.items,
                "items of form Y": y.items,
                "anchors kept": len(line.anchors) if line is not None else None,
                "slope A": line.slope if line is not None else 1.0,
                "shift B": line.shift if line is not None else 0.0,
                "method": line.method if line is not None else "on one scale already",
            },
            parts=tuple(parts),
            warnings=notices,
        ),
        told.counted("writing"),
    )
    return Linked(line, drift, tables)


def _scaled(items: ItemParameters, scaling: float) -> ItemParameters:
    """Slopes in the logistic metric."""
    if not scaling > 0:
        raise BadInput("wrong_scaling", field="scaling", remedy="Give 1 or 1.7.")
    return ItemParameters(
        names=items.names,
        models=items.models,
        categories=items.categories,
        a=items.a * scaling,
        b=items.b,
        c=items.c,
        thresholds=items.thresholds,
    )


def _anchors(request: LinkRequest, x: ItemParameters, y: ItemParameters) -> list[str]:
    """Items named as anchors, or all that stand in both files."""
    found = list(request.anchors) or [name for name in x.names if name in set(y.names)]
    if not found:
        raise BadInput(
            "no_common_items",
            field="anchor",
            remedy="No item name stands in both files; name the anchors alike.",
        )
    return found


def _link_part(
    request: LinkRequest, x: ItemParameters, y: ItemParameters, told: Telling
) -> tuple[Link, Drift | None, Part]:
    """The line, all methods beside it, and what the anchors do."""
    if request.method not in METHODS:
        raise BadInput("unknown_method", field="method", remedy=f"Use one of {', '.join(METHODS)}.")
    method: Method = next(m for m in METHODS if m == request.method)
    symmetric = not request.one_sided
    drift = screened_link(
        x, y, method=method, symmetric=symmetric, most_removed=0.2 if request.screen else 0.0
    )
    line = drift.link
    moved = line.parameters(x)
    rows = [
        Row(name, float(g), float(g), float(g), flagged=not bool(k))
        for name, g, k in zip(x.names, moved.b - y.b, drift.kept, strict=True)
    ]
    text = (
        f"The line used is {line.method}, from {len(line.anchors)} anchors, comparing curves at 40 equal nodes from "
        f"-4 to 4{' on both scales' if symmetric else ' on the scale of Y'}. Errors come from leaving each anchor out "
        "in turn. z is robust (beyond 2.7 an anchor drifts, if its curves are also 5 % of its points apart)."
    )
    picture = Figure(
        "anchors",
        "Difference of difficulty by anchor after the link; squares were left out.",
        interval_chart("Anchors after the link", "b of X less b of Y (logits)", rows, marks=(0.0,)),
    )
    kept = list(line.anchors)
    constants = _constants(x.select(kept), y.select(kept), symmetric, told)
    tables = (constants, _anchor_table(moved, y, drift))
    return line, drift, Part("The link", (text,), tables, (picture,))


def _constants(x: ItemParameters, y: ItemParameters, symmetric: bool, told: Telling) -> Table:
    """The line by every method, with errors from leaving each anchor out."""
    each = [link(x, y, method=m, symmetric=symmetric) for m in METHODS]
    spread = [
        np.sqrt(np.diag(link_error(x, y, method=m, symmetric=symmetric, progress=told.counted(m))))
        if x.items > 2
        else np.full(2, np.nan)
        for m in METHODS
    ]
    return Table(
        "constants",
        "Constants: ability on Y's scale = A x ability on X's scale + B",
        {
            "method": [m.method for m in each],
            "A": [m.slope for m in each],
            "B": [m.shift for m in each],
            "error_A": [float(s[0]) for s in spread],
            "error_B": [float(s[1]) for s in spread],
        },
    )


def _anchor_table(moved: ItemParameters, y: ItemParameters, drift: Drift) -> Table:
    """Both forms' parameters of each anchor, on the scale of Y."""
    return Table(
        "anchors",
        "Anchor items after the link",
        {
            "item": list(moved.names),
            "kept": ["yes" if k else "no" for k in drift.kept],
            "a_x": moved.a.tolist(),
            "a_y": y.a.tolist(),
            "b_x": moved.b.tolist(),
            "b_y": y.b.tolist(),
            "z_slope": drift.z_slope.tolist(),
            "z_place": drift.z_place.tolist(),
            "distance": drift.distance.tolist(),
        },
    )
