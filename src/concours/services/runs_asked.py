"""A decision over many that was signed: recorded by the worker, going on where it stopped.

The one who signs is not kept waiting: the page shows how far it is. Stopped in the
middle, the worker goes on under the same name; files already reached are passed over.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from concours.kernel.errors import RuleRefused
from concours.kernel.period import instant, instant_text
from concours.ledger.draft import Draft
from concours.records.ledger_store import lock_heads
from concours.records.models import Job
from concours.selection.authority import Actor, role_for
from concours.services.case import Case
from concours.services.files import new_code
from concours.services.jobs import Running, enqueue
from concours.services.runs import Command, Progress, RunResult, reached_by, unfinished_run
from concours.services.runs_preview import RunPreview, RunState, require_version

TICK = 100
"""Files between two signs of life."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was signed: who decides which files of a competition, under which name, as of when."""

    actor: Actor
    competition: str
    files: tuple[str, ...]
    run: str
    at: datetime


Decide = Callable[[Asked, Running, Progress], RunResult]
"""Decides what was asked; calls back with how many files were recorded."""


@transaction.atomic
def ask_for_run(
    name: str,
    actor: Actor,
    action: str,
    preview: RunPreview,
    *,
    step: str,
    at: datetime,
    seen: str,
) -> int:
    """Let the worker decide exactly what the preview shows; returns the job's number.

    A run that was broken off goes on under its name. Raises OutOfDate when the preview
    has changed, RuleRefused when nothing waits or a run of the kind is under way.
    """
    lock_heads([preview.competition])
    job = last_run(name, preview.competition)
    if job is not None and job.state in ("queued", "running"):
        raise RuleRefused("run_under_way", remedy="A run is under way. Wait until it is done.")
    require_version(preview, seen)
    if not preview.may_sign:
        raise RuleRefused("nothing_to_decide", remedy="No file waits for this decision.")
    arguments = {
        "competition": preview.competition,
        "by": actor.code,
        "role": role_for(actor, action),
        "files": list(preview.decides),
        "run": unfinished_run(preview.competition, step=step, rule=preview.rule) or new_code(),
        "at": instant_text(at),
    }
    return enqueue(name, arguments, asked_by=actor.code)


def run_asked(arguments: Mapping[str, Any], running: Running, decide: Decide) -> None:
    """Do what was asked, and keep on the job's row what came of it."""
    asked = Asked(
        actor=Actor(code=str(arguments["by"]), roles=frozenset({str(arguments["role"])})),
        competition=str(arguments["competition"]),
        files=tuple(str(file) for file in arguments["files"]),
        run=str(arguments["run"]),
        at=instant(str(arguments["at"])),
    )
    recorded = 0

    def progress(count: int) -> None:
        nonlocal recorded
        recorded += count
        running.save({"stage": "recording"}, done=recorded)

    running.save({"stage": "reckoning"}, done=0, total=len(asked.files))
    decide(asked, running, progress)
    reached = len(reached_by(asked.run) & frozenset(asked.files))
    found = {"stage": "done", "decided": reached, "left": len(asked.files) - reached}
    running.save(found, done=reached)


def require_others(actor: Actor, case: Case) -> None:
    """Refuse, within a run, the file of whoever signs it: nobody is staff on their own file."""
    if actor.person and actor.person == case.candidacy.person:
        raise RuleRefused("own_file", remedy="Somebody else decides on your own file.")


def ticking(command: Command, running: Running) -> Command:
    """The command, with a sign of life every so many files: reckoning over many takes a while."""
    count = 0

    def ticked(case: Case) -> Sequence[Draft]:
        nonlocal count
        count += 1
        if count % TICK == 0:
            running.save(done=count)
        return command(case)

    return ticked


def last_run(name: str, competition: str) -> Job | None:
    """The last run of a kind asked for in a competition."""
    return Job.objects.filter(name=name, arguments__competition=competition).order_by("-pk").first()


def run_state(name: str, competition: str) -> RunState | None:
    """How far the last run of a kind is; None where none was asked for."""
    job = last_run(name, competition)
    if job is None:
        return None
    return RunState(
        state=job.state,
        stage=str(job.progress.get("stage", "")),
        done=job.done_count,
        total=job.total_count or 0,
        decided=int(job.progress.get("decided", 0)),
        left=int(job.progress.get("left", 0)),
    )


def not_reached(
    competition: str, files: Sequence[str], *, step: str, rule: str
) -> tuple[list[str], bool]:
    """The files an unfinished run of this step and rule has not reached, and whether there is one."""
    run = unfinished_run(competition, step=step, rule=rule)
    done = reached_by(run) if run else frozenset()
    return [file for file in files if file not in done], bool(run)
