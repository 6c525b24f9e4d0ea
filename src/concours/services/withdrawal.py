"""Withdrawing a candidacy from wherever it stands: every step gives back what it holds.

It stands above the steps because it knows them all; they do not know each other.
"""

from collections.abc import Callable
from datetime import datetime

from concours.ledger.draft import Draft
from concours.selection import application_exceptions as rules
from concours.selection.authority import Actor
from concours.services.application.exceptions import give_back_seat
from concours.services.application.sections import application_step
from concours.services.assessment.booking import give_back_place
from concours.services.case import Case, decide
from concours.services.register.offers import give_back_class_place

Release = Callable[[Case], tuple[Draft, ...]]


def _seat(case: Case) -> tuple[Draft, ...]:
    return give_back_seat(case, reason="withdrawn")


RELEASES: tuple[Release, ...] = (_seat, give_back_place, give_back_class_place)
"""What each step gives back; a step that holds something adds its function."""


def withdraw(actor: Actor, code: str, *, reason: str, at: datetime, seen: str | None) -> Case:
    """Withdraw a candidacy; its seat, its place and whatever else it holds is free at once."""

    def command(case: Case) -> tuple[Draft, ...]:
        release = tuple(draft for give_back in RELEASES for draft in give_back(case))
        return rules.withdraw(
            case.candidacy,
            case.edition,
            step=application_step(case),
            at=at,
            reason=reason,
            release=release,
        )

    return decide(actor, code, "application.withdraw", command, at=at, seen=seen)
