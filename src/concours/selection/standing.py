"""A candidacy's standing in one row: what lists, tasks and the funnel are made of."""

from dataclasses import dataclass
from datetime import datetime

from concours.policy.edition import Edition
from concours.selection.candidacy import Candidacy
from concours.selection.road import openings, road
from concours.selection.watch import is_sure


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a file stands. ``step`` is the current step's id, ``owner`` who acts next.

    ``status`` is the current step's; "closed" once the candidacy has ended, with
    ``reason``; an appeal that waits on an ended file still has its owner and its date.
    ``furthest`` is the place (from 1) of the last step begun.
    """

    file: str
    seq: int
    competition: str
    person: str
    track: str
    step: str
    status: str
    outcome: str
    owner: str
    since: datetime | None
    due_on: datetime | None
    opened_at: datetime | None
    closed_on: datetime | None
    reason: str
    furthest: int


def standing_of(file: Candidacy, edition: Edition, *, at: datetime) -> Standing:
    """Fold the road and the openings into one row; ``at`` is the last entry's instant.

    Nothing in the row changes by time alone, so the row stays true until the next entry.
    """
    way = road(file, edition, at=at)
    begun = [i for i, m in enumerate(way.milestones, start=1) if m.view.status != "not_started"]
    furthest = begun[-1] if begun else 1
    current = way.current or way.milestones[furthest - 1].step
    if file.closed is not None and file.closed.step:
        current = file.closed.step
    view = next(m.view for m in way.milestones if m.step == current)
    awaited = sorted(
        (o for o in openings(file, edition, at=at) if is_sure(o)),
        key=lambda o: (o.due_on, o.command),
    )
    first = awaited[0] if awaited else None
    return Standing(
        file=file.file,
        seq=file.seq,
        competition=file.competition,
        person=file.person,
        track=file.track,
        step=current,
        status="closed" if file.closed is not None else view.status,
        outcome=view.outcome,
        owner=first.owner if first else "",
        since=view.since or file.opened_at,
        due_on=first.due_on if first else None,
        opened_at=file.opened_at,
        closed_on=file.closed.on if file.closed else None,
        reason=file.closed.reason if file.closed else "",
        furthest=furthest,
    )
