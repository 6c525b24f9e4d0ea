"""Sittings whose time is over: submitted by the worker with what the service holds."""

from datetime import datetime

from concours.policy.late_answers import LateAnswers, late_until
from concours.records.models import ExaminationStanding
from concours.selection.authority import Actor
from concours.selection.examination import Examination, sections_of
from concours.services.case import open_candidacy
from concours.services.examination.sittings import submit_sitting


def end_overdue(actor: Actor, *, at: datetime) -> int:
    """Submit every sitting whose last section's time and grace are over; run by the worker.

    The grace is that of late answers: a device that was without a network may still bring some.
    """
    ended = 0
    for row in ExaminationStanding.objects.filter(sitting="open", closed=False).order_by("file"):
        case = open_candidacy(actor, row.file, "examination.end_sitting", at=at)
        sitting = case.candidacy.state(row.step, Examination).sitting
        window = case.candidacy.state(row.step, Examination).window_ends
        if sitting is None:
            continue
        rule = f"{row.step}.late_answers"
        late = case.edition.value(rule, LateAnswers) if case.edition.has(rule) else None
        ends = [
            late_until(late, ends_at=sat.ends_at) if late else sat.ends_at
            for sat in sitting.sections.values()
        ]
        whole = len(ends) == len(sections_of(case.edition, row.step)) and not sitting.paused_at
        if (whole and max(ends) <= at) or (window is not None and window <= at):
            submit_sitting(actor, row.file, at=at, ended_by="time")
            ended += 1
    return ended
