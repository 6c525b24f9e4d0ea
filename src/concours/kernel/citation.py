"""Where a rule or a value comes from, and how firmly it stands."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Standing(StrEnum):
    """How a value is known: read in its source, told by others, or decided by us."""

    QUOTED = "quoted"
    REPORTED = "reported"
    RULING = "ruling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """The source of one value: its title, the clause, and when we last looked."""

    source: str
    clause: str
    checked_on: date
    standing: Standing
    url: str = ""

    def __str__(self) -> str:
        return f"{self.source}, {self.clause}" if self.clause else self.source
