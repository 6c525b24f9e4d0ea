"""`make fresh`: remove the data folder, unless a service still runs on it."""

import fcntl
import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Remove everything in var/ of this clone; a folder set by CONCOURS_VAR is left alone."""
    folder = ROOT / "var"
    if "CONCOURS_VAR" in os.environ:
        sys.exit("CONCOURS_VAR is set: remove that folder yourself if you mean to.")
    if not folder.exists():
        print("Nothing to remove.")
        return
    with open(folder / "run.lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.exit("A Concours runs on var/. Stop it first.")
        shutil.rmtree(folder)
    print("Removed var/. `make run` starts over.")


if __name__ == "__main__":
    main()
