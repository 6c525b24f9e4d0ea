"""A busy port is told before anything is loaded."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from concours.cli.serve import Busy, listen


def program(*line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """One command of ours in a process of its own, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "concours.cli.main", *line],
        env={**os.environ, "PYTHONPATH": "src", "CONCOURS_VAR": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that is in use for the length of the test."""
    holder = socket.socket()
    holder.bind(("127.0.0.1", 0))
    holder.listen()
    yield holder.getsockname()[1]
    holder.close()


def test_a_taken_port_is_refused_with_the_remedy(taken: int) -> None:
    with pytest.raises(Busy) as refused:
        listen("127.0.0.1", taken)
    assert str(refused.value) == (
        f"Port {taken} is in use on 127.0.0.1, perhaps by a Concours that already runs. Stop that "
        f"program, or choose another port: CONCOURS_PORT={taken + 1} make run"
    )


@pytest.mark.parametrize("command", ["serve", "run"])
def test_a_busy_port_ends_the_command_before_it_writes_anything(
    taken: int, command: str, tmp_path: Path
) -> None:
    folder = tmp_path / "var"
    done = program(command, "--port", str(taken), folder=folder)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Port {taken} is in use")
    assert not folder.exists() or list(folder.iterdir()) == []


def test_any_free_port_may_be_asked_for() -> None:
    listening = listen("127.0.0.1", 0)
    assert listening.getsockname()[1] > 0
    listening.close()
