"""Whether a candidacy has come as far as a step: the step before it passed, and the candidate told."""

from typing import Protocol

from concours.kernel.errors import RuleRefused
from concours.policy.edition import Edition
from concours.selection.candidacy import Candidacy, Told


class Decided(Protocol):
    """What every step's state says of itself: passed or not (None while undecided), by which entry."""

    @property
    def passed(self) -> bool | None: ...

    @property
    def decided_seq(self) -> int: ...


def arrival(file: Candidacy, edition: Edition, *, step: str) -> Told | None:
    """The telling with which the candidacy came to this step; None while it has not come so far."""
    before = ""
    for plan in edition.steps:
        if plan.id == step:
            break
        before = plan.id
    state: Decided | None = file.steps.get(before)
    if state is None or not state.passed:
        return None
    return file.told.get(state.decided_seq)


def require_reached(file: Candidacy, edition: Edition, *, step: str) -> Told:
    """Refuse a command of a step the candidacy has not come to yet."""
    reached = arrival(file, edition, step=step)
    if reached is None:
        raise RuleRefused(
            "step_not_reached",
            remedy="The step before this one must be passed and its result told first.",
            numbers={"step": step},
        )
    return reached
