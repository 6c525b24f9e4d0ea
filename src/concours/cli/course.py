"""How a calibration gets on, told on stderr: pass, change, and the time that is left."""

import math
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from concours.psychometrics.fitting import Step
from concours.psychometrics.shards import Shard, ShardMap

R = TypeVar("R")


def counted(run: ShardMap, every: float = 1.0) -> ShardMap:
    """The same shard map, telling on stderr how many shards are done and how long the rest takes."""

    def telling(function: Callable[[Shard], R], shards: Iterable[Shard], /) -> Iterator[R]:
        waiting = list(shards)
        started = spoke = time.monotonic()
        for done, result in enumerate(run(function, waiting), start=1):
            yield result
            now = time.monotonic()
            if now - spoke >= every:
                left = (now - started) / done * (len(waiting) - done)
                print(
                    f"{done:,} of {len(waiting):,} shards, about {left:,.1f} s left",
                    file=sys.stderr,
                )
                spoke = now

    return telling


@dataclass(slots=True)
class Course:
    """Guesses the passes left from how fast the change shrinks."""

    tolerance: float
    started: float = field(default_factory=time.monotonic)
    changes: list[float] = field(default_factory=list)

    def __call__(self, step: Step) -> None:
        """Tell of one pass."""
        self.changes.append(step.change)
        spent = time.monotonic() - self.started
        left = self.passes_left() * spent / len(self.changes)
        print(
            f"pass {step.iteration}: log-posterior {step.log_posterior:,.3f}, "
            f"change {step.change:.1e}, about {left:,.1f} s left",
            file=sys.stderr,
        )

    def passes_left(self) -> float:
        """Passes until the change is below the tolerance, at the average pace so far."""
        first, last = self.changes[0], self.changes[-1]
        if last < self.tolerance:
            return 0.0
        if len(self.changes) < 2 or last >= first:
            return 10.0
        pace = math.log(first / last) / (len(self.changes) - 1)
        return math.log(last / self.tolerance) / pace
