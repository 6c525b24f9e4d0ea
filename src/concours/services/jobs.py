"""Background jobs: enqueued with the decision they follow, claimed under a lease, resumed after a kill.

A small loop of our own; docs/decisions/ says why no library. Everything here goes
by machine time. A handler is a function of the job's arguments and a `Running`,
through which it saves how far it has come; it must bear being run again from there.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from concours.kernel.errors import BadInput, NotPermitted
from concours.records.models import Job

LEASE = timedelta(seconds=60)
FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(hours=1)

Clock = Callable[[], datetime]


class LeaseLost(Exception):
    """Another worker has taken the job over: this one stops at once and saves nothing more."""


@dataclass(slots=True)
class Running:
    """A job in hand: its saved progress, and the ways to save more and keep the lease."""

    job_id: int
    worker: str
    progress: dict[str, Any]
    clock: Clock
    _held: bool = field(default=True)

    def save(
        self,
        progress: Mapping[str, Any] | None = None,
        *,
        done: int | None = None,
        total: int | None = None,
    ) -> None:
        """Keep the lease and note how far it is; called at least once in half a lease.

        Inside a transaction, the progress stands or falls with what was done.
        Raises LeaseLost when somebody else holds the job by now.
        """
        changes: dict[str, Any] = {"lease_until": self.clock() + LEASE}
        if progress is not None:
            self.progress = dict(progress)
            changes["progress"] = self.progress
        if done is not None:
            changes["done_count"] = done
        if total is not None:
            changes["total_count"] = total
        if not _mine(self).update(**changes):
            self._held = False
            raise LeaseLost

    def result_file(self, suffix: str) -> str:
        """A path under the data folder to write the result to; kept on the job's row."""
        folder = settings.VAR / "results"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = str(folder / f"job-{self.job_id}{suffix}")
        _mine(self).update(result_path=path)
        return path


Handler = Callable[[Mapping[str, Any], Running], None]

HANDLERS: dict[str, Handler] = {}


def handler(name: str) -> Callable[[Handler], Handler]:
    """Say which function does the jobs of a name; a name is taken once."""

    def keep(function: Handler) -> Handler:
        if name in HANDLERS and HANDLERS[name] is not function:
            raise ValueError(f"two handlers for {name}")
        HANDLERS[name] = function
        return function

    return keep


def enqueue(
    name: str,
    arguments: Mapping[str, Any] | None = None,
    *,
    key: str | None = None,
    due_at: datetime | None = None,
    every: timedelta | None = None,
    asked_by: str = "",
    max_attempts: int = 8,
    clock: Clock | None = None,
) -> int:
    """Put a job in the queue, in the caller's transaction if there is one; returns its number.

    ``key`` makes it one job however often it is asked for; ``every`` makes it a
    schedule, done again so long after it was last done.
    """
    now = (clock or machine_now)()
    values = {
        "name": name,
        "arguments": dict(arguments or {}),
        "due_at": due_at or now,
        "every": int(every.total_seconds()) if every else None,
        "asked_by": asked_by,
        "max_attempts": max_attempts,
        "queued_at": now,
    }
    if key is None:
        return int(Job.objects.create(**values).pk)
    job, _ = Job.objects.get_or_create(key=key, defaults=values)
    return int(job.pk)


def run_due_jobs(*, worker: str | None = None, most: int = 20, clock: Clock | None = None) -> int:
    """Do up to ``most`` jobs that are due, one after the other; returns how many were begun."""
    clock = clock or machine_now
    name = worker or f"pid:{os.getpid()}"
    begun = 0
    while begun < most and (job := _claim(name, clock())) is not None:
        _do(job, Running(job_id=job.pk, worker=name, progress=dict(job.progress), clock=clock))
        begun += 1
    return begun


def machine_now() -> datetime:
    """The machine's clock: leases and retries go by it, never by service time."""
    return datetime.now(UTC)


def _claimable(now: datetime) -> Q:
    """Due and queued, or running under a lease that ran out: its worker was killed."""
    return Q(state="queued", due_at__lte=now) | Q(state="running", lease_until__lt=now)


def _claim(worker: str, now: datetime) -> Job | None:
    """Take one job by a conditional update; the loser of a race takes the next."""
    due = Job.objects.filter(_claimable(now)).order_by("due_at", "pk").values_list("pk", flat=True)
    for pk in due[:20]:
        taken = Job.objects.filter(_claimable(now), pk=pk).update(
            state="running",
            lease_by=worker,
            lease_until=now + LEASE,
            attempts=F("attempts") + 1,
        )
        if taken:
            return Job.objects.get(pk=pk)
    return None


def _do(job: Job, running: Running) -> None:
    if job.attempts > job.max_attempts:
        _fail(job, running, "given up: its worker was stopped in it too often")
        return
    work = HANDLERS.get(job.name)
    if work is None:
        _fail(job, running, f"no handler is known for {job.name}")
        return
    try:
        work(dict(job.arguments), running)
    except LeaseLost:
        return
    except Exception as error:  # whatever a job raises, the worker goes on with the next
        _put_off(job, running, type(error).__name__)
    else:
        _end(job, running)


def _end(job: Job, running: Running) -> None:
    now = running.clock()
    changes: dict[str, Any] = {
        "lease_by": "",
        "lease_until": None,
        "last_error": "",
        "ended_at": now,
    }
    if job.every:
        due = now + timedelta(seconds=job.every)
        changes |= {"state": "queued", "due_at": due, "attempts": 0, "progress": {}}
    else:
        changes |= {"state": "done"}
    _mine(running).update(**changes)


def _put_off(job: Job, running: Running, why: str) -> None:
    """Later each time, doubled; after the last attempt it has failed, a schedule waits its turn."""
    if job.attempts >= job.max_attempts and not job.every:
        _fail(job, running, why)
        return
    wait = min(FIRST_RETRY * 2 ** min(job.attempts - 1, 12), LONGEST_RETRY)
    _mine(running).update(
        state="queued",
        due_at=running.clock() + wait,
        lease_by="",
        lease_until=None,
        last_error=why[:200],
    )


def _fail(job: Job, running: Running, why: str) -> None:
    _mine(running).update(
        state="failed",
        ended_at=running.clock(),
        lease_by="",
        lease_until=None,
        last_error=why[:200],
    )


def _mine(running: Running) -> Any:
    return Job.objects.filter(pk=running.job_id, state="running", lease_by=running.worker)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """How a job stands, for the page of whoever asked for it."""

    id: int
    name: str
    state: str
    done: int
    total: int | None
    error: str
    has_result: bool


def job_page(job_id: int, *, asked_by: str) -> JobView:
    """The state of a job its asker may see; another's answers as one that is not there."""
    job = Job.objects.filter(pk=job_id, asked_by=asked_by).first()
    if job is None:
        raise NotPermitted("no_such_job", remedy="There is no such job of yours.")
    return JobView(
        id=job.pk,
        name=job.name,
        state=job.state,
        done=job.done_count,
        total=job.total_count,
        error=job.last_error,
        has_result=bool(job.result_path),
    )


@transaction.atomic
def try_again(job_id: int) -> None:
    """Queue a failed job again from where it stopped. Raises BadInput when it has not failed."""
    changed = Job.objects.filter(pk=job_id, state="failed").update(
        state="queued", attempts=0, due_at=machine_now(), ended_at=None, last_error=""
    )
    if not changed:
        raise BadInput("job_not_failed", remedy="Only a job that has failed is tried again.")
