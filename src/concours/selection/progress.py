"""How far a candidacy has come, step by step, and the dates that follow from it."""

from datetime import datetime

from concours.kernel.errors import RuleRefused
from concours.kernel.period import due_after
from concours.policy.deadline import Deadline, lapses_at
from concours.policy.edition import Edition
from concours.policy.target import Target, meant_by
from concours.selection.candidacy import Candidacy


def has_passed(file: Candidacy, step: str) -> bool:
    """Whether one step is passed (or exempted)."""
    state = file.steps.get(step)
    return state is not None and state.passed is True  # every step's state says so of itself


def reached(file: Candidacy, edition: Edition, *, step: str) -> bool:
    """Whether every step before this one is passed."""
    for plan in edition.steps:
        if plan.id == step:
            return file.opened_at is not None
        if not has_passed(file, plan.id):
            return False
    return False


def require_all_before(file: Candidacy, edition: Edition, *, step: str) -> None:
    """Refuse until every earlier step is passed, naming the first that is not."""
    if reached(file, edition, step=step):
        return
    waiting = next((plan for plan in edition.steps if not has_passed(file, plan.id)), None)
    raise RuleRefused(
        "earlier_step_not_passed",
        remedy=f"First comes: {waiting.title if waiting else 'another step'}.",
        numbers={"step": waiting.id if waiting else step},
    )


def due_since_told(file: Candidacy, edition: Edition, *, about: int, rule: str) -> datetime | None:
    """When the deadline lapses that began when the candidate was told; None until told."""
    told = file.told.get(about)
    if told is None:
        return None
    if told.due_on is not None:
        return told.due_on
    return lapses_at(edition.value(rule, Deadline), told_at=told.at, zone=edition.zone)


def meant_for(edition: Edition, *, rule: str, since: datetime) -> datetime:
    """By when the board means to act; a fortnight where the edition sets itself no target."""
    if edition.has(rule):
        return meant_by(edition.value(rule, Target), since=since, zone=edition.zone)
    return due_after(since, 14, edition.zone)
