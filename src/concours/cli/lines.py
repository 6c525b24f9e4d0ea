"""What commands print: results on stdout as JSON lines, progress with time left on stderr."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Protocol

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from concours.kernel.errors import BadInput
from concours.kernel.period import instant

WRONG = 3
"""The exit code of a command that found something wrong."""


class Advance(Protocol):
    """Tells how many more are done."""

    def __call__(self, count: int) -> None: ...


def line(record: Any) -> None:
    """Print one result: a mapping or a dataclass."""
    plain = asdict(record) if hasattr(record, "__dataclass_fields__") else record
    print(msgspec.json.encode(plain, enc_hook=str).decode())


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Advance]:
    """A bar on stderr with the time left; nothing of it reaches a pipe's reader."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda count: bar.update(task, advance=count)


def end(wrong: int) -> None:
    """End with exit code 3 when something is wrong."""
    if wrong:
        raise typer.Exit(WRONG)


def time_of(text: str, *, field: str) -> datetime | None:
    """An instant as typed: 2016-06-01, or 2016-06-01T12:00:00Z; "" is None."""
    if not text:
        return None
    try:
        if len(text) == 10:
            return datetime.fromisoformat(text).replace(tzinfo=UTC)
        if "." in text:
            return instant(text)
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise BadInput(
            "not_an_instant",
            remedy=f"Write --{field} 2016-06-01 or 2016-06-01T12:00:00Z.",
            field=field,
        ) from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def machine_now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)  # noqa: TID251
