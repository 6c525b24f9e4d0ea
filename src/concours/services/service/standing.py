"""The officers' rows: one an appointed candidacy."""

from collections.abc import Iterable
from datetime import datetime

from concours.policy.edition import Edition
from concours.records.models import OfficerStanding
from concours.selection.candidacy import Candidacy
from concours.selection.service_state import Service


def rows(file: Candidacy, edition: Edition, at: datetime) -> Iterable[OfficerStanding]:
    """The officer of a file, once appointed."""
    for plan in edition.steps:
        if plan.kind != "service":
            continue
        state = file.state(plan.id, Service)
        if state.appointed_at is None:
            continue
        passed = {module for module, result in state.results if result == "passed"}
        yield OfficerStanding(
            file=file.file,
            person=file.person,
            class_file=state.class_file,
            grade=state.grade,
            grade_step=state.grade_step,
            modules_passed=len(passed),
            modules_failed=sum(1 for _, result in state.results if result == "failed"),
            state=_state(state),
            post=state.postings[0].post if state.postings else "",
            since=state.decided_at or state.trained_at or state.appointed_at,
        )


def _state(state: Service) -> str:
    """in_training, to_post, posted, handed_over or separated."""
    if state.handed_over_at is not None:
        return "handed_over"
    if state.passed is False:
        return "separated"
    if state.postings:
        return "posted"
    return "to_post" if state.trained_at is not None else "in_training"
