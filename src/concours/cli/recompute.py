"""`concours recompute`: make each decision again by its rule from its inputs."""

from typing import Annotated

import typer

from concours.cli.lines import end, line, progress
from concours.kernel.identifiers import read_code
from concours.services.ledger.recomputing import recompute as decide_again
from concours.services.ledger.verifying import count_candidacies


def recompute(
    file: Annotated[str, typer.Argument(help="One candidacy's code; all when left out.")] = "",
    edition: Annotated[str, typer.Option(help="By the rules of another edition.")] = "",
    every: Annotated[
        bool, typer.Option("--every", help="Also name what comes out the same.")
    ] = False,
) -> None:
    """Name every decision that comes out otherwise. Exit code 3 when one does under its own edition."""
    counts: dict[str, int] = {}
    files = [read_code(file)] if file else None
    with progress("candidacies", len(files) if files else count_candidacies()) as advance:
        for done, remade in decide_again(files, edition=edition):
            advance(done)
            for one in remade:
                counts[one.result] = counts.get(one.result, 0) + 1
                if every or one.result != "same":
                    line(one)
    line({"edition": edition or "each its own", **dict(sorted(counts.items()))})
    end(0 if edition else counts.get("differs", 0) + counts.get("refused", 0))
