"""How a measurement gets on, told on stderr: what is being done, how far, and the time left."""

import math
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from concours.psychometrics.counted import Counted
from concours.psychometrics.fitting import Progress as Passes
from concours.psychometrics.fitting import Step
from concours.services.measurement.telling import Telling

# Seconds between two lines where stderr is no terminal.
EVERY = 1.0


@contextmanager
def telling(every: float = EVERY) -> Iterator[Telling]:
    """Bars with the time left where stderr is a terminal, else a line a second; stdout is not touched.

    The bars go when the work is done.
    """
    console = Console(file=sys.stderr)
    if not console.is_terminal:
        yield Lines(every)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        yield Bars(bars)


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar for each stage."""

    bars: Progress

    def counted(self, what: str) -> Counted:
        """A bar that fills with the work done; it comes with the first piece, for some have none."""
        task: TaskID | None = None

        def tell(done: int, total: int) -> None:
            nonlocal task
            if task is None:
                task = self.bars.add_task(what, total=None)
            self.bars.update(task, completed=done, total=total or None)

        return tell

    def passes(self, what: str, tolerance: float, measure: str = "log-posterior") -> Passes:
        """A bar that fills as the change shrinks, with the pass and the measure beside it."""
        task = self.bars.add_task(what, total=None)
        course = Course(tolerance)

        def tell(step: Step) -> None:
            left = course.passes_left(step)
            said = f"{what}: pass {step.iteration}, {measure} {step.log_posterior:,.3f}"
            made = len(course.changes)
            self.bars.update(task, description=said, completed=made, total=made + left)

        return tell


@dataclass(frozen=True, slots=True)
class Lines:
    """A line for each stage once every so many seconds: quiet for short work, legible in a log."""

    every: float = EVERY

    def counted(self, what: str) -> Counted:
        """Lines that say how much is done and how long the rest takes at the pace since the first."""
        begun: tuple[float, int] | None = None
        spoke = 0.0

        def tell(done: int, total: int) -> None:
            nonlocal begun, spoke
            now = time.monotonic()
            if begun is None or done <= begun[1]:  # it begins, or goes round once more
                begun, spoke = (now, done), now
                return
            if now - spoke < self.every:
                return
            spoke = now
            left = (now - begun[0]) / (done - begun[1]) * (total - done)
            of = f" of {total:,}, about {left:,.1f} s left" if total else ""
            print(f"{what}: {done:,}{of}", file=sys.stderr)

        return tell

    def passes(self, what: str, tolerance: float, measure: str = "log-posterior") -> Passes:
        """A line a pass, so that the course of a calibration stays in the log."""
        course = Course(tolerance)
        started = time.monotonic()

        def tell(step: Step) -> None:
            left = course.passes_left(step) * (time.monotonic() - started) / len(course.changes)
            print(
                f"{what}, pass {step.iteration}: {measure} {step.log_posterior:,.3f}, "
                f"change {step.change:.1e}, about {left:,.1f} s left",
                file=sys.stderr,
            )

        return tell


@dataclass(slots=True)
class Course:
    """Guesses the passes left from how fast the change shrinks."""

    tolerance: float
    changes: list[float] = field(default_factory=list)

    def passes_left(self, step: Step) -> float:
        """Passes after this one until the change is below the tolerance, at the pace so far."""
        self.changes.append(step.change)
        first, last = self.changes[0], self.changes[-1]
        if last < self.tolerance:
            return 0.0
        if len(self.changes) < 2 or last >= first:
            return 10.0
        pace = math.log(first / last) / (len(self.changes) - 1)
        return math.log(last / self.tolerance) / pace
