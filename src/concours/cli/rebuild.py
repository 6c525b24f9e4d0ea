"""`concours rebuild`: drop the standing rows, fold them anew, prove them equal."""

from typing import Annotated

import typer

from concours.cli.lines import end, line, progress
from concours.services.ledger.rebuilding import rebuild as fold_anew
from concours.services.ledger.verifying import count_files, put_guards


def rebuild(
    guards: Annotated[
        bool, typer.Option("--guards", help="Also put back the ledger's triggers.")
    ] = False,
) -> None:
    """Name every standing row the ledger did not come to; exit code 3 when there was one."""
    if guards:
        put_guards()
    files = wrong = 0
    with progress("files", count_files()) as advance:
        for done, differences in fold_anew():
            advance(done)
            files += done
            wrong += len(differences)
            for difference in differences:
                line(difference)
    line({"files": files, "differences": wrong, "equal": not wrong})
    end(wrong)
