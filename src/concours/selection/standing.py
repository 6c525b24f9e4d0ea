"""A candidacy's standing in one row, and how that row changes when its dates come."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from concours.policy.edition import Edition
from concours.selection.candidacy import Candidacy
from concours.selection.come_due import as_of
from concours.selection.opening import Opening
from concours.selection.road import openings, road
from concours.selection.watch import is_sure

MOST_PERIODS = 16
"""More than any step has dates in a row; the last period then goes on for ever."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """How a file stands from one instant until just before another.

    ``holds_from`` None is the file's beginning: what stood before its last entry is
    told by the ledger, not by lists. ``holds_until`` None is for as long as nothing
    is recorded.
    """

    standing: Standing
    holds_from: datetime | None
    holds_until: datetime | None


def standing_of(file: Candidacy, edition: Edition, *, at: datetime) -> Standing:
    """Fold the road and the openings into one row: the file by its entries, read at ``at``.

    A date that has come by then and that no entry tells yet is not counted; see `periods_of`.
    """
    return _standing(file, edition, openings(file, edition, at=at), at=at)


def periods_of(file: Candidacy, edition: Edition) -> tuple[Period, ...]:
    """How the file stands from its last entry on, if nothing more is recorded.

    Every date counts from its instant, as the worker's entry will say; what comes
    of one date may bring the next. A standing changes at a date something waits
    for and at no other instant, so the periods tell it for every instant there is.
    """
    at = file.last_at
    return () if at is None else standing_and_periods(file, edition, at=at)[1]


def standing_and_periods(
    file: Candidacy, edition: Edition, *, at: datetime
) -> tuple[Standing, tuple[Period, ...]]:
    """`standing_of` and `periods_of` in one go; ``at`` is the last entry's instant."""
    now = openings(file, edition, at=at)
    row = _standing(file, edition, now, at=at)
    if not _has_come(now, at=at):
        return row, _periods(file, edition, now, row, at=at)
    later = as_of(file, edition, at=at)
    then = openings(later, edition, at=at)
    counted = _standing(later, edition, then, at=at)
    return row, _periods(later, edition, then, counted, at=at)


def _has_come(found: Sequence[Opening], *, at: datetime) -> bool:
    return any(o.due_on is not None and o.due_on <= at for o in found)


def _periods(
    file: Candidacy, edition: Edition, now: Sequence[Opening], row: Standing, *, at: datetime
) -> tuple[Period, ...]:
    """The periods from an instant on; ``now`` and ``row`` are what the file comes to there."""
    found: list[Period] = []
    begins: datetime | None = None
    while True:
        until = _next_date(file, now, at=at) if len(found) < MOST_PERIODS else None
        if found and _same(found[-1].standing, row):
            found[-1] = replace(found[-1], holds_until=until)
        else:
            found.append(Period(standing=row, holds_from=begins, holds_until=until))
        if until is None:
            return tuple(found)
        begins = at = until
        now = openings(file, edition, at=at)
        if _has_come(now, at=at):
            file = as_of(file, edition, at=at)
            now = openings(file, edition, at=at)
        row = _standing(file, edition, now, at=at)


def _next_date(file: Candidacy, found: Sequence[Opening], *, at: datetime) -> datetime | None:
    """The next instant the file waits for; an ended file waits for none that would change it."""
    if file.closed is not None:
        return None
    dates = [o.due_on for o in found if o.awaited and o.due_on is not None and o.due_on > at]
    return min(dates, default=None)


def _same(one: Standing, other: Standing) -> bool:
    return replace(one, seq=other.seq) == other


def _standing(
    file: Candidacy, edition: Edition, found: Sequence[Opening], *, at: datetime
) -> Standing:
    way = road(file, edition, at=at)
    begun = [i for i, m in enumerate(way.milestones, start=1) if m.view.status != "not_started"]
    furthest = begun[-1] if begun else 1
    current = way.current or way.milestones[furthest - 1].step
    if file.closed is not None and file.closed.step:
        current = file.closed.step
    view = next(m.view for m in way.milestones if m.step == current)
    awaited = sorted((o for o in found if is_sure(o)), key=lambda o: (o.due_on, o.command))
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
