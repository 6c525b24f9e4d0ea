"""`concours checkpoint`: take what is committed into the log and print the signed head."""

from pathlib import Path
from typing import Annotated

import typer

from concours.cli.lines import line, machine_now
from concours.services.clock import service_time
from concours.services.ledger.checkpoints import checkpoint_page, proof_since
from concours.services.ledger.log import sequence_and_sign


def checkpoint(
    sweep: Annotated[
        bool, typer.Option("--sweep", help="Look at every entry, not only recent ones.")
    ] = False,
    since: Annotated[
        Path | None, typer.Option(help="A head kept earlier: print the proof that it still holds.")
    ] = None,
    note: Annotated[bool, typer.Option("--note", help="Print the signed note itself.")] = False,
) -> None:
    """Sign a new head if there are new entries, and print the newest with the public key."""
    taken = sequence_and_sign(at=service_time(machine_now=machine_now()), sweep=sweep)
    if since is not None:
        print(proof_since(since.read_text(encoding="utf-8")), end="")
        return
    page = checkpoint_page()
    if note:
        print(page.text, end="")
        return
    line({"taken": taken, "size": page.size, "note": page.text, "public_key": page.public_key})
