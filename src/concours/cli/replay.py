"""`concours replay`: the folded state of a file, as of any two times."""

from typing import Annotated

import typer

from concours.cli.lines import time_of
from concours.kernel.identifiers import read_code
from concours.services.ledger.replay import replay as fold


def replay(
    file: Annotated[str, typer.Argument(help="The file's code.")],
    as_of: Annotated[
        str, typer.Option(help="Both times at once: as known and in force then.")
    ] = "",
    known_at: Annotated[str, typer.Option(help="Only entries recorded by then.")] = "",
    on: Annotated[str, typer.Option(help="Only entries in force by then.")] = "",
) -> None:
    """Print the state as one JSON object. Times: 2016-06-01 or 2016-06-01T12:00:00Z (UTC)."""
    both = time_of(as_of, field="as-of")
    known = time_of(known_at, field="known-at") or both
    force = time_of(on, field="on") or both
    print(fold(read_code(file), known_at=known, on=force))
