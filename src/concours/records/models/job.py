"""Background jobs: what is to be done, by whom it is held, and how far it has come."""

from typing import ClassVar

from django.db import models

from concours.records.models.kinds import Source

STATES = ("queued", "running", "done", "failed")


class Job(Source):
    """One job. Due times, leases and retries go by machine time.

    A job whose lease ran out was killed; whoever claims it next resumes from
    ``progress``. ``every`` seconds makes it a schedule: done, it is queued again.
    """

    of_nobody: ClassVar[bool] = True

    name = models.CharField(max_length=80)
    key = models.CharField(max_length=120, unique=True, null=True, blank=True)
    arguments = models.JSONField(default=dict)
    state = models.CharField(
        max_length=8, default="queued", choices=[(state, state) for state in STATES]
    )
    due_at = models.DateTimeField()
    every = models.PositiveIntegerField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=8)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_by = models.CharField(max_length=60, blank=True)
    progress = models.JSONField(default=dict)
    done_count = models.PositiveBigIntegerField(default=0)
    total_count = models.PositiveBigIntegerField(null=True, blank=True)
    result_path = models.CharField(max_length=200, blank=True)
    last_error = models.CharField(max_length=200, blank=True)
    asked_by = models.CharField(max_length=20, blank=True)
    queued_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "due_at"], name="job_due")]
