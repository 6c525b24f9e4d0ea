"""A break between two sections: from when, and until when at the latest."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A break taken. At ``ends_at`` the time of the next section begins, whoever is back.

    ``ended_at`` is when it was ended, by the candidate or by the opening of the next section.
    """

    begun_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None
