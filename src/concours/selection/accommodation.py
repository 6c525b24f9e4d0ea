"""What a candidate has asked for at the test, and what is granted."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Accommodation:
    """The last request, and the grant in force. ``outcome`` is "" until the request is decided:
    granted, granted_in_part or refused. A new request leaves what is granted in force."""

    asked_seq: int = 0
    asked_at: datetime | None = None
    due_on: datetime | None = None
    wants: tuple[str, ...] = ()
    outcome: str = ""
    granted: tuple[str, ...] = ()
    factor: Fraction = Fraction(1)
    decided_seq: int = 0
    decided_at: datetime | None = None

    @property
    def waits(self) -> bool:
        """Whether a request waits for a decision."""
        return self.asked_at is not None and not self.outcome
