"""`concours check`: Django's own checks, and with --production what must not go live."""

import io
import sys
from typing import Annotated

import typer
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from concours.site.production import problems


def check(
    production: Annotated[
        bool, typer.Option("--production", help="Also refuse what only a rehearsal may have.")
    ] = False,
) -> None:
    """Look for what the service must not start with; each problem with its remedy, exit code 3."""
    found = []
    try:
        call_command("check", stdout=io.StringIO())
    except SystemCheckError as error:
        found.append(str(error))
    if production:
        found += problems()
    for problem in found:
        print(problem)
    if found:
        print(f"{len(found)} problems.", file=sys.stderr)
        raise typer.Exit(3)
    print("No problem found.", file=sys.stderr)
