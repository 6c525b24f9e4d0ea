"""`concours calibrate`: item parameters and a technical report from a file of answers."""

from pathlib import Path
from typing import Annotated

import typer

from concours.cli.course import telling
from concours.cli.lines import line
from concours.services.measurement.calibration_run import CalibrationRequest, run_calibration
from concours.services.measurement.workers import workers

Names = Annotated[str, typer.Option(help="Names of columns, separated by commas.")]


Answers = Annotated[Path, typer.Argument(help="Answers: CSV, Parquet or packed; a row a person.")]
Model = Annotated[
    str, typer.Option(help="1pl, 2pl, 3pl, pcm, gpcm, grm, or a CSV file with item and model.")
]
Key = Annotated[
    str, typer.Option(help="CSV file with item and key, where cells are options chosen.")
]
Fixed = Annotated[
    str,
    typer.Option(help="parameters.csv of items that stay as they are; the rest are pilots."),
]
Weight = Annotated[str, typer.Option(help="Column with how many persons a row stands for.")]


def calibrate(
    answers: Answers,
    out: Annotated[Path, typer.Option(help="Folder for the results.")],
    model: Model = "2pl",
    key: Key = "",
    fixed: Fixed = "",
    lowest: Annotated[int, typer.Option(help="Code of the lowest category.")] = 0,
    id_column: Annotated[str, typer.Option("--id", help="Column with identifiers.")] = "",
    group: Annotated[str, typer.Option(help="Column with the population of each person.")] = "",
    reference: Annotated[str, typer.Option(help="Group with mean 0 and sd 1.")] = "",
    weight: Weight = "",
    items: Names = "",
    leave_out: Names = "",
    standard_errors: Annotated[
        str, typer.Option(help="auto, observed, cross-product, sandwich or none.")
    ] = "auto",
    tolerance: Annotated[float, typer.Option(help="Largest change at the end.")] = 1e-6,
    most_iterations: Annotated[int, typer.Option(help="Give up after so many passes.")] = 500,
    allow_unconnected: Annotated[
        bool, typer.Option(help="Go on although no persons link some items; says so.")
    ] = False,
    threads: Annotated[int, typer.Option(help="0: as many as processors.")] = 0,
    cluster: Annotated[str, typer.Option(help="Address of a Dask scheduler.")] = "",
) -> None:
    """Estimate item parameters; write tables, pictures and report.html into --out."""
    request = CalibrationRequest(
        answers=str(answers),
        model=model,
        id=id_column,
        group=group,
        weight=weight,
        items=_names(items),
        leave_out=_names(leave_out),
        lowest=lowest,
        key=key,
        fixed=fixed,
        reference=reference,
        standard_errors=standard_errors,
        tolerance=tolerance,
        most_iterations=most_iterations,
        allow_unconnected=allow_unconnected,
    )
    with workers(threads, cluster) as run, telling() as told:
        found = run_calibration(request, out, map=run, told=told)
    line(
        {
            "report": str(out / "report.html"),
            "persons": found.persons,
            "items": found.parameters.items,
            "log_likelihood": found.log_likelihood,
            "converged": found.converged,
            "passes": found.iterations,
            "warnings": [f"{n.code}: {n.where}".rstrip(": ") for n in found.warnings],
        }
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
