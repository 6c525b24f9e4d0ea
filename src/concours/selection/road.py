"""The road: each step of one candidacy as a person would tell it, in the process's order."""

from dataclasses import dataclass
from datetime import datetime

from concours.kernel.period import due_after
from concours.policy.edition import Edition
from concours.selection.candidacy import Candidacy
from concours.selection.opening import Opening
from concours.selection.step_kind import StepView
from concours.selection.steps import STEPS
from concours.selection.watch import is_sure, lacking


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
    """Every command that is legal now, over all steps, in the process's order.

    Between a decision and its telling nothing else may be awaited: then it is the telling.
    """
    found = tuple(
        opening
        for plan in edition.steps
        for opening in STEPS[plan.kind].openings(file, edition, step=plan.id, at=at)
    )
    if file.closed is not None or any(is_sure(opening) for opening in found):
        return found
    return (*found, *_telling(file, edition))


def _telling(file: Candidacy, edition: Edition) -> tuple[Opening, ...]:
    """The telling of a decision the candidate does not know yet; the service does it after its hold."""
    for plan in reversed(edition.steps):
        decided: int = getattr(file.steps.get(plan.id), "decided_seq", 0)
        if decided and decided not in file.told and file.last_on is not None:
            return (
                Opening(
                    command="notice.release",
                    action="notice.release",
                    step=plan.id,
                    owner="system",
                    since=file.last_on,
                    awaited=True,
                    due_on=due_after(file.last_on, 1, edition.zone),
                ),
            )
    return ()


def is_stuck(file: Candidacy, edition: Edition, *, at: datetime) -> bool:
    """An open file without a legal next step, an owner or a due date: it must never happen."""
    if file.opened_at is None or file.closed is not None:
        return False
    return lacking(openings(file, edition, at=at)) != ""
