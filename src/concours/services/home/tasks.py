"""What waits for this role, oldest first, and how the whole competition is going."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, Q, When

from concours.policy.edition import Edition, load_edition
from concours.records.models import CompetitionStanding
from concours.selection.authority import Actor, require
from concours.services.listing import ListPage, ListQuery
from concours.services.ordering import ordered
from concours.services.standing_at import standing_at

ORDERS = {"due": "due_on", "since": "since", "step": "step", "file": "file"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One file that waits for somebody of this role."""

    file: str
    competition: str
    track: str
    step: str
    outcome: str
    owner: str
    since: datetime | None
    due_on: datetime | None
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many files wait, are late or stuck, for the head of the staff home."""

    mine: int
    late: int
    stuck: int
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelRow:
    """One step of the funnel: how many have begun it, stand in it, and ended there."""

    step: str
    title: str
    begun: int
    standing: int
    ended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """The funnel of one competition, by step and, for those who began a step, by track."""

    competition: str
    title: str
    rows: tuple[FunnelRow, ...]
    tracks: tuple[tuple[str, tuple[int, ...]], ...]
    competitions: tuple[tuple[str, str], ...]


def task_list(actor: Actor, query: ListQuery, *, at: datetime) -> ListPage[Task]:
    """The files that wait for the actor's roles; the longest waiting first by default."""
    require(actor, "funnel.read") if not actor.roles - {"candidate"} else None
    rows = standing_at(at).filter(owner__in=_owners(actor))
    if query.search:
        rows = rows.filter(file__startswith=query.search.upper())
    if step := query.filters.get("step"):
        rows = rows.filter(step=step)
    order = ORDERS.get(query.order, "due_on")
    chosen = ordered(rows, order, descending=query.descending, unique="file")[
        query.start : query.end
    ]
    return ListPage(
        rows=[
            Task(
                file=r.file,
                competition=r.competition,
                track=r.track,
                step=r.step,
                outcome=r.outcome,
                owner=r.owner,
                since=r.since,
                due_on=r.due_on,
                late=r.due_on is not None and r.due_on < at,
            )
            for r in chosen
        ],
        total=rows.count(),
    )


def _owners(actor: Actor) -> list[str]:
    """The roles in which files wait for this actor as staff."""
    return sorted(actor.roles - {"candidate", "public"})


def waiting(actor: Actor, *, at: datetime) -> Waiting:
    """The numbers at the head of the staff home, in one query."""
    owners = _owners(actor)
    still = Q(closed_on__isnull=True)
    found = standing_at(at).aggregate(
        mine=Count("pk", filter=Q(owner__in=owners)),
        late=Count("pk", filter=Q(owner__in=owners, due_on__lt=at)),
        stuck=Count("pk", filter=still & Q(due_on__isnull=True)),
        open=Count("pk", filter=still),
    )
    return Waiting(**found)


def funnel(actor: Actor, competition: str = "", *, at: datetime) -> Funnel:
    """The funnel of a competition at ``at``; of the latest published one when none is named."""
    require(actor, "funnel.read")
    known = list(
        CompetitionStanding.objects.exclude(status="drafted")
        .order_by("-test_starts", "file")
        .values_list("file", "title", "process", "edition")[:50]
    )
    chosen = next((k for k in known if k[0] == competition), known[0] if known else None)
    if chosen is None:
        return Funnel(competition="", title="", rows=(), tracks=(), competitions=())
    edition = load_edition(chosen[2], chosen[3])
    counted = (
        standing_at(at)
        .filter(competition=chosen[0])
        .annotate(is_open=Case(When(closed_on__isnull=True, then=True), default=False))
        .values_list("furthest", "step", "track", "is_open")
        .annotate(n=Count("pk"))
        .order_by()
    )
    groups = Counter({(f, s, t, bool(o)): n for f, s, t, o, n in counted})
    begun = [sum(n for (f, *_), n in groups.items() if f >= place) for place in _places(edition)]
    tracks = sorted({track for _, _, track, _ in groups if track})
    return Funnel(
        competition=chosen[0],
        title=chosen[1],
        rows=tuple(
            FunnelRow(
                step=plan.id,
                title=plan.title,
                begun=begun[place],
                standing=sum(n for (_, s, _, o), n in groups.items() if s == plan.id and o),
                ended=sum(n for (_, s, _, o), n in groups.items() if s == plan.id and not o),
            )
            for place, plan in enumerate(edition.steps)
        ),
        tracks=tuple(
            (
                track,
                tuple(
                    sum(n for (f, _, t, _), n in groups.items() if t == track and f >= place)
                    for place in _places(edition)
                ),
            )
            for track in tracks
        ),
        competitions=tuple((k[0], k[1]) for k in known),
    )


def _places(edition: Edition) -> range:
    return range(1, len(edition.steps) + 1)
