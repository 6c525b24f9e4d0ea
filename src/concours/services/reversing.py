"""A decision of one step of one candidacy taken back: the part every such act has in common."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from concours.ledger.draft import Draft
from concours.policy.edition import Edition
from concours.selection.authority import Actor
from concours.selection.candidacy import Candidacy
from concours.selection.second_reader import require_no_part
from concours.services.case import Case, decide


class Reversal(Protocol):
    """A pure command that takes a decision of a step back, with reason and authority."""

    def __call__(
        self,
        file: Candidacy,
        edition: Edition,
        *,
        step: str,
        at: datetime,
        reason: str,
        authority: str,
    ) -> tuple[Draft, ...]: ...


def step_of_kind(case: Case, kind: str) -> str:
    """The id of the process's step of a kind."""
    return next(plan.id for plan in case.edition.steps if plan.kind == kind)


def require_not_own(actor: Actor, case: Case, drafts: Sequence[Draft]) -> None:
    """Refuse to take back what one has decided oneself: an error is found by somebody else."""
    named = (draft.body.get("about") for draft in drafts if draft.file == case.code)
    for about in named:
        if isinstance(about, int) and 0 < about <= len(case.facts):
            require_no_part(actor.code, had_part={case.facts[about - 1].actor})


def decide_again(
    actor: Actor,
    code: str,
    action: str,
    command: Callable[[Case], Sequence[Draft]],
    *,
    at: datetime,
    seen: str | None,
) -> Case:
    """As `case.decide`, for a decision taken back or replaced: refused to whoever took it."""

    def by_another(case: Case) -> Sequence[Draft]:
        drafts = command(case)
        require_not_own(actor, case, drafts)
        return drafts

    return decide(actor, code, action, by_another, at=at, seen=seen)


def take_back(
    actor: Actor,
    code: str,
    reversal: Reversal,
    *,
    kind: str,
    action: str,
    at: datetime,
    seen: str | None,
    reason: str,
    authority: str,
) -> Case:
    """Run a reversal on a file; the candidate is told as of any decision."""

    def command(case: Case) -> tuple[Draft, ...]:
        return reversal(
            case.candidacy,
            case.edition,
            step=step_of_kind(case, kind),
            at=at,
            reason=reason,
            authority=authority,
        )

    return decide_again(actor, code, action, command, at=at, seen=seen)
