"""A kind of decision over many of one competition: what waits, what decides, and the three
acts every kind has. It is previewed, signed on the preview, and recorded by the worker.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from concours.policy.edition import Edition
from concours.selection.authority import Actor, require, role_for
from concours.selection.competition import Competition
from concours.services.jobs import Running
from concours.services.runs import Command, Progress, RunResult, decide_many, rows_of
from concours.services.runs_asked import Asked, ask_for_run, not_reached, run_state, ticking
from concours.services.runs_preview import RunPreview, preview_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Where a run stands: the competition, its edition, the step, and the rule it goes by."""

    competition: Competition
    edition: Edition
    step: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunKind:
    """One kind of run. ``waits`` gives the files that wait, in their order; ``command`` what
    decides one of these files."""

    job: str
    action: str
    ground: Callable[[str], Ground]
    waits: Callable[[Ground], Sequence[str]]
    command: Callable[[Actor, Sequence[str], datetime], Command]

    def preview(self, actor: Actor, competition: str, *, at: datetime) -> RunPreview:
        """What signing would decide now, and who is left for a person."""
        require(actor, self.action)
        ground = self.ground(competition)
        files, unfinished = not_reached(
            competition, self.waits(ground), step=ground.step, rule=ground.rule
        )
        rows = rows_of(
            competition,
            files,
            self.command(actor, files, at),
            run="",
            role=role_for(actor, self.action),
            at=at,
        )
        return preview_of(
            list(rows),
            competition=ground.competition,
            edition=ground.edition,
            rule=ground.rule,
            unfinished=unfinished,
            state=run_state(self.job, competition),
        )

    def ask(self, actor: Actor, competition: str, *, at: datetime, seen: str) -> int:
        """Sign the preview: the worker decides exactly those files; returns the job's number."""
        preview = self.preview(actor, competition, at=at)
        step = self.ground(competition).step
        return ask_for_run(self.job, actor, self.action, preview, step=step, at=at, seen=seen)

    def decide(self, asked: Asked, running: Running, progress: Progress) -> RunResult:
        """Decide what was signed, as one run; a file that moved on meanwhile is left out."""
        ground = self.ground(asked.competition)
        return decide_many(
            asked.actor,
            self.action,
            asked.competition,
            asked.files,
            ticking(self.command(asked.actor, asked.files, asked.at), running),
            run=asked.run,
            step=ground.step,
            rule=ground.rule,
            at=asked.at,
            progress=progress,
        )
