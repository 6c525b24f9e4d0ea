"""`concours rehearse`: build the rehearsal competition, once."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer
from django.conf import settings

from concours.services.rehearsal.build import build_rehearsal


def command(
    people: Annotated[int, typer.Option(min=40, max=50_000, help="How many candidates.")] = 600,
) -> None:
    """Build the rehearsal where nothing stands yet; do nothing where something does."""
    if not settings.REHEARSAL:
        print(
            "Set CONCOURS_REHEARSAL=yes: a rehearsal is never built into a service.",
            file=sys.stderr,
        )
        raise typer.Exit(2)
    now = datetime.now(UTC)  # noqa: TID251 -- the machine's clock anchors the rehearsal's
    built = build_rehearsal(
        people=people, machine_now=now, say=lambda words: print(f"  {words} ...", file=sys.stderr)
    )
    if not built:
        print("A ledger stands here already; nothing was built.", file=sys.stderr)
