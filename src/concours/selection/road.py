"""The road: each step of one candidacy as a person would tell it, in the process's order."""

from dataclasses import dataclass
from datetime import datetime

from concours.policy.edition import Edition
from concours.selection.candidacy import Candidacy
from concours.selection.opening import Opening
from concours.selection.step_kind import StepView
from concours.selection.steps import STEPS
from concours.selection.watch import lacking


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """One step on the road: its id, kind and title, and how it stands."""

    step: str
    kind: str
    title: str
    view: StepView


@dataclass(frozen=True, slots=True, kw_only=True)
class Road:
    """The whole road. ``current`` is the step the file stands in; "" after the last."""

    milestones: tuple[Milestone, ...]
    current: str


def road(file: Candidacy, edition: Edition, *, at: datetime) -> Road:
    """Say where the candidacy stands at every step."""
    milestones = []
    current = ""
    for plan in edition.steps:
        view = STEPS[plan.kind].summary(file, edition, step=plan.id, at=at)
        milestones.append(Milestone(step=plan.id, kind=plan.kind, title=plan.title, view=view))
        if not current and view.status in ("your_turn", "board", "not_started", "failed"):
            current = plan.id
    return Road(milestones=tuple(milestones), current=current)


def openings(file: Candidacy, edition: Edition, *, at: datetime) -> tuple[Opening, ...]:
    """Every command that is legal now, over all steps, in the process's order."""
    return tuple(
        opening
        for plan in edition.steps
        for opening in STEPS[plan.kind].openings(file, edition, step=plan.id, at=at)
    )


def is_stuck(file: Candidacy, edition: Edition, *, at: datetime) -> bool:
    """An open file without a legal next step, an owner or a due date: it must never happen."""
    if file.opened_at is None or file.closed is not None:
        return False
    return lacking(openings(file, edition, at=at)) != ""
