"""A candidate's own candidacies, in one list."""

from dataclasses import dataclass
from datetime import datetime

from concours.records.ledger_store import read_many
from concours.records.models import CandidacyStanding
from concours.selection.authority import Actor, require
from concours.selection.fold import as_told, fold_candidacy
from concours.selection.road import openings, road
from concours.services.case import shown_to
from concours.services.competitions import binding_edition
from concours.services.refresh import competitions_of

__all__ = ["OwnRow", "as_told", "own_candidacies"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRow:
    """One candidacy as its candidate sees it in their list."""

    file: str
    competition: str
    track: str
    step_title: str
    status: str
    closed: bool
    reason: str
    since: datetime | None
    due_on: datetime | None
    command: str
    done: int
    steps: int


def own_candidacies(actor: Actor, *, at: datetime) -> tuple[OwnRow, ...]:
    """The candidate's candidacies, newest first, each up to what they were told."""
    require(actor, "file.read_own")
    codes = list(
        CandidacyStanding.objects.filter(person=actor.person)
        .order_by("-opened_at", "file")
        .values_list("file", flat=True)[:20]
    )
    files = read_many(codes)
    folded = {code: fold_candidacy(files[code]) for code in codes}
    competitions = competitions_of(folded)
    found = []
    for code, whole in folded.items():
        competition = competitions[whole.competition]
        edition = binding_edition(competition, whole)
        shown = fold_candidacy(shown_to("candidate", files[code], competition))
        way = road(shown, edition, at=at)
        current = next((m for m in way.milestones if m.step == way.current), way.milestones[-1])
        awaited = [
            o
            for o in openings(shown, edition, at=at)
            if o.awaited and o.owner == "candidate" and o.due_on is not None
        ]
        first = min(awaited, key=lambda o: (o.due_on or at, o.command), default=None)
        found.append(
            OwnRow(
                file=code,
                competition=competition.title,
                track=shown.track,
                step_title=current.title,
                status="closed" if shown.closed else current.view.status,
                closed=shown.closed is not None,
                reason=shown.closed.reason if shown.closed else "",
                since=current.view.since,
                due_on=first.due_on if first else None,
                command=first.command if first else "",
                done=sum(m.view.status in ("passed", "exempt") for m in way.milestones),
                steps=len(way.milestones),
            )
        )
    return tuple(found)
