"""The real service as processes: `concours serve` and `concours worker`, on data of its own.

Data is prepared once by the service's own commands (keys, migrations, static files and,
when asked, the rehearsal competition) and copied for each use: a folder, and on
PostgreSQL a database copied by TEMPLATE. Nothing here imports the service's code.
"""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit, urlunsplit

import psycopg

SOURCE = Path(__file__).resolve().parents[1] / "src"
PROGRAM = (sys.executable, "-m", "concours.cli.main")
PATIENCE = 60
"""Seconds a start may take before it is given up; on a busy machine it takes several."""


class Failed(AssertionError):
    """A command of ours did not end well, or the service did not become well."""


def surroundings_of(folder: Path, database: str = "") -> dict[str, str]:
    """The environment of a rehearsal whose data stands in ``folder`` (and in ``database``)."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CONCOURS_")}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    kept.pop("DATABASE_URL", None)
    return {
        **kept,
        **({"DATABASE_URL": database} if database else {}),
        "CONCOURS_VAR": str(folder),
        "CONCOURS_REHEARSAL": "yes",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(SOURCE), kept.get("PYTHONPATH", "")])),
    }


def command(words: tuple[str, ...], surroundings: Mapping[str, str]) -> str:
    """Run one `concours` command to its end and give what it wrote; its failure fails the test."""
    done = subprocess.run(
        [*PROGRAM, *words], env=dict(surroundings), capture_output=True, text=True
    )
    if done.returncode:
        raise Failed(
            f"concours {' '.join(words)} ended with {done.returncode}:\n{done.stderr[-3000:]}"
        )
    return done.stdout


@dataclass(frozen=True, slots=True)
class Prepared:
    """Data made once, never served itself: a folder, and the address of a database beside SQLite."""

    folder: Path
    database: str = ""

    @classmethod
    def make(cls, folder: Path, *commands: str) -> "Prepared":
        """Run the commands on an empty folder and, where the suite runs on one, an empty database."""
        given = os.environ.get("DATABASE_URL", "")
        folder.mkdir(parents=True, exist_ok=True)
        made = cls(folder, _create(given, "") if given.startswith("postgres") else "")
        for words in commands:
            command(tuple(words.split()), surroundings_of(folder, made.database))
        return made

    @classmethod
    def shared(cls, folder: Path, *commands: str) -> "Prepared":
        """The same, made by the first of several test processes that ask for it.

        Its database goes with the temporary server the suite runs on.
        """
        folder.mkdir(parents=True, exist_ok=True)
        note = folder / "made.json"
        with open(folder / "lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not note.exists():
                made = cls.make(folder / "data", *commands)
                note.write_text(json.dumps(made.database), encoding="utf-8")
        return cls(folder / "data", json.loads(note.read_text(encoding="utf-8")))

    def copy(self, folder: Path) -> dict[str, str]:
        """Copy everything into ``folder``; gives the environment of the copy."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        copied = _create(self.database, _name(self.database)) if self.database else ""
        return surroundings_of(folder, copied)


class Service:
    """A running copy: where it answers, where its data stands, what it runs under."""

    def __init__(self, prepared: Prepared, folder: Path, **surroundings: str) -> None:
        self.folder = folder
        self.log = folder / "service.log"
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self.surroundings = {
            **prepared.copy(folder),
            "CONCOURS_ORIGIN": self.address,
            **surroundings,
        }
        self._web: subprocess.Popen[bytes] | None = None
        self._worker: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Service":
        self.start_web()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end_worker()
        self.end_web()
        if "DATABASE_URL" in self.surroundings:
            _drop(self.surroundings["DATABASE_URL"])

    def command(self, *words: str) -> str:
        """Run one `concours` command on the same data; gives what it wrote."""
        return command(words, self.surroundings)

    def start_web(self) -> None:
        """Serve on this service's own port and return once it answers."""
        self._web = self._start("serve", "--port", str(self.port))
        until = time.monotonic() + PATIENCE
        while not self._is_well():
            if self._web.poll() is not None or time.monotonic() > until:
                raise Failed(f"The service is not well:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.05)

    def end_web(self) -> None:
        """Stop serving, as an operator would."""
        _end(self._web)

    def kill_web(self) -> None:
        """End the web process without a chance to finish anything."""
        _kill(self._web)

    def start_worker(self) -> None:
        """Start the worker; a service starts without one."""
        self._worker = self._start("worker")

    def end_worker(self) -> None:
        """Ask the worker to end, and wait for it."""
        _end(self._worker)

    def kill_worker(self) -> None:
        """SIGKILL: what a power cut looks like to the database."""
        _kill(self._worker)

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        with open(self.log, "a", encoding="utf-8") as log:
            return subprocess.Popen(
                [*PROGRAM, *words], env=self.surroundings, stdout=log, stderr=log
            )

    def _is_well(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.address}/healthz", timeout=10).close()
        except urllib.error.HTTPError as error:
            error.close()
            return False
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False
        return True


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _end(process: subprocess.Popen[bytes] | None) -> None:
    if process is None or process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        _kill(process)


def _kill(process: subprocess.Popen[bytes] | None) -> None:
    if process is not None and process.poll() is None:
        process.kill()
        process.wait()


def _name(address: str) -> str:
    return urlsplit(address).path.lstrip("/")


def _create(near: str, template: str) -> str:
    """A new database on the same server, empty or copied; gives its address."""
    name = f"service_{uuid.uuid4().hex}"
    copied = f' TEMPLATE "{template}"' if template else ""
    with _maintenance(near) as connection:
        connection.execute(f'CREATE DATABASE "{name}"{copied}'.encode())
    return urlunsplit(urlsplit(near)._replace(path=f"/{name}"))


def _drop(address: str) -> None:
    with _maintenance(address) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{_name(address)}" WITH (FORCE)'.encode())


def _maintenance(address: str) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(
        urlunsplit(urlsplit(address)._replace(path="/postgres")), autocommit=True
    )
