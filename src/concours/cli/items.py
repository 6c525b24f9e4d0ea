"""`concours items`: item analysis of a file of answers."""

from pathlib import Path
from typing import Annotated

import typer

from concours.cli.course import telling
from concours.cli.lines import line
from concours.cli.measured import Items, LeaveOut, Out, said, split
from concours.services.measurement.items_run import ItemsRequest, run_items


def items(
    answers: Annotated[Path, typer.Argument(help="Answers, a person a row: CSV, TSV or Parquet.")],
    out: Out,
    key: Annotated[
        str, typer.Option(help="Answer key: columns item and key. Without it cells are points.")
    ] = "",
    item: Items = "",
    leave_out: LeaveOut = "",
    omitted: Annotated[str, typer.Option(help="Codes of an omitted answer, with commas.")] = "",
    cut: Annotated[
        list[float] | None,
        typer.Option(help="A cut score, for decision consistency; repeat for more."),
    ] = None,
) -> None:
    """Difficulty, discrimination, options, key check, reliability and decision consistency."""
    request = ItemsRequest(
        answers=str(answers),
        key=key,
        items=split(item),
        leave_out=split(leave_out),
        omitted=split(omitted),
        cuts=tuple(cut or ()),
    )
    with telling() as told:
        found = run_items(request, out, told=told)
    line(
        {"persons": found.persons, "items": found.presented.size, "alpha": found.reliability.alpha}
    )
    said(out)
