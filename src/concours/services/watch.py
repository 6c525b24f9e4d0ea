"""The stuck-file watch: every open file has a legal next step, an owner and a due date."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from concours.records.ledger_store import read_many
from concours.records.models import CandidacyStanding
from concours.selection.authority import Actor, require
from concours.selection.come_due import as_of
from concours.selection.fold import fold_candidacy
from concours.selection.road import openings
from concours.selection.watch import lacking
from concours.services.competitions import binding_edition
from concours.services.refresh import competitions_of
from concours.services.standing_at import standing_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """Open files by what is wrong: nobody expected to act, or somebody late."""

    open: int
    stuck: int
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """A round of the watch: how many files were folded, and how many lack what.

    ``reached`` is where the next round goes on; "" when this one saw the last file.
    """

    files: int
    lacking: Mapping[str, int]
    reached: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedFile:
    """One file that needs a look: what it lacks, who owns it and since when it is late."""

    file: str
    step: str
    owner: str
    lacks: str
    due_on: datetime | None
    since: datetime | None


def watch_files(*, at: datetime) -> Watched:
    """Count open files, those stuck and those past their date, as they stand at ``at``."""
    rows = standing_at(at).filter(closed_on__isnull=True)
    return Watched(
        open=rows.count(),
        stuck=rows.filter(due_on__isnull=True).count(),
        overdue=rows.filter(due_on__lt=at).count(),
    )


def inspect_files(*, at: datetime, limit: int = 500, after: str = "") -> Inspected:
    """Fold up to ``limit`` open files from ``after`` on, and count what they lack at this instant.

    What may be done changes with time alone, so the rows do not suffice: a file is
    asked for its openings, dates that have come counted.
    """
    rows = CandidacyStanding.objects.filter(closed_on__isnull=True, file__gt=after)
    codes = list(rows.order_by("file").values_list("file", flat=True)[:limit])
    found = Counter(lack for lack in _lacks(codes, at=at).values() if lack)
    return Inspected(
        files=len(codes), lacking=found, reached=codes[-1] if len(codes) == limit else ""
    )


def watched_files(actor: Actor, *, at: datetime, most: int = 50) -> tuple[WatchedFile, ...]:
    """The files that need a look, stuck ones first, then the latest."""
    require(actor, "funnel.read")
    rows = standing_at(at).filter(closed_on__isnull=True)
    stuck = list(rows.filter(due_on__isnull=True).order_by("file")[:most])
    late = list(rows.filter(due_on__lt=at).order_by("due_on", "file")[: most - len(stuck)])
    lacks = _lacks([row.file for row in (*stuck, *late)], at=at)
    found = [
        WatchedFile(
            file=r.file,
            step=r.step,
            owner=r.owner,
            lacks=lacks[r.file],
            due_on=r.due_on,
            since=r.since,
        )
        for r in (*stuck, *late)
    ]
    return tuple(sorted(found, key=lambda f: not f.lacks))


def _lacks(codes: Sequence[str], *, at: datetime) -> dict[str, str]:
    """What each open file lacks; "" for nothing, and for one that has ended by a date that came."""
    files = {code: fold_candidacy(facts) for code, facts in read_many(codes).items()}
    competitions = competitions_of(files)
    found = {}
    for code, file in files.items():
        edition = binding_edition(competitions[file.competition], file)
        file = as_of(file, edition, at=at)
        found[code] = "" if file.closed else lacking(openings(file, edition, at=at))
    return found
