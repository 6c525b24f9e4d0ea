"""`concours score`: reported scores from answers and item parameters, or the same once more."""

import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from concours.cli.course import telling
from concours.cli.lines import end, line
from concours.services.measurement.again import run_again
from concours.services.measurement.score_run import ScoreRequest, run_scores
from concours.services.measurement.workers import workers

Answers = Annotated[
    Path | None, typer.Argument(help="Answers: CSV, Parquet or packed; a row a person.")
]
Again = Annotated[Path | None, typer.Option(help="A report.json: recompute it and compare.")]
Key = Annotated[
    str, typer.Option(help="CSV file with item and key, where cells are options chosen.")
]


def score(
    answers: Answers = None,
    parameters: Annotated[str, typer.Option(help="parameters.csv of a calibration.")] = "",
    out: Annotated[Path | None, typer.Option(help="Folder for the results.")] = None,
    again: Again = None,
    method: Annotated[str, typer.Option(help="eap, map, wle or sum.")] = "eap",
    key: Key = "",
    lowest: Annotated[int, typer.Option(help="Code of the lowest category.")] = 0,
    id_column: Annotated[str, typer.Option("--id", help="Column with identifiers.")] = "",
    items: Annotated[str, typer.Option(help="Item columns, separated by commas.")] = "",
    leave_out: Annotated[str, typer.Option(help="Columns that are not items.")] = "",
    prior_mean: Annotated[float, typer.Option(help="Mean of the population, logits.")] = 0.0,
    prior_sd: Annotated[float, typer.Option(help="Its standard deviation, logits.")] = 1.0,
    scale_mean: Annotated[str, typer.Option(help="Reported score of ability 0.")] = "50",
    scale_sd: Annotated[str, typer.Option(help="Points per logit.")] = "10",
    decimals: Annotated[int, typer.Option(help="Decimals of reported scores.")] = 2,
    rule: Annotated[str, typer.Option(help="half_up or half_even.")] = "half_up",
    low: Annotated[str, typer.Option(help="Lowest reported score.")] = "",
    high: Annotated[str, typer.Option(help="Highest reported score.")] = "",
    threads: Annotated[int, typer.Option(help="0: as many as processors.")] = 0,
    cluster: Annotated[str, typer.Option(help="Address of a Dask scheduler.")] = "",
) -> None:
    """Score everybody; or, with --again, recompute a recorded run (exit 3 where it differs)."""
    if again is not None:
        _again(again, threads, cluster)
        return
    if answers is None or out is None or not parameters:
        print("Give ANSWERS, --parameters and --out, or --again REPORT.", file=sys.stderr)
        raise typer.Exit(2)
    request = ScoreRequest(
        answers=str(answers),
        parameters=parameters,
        method=method,
        id=id_column,
        items=_names(items),
        leave_out=_names(leave_out),
        lowest=lowest,
        key=key,
        prior_mean=prior_mean,
        prior_sd=prior_sd,
        scale_mean=scale_mean,
        scale_sd=scale_sd,
        decimals=decimals,
        rule=rule,
        low=low,
        high=high,
    )
    with workers(threads, cluster) as run, telling() as told:
        found = run_scores(request, out, map=run, told=told)
    line(
        {
            "report": str(out / "report.html"),
            "scores": str(out / "scores.csv"),
            "persons": int(found.theta.size),
            "method": found.method,
            "warnings": [n.code for n in found.warnings],
        }
    )


def _again(record: Path, threads: int, cluster: str) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        workers(threads, cluster) as run,
        telling() as told,
    ):
        compared = run_again(record, Path(folder), map=run, told=told)
    for one in compared:
        line(asdict(one) | {"same": one.same})
    end(sum(not one.same for one in compared))


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
