"""`concours soak` loads a real service, kills its processes and finds everything whole."""

import json
import os
import subprocess
import sys

from tests.service import SOURCE


def test_a_short_soak_kills_both_processes_and_finds_everything_sound() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "concours.cli.main",
            "soak",
            "service",
            "--seconds",
            "2",
            "--people",
            "40",
            "--seed",
            "7",
            "--requests",
            "300",
        ],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    load, check = map(json.loads, done.stdout.splitlines())
    assert load["broken"] == []
    assert load["answers"]["200"] > 0
    assert load["killed"]["web"] >= 1
    assert load["killed"]["worker"] >= 1
    assert len(load["clock_moved"]) >= 1
    assert check["tellings"] > 0
    wrong = ("ledger_faults", "row_differences", "stuck", "told_twice")
    assert [check[name] for name in wrong] == [0, 0, 0, 0]
    assert check["sound"] is True
