"""Background jobs: each done once, put off when it fails, resumed when its worker is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from concours.kernel.errors import BadInput, NotPermitted
from concours.records.models import Job
from concours.services import jobs
from concours.services.jobs import LEASE, Running, enqueue, job_page, run_due_jobs, try_again

START = datetime(2026, 1, 1, tzinfo=UTC)


class Machine:
    """A machine's clock the test moves."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def wait(self, span: timedelta) -> None:
        self.now += span


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def done() -> Iterator[list[Any]]:
    """What the test's handlers noted; their names are given back afterwards."""
    noted: list[Any] = []
    before = dict(jobs.HANDLERS)

    @jobs.handler("note")
    def note(arguments: Mapping[str, Any], running: Running) -> None:
        noted.append(arguments["word"])

    @jobs.handler("break")
    def fail(arguments: Mapping[str, Any], running: Running) -> None:
        noted.append("tried")
        raise ValueError("Ada Example's data is wrong")

    @jobs.handler("count")
    def count(arguments: Mapping[str, Any], running: Running) -> None:
        for number in range(running.progress.get("next", 0), 5):
            if number == arguments.get("killed_at") and not running.progress.get("again"):
                running.save({"next": number, "again": True}, done=number, total=5)
                raise SystemExit
            noted.append(number)
            running.save({"next": number + 1}, done=number + 1, total=5)

    yield noted
    jobs.HANDLERS.clear()
    jobs.HANDLERS.update(before)


@pytest.mark.django_db
def test_a_job_is_done_once_when_it_is_due(done: list[Any], machine: Machine) -> None:
    enqueue("note", {"word": "later"}, due_at=START + timedelta(hours=1), clock=machine)
    enqueue("note", {"word": "now"}, clock=machine)
    assert run_due_jobs(worker="a", clock=machine) == 1
    assert run_due_jobs(worker="a", clock=machine) == 0
    machine.wait(timedelta(hours=1))
    run_due_jobs(worker="a", clock=machine)
    assert done == ["now", "later"]
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}


@pytest.mark.django_db
def test_a_job_asked_for_twice_under_one_key_is_one_job(done: list[Any], machine: Machine) -> None:
    first = enqueue("note", {"word": "one"}, key="letter/1", clock=machine)
    assert enqueue("note", {"word": "two"}, key="letter/1", clock=machine) == first
    run_due_jobs(worker="a", clock=machine)
    assert done == ["one"]


@pytest.mark.django_db
def test_a_job_of_a_decision_that_failed_is_never_done(done: list[Any], machine: Machine) -> None:
    def decide() -> None:
        with transaction.atomic():
            enqueue("note", {"word": "ghost"}, clock=machine)
            raise KeyError

    with pytest.raises(KeyError):
        decide()
    assert run_due_jobs(worker="a", clock=machine) == 0


@pytest.mark.django_db
def test_a_failing_job_is_put_off_longer_each_time_and_then_given_up(
    done: list[Any], machine: Machine
) -> None:
    number = enqueue("break", max_attempts=4, clock=machine)
    waits = []
    for _ in range(3):
        run_due_jobs(worker="a", clock=machine)
        job = Job.objects.get(pk=number)
        waits.append(job.due_at - machine.now)
        machine.wait(waits[-1])
    assert waits == [timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=20)]
    run_due_jobs(worker="a", clock=machine)
    job = Job.objects.get(pk=number)
    assert (job.state, job.attempts, len(done)) == ("failed", 4, 4)
    assert job.last_error == "ValueError"  # the kind only: messages may hold names
    try_again(number)
    with pytest.raises(BadInput):
        try_again(number)


@pytest.mark.django_db
def test_a_schedule_is_done_again_after_its_interval(done: list[Any], machine: Machine) -> None:
    enqueue("note", {"word": "tick"}, every=timedelta(minutes=5), key="tick", clock=machine)
    for _ in range(3):
        run_due_jobs(worker="a", clock=machine)
        run_due_jobs(worker="a", clock=machine)
        machine.wait(timedelta(minutes=5))
    assert done == ["tick"] * 3


@pytest.mark.django_db
def test_a_job_goes_on_from_its_progress_when_its_lease_ran_out(
    done: list[Any], machine: Machine
) -> None:
    enqueue("count", {"killed_at": 3}, clock=machine)
    with pytest.raises(SystemExit):
        run_due_jobs(worker="killed", clock=machine)
    assert run_due_jobs(worker="other", clock=machine) == 0
    machine.wait(LEASE + timedelta(seconds=1))
    assert run_due_jobs(worker="other", clock=machine) == 1
    assert done == [0, 1, 2, 3, 4]
    job = Job.objects.get()
    assert (job.state, job.attempts, job.done_count, job.total_count) == ("done", 2, 5, 5)


@pytest.mark.django_db
def test_a_worker_that_lost_its_lease_saves_nothing_more(done: list[Any], machine: Machine) -> None:
    number = enqueue("count", clock=machine)
    slow = jobs._claim("slow", machine())
    assert slow is not None
    machine.wait(LEASE + timedelta(seconds=1))
    run_due_jobs(worker="quick", clock=machine)
    with pytest.raises(jobs.LeaseLost):
        Running(job_id=number, worker="slow", progress={}, clock=machine).save({"next": 1})
    assert Job.objects.get(pk=number).progress == {"next": 5}


@pytest.mark.django_db
def test_a_job_nobody_knows_fails_by_name(machine: Machine) -> None:
    number = enqueue("no_such_work", clock=machine)
    run_due_jobs(worker="a", clock=machine)
    assert Job.objects.get(pk=number).last_error == "no handler is known for no_such_work"


@pytest.mark.django_db
def test_a_job_is_shown_to_whoever_asked_for_it(done: list[Any], machine: Machine) -> None:
    number = enqueue("note", {"word": "x"}, asked_by="AAAA", clock=machine)
    assert job_page(number, asked_by="AAAA").state == "queued"
    with pytest.raises(NotPermitted):
        job_page(number, asked_by="BBBB")


WORKER = """
import sys, time
import django
django.setup()
from concours.services import jobs

@jobs.handler("slow_count")
def slow_count(arguments, running):
    for number in range(running.progress.get("next", 0), 40):
        running.save({"next": number + 1}, done=number + 1, total=40)
        print(number, flush=True)
        time.sleep(0.05)

jobs.LEASE = jobs.timedelta(seconds=1)
while True:
    jobs.run_due_jobs(worker=sys.argv[1])
    time.sleep(0.05)
"""


def test_a_killed_workers_job_is_finished_by_the_next(own_database: str) -> None:
    number = enqueue("slow_count")
    environment = os.environ | {
        "DATABASE_URL": own_database,
        "DJANGO_SETTINGS_MODULE": "concours.site.settings",
    }

    def worker(name: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", WORKER, name],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )

    with worker("first") as first:
        assert first.stdout is not None
        for _ in range(8):
            first.stdout.readline()
        first.send_signal(signal.SIGKILL)
    assert Job.objects.get(pk=number).state == "running"
    with worker("second") as second:
        deadline = time.monotonic() + 30
        while Job.objects.get(pk=number).state != "done" and time.monotonic() < deadline:
            time.sleep(0.05)
        second.terminate()
    job = Job.objects.get(pk=number)
    assert (job.state, job.attempts, job.done_count) == ("done", 2, 40)
