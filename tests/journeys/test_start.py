"""`concours run` as a person at a terminal meets it: start, answer, Ctrl-C, start again."""

import os
import signal
import subprocess
import urllib.request
from pathlib import Path

from tests.service import PROGRAM, Prepared, free_port


class Terminal:
    """One `concours run` in a terminal of its own, so that Ctrl-C reaches all its processes."""

    def __init__(self, surroundings: dict[str, str], port: int) -> None:
        self.process = subprocess.Popen(
            [*PROGRAM, "run", "--port", str(port)],
            env=surroundings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def address(self) -> str:
        """The address it prints once it answers."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if "http://" in line:
                return line.split()[-1]
        raise AssertionError(self.process.communicate()[1][-3000:])

    def children(self) -> set[str]:
        """The commands that run under it."""
        listed = subprocess.run(
            ["ps", "-o", "args=", "--ppid", str(self.process.pid)], capture_output=True, text=True
        ).stdout
        return {line.split("concours.cli.main ")[-1].split()[0] for line in listed.splitlines()}

    def interrupt(self) -> tuple[int, str]:
        """Ctrl-C; gives the exit code and what was said."""
        os.killpg(self.process.pid, signal.SIGINT)
        said = self.process.communicate(timeout=30)[1]
        return self.process.returncode, said


def test_a_start_runs_web_and_worker_until_ctrl_c_and_can_be_repeated(
    prepared_rehearsal: Prepared, tmp_path: Path
) -> None:
    surroundings = prepared_rehearsal.copy(tmp_path / "var")
    port = free_port()
    for _ in range(2):
        terminal = Terminal(surroundings, port)
        address = terminal.address()
        assert address == f"http://localhost:{port}"
        with urllib.request.urlopen(f"{address}/readyz", timeout=30) as answer:
            assert answer.read() == b'{"ready": true}'
        assert terminal.children() == {"serve", "worker"}
        code, said = terminal.interrupt()
        assert (code, said.splitlines()[-1]) == (0, "Stopped.")


def test_a_second_start_beside_the_first_is_told_what_to_do(
    prepared_rehearsal: Prepared, tmp_path: Path
) -> None:
    surroundings = prepared_rehearsal.copy(tmp_path / "var")
    first = Terminal(surroundings, free_port())
    first.address()
    try:
        second = Terminal(surroundings, free_port())
        said = second.process.communicate(timeout=30)[1]
        assert (second.process.returncode, said) == (
            1,
            "A Concours already runs on this data folder. Stop it first.\n",
        )
    finally:
        assert first.interrupt()[0] == 0
