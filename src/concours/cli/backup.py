"""`concours backup`: database, documents and erasures into one folder, keys into another."""

from pathlib import Path
from typing import Annotated

import typer

from concours.cli.lines import line, machine_now
from concours.services.backup import backup as write


def backup(
    folder: Annotated[Path, typer.Argument(help="A new folder for the data.")],
    keys: Annotated[
        Path | None, typer.Option(help="Another new folder, elsewhere, for the key files.")
    ] = None,
) -> None:
    """Copy the service while it runs. Without --keys the key files must be kept by other means."""
    line(write(folder, keys=keys, at=machine_now()))
