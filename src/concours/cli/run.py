"""`concours run`: prepare, build the rehearsal once, run web and worker, until Ctrl-C.

The supervisor itself loads nothing heavy. The rehearsal's database is built beside
its place and renamed when whole, so that a broken-off first start leaves nothing
half-built behind: the next start begins that part again.
"""

import fcntl
import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from concours.cli.commands import COMMANDS
from concours.cli.serve import Busy, listen

SOURCE = Path(__file__).resolve().parents[1]
PROGRAM = (sys.executable, "-m", "concours.cli.main")
HOST = "127.0.0.1"
Do = Callable[[str, Mapping[str, str]], None]
FOUND = 3
"""Exit code of a command that found something."""
PATIENCE = 60
"""Seconds until a web process that does not answer is given up."""


def run(
    port: Annotated[int, typer.Option(envvar="CONCOURS_PORT", min=1, max=65535)] = 8000,
) -> None:
    """Run the rehearsal on this machine: web and worker, each a process of its own."""
    home = Path(os.environ.get("CONCOURS_HOME", SOURCE.parents[1]))
    folder = Path(os.environ.get("CONCOURS_VAR", home / "var"))
    folder.mkdir(parents=True, exist_ok=True)
    surroundings = {
        **os.environ,
        "CONCOURS_VAR": str(folder),
        "CONCOURS_REHEARSAL": "yes",
        "CONCOURS_ORIGIN": os.environ.get("CONCOURS_ORIGIN", f"http://localhost:{port}"),
    }
    try:
        listen(HOST, port).close()
    except Busy as busy:
        print(busy, file=sys.stderr)
        raise typer.Exit(1) from busy
    with alone(folder):
        # Both by name: a shell that starts a job in the background lets it ignore Ctrl-C.
        signal.signal(signal.SIGTERM, _stop)
        signal.signal(signal.SIGINT, _stop)
        try:
            make_ready(folder, surroundings, do)
            supervise(port, surroundings)
        except KeyboardInterrupt:
            print("\nStopped.", file=sys.stderr)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the data folder for this process only; a second one is told so."""
    with open(folder / "run.lock", "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            print("A Concours already runs on this data folder. Stop it first.", file=sys.stderr)
            raise typer.Exit(1) from error
        yield


def make_ready(folder: Path, surroundings: Mapping[str, str], do: Do) -> None:
    """Prepare when the code has changed since last time; build the rehearsal when there is none.

    Of a database that DATABASE_URL names, the folder remembers that it was built.

    ``do`` runs one command of ours in the given surroundings and raises when it fails.
    """
    standing = folder / "concours.sqlite3"
    stamp = folder / "prepared"
    built = folder / "built"
    digest = source_digest()
    given = surroundings.get("DATABASE_URL", "")
    named = hashlib.sha256(given.encode()).hexdigest()  # the address may hold a password
    stands = _said(built) == named if given else standing.exists()
    if stands and _said(stamp) == digest:
        return
    if stands:
        do("prepare", surroundings)
        do("rebuild", surroundings)
    elif given:
        build_in_place(folder, surroundings, do)
        built.write_text(named, encoding="utf-8")
    else:
        fresh = folder / "building.sqlite3"
        remove_database(fresh)
        elsewhere = {**surroundings, "DATABASE_URL": f"sqlite:///{fresh}"}
        do("prepare", elsewhere)
        do("rehearse", elsewhere)
        settle(fresh)
        fresh.rename(standing)
    stamp.write_text(digest, encoding="utf-8")


def _said(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


def build_in_place(folder: Path, surroundings: Mapping[str, str], do: Do) -> None:
    """Build in the database that DATABASE_URL names; half a build there cannot be begun again.

    Its ledger is append-only, so only an empty database can take another build.
    """
    begun = folder / "building"
    if begun.exists():
        print(
            "The last start broke off while it built the rehearsal in the database that "
            f"DATABASE_URL names. Drop and create that database, remove {begun}, start again.",
            file=sys.stderr,
        )
        raise typer.Exit(1)
    do("prepare", surroundings)
    begun.touch()
    do("rehearse", surroundings)
    begun.unlink()


def settle(file: Path) -> None:
    """Bring everything committed into the one file, so that it can be renamed."""
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("PRAGMA journal_mode=DELETE")


def remove_database(file: Path) -> None:
    """Remove what a broken-off attempt left."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(f"{file}{suffix}").unlink(missing_ok=True)


def do(command: str, surroundings: Mapping[str, str]) -> None:
    """Run one command of ours to its end; its failure ends the start."""
    print(f"{command}: {COMMANDS[command].help}", file=sys.stderr, flush=True)
    done = subprocess.run([*PROGRAM, command], env=dict(surroundings))
    # Rows that newer code keeps otherwise are what a rebuild is for.
    if done.returncode and not (command == "rebuild" and done.returncode == FOUND):
        print(f"`concours {command}` failed; see above.", file=sys.stderr)
        raise typer.Exit(1)


def source_digest() -> str:
    """Digest of names, sizes and times of all files that preparing depends on."""
    digest = hashlib.sha256(sys.prefix.encode())
    for folder, folders, files in os.walk(SOURCE):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(files):
            if not name.endswith(".mo"):
                about = os.stat(os.path.join(folder, name))
                digest.update(f"{folder}/{name} {about.st_size} {about.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def supervise(port: int, surroundings: Mapping[str, str]) -> None:
    """Run web and worker; start a worker that died again; end both when one cannot go on."""
    web = subprocess.Popen([*PROGRAM, "serve", "--port", str(port)], env=dict(surroundings))
    worker = _worker(surroundings)
    try:
        wait_until_alive(web, port)
        print(f"\n  Concours runs: http://localhost:{port}\n  Ctrl-C stops it.\n", flush=True)
        while web.poll() is None:
            time.sleep(0.5)
            if worker is not None and worker.poll() is not None:
                print("The worker ended; starting it again.", file=sys.stderr)
                time.sleep(1)
                worker = _worker(surroundings)
        print("The web process ended.", file=sys.stderr)
        raise typer.Exit(1)
    finally:
        end([process for process in (worker, web) if process is not None])


def _worker(surroundings: Mapping[str, str]) -> subprocess.Popen[bytes] | None:
    if "worker" not in COMMANDS:
        return None
    return subprocess.Popen([*PROGRAM, "worker"], env=dict(surroundings))


def wait_until_alive(web: subprocess.Popen[bytes], port: int) -> None:
    """Return when the web process answers; its end or a long silence ends the start."""
    until = time.monotonic() + PATIENCE
    while web.poll() is None and time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=2).close()
            return
        except urllib.error.HTTPError:
            break
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    print("The web process does not answer; see above.", file=sys.stderr)
    raise typer.Exit(1)


def end(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask each process to end, give it time, then end it."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _stop(*_: object) -> NoReturn:
    raise KeyboardInterrupt
