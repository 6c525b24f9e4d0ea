"""A decision of one step of one candidacy taken back: the part every such act has in common."""

from datetime import datetime
from typing import Protocol

from concours.ledger.draft import Draft
from concours.policy.edition import Edition
from concours.selection.authority import Actor
from concours.selection.candidacy import Candidacy
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

    return decide(actor, code, action, command, at=at, seen=seen)
