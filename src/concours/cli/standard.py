"""`concours standard angoff|bookmark|contrast`: a cut score with its error."""

from pathlib import Path
from typing import Annotated

import typer

from concours.cli.course import telling
from concours.cli.lines import line
from concours.cli.measured import Items, Out, said, split
from concours.services.measurement.standard_run import (
    AngoffRequest,
    BookmarkRequest,
    ContrastRequest,
    run_angoff,
    run_bookmark,
    run_contrast,
)

app = typer.Typer(help="Set a cut score, with its error.", no_args_is_help=True)


@app.command()
def angoff(
    judgements: Annotated[
        Path, typer.Argument(help="A judge a row, an item a column: CSV, TSV or Parquet.")
    ],
    out: Out,
    judge: Annotated[str, typer.Option(help="Column of the judge.")] = "judge",
    item: Items = "",
    highest: Annotated[
        float, typer.Option(help="Highest judgement of an item: 1 for shares, 100 for percentages.")
    ] = 1.0,
    items_sampled: Annotated[
        bool, typer.Option(help="The items stand for others; the error then includes them.")
    ] = False,
) -> None:
    """From judgements of a borderline candidate, item by item."""
    with telling() as told:
        found = run_angoff(
            AngoffRequest(
                judgements=str(judgements),
                judge=judge,
                items=split(item),
                highest=highest,
                items_sampled=items_sampled,
            ),
            out,
            told=told,
        )
    line({"cut": found.cut, "standard_error": found.error})
    said(out)


@app.command()
def bookmark(
    parameters: Annotated[
        Path, typer.Argument(help="Item parameters, as concours calibrate writes them.")
    ],
    pages: Annotated[
        Path, typer.Argument(help="Columns judge and page: the first page not mastered.")
    ],
    out: Out,
    judge: Annotated[str, typer.Option(help="Column of the judge.")] = "judge",
    page: Annotated[str, typer.Option(help="Column of the page.")] = "page",
    probability: Annotated[float, typer.Option(help="Probability of mastery.")] = 2 / 3,
    keep_guessing: Annotated[bool, typer.Option(help="The probability includes guessing.")] = False,
) -> None:
    """From bookmarks in a booklet ordered by difficulty."""
    with telling() as told:
        found = run_bookmark(
            BookmarkRequest(
                parameters=str(parameters),
                pages=str(pages),
                judge=judge,
                page=page,
                probability=probability,
                keep_guessing=keep_guessing,
            ),
            out,
            told=told,
        )
    line({"cut": found.cut, "standard_error": found.error, "points": found.points})
    said(out)


@app.command()
def contrast(
    persons: Annotated[
        Path, typer.Argument(help="Persons with a score and a judgement: CSV, TSV or Parquet.")
    ],
    out: Out,
    score: Annotated[str, typer.Option(help="Column of the score.")] = "score",
    competent: Annotated[str, typer.Option(help="Column of yes or no.")] = "competent",
    equal_weight: Annotated[bool, typer.Option(help="Both groups weigh the same.")] = False,
) -> None:
    """From persons judged competent or not without regard to their scores."""
    with telling() as told:
        found = run_contrast(
            ContrastRequest(
                persons=str(persons), score=score, competent=competent, equal_weight=equal_weight
            ),
            out,
            told=told,
        )
    line({"cut": found.cut, "standard_error": found.error})
    said(out)
