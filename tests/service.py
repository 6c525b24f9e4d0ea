"""The real service as processes of its own: `concours serve` and `concours worker`."""

import os
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = (sys.executable, "-m", "concours.cli.main")
PATIENCE = 30


class Service:
    """Web and worker on one database and one folder; started by `with`, ended after it.

    ``address`` is where it answers. `start_worker` and `kill_worker` are apart, because
    journeys test what happens with the worker off and after it was killed.
    """

    def __init__(
        self, database: str, folder: Path, *, rehearsal: bool, **surroundings: str
    ) -> None:
        self.folder = folder
        self.log = folder / "service.log"
        self.address = ""
        self.surroundings = {
            **os.environ,
            "PYTHONPATH": str(ROOT / "src"),
            "DJANGO_SETTINGS_MODULE": "concours.site.settings",
            "DATABASE_URL": database,
            "CONCOURS_VAR": str(folder),
            "CONCOURS_KEYS": str(folder / "keys"),
            "CONCOURS_HASHED_STATIC": "no",
            "CONCOURS_REHEARSAL": "yes" if rehearsal else "no",
            **surroundings,
        }
        self._web: subprocess.Popen[str] | None = None
        self._worker: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Service":
        self.folder.mkdir(parents=True, exist_ok=True)
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

    def run(self, *command: str) -> str:
        """One command of ours to its end; gives its output, fails with what it said."""
        done = subprocess.run(
            [*PROGRAM, *command], env=self.surroundings, capture_output=True, text=True
        )
        assert done.returncode == 0, f"concours {' '.join(command)}: {done.stdout}{done.stderr}"
        return done.stdout

    def start_web(self, port: int = 0) -> None:
        """Serve on the port, or on a free one, and return once it answers."""
        self._web = subprocess.Popen(
            [*PROGRAM, "serve", "--port", str(port)],
            env=self.surroundings,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._web.stderr is not None
        said = self._web.stderr.readline()
        found = re.search(r"http://[^:]+:(\d+)", said)
        assert found, f"concours serve said: {said}{self._web.stderr.read()}"
        self.address = f"http://localhost:{found[1]}"
        threading.Thread(target=self._keep_log, args=(self._web,), daemon=True).start()
        until = time.monotonic() + PATIENCE
        while not self._answers():
            assert self._web.poll() is None, self.log.read_text(encoding="utf-8")
            assert time.monotonic() < until, self.log.read_text(encoding="utf-8")
            time.sleep(0.05)

    def end_web(self) -> None:
        """Stop serving, as an operator would."""
        _end(self._web)
        self._web = None

    def kill_web(self) -> None:
        """End the web process without a chance to finish anything."""
        _kill(self._web)
        self._web = None

    def start_worker(self) -> None:
        """Start the worker."""
        with open(self.log, "a", encoding="utf-8") as log:
            self._worker = subprocess.Popen(
                [*PROGRAM, "worker"], env=self.surroundings, stdout=log, stderr=log
            )

    def end_worker(self) -> None:
        """Ask the worker to end, and wait for it."""
        _end(self._worker)
        self._worker = None

    def kill_worker(self) -> None:
        """SIGKILL: what a power cut looks like to the database."""
        _kill(self._worker)
        self._worker = None

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.address}/healthz", timeout=2).close()
        except (urllib.error.URLError, OSError):
            return False
        return True

    def _keep_log(self, web: "subprocess.Popen[str]") -> None:
        assert web.stderr is not None
        with open(self.log, "a", encoding="utf-8") as log:
            for line in web.stderr:
                log.write(line)
                log.flush()


def _end(process: "subprocess.Popen[str] | subprocess.Popen[bytes] | None") -> None:
    if process is None or process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        _kill(process)


def _kill(process: "subprocess.Popen[str] | subprocess.Popen[bytes] | None") -> None:
    if process is not None:
        process.kill()
        process.wait()
