"""A PostgreSQL of one's own that keeps what it commits, and can be killed: for soaks and measurements.

It lies in a temporary folder, belongs to a user who is not root, and listens on a socket in
that folder only. Unlike the tests' server it waits for the disk.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

PROGRAMS = Path("/usr/lib/postgresql")
LEAST = 15
NAME = "concours"
PATIENCE = 60
"""Seconds a start may take; after a kill it replays what was written ahead."""


class NoCluster(RuntimeError):
    """PostgreSQL cannot be started here, and why."""


def programs() -> Path:
    """The folder of the newest PostgreSQL's programs, 15 or later."""
    found = [
        folder
        for folder in PROGRAMS.glob("*/bin")
        if folder.parent.name.isdigit()
        and int(folder.parent.name) >= LEAST
        and (folder / "initdb").exists()
    ]
    if not found:
        raise NoCluster("PostgreSQL 15 or later is not installed (Debian: postgresql).")
    return max(found, key=lambda folder: int(folder.parent.name))


class Cluster:
    """One server in a folder. ``options`` are settings beside the careful defaults."""

    def __init__(self, folder: Path, options: Mapping[str, str] | None = None) -> None:
        self.programs = programs()
        self.folder = folder
        self.port = _free_port()
        self._user = _owner()
        self._data = folder / "data"
        self._options = {"max_connections": "150", **(options or {})}
        folder.chmod(0o755)
        if self._user:
            shutil.chown(folder, self._user)
        words = ["-U", NAME, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        self._call("initdb", "-D", str(self._data), *words)

    @property
    def address(self) -> str:
        """What DATABASE_URL is set to."""
        folder = str(self.folder).replace("/", "%2F")
        return f"postgresql://{NAME}@:{self.port}/{NAME}?host={folder}"

    @property
    def reach(self) -> list[str]:
        """How PostgreSQL's own programs are told where it is."""
        return ["-h", str(self.folder), "-p", str(self.port), "-U", NAME]

    def create(self) -> None:
        """Start it for the first time and make the empty database."""
        self.start()
        self._call("createdb", *self.reach, NAME)

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        settings = " ".join(f"-c {name}={value}" for name, value in self._options.items())
        options = f"-k {self.folder} -p {self.port} -h '' {settings}"
        log = str(self.folder / "log")
        words = ["-w", "-t", str(PATIENCE), "-D", str(self._data), "-l", log, "-o", options]
        self._call("pg_ctl", "start", *words)

    def processes(self) -> list[int]:
        """The server's first process and its children."""
        first = int((self._data / "postmaster.pid").read_text().split()[0])
        return [first, *children_of(first)]

    def kill(self) -> None:
        """SIGKILL every process of it: nothing that was only in memory survives."""
        ended = self.processes()
        for pid in ended:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue  # it went with its parent
        until = time.monotonic() + PATIENCE
        while any(_runs(pid) for pid in ended):
            if time.monotonic() > until:
                raise NoCluster("The database's processes do not end.")
            time.sleep(0.01)
        # Where nobody collects a killed process it still has its number, and a new server would
        # take the files it left for those of one that runs. All have ended: they go.
        for left in (self._data / "postmaster.pid", *self.folder.glob(".s.PGSQL.*")):
            left.unlink(missing_ok=True)

    def stop(self) -> None:
        """Stop it; what was not committed is gone."""
        if (self._data / "postmaster.pid").exists():
            subprocess.run(
                [self.programs / "pg_ctl", "stop", "-m", "immediate", "-D", self._data],
                user=self._user,
                cwd="/",
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    def call(self, name: str, *words: str) -> str:
        """Run one of PostgreSQL's programs to its end; gives what it wrote."""
        return self._call(name, *words)

    def _call(self, name: str, *words: str) -> str:
        # A file, not a pipe: the server goes on writing to what its starter gave it.
        said = self.folder / f"said-{os.getpid()}"
        with open(said, "w+", encoding="utf-8") as out:
            done = subprocess.run(
                [self.programs / name, *words],
                user=self._user,
                group=self._user and pwd.getpwnam(self._user).pw_gid,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
            out.seek(0)
            text = out.read()
        if done.returncode:
            raise NoCluster(f"{name} failed: {text.strip()[-800:]}")
        return text


def children_of(parent: int) -> list[int]:
    """The processes that this one started and that still run."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and _stat(int(folder.name))[1:2] == [str(parent)]:
            found.append(int(folder.name))
    return found


def cpu_seconds(pids: Sequence[int]) -> float:
    """Processor time these processes have used so far."""
    tick = os.sysconf("SC_CLK_TCK")
    fields = [_stat(pid) for pid in pids]
    return sum((int(f[11]) + int(f[12])) / tick for f in fields if len(f) > 12)


def _stat(pid: int) -> list[str]:
    """The fields of /proc/pid/stat after the name: state, parent, …; empty when it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return text.rpartition(")")[2].split()


def _runs(pid: int) -> bool:
    fields = _stat(pid)
    return bool(fields) and fields[0] != "Z"


def _owner() -> str | None:
    """Who owns the server: this user, or Debian's `postgres` when this user is root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise NoCluster("PostgreSQL does not run as root, and there is no user postgres or nobody.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
