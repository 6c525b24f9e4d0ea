"""`concours keys`: make, list and rotate the service's keys. Never prints one."""

from typing import Annotated

import typer

from concours.cli.lines import line, progress
from concours.services import keys as service

app = typer.Typer(help="Make, list and rotate the service's keys.", no_args_is_help=True)


@app.command()
def make(
    production: Annotated[
        bool, typer.Option("--production", help="Keys a production service may use.")
    ] = False,
) -> None:
    """Make a key file, mode 0600, for every purpose that has none."""
    line({"made": service.make_missing(rehearsal=not production)})


@app.command(name="list")
def list_keys() -> None:
    """Say every key's purpose, id and use."""
    for found in service.key_lines():
        line(found)


@app.command()
def rotate(
    purpose: Annotated[str, typer.Argument(help="person, a compartment, or log.")] = "person",
    rewrap_only: Annotated[
        bool, typer.Option("--rewrap-only", help="No new key: only wrap with the newest.")
    ] = False,
) -> None:
    """Put a new key in use and wrap every person's keys with it; stopped, run --rewrap-only."""
    fresh = "" if rewrap_only else service.add_key(purpose)
    wrapped = 0
    with progress("keys", None) as advance:
        for count in service.rewrap_all():
            wrapped += count
            advance(count)
    line({"purpose": purpose, "new_id": fresh, "rewrapped": wrapped})
