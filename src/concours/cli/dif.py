"""`concours dif`: do items favour one of two groups at equal score?"""

from pathlib import Path
from typing import Annotated

import typer

from concours.cli.course import telling
from concours.cli.lines import line
from concours.cli.measured import Items, LeaveOut, Out, said, split
from concours.services.measurement.dif_run import DifRequest, run_dif


def dif(
    answers: Annotated[Path, typer.Argument(help="Answers, a person a row: CSV, TSV or Parquet.")],
    out: Out,
    group: Annotated[str, typer.Option(help="Column of the group.")],
    focal: Annotated[str, typer.Option(help="Code of the focal group.")],
    reference: Annotated[
        str, typer.Option(help="Code of the reference group; everybody else when left out.")
    ] = "",
    key: Annotated[
        str, typer.Option(help="Answer key: columns item and key. Without it cells are points.")
    ] = "",
    matching: Annotated[
        str,
        typer.Option(help="Column of a whole score to match on; the points earned when left out."),
    ] = "",
    item: Items = "",
    leave_out: LeaveOut = "",
    omitted: Annotated[str, typer.Option(help="Codes of an omitted answer, with commas.")] = "",
    purify: Annotated[
        bool, typer.Option(help="Leave flagged items out of the matching score.")
    ] = True,
    level: Annotated[float, typer.Option(help="Level of significance.")] = 0.05,
    irt: Annotated[
        str, typer.Option(help="1pl, 2pl or 3pl: calibrate both groups and compare parameters too.")
    ] = "",
) -> None:
    """Mantel-Haenszel with ETS classes and purification, and logistic regression."""
    request = DifRequest(
        answers=str(answers),
        group=group,
        focal=focal,
        reference=reference,
        key=key,
        matching=matching,
        items=split(item),
        leave_out=split(leave_out),
        omitted=split(omitted),
        purify=purify,
        level=level,
        irt=irt,
    )
    with telling() as told:
        found = run_dif(request, out, told=told)
    classes = {name: int((found.ets == name).sum()) for name in ("A", "B", "C")}
    line({"items": found.ets.size, "classes": classes, "rounds": found.rounds})
    said(out)
