"""Steps of a check or a test run: one command each, timed, the outcome kept."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

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
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "src", **(surroundings or {})},
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
    )
    if quiet and done.returncode:
        print(done.stdout, flush=True)
    return Outcome(name, done.returncode == 0, time.monotonic() - begun, budget)


def conclude(outcomes: Sequence[Outcome]) -> None:
    """Print what became of every step and end with exit code 1 when one failed."""
    print("\n" + "\n".join(map(str, outcomes)), flush=True)
    if not all(outcome.passed for outcome in outcomes):
        sys.exit(1)
