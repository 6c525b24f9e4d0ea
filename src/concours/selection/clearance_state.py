"""The clearances as a value: two compartments in parallel, their waits, decisions and dates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from concours.kernel.period import day_of

COMPARTMENTS = ("medical", "security")
WAITS = ("candidate", "board", "third_party")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Time spent waiting on one party; ``until`` None while it lasts."""

    on: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compartment:
    """One clearance. ``outcome`` "" while undecided; ``until`` the first day it is no longer good."""

    outcome: str = ""
    papers_at: datetime | None = None
    decided_at: datetime | None = None
    decided_seq: int = 0
    until: date | None = None
    waits: tuple[Wait, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """The step's state. The particulars (class, guideline) stand in their compartments, not here."""

    offered_at: datetime | None = None
    offered_seq: int = 0
    medical: Compartment = Compartment()
    security: Compartment = Compartment()
    documents_due: datetime | None = None
    waiver: str = ""
    waiver_at: datetime | None = None
    waiver_seq: int = 0
    appeal: str = ""
    appeal_at: datetime | None = None
    passed: bool | None = None
    decided_at: datetime | None = None
    decided_seq: int = 0

    @property
    def medical_cleared(self) -> bool:
        """Cleared by its class, or by waiver."""
        return self.medical.outcome == "cleared" or (
            self.medical.outcome == "waiver_needed" and self.waiver == "granted"
        )

    @property
    def security_cleared(self) -> bool:
        """Granted, with or without a condition."""
        return self.security.outcome in ("grant", "grant_with_condition")


def good_on(state: Clearance, *, day: date) -> tuple[str, ...]:
    """The compartments that are not good on ``day``: undecided, refused or expired."""
    found = {
        "medical": (state.medical_cleared, state.medical.until),
        "security": (state.security_cleared, state.security.until),
    }
    return tuple(
        name
        for name, (cleared, until) in found.items()
        if not cleared or until is None or day >= until
    )


def waited_days(compartment: Compartment, *, at: datetime, zone: str) -> Mapping[str, int]:
    """Days waited on each party up to ``at``, to the day in ``zone``.

    A wait counts from the day it begins up to, not including, the day the next
    begins: so the parties' days add up to the days from opening to decision.
    """
    days = dict.fromkeys(WAITS, 0)
    for wait in compartment.waits:
        end = min(wait.until or at, at)
        if wait.since < end:
            spent = (day_of(end, zone) - day_of(wait.since, zone)).days
            days[wait.on] = days.get(wait.on, 0) + spent
    return days
