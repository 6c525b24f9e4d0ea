"""`concours impact`: selection rates by group."""

from pathlib import Path
from typing import Annotated

import typer

from concours.cli.course import telling
from concours.cli.lines import line
from concours.cli.measured import Out, said
from concours.services.measurement.impact_run import ImpactRequest, run_impact


def impact(
    persons: Annotated[Path, typer.Argument(help="Persons, one a row: CSV, TSV or Parquet.")],
    out: Out,
    group: Annotated[str, typer.Option(help="Column of the group.")],
    score: Annotated[str, typer.Option(help="Column of the score, with --cut.")] = "",
    cut: Annotated[list[float] | None, typer.Option(help="A cut score; repeat for more.")] = None,
    selected: Annotated[str, typer.Option(help="Column of yes or no, instead of a score.")] = "",
    reference: Annotated[
        str,
        typer.Option(help="Group to compare with; the one with the highest rate when left out."),
    ] = "",
    smallest: Annotated[int, typer.Option(help="Groups with fewer persons are not shown.")] = 10,
    confidence: Annotated[float, typer.Option(help="Confidence of the intervals.")] = 0.95,
) -> None:
    """Selection rates, four-fifths rule, exact tests, intervals and shortfall; small groups hidden."""
    request = ImpactRequest(
        persons=str(persons),
        group=group,
        score=score,
        cuts=tuple(cut or ()),
        selected=selected,
        reference=reference,
        smallest=smallest,
        confidence=confidence,
    )
    with telling() as told:
        found = run_impact(request, out, told=told)
    for made in found:
        below = [row.group for row in made.groups if row.below_four_fifths]
        line({"reference": made.reference, "groups": len(made.groups), "below_four_fifths": below})
    said(out)
