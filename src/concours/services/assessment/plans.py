"""Asking for a day's plan, and how the last one came out; the worker does the planning."""

from dataclasses import dataclass
from datetime import datetime

from concours.records.models import AssessmentDay, Job
from concours.selection.authority import Actor, require
from concours.services.files import unknown_file
from concours.services.jobs import enqueue

PLAN = "assessment.plan_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlanStatus:
    """How the last plan came out; ``code`` and ``remedy`` where it was refused."""

    state: str
    asked_at: datetime
    groups: int
    changed: int
    code: str
    remedy: str


def ask_for_day_plan(actor: Actor, day: str, *, at: datetime) -> int:
    """Let the worker plan the day, or plan it again with the least change."""
    require(actor, "assessment.manage_days")
    if not AssessmentDay.objects.filter(pk=day).exists():
        raise unknown_file()
    arguments = {"day": day, "actor": actor.code, "at": at.isoformat()}
    return enqueue(PLAN, arguments, asked_by=actor.code)


def day_plan_status(day: str) -> DayPlanStatus | None:
    """The last plan asked for on a day."""
    job = Job.objects.filter(name=PLAN, arguments__day=day).order_by("-pk").first()
    if job is None:
        return None
    return DayPlanStatus(
        state=job.state,
        asked_at=job.queued_at,
        groups=int(job.progress.get("groups", 0)),
        changed=int(job.progress.get("changed", 0)),
        code=str(job.progress.get("refused", "")),
        remedy=str(job.progress.get("remedy", "")),
    )
