"""`concours bench`: measure speed, each measurement on an empty service of its own."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

FOLDER = Path(__file__).resolve().parents[3] / "bench"


def bench(
    names: Annotated[
        list[str] | None, typer.Argument(help="Which measurements; all when left out.")
    ] = None,
) -> None:
    """Run the measurements of the folder `bench`; results are JSON lines on stdout.

    Each gets an empty, migrated SQLite database, or DATABASE_URL as it stands when
    that is set: then it must be an empty one.
    """
    known = {file.stem: file for file in sorted(FOLDER.glob("*.py")) if file.stem != "__init__"}
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
    """Run one measurement on a service of its own; says whether it ended well."""
    with tempfile.TemporaryDirectory(prefix="concours-bench-") as folder:
        surroundings = {
            "CONCOURS_REHEARSAL": "yes",
            "CONCOURS_HASHED_STATIC": "no",
            "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
            **os.environ,
            "CONCOURS_VAR": folder,
            "CONCOURS_KEYS": f"{folder}/keys",
            "DJANGO_SETTINGS_MODULE": "concours.site.settings",
        }
        program = (sys.executable, "-m", "concours.cli.main", "prepare")
        prepared = subprocess.run(program, env=surroundings, check=False)
        if prepared.returncode:
            return False
        return (
            subprocess.run((sys.executable, str(script)), env=surroundings, check=False).returncode
            == 0
        )
