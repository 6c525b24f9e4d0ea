"""`concours dispose`: erase personal data whose time has come."""

from typing import Annotated

import typer

from concours.cli.lines import line, machine_now
from concours.services.clock import service_time
from concours.services.retention import Due
from concours.services.retention import dispose as walk


def dispose(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say whose data is due.")] = False,
) -> None:
    """Erase the data of persons whose candidacies ended as long ago as the rule says; codes only."""
    due = kept = 0
    for found in walk(at=service_time(machine_now=machine_now()), dry_run=dry_run):
        is_due = isinstance(found, Due)
        due, kept = due + is_due, kept + (not is_due)
        line(found)
    line({"due": due, "kept": kept, "erased": 0 if dry_run else due})
