"""The stuck-file watch: every open file has a legal next step, an owner and a date."""

from dataclasses import dataclass
from datetime import datetime

from concours.records.models import CandidacyStanding
from concours.selection.authority import Actor, require


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """Open files by what is wrong: nobody expected to act, or somebody late."""

    open: int
    stuck: int
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedFile:
    """One file that needs a look: who owns it and since when it is late."""

    file: str
    step: str
    owner: str
    due_on: datetime | None
    since: datetime | None


def watch_files(*, at: datetime) -> Watched:
    """Count open files, those stuck and those past their date."""
    rows = CandidacyStanding.objects.filter(closed_on__isnull=True)
    return Watched(
        open=rows.count(),
        stuck=rows.filter(due_on__isnull=True).count(),
        overdue=rows.filter(due_on__lt=at).count(),
    )


def watched_files(actor: Actor, *, at: datetime, most: int = 50) -> tuple[WatchedFile, ...]:
    """The files that need a look, stuck ones first, then the latest."""
    require(actor, "funnel.read")
    rows = CandidacyStanding.objects.filter(closed_on__isnull=True)
    stuck = list(rows.filter(due_on__isnull=True).order_by("file")[:most])
    late = list(rows.filter(due_on__lt=at).order_by("due_on", "file")[: most - len(stuck)])
    return tuple(
        WatchedFile(file=r.file, step=r.step, owner=r.owner, due_on=r.due_on, since=r.since)
        for r in (*stuck, *late)
    )
