"""Decisions of the register taken back: an unanswered offer, a placement."""

from collections.abc import Sequence
from datetime import datetime

from concours.ledger.draft import Draft
from concours.selection import register_reversal as rules
from concours.selection.authority import Actor
from concours.services.case import Case, decide
from concours.services.register.acts import step_of
from concours.services.register.offers import plan_of
from concours.services.reversing import require_not_own, take_back


def reverse_offer(
    actor: Actor, code: str, *, at: datetime, seen: str | None, reason: str, authority: str
) -> Case:
    """Take back an offer nobody has answered; the class may offer its place to others at once."""

    def command(case: Case) -> Sequence[Draft]:
        drafts = rules.reverse_offer(
            case.candidacy,
            case.edition,
            step=step_of(case),
            at=at,
            plan=plan_of(case),
            reason=reason,
            authority=authority,
        )
        require_not_own(actor, case, drafts)
        return drafts

    return decide(actor, code, "register.reverse_offer", command, at=at, seen=seen)


def reverse_placement(
    actor: Actor, code: str, *, at: datetime, seen: str | None, **why: str
) -> Case:
    """Take the place on the register back."""
    return take_back(
        actor,
        code,
        rules.reverse_placement,
        kind="register",
        action="register.reverse_placement",
        at=at,
        seen=seen,
        **why,
    )
