"""`concours worker`: releases and sends notices, writes down what dates bring, signs the log."""

import os
import socket
from typing import Annotated

import typer

from concours.services.ledger.verifying import require_guards
from concours.site.worker.loop import Loop


def command(
    once: Annotated[
        bool, typer.Option("--once", help="One round of every duty, then end.")
    ] = False,
) -> None:
    """Run the worker until it is told to stop. Several may run; each duty is claimed row by row."""
    require_guards()
    loop = Loop(worker=f"{socket.gethostname()[:40]}:{os.getpid()}")
    if once:
        loop.round(0.0)
        return
    loop.listen()
    loop.run()
