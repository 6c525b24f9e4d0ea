"""A temporary PostgreSQL: started for one command, gone after it.

    python tools/postgres.py [--durable] COMMAND ...

The cluster lies in a temporary folder, belongs to a user who is not root, listens on a
socket in that folder only, on a free port, collates by C.UTF-8 and never waits for the
disk, unless --durable asks for a server as one runs it in earnest (for measurements). The
command gets its address as DATABASE_URL.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from setup import postgresql

CAREFREE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")
DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on", "max_connections=200")


class Unavailable(RuntimeError):
    """PostgreSQL cannot be started here, and why."""


def main() -> None:
    """Run the command beside a cluster and end with its exit code."""
    durable = sys.argv[1:2] == ["--durable"]
    command = sys.argv[2:] if durable else sys.argv[1:]
    if not command:
        sys.exit("usage: python tools/postgres.py [--durable] COMMAND ...")
    try:
        with cluster(durable=durable) as address:
            done = subprocess.run(command, env={**os.environ, "DATABASE_URL": address})
    except Unavailable as reason:
        sys.exit(str(reason))
    sys.exit(done.returncode)


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[str]:
    """Start a cluster; give the address of an empty database in it; stop and remove it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that nothing is left behind
    programs = postgresql()
    if programs is None:
        raise Unavailable("PostgreSQL 15 or later is not installed (Debian: postgresql)")
    user = owner()
    folder = Path(tempfile.mkdtemp(prefix="concours-pg-"))
    try:
        if user:
            shutil.chown(folder, user)
        data = folder / "data"
        words = [
            "-U",
            "concours",
            "--auth=trust",
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        ]
        _call([programs / "initdb", "-D", data, *words], user)
        port = free_port()
        settings = DURABLE if durable else CAREFREE
        options = " ".join([f"-k {folder} -p {port} -h ''", *(f"-c {each}" for each in settings)])
        start = ["start", "-w", "-D", data, "-l", folder / "log", "-o", options]
        _call([programs / "pg_ctl", *start], user)
        try:
            name = f"concours_{secrets.token_hex(4)}"
            reach = ["-h", folder, "-p", str(port), "-U", "concours"]
            _call([programs / "createdb", *reach, name], user)
            yield f"postgresql://concours@:{port}/{name}?host={str(folder).replace('/', '%2F')}"
        finally:
            _call([programs / "pg_ctl", "stop", "-m", "immediate", "-w", "-D", data], user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def owner() -> str | None:
    """Who owns the cluster: this user, or Debian's `postgres` when this user is root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise Unavailable("PostgreSQL does not run as root, and there is no user postgres or nobody")


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _call(command: list[object], user: str | None) -> None:
    words = [str(part) for part in command]
    done = subprocess.run(
        words, user=user, group=user and pwd.getpwnam(user).pw_gid, cwd="/",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    if done.returncode:
        raise Unavailable(f"{Path(words[0]).name} failed: {done.stdout.strip()[-500:]}")


if __name__ == "__main__":
    main()
