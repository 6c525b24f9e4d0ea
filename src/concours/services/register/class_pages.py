"""What the class pages show: plans, whom a call would reach, places and who was sworn in."""

from dataclasses import dataclass
from datetime import date, datetime

from concours.kernel.period import day_of
from concours.policy.edition import Edition, load_edition, shipped_editions
from concours.policy.tracks import Tracks, track_ids
from concours.records.models import ClassStanding
from concours.selection.authority import Actor, holds, require
from concours.selection.class_plan import ClassPlan
from concours.selection.register_score import Ranked
from concours.services.casefile import open_file
from concours.services.listing import ListPage, ListQuery
from concours.services.ordering import ordered
from concours.services.register.offers import to_call


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRow:
    """One class in the list."""

    file: str
    title: str
    starts_on: date | None
    size: int
    offered: int
    accepted: int
    sworn: bool


ORDERS = {"title": "title", "starts": "starts_on", "size": "size"}


def class_list(actor: Actor, query: ListQuery) -> ListPage[ClassRow]:
    """Every class, the newest first."""
    require(actor, "register.read")
    rows = ClassStanding.objects.all()
    if query.search:
        rows = rows.filter(title__icontains=query.search)
    order = ORDERS.get(query.order, "starts_on")
    chosen = ordered(rows, order, descending=query.descending, unique="file")[
        query.start : query.end
    ]
    return ListPage(
        rows=[
            ClassRow(
                file=row.file,
                title=row.title,
                starts_on=row.starts_on,
                size=row.size,
                offered=row.offered,
                accepted=row.accepted,
                sworn=row.sworn_at is not None,
            )
            for row in chosen
        ],
        total=rows.count(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackCall:
    """One track of a class: its places, and whom a call would reach now."""

    track: str
    size: int
    taken: int
    free: int
    next: tuple[Ranked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassPage:
    """One class: its tracks, its places, and what this reader may do."""

    plan: ClassPlan
    version: str
    tracks: tuple[TrackCall, ...]
    may_call: bool
    may_resize: bool
    may_swear_in: bool
    may_post: bool
    may_take_back: bool
    to_swear_in: tuple[str, ...]


def class_page(actor: Actor, code: str, *, at: datetime) -> ClassPage:
    """A class with the dry run of its next call."""
    found = open_file(actor, "class", code, "register.read")
    plan: ClassPlan = found.state
    open_still = plan.sworn_at is None
    to_swear_in = tuple(
        place.candidacy for place in plan.accepted if place.candidacy not in plan.sworn_in
    )
    return ClassPage(
        plan=plan,
        version=found.version,
        tracks=tuple(
            TrackCall(
                track=track,
                size=size,
                taken=plan.taken(track),
                free=plan.free(track),
                next=to_call(plan, track=track, at=at) if open_still else (),
            )
            for track, size in sorted(plan.sizes.items())
        ),
        may_call=open_still and holds(actor, "register.make_offers"),
        may_resize=open_still and holds(actor, "register.plan_class"),
        may_swear_in=bool(to_swear_in) and holds(actor, "register.swear_in"),
        may_post=holds(actor, "service.assign"),
        may_take_back=holds(actor, "class.reverse"),
        to_swear_in=to_swear_in,
    )


def _newest(process: str) -> Edition:
    return load_edition(process, [e for known, e in shipped_editions() if known == process][-1])


def board_zone(process: str) -> str:
    """The zone of the board's days."""
    return _newest(process).zone


def board_day(process: str, at: datetime) -> date:
    """The day it is on the board's calendar."""
    return day_of(at, board_zone(process))


def tracks_of(process: str) -> tuple[str, ...]:
    """The tracks of a process, in their published order, by its newest edition."""
    rules = _newest(process).rules.values()
    found = next(rule.value for rule in rules if isinstance(rule.value, Tracks))
    return track_ids(found)
