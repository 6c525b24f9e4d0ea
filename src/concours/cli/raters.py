"""`concours raters`: severity, fit and agreement of raters."""

from pathlib import Path
from typing import Annotated

import typer

from concours.cli.course import telling
from concours.cli.lines import end, line
from concours.cli.measured import LeaveOut, Out, said, split
from concours.services.measurement.raters_run import RatersRequest, run_raters


def raters(
    ratings: Annotated[
        Path, typer.Argument(help="Ratings, one row a person and rater: CSV, TSV or Parquet.")
    ],
    out: Out,
    person: Annotated[str, typer.Option(help="Column of the person.")] = "person",
    rater: Annotated[str, typer.Option(help="Column of the rater.")] = "rater",
    criteria: Annotated[
        str, typer.Option(help="Score columns, with commas; all others when left out.")
    ] = "",
    facet: Annotated[str, typer.Option(help="Columns of further facets, with commas.")] = "",
    leave_out: LeaveOut = "",
    steps: Annotated[
        str, typer.Option(help='Thresholds of each "item" or "common" to all.')
    ] = "item",
    lowest: Annotated[int, typer.Option(help="The score the scale begins at, such as 1.")] = 0,
    most: Annotated[
        int, typer.Option(help="Raters a person could have, for the decision study.")
    ] = 5,
) -> None:
    """Many-facet model, agreement by pair, variance components and designs. Exit 3 if not converged."""
    request = RatersRequest(
        ratings=str(ratings),
        person=person,
        rater=rater,
        criteria=split(criteria),
        facets=split(facet),
        leave_out=split(leave_out),
        steps=steps,
        lowest=lowest,
        most=most,
    )
    with telling() as told:
        found = run_raters(request, out, told=told)
    line(
        {
            "raters": found.facets[0].levels.size,
            "persons": found.persons.size,
            "log_likelihood": found.log_likelihood,
            "reliability": found.reliability,
            "converged": found.converged,
        }
    )
    said(out)
    end(int(not found.converged))
