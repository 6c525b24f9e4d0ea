"""`concours serve`: uvicorn over the service, or over one half of it."""

import asyncio
import contextlib
import errno
import gc
import os
import signal
import socket
import sys
from enum import StrEnum
from importlib import import_module
from typing import Annotated

import typer
import uvicorn

GARBAGE = (20_000, 20, 50)
"""How many objects are made before a look for garbage: each look is a pause for everybody."""


class Only(StrEnum):
    """One half of the service: the exam room, or everything else."""

    pages = "pages"
    desk = "desk"


class Busy(RuntimeError):
    """Another program listens on the address."""


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 for any.")] = 8000,
    only: Annotated[Only | None, typer.Option(help="Serve only this half.")] = None,
) -> None:
    """Serve pages and the exam room until told to stop.

    Once it listens it prints the address. A busy port ends it with exit code 1
    before anything is loaded.
    """
    try:
        listening = listen(host, port)
    except Busy as busy:
        print(busy, file=sys.stderr)
        raise typer.Exit(1) from busy
    application = import_module("concours.site.asgi").build(only.value if only else None)
    import_module("concours.services.ledger.verifying").require_guards()
    config = uvicorn.Config(
        application,
        http=import_module("concours.site.one_write").OneWrite,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=10,
        lifespan="on",
    )
    # What was loaded stays for good: looking through it for garbage would stop every request.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    shown, number = listening.getsockname()[:2]
    print(f"Listening on http://{shown}:{number}", file=sys.stderr, flush=True)
    with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
        uvicorn.Server(config).run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; `Busy` says what to do when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(2048)
    except OSError as error:
        listening.close()
        if error.errno != errno.EADDRINUSE:
            raise
        raise Busy(
            f"Port {port} is in use on {host}, perhaps by a Concours that already runs. "
            f"Stop that program, or choose another port: CONCOURS_PORT={port + 1} make run"
        ) from error
    listening.set_inheritable(os.name != "nt")
    return listening
