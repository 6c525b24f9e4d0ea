"""Types of the front end: `tsc` over its modules, by their JSDoc.

TypeScript is installed beside the environment, once for each lock file, and only for checks:
no page and no `make run` needs it.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from concours.cli.assets import LOCKED, npm

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".venv" / "front-end"
CLEAN_INSTALL = ["ci", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund"]


def install(command: list[str]) -> None:
    """Install what the lock file pins, with what is for development, unless it stands."""
    stamp = FOLDER / "lock.sha256"
    wanted = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in LOCKED:
        shutil.copy(ROOT / name, FOLDER / name)
    subprocess.run(
        [*command, *CLEAN_INSTALL],
        cwd=FOLDER,
        check=True,
        stdout=subprocess.DEVNULL,
        env=surroundings(command),
    )
    stamp.write_text(wanted, encoding="utf-8")


def surroundings(command: list[str]) -> dict[str, str]:
    """The environment in which the Node that belongs to this npm is found first."""
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path}


def main() -> int:
    """Install, and unless asked for no more, check; gives what tsc gave."""
    command = npm()
    install(command)
    if "--install" in sys.argv:
        return 0
    tsc = FOLDER / "node_modules" / "typescript" / "bin" / "tsc"
    done = subprocess.run(["node", tsc, "-p", ROOT / "tsconfig.json"], env=surroundings(command))
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
