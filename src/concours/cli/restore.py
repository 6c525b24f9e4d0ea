"""`concours restore`: bring a backup into an empty service, verify it, repeat erasures."""

from pathlib import Path
from typing import Annotated

import typer

from concours.cli.lines import end, line, machine_now
from concours.services.backup import restore as bring_back


def restore(
    folder: Annotated[Path, typer.Argument(help="The backup's folder.")],
    keys: Annotated[Path | None, typer.Option(help="The folder with its key files.")] = None,
) -> None:
    """Restore, then check everything as `concours verify --all` does; exit code 3 when it does not verify."""
    restored = bring_back(folder, keys=keys, at=machine_now())
    line(restored)
    end(restored.faults)
