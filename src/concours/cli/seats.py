"""`concours seats redraw`: make a published drawing of seats again, from its file alone."""

from pathlib import Path
from typing import Annotated

import typer

from concours.cli.lines import end, line
from concours.selection.seat_lottery import read_published, redraw

app = typer.Typer(help="The drawing of seats.", no_args_is_help=True)


@app.callback()
def seats() -> None:
    """The drawing of seats."""


@app.command("redraw")
def again(
    file: Annotated[Path, typer.Argument(help="The published file.", exists=True, dir_okay=False)],
    committed: Annotated[
        str, typer.Option(help="The digest of the seed as it was published before the drawing.")
    ] = "",
) -> None:
    """Draw once more and compare: exit code 3 when a lot, a seat or the seed is not as published.

    Needs no database and no service: the file and the documented rule are enough.
    """
    found = redraw(read_published(file.read_bytes()), committed=committed)
    for ticket in found.differs:
        line({"ticket": ticket, "why": "its lot or seat is not what the rule gives"})
    line(
        {
            "competition": found.competition,
            "tickets": found.tickets,
            "seated": found.seated,
            "seed_fits": found.seed_fits,
            "differs": len(found.differs),
            "sound": found.seed_fits and not found.differs,
        }
    )
    end(len(found.differs) + (not found.seed_fits))
