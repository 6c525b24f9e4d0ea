"""The service a soak runs against: web and worker as processes of their own, killed and started."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

PROGRAM = (sys.executable, "-m", "concours.cli.main")
HOST = "127.0.0.1"
PATIENCE = 90
"""Seconds until a web process that does not answer is given up."""
# Never through a proxy: a soak's traffic stays on this machine.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class NotWell(RuntimeError):
    """A command of ours failed, or the service did not answer."""


class Service:
    """Web and worker on data in one folder. ``killed`` counts what was ended by SIGKILL."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.address = f"http://{HOST}:{self.port}"
        self.log = folder / "service.log"
        self.surroundings = surroundings_of(folder, self.address)
        self.killed: Counter[str] = Counter()
        self.well = threading.Event()
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def do(self, *words: str) -> str:
        """Run one command on the same data to its end; gives what it wrote."""
        done = self.outcome(*words)
        if done.returncode:
            said = done.stderr.decode(errors="replace")[-2000:]
            raise NotWell(f"concours {' '.join(words)} ended with {done.returncode}: {said}")
        return done.stdout.decode()

    def outcome(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        """The same, however it ends."""
        return subprocess.run([*PROGRAM, *words], env=self.surroundings, capture_output=True)

    def start(self, name: str) -> None:
        """Start the web or the worker process; return once it can be used."""
        words = {"web": ["serve", "--port", str(self.port)], "worker": ["worker"]}[name]
        with open(self.log, "ab") as log:
            process = subprocess.Popen(
                [*PROGRAM, *words], env=self.surroundings, stdout=log, stderr=log
            )
        self._running[name] = process
        if name == "web":
            self._wait_until_well(process)

    def kill(self, name: str) -> None:
        """SIGKILL: what a power cut looks like to the database; then start it again."""
        if name == "web":
            self.well.clear()
        process = self._running.pop(name)
        if process.poll() is not None:
            raise NotWell(f"The {name} process had ended by itself, with {process.returncode}.")
        process.kill()
        process.wait()
        self.killed[name] += 1
        self.start(name)

    def stop(self) -> None:
        """Ask every process to end, as an operator would; what does not is killed."""
        self.well.clear()
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()

    def _wait_until_well(self, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < until:
            with contextlib.suppress(urllib.error.URLError, OSError):
                OPENER.open(f"{self.address}/healthz", timeout=5).close()
                self.well.set()
                return
            time.sleep(0.1)
        raise NotWell("The web process does not answer: " + self.log.read_text()[-2000:])


def surroundings_of(folder: Path, address: str) -> dict[str, str]:
    """A rehearsal's environment: nothing of this service's own data, keys or mail reaches it."""
    kept: Mapping[str, str] = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("CONCOURS_") and name not in ("DATABASE_URL",)
    }
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "concours.site.settings",
        "CONCOURS_VAR": str(folder),
        "CONCOURS_REHEARSAL": "yes",
        "CONCOURS_ORIGIN": address,
        "CONCOURS_MAIL_MODE": "silent",
    }


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
