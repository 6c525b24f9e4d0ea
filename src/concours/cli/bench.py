"""`concours bench`: measure speed, each measurement on an empty service of its own."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from concours.cli.bench_database import own_database

FOLDER = Path(__file__).resolve().parents[3] / "bench"


def bench(
    names: Annotated[
        list[str] | None, typer.Argument(help="Which measurements; all when left out.")
    ] = None,
) -> None:
    """Run the measurements of the folder `bench`; results are JSON lines on stdout.

    Each gets an empty, migrated database of its own: SQLite, or one on the server that
    DATABASE_URL names, made for the measurement and dropped after it.
    """
    known = {file.stem: file for file in sorted(FOLDER.glob("*.py")) if file.stem[0] != "_"}
    unknown = sorted(set(names or ()) - set(known))
    if unknown:
        print(
            f"There is no measurement {', '.join(unknown)}. There are {', '.join(known)}.",
            file=sys.stderr,
        )
        raise typer.Exit(2)
    failed = [name for name in names or known if not run(known[name])]
    if failed:
        print(f"Failed: {', '.join(failed)}.", file=sys.stderr)
        raise typer.Exit(1)


def run(script: Path) -> bool:
    """Run one measurement on a service and a database of its own; says whether it ended well."""
    given = os.environ.get("DATABASE_URL", "")
    with (
        tempfile.TemporaryDirectory(prefix="concours-bench-") as folder,
        own_database(given, Path(folder)) as address,
    ):
        surroundings = {
            "CONCOURS_REHEARSAL": "yes",
            "CONCOURS_HASHED_STATIC": "no",
            **os.environ,
            "DATABASE_URL": address,
            "CONCOURS_VAR": folder,
            "CONCOURS_KEYS": f"{folder}/keys",
            "DJANGO_SETTINGS_MODULE": "concours.site.settings",
        }
        for program in (("-m", "concours.cli.main", "prepare"), (str(script),)):
            if subprocess.run((sys.executable, *program), env=surroundings, check=False).returncode:
                return False
        return True
