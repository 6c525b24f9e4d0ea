"""`concours marks`: responses to the measurement room, key check, scores from the measurement room."""

from pathlib import Path
from typing import Annotated

import typer

from concours.cli.lines import line
from concours.kernel.errors import Refusal
from concours.pages.clock import service_now
from concours.selection.authority import Actor
from concours.services.examination import key_check_run, measuring, responses
from concours.services.items.measured_items import take_item_report

app = typer.Typer(no_args_is_help=True, help="Responses to the measurement room, scores from it.")
OPERATOR = Actor(code="operator", roles=frozenset({"psychometrician"}))
Competition = Annotated[str, typer.Argument(help="The competition's file code.")]


@app.callback()
def marks() -> None:
    """Responses to the measurement room, scores from it."""


@app.command("hand-over")
def hand_over(
    competition: Competition,
    out: Annotated[Path, typer.Option(help="Folder; a folder for each section is made in it.")],
) -> None:
    """Write each section's responses (1 right, 0 not), the options chosen and the key."""
    try:
        found = responses.hand_over(OPERATOR, competition, out, at=service_now())
    except Refusal as refusal:
        raise _refused(refusal) from refusal
    for one in found:
        line(
            {
                "section": one.section,
                "responses": one.path,
                "persons": one.persons,
                "items": one.items,
                "sha256": one.digest,
            }
        )


@app.command("key-check")
def key_check(competition: Competition) -> None:
    """Check every section's key against the answers; says how many items of each are suspect."""
    found = key_check_run.check_key(competition, at=service_now(), by=OPERATOR.code)
    line({"suspect": found})


@app.command("take")
def take(
    competition: Competition,
    reports: Annotated[
        list[str], typer.Argument(help="SECTION=FOLDER, the folder written by `concours score`.")
    ],
) -> None:
    """Take measured scores; sections not named keep the T-scale (exit 3 when refused)."""
    folders: dict[str, Path] = {}
    for report in reports:
        section, found, folder = report.partition("=")
        if not found:
            raise typer.BadParameter(f"{report}: write SECTION=FOLDER.")
        folders[section] = Path(folder)
    try:
        run = measuring.take_scores(OPERATOR, competition, folders, at=service_now())
    except Refusal as refusal:
        raise _refused(refusal) from refusal
    line({"scored": run.decided, "run": run.code})


@app.command("take-items")
def take_items(
    competition: Competition,
    reports: Annotated[
        list[Path],
        typer.Argument(help="Folders that `concours calibrate`, `dif` or `items` wrote."),
    ],
) -> None:
    """Take a, b, c, fit, DIF, difficulty and discrimination back into the item bank."""
    for folder in reports:
        try:
            taken = take_item_report(OPERATOR, competition, folder, at=service_now())
        except Refusal as refusal:
            raise _refused(refusal) from refusal
        line({"report": str(folder), "items": taken})


def _refused(refusal: Refusal) -> typer.Exit:
    line({"refused": refusal.code, "remedy": refusal.remedy, **refusal.numbers})
    return typer.Exit(3)
