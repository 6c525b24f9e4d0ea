"""Sittings whose time is over: submitted by the worker with what the service holds."""

from datetime import datetime

from concours.policy.late_answers import LateAnswers, late_until
from concours.records.models import ExaminationStanding
from concours.selection.authority import Actor
from concours.selection.examination import Examination
from concours.selection.examination_breaks import latest_end
from concours.services.case import open_candidacy
from concours.services.examination.sittings import submit_sitting


def end_overdue(actor: Actor, *, at: datetime) -> int:
    """Submit every sitting whose time and grace are over; run by the worker.

    Its time is over when every section and break still to come would be, whether they were
    opened or not: nobody keeps a sitting open by doing nothing. The grace is that of late answers: a device that was without a network may still bring some.
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
        ends = latest_end(sitting, case.edition, step=row.step)
        until = late_until(late, ends_at=ends) if late else ends
        over = sitting.paused_at is None and until <= at
        if over or (window is not None and window <= at):
            submit_sitting(actor, row.file, at=at, ended_by="time")
            ended += 1
    return ended
