"""Dates that have come: the worker writes down what follows, in force from the day it fell due.

Pages and folds say the same without it, as what changes by time alone is a date;
running late, or twice, changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from concours.kernel.errors import Refusal
from concours.ledger.draft import Draft
from concours.records.models import CandidacyStanding
from concours.selection.authority import SYSTEM
from concours.selection.come_due import follow, passed
from concours.services.case import Case, decide


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapsed:
    """How many files had a date come, and which could not be moved on, with the reason's code.

    ``reached`` is where the next round goes on; "" when this one saw the last file.
    """

    done: int
    refused: tuple[tuple[str, str], ...]
    reached: str = ""


def lapse_due(*, at: datetime, limit: int = 200, after: str = "") -> Lapsed:
    """Record what follows for up to ``limit`` files whose date has come, from ``after`` on.

    A file the board is late with stays among them for as long as the board is late,
    so a round goes on where the one before it ended: none keeps another waiting.
    """
    rows = CandidacyStanding.objects.filter(due_on__lte=at, closed_on__isnull=True, file__gt=after)
    codes = list(rows.order_by("file").values_list("file", flat=True)[:limit])
    done, refused = 0, []
    for code in codes:
        try:
            done += lapse_file(code, at=at)
        except Refusal as refusal:
            refused.append((code, refusal.code))
    reached = codes[-1] if len(codes) == limit else ""
    return Lapsed(done=done, refused=tuple(refused), reached=reached)


def lapse_file(code: str, *, at: datetime) -> bool:
    """Record the first date that has come on one file; false when none has."""
    written = False

    def command(case: Case) -> Sequence[Draft]:
        nonlocal written
        due = passed(case.candidacy, case.edition, at=at)
        written = bool(due)
        return follow(case.candidacy, case.edition, due[0], at=at) if due else ()

    decide(SYSTEM, code, "file.lapse", command, at=at, settle=False)
    return written
