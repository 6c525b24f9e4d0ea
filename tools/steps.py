"""Steps of a check or a test run: one command each, timed, the outcome kept."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LONGEST = 1500
"""Seconds after which a step is ended: it hangs, and the others are still to run."""
ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one step."""

    name: str
    passed: bool
    seconds: float
    budget: int = 0

    def __str__(self) -> str:
        aim = f" of {self.budget}" if self.budget else ""
        late = "  over its budget" if self.budget and self.seconds > self.budget else ""
        verdict = "passed" if self.passed else "FAILED"
        return f"  {verdict}  {self.name:<44} {self.seconds:6.1f}{aim} s{late}"


def step(
    name: str,
    command: Sequence[str | Path],
    *,
    budget: int = 0,
    surroundings: Mapping[str, str] | None = None,
    quiet: bool = False,
) -> Outcome:
    """Run one command in the clone's folder; a quiet one shows what it said only when it failed."""
    print(f"--- {name}", flush=True)
    begun = time.monotonic()
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "src", **(surroundings or {})},
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
        start_new_session=True,
    )
    said = _to_its_end(process)
    passed = process.returncode == 0
    if quiet and not passed:
        print(said, flush=True)
    return Outcome(name, passed, time.monotonic() - begun, budget)


def _to_its_end(process: "subprocess.Popen[str]") -> str:
    """Wait for a step; where it hangs or we are interrupted, end it and all it has started."""
    try:
        return process.communicate(timeout=LONGEST)[0] or ""
    except subprocess.TimeoutExpired:
        print(f"Ended after {LONGEST} seconds: it did not end by itself.", flush=True)
        return ""
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def conclude(outcomes: Sequence[Outcome]) -> None:
    """Print what became of every step and end with exit code 1 when one failed."""
    print("\n" + "\n".join(map(str, outcomes)), flush=True)
    if not all(outcome.passed for outcome in outcomes):
        sys.exit(1)
