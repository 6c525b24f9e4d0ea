"""`concours equate`: one form's scores on another's scale, from scores or from item parameters."""

from pathlib import Path
from typing import Annotated

import typer

from concours.cli.course import telling
from concours.cli.lines import line
from concours.cli.measured import Out, said, split
from concours.kernel.errors import BadInput
from concours.services.measurement.equating_run import EquatingRequest, run_equating
from concours.services.measurement.irt_equating_run import LinkRequest, run_link
from concours.services.measurement.table_file import open_table

PARAMETERS = {"item", "model", "a"}

Methods = Annotated[
    str, typer.Option(help="Methods, with commas; all that fit the files when left out.")
]
Anchor = Annotated[
    str,
    typer.Option(
        help="Column of the anchor score, or (parameters) names of common items, with commas."
    ),
]
Highest = Annotated[int, typer.Option(help="Highest score of both forms; the highest met when 0.")]
AnchorHighest = Annotated[int, typer.Option(help="Highest anchor score; the highest met when 0.")]
Smooth = Annotated[int, typer.Option(help="Degree of log-linear smoothing; chosen by AIC when 0.")]
Weight = Annotated[
    float, typer.Option(help="Weight of form X's group in the synthetic population.")
]
Bootstrap = Annotated[
    int, typer.Option(help="Bootstrap replications for errors; analytic errors when 0.")
]
Scaling = Annotated[
    float, typer.Option(help="1, or 1.7 where slopes are in the normal metric (parameters).")
]
OneSided = Annotated[bool, typer.Option(help="Compare curves on Y's scale only (parameters).")]
Linked = Annotated[
    bool, typer.Option(help="Both calibrations are on one scale already (parameters).")
]


def equate(
    x: Annotated[Path, typer.Argument(help="Form X: scores, a person a row, or item parameters.")],
    y: Annotated[Path, typer.Argument(help="Form Y, in the same shape.")],
    out: Out,
    method: Methods = "",
    score: Annotated[str, typer.Option(help="Column of the score.")] = "score",
    anchor: Anchor = "",
    count: Annotated[str, typer.Option(help="Column of persons, where a row is a score.")] = "",
    external: Annotated[bool, typer.Option(help="The anchor is not part of the score.")] = False,
    highest: Highest = 0,
    anchor_highest: AnchorHighest = 0,
    smooth: Smooth = 0,
    weight: Weight = 1.0,
    bootstrap: Bootstrap = 0,
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap.")] = 1,
    scaling: Scaling = 1.0,
    one_sided: OneSided = False,
    screen: Annotated[bool, typer.Option(help="Leave drifting anchors out (parameters).")] = True,
    linked: Linked = False,
) -> None:
    """Equivalents of the scores of form X on form Y, with errors, pictures and a report."""
    kinds = {_of_parameters(path, score) for path in (x, y)}
    if len(kinds) > 1:
        raise BadInput(
            "files_differ",
            field=str(y),
            remedy="Give two files of scores, or two of item parameters.",
        )
    if kinds.pop():
        asked = LinkRequest(
            x=str(x),
            y=str(y),
            anchors=split(anchor),
            method=method or "stocking_lord",
            scaling=scaling,
            one_sided=one_sided,
            screen=screen,
            linked=linked,
        )
        _link(asked, out)
        return
    request = EquatingRequest(
        x=str(x),
        y=str(y),
        methods=split(method),
        score=score,
        anchor=anchor,
        count=count,
        external=external,
        highest=highest,
        anchor_highest=anchor_highest,
        smooth=smooth,
        weight=weight,
        bootstrap=bootstrap,
        seed=seed,
    )
    _equate(request, out)


def _link(request: LinkRequest, out: Path) -> None:
    with telling() as told:
        found = run_link(request, out, told=told)
    if found.link is not None:
        line({"method": found.link.method, "A": found.link.slope, "B": found.link.shift})
    said(out)


def _equate(request: EquatingRequest, out: Path) -> None:
    with telling() as told:
        tables = run_equating(request, out, told=told)
    for made in tables:
        line({"method": made.method, "line": made.line, "scores": made.points.size})
    said(out)


def _of_parameters(path: Path, score: str) -> bool:
    """Whether a table holds item parameters; BadInput where it seems to and a column is missing."""
    columns = set(open_table(path).names)
    if "a" in columns and score not in columns and not columns >= PARAMETERS:
        raise BadInput(
            "wrong_columns",
            field=str(path),
            remedy="Item parameters need columns item, model, a, b (or b1, b2, ...) and, for 3pl, c; "
            f"missing here: {', '.join(sorted(PARAMETERS - columns))}.",
        )
    return columns >= PARAMETERS
