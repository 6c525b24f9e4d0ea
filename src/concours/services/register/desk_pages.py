"""What the register desk lists: a register today and as of any day, its movements, what waits."""

from dataclasses import dataclass
from datetime import date, datetime

from concours.records.models import RegisterPlace
from concours.selection.authority import Actor, require
from concours.services.listing import ListPage, ListQuery
from concours.services.ordering import ordered
from concours.services.register.ranks import Entry, live_places, rank_of, register_as_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """One place in the list of a register, by code."""

    file: str
    track: str
    rank: int
    score: str
    points: str
    placed_at: datetime
    ends_on: date | None
    state: str


ORDERS = {"rank": None, "score": "score_nano", "placed": "placed_at", "ends": "ends_on"}


def _state_of(row: RegisterPlace, on: date) -> str:
    if row.offer_class:
        return "offer_open"
    if row.stopped_from and row.stopped_until and row.stopped_from <= on < row.stopped_until:
        return "clock_stopped"
    return "do_not_call" if row.do_not_call else "on_register"


def register_list(
    actor: Actor, query: ListQuery, *, process: str, track: str, on: date
) -> ListPage[PlaceRow]:
    """The register of a track today, in rank order."""
    require(actor, "register.read")
    rows = live_places(process, track, on=on)
    total = rows.count()
    if query.search:
        rows = rows.filter(file__startswith=query.search.upper())
    column = ORDERS.get(query.order)
    if column:
        rows = ordered(rows, column, descending=query.descending, unique="file")
    elif query.descending:
        rows = rows.reverse()
    chosen = list(rows[query.start : query.end])
    by_rank = column is None and not query.search
    return ListPage(
        rows=[
            PlaceRow(
                file=row.file,
                track=row.track,
                rank=_rank(row, place, query, total, on, by_rank=by_rank),
                score=row.score,
                points=row.points,
                placed_at=row.placed_at,
                ends_on=row.ends_on,
                state=_state_of(row, on),
            )
            for place, row in enumerate(chosen, start=query.start + 1)
        ],
        total=rows.count() if query.search else total,
    )


def _rank(
    row: RegisterPlace, place: int, query: ListQuery, total: int, on: date, *, by_rank: bool
) -> int:
    """In rank order the place in the list is the rank; otherwise it is counted."""
    if by_rank:
        return total + 1 - place if query.descending else place
    return rank_of(row, on=on)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """How one place moved between two days: ranks (0 where it did not stand) and scores."""

    file: str
    rank_before: int
    rank_after: int
    score_before: str
    score_after: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AsOfPage:
    """A register as of a day, and what moved since an earlier one."""

    track: str
    on: date
    since: date
    entries: tuple[Entry, ...]
    movements: tuple[Movement, ...]


def register_as_of_page(
    actor: Actor, *, process: str, track: str, on: date, since: date, zone: str
) -> AsOfPage:
    """The register at the end of ``on``, replayed, and its movements since the end of ``since``."""
    require(actor, "register.read")
    now = register_as_of(process, track, on=on, zone=zone)
    then = register_as_of(process, track, on=since, zone=zone)
    return AsOfPage(track=track, on=on, since=since, entries=now, movements=_moved(then, now))


def _moved(then: tuple[Entry, ...], now: tuple[Entry, ...]) -> tuple[Movement, ...]:
    before, after = {e.file: e for e in then}, {e.file: e for e in now}
    found = []
    for file in sorted(before.keys() | after.keys()):
        old, new = before.get(file), after.get(file)
        if old is not None and new is not None and (old.rank, old.score) == (new.rank, new.score):
            continue
        if old is None:
            what = "arrived"
        elif new is None:
            what = "left"
        else:
            what = "score" if old.score != new.score else "rank"
        found.append(
            Movement(
                file=file,
                rank_before=old.rank if old else 0,
                rank_after=new.rank if new else 0,
                score_before=old.score if old else "",
                score_after=new.score if new else "",
                what=what,
            )
        )
    return tuple(sorted(found, key=lambda m: (m.rank_after or 10**9, m.rank_before, m.file)))


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRow:
    """One place on which the registrar must act."""

    file: str
    track: str
    claims: int
    stop: bool
    placed_at: datetime


def work_list(actor: Actor, query: ListQuery) -> ListPage[WorkRow]:
    """The places with a claim or a clock request that waits."""
    require(actor, "register.decide_points")
    rows = RegisterPlace.objects.filter(live=True)
    waiting = rows.filter(claims_waiting__gt=0) | rows.filter(stop_waiting=True)
    if track := query.filters.get("track"):
        waiting = waiting.filter(track=track)
    if query.search:
        waiting = waiting.filter(file__startswith=query.search.upper())
    order = {"file": "file", "track": "track"}.get(query.order, "placed_at")
    chosen = ordered(waiting, order, descending=query.descending, unique="file")[
        query.start : query.end
    ]
    return ListPage(
        rows=[
            WorkRow(
                file=row.file,
                track=row.track,
                claims=row.claims_waiting,
                stop=row.stop_waiting,
                placed_at=row.placed_at,
            )
            for row in chosen
        ],
        total=waiting.count(),
    )
