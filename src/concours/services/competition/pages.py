"""Reads for the board's competition pages."""

from dataclasses import dataclass
from datetime import date, datetime

from concours.records.models import CompetitionStanding
from concours.selection.authority import Actor, holds, require
from concours.selection.competition import CHECKLIST, Amendment, Calendar
from concours.selection.competition_folds import KINDS
from concours.services.casefile import open_file
from concours.services.competition.life import scaled_sections, tracks_of
from concours.services.listing import ListPage, ListQuery
from concours.services.ordering import ordered

ORDERS = {"window": "window", "title": "title", "status": "status", "edition": "edition"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetitionRow:
    """One competition in the list."""

    file: str
    title: str
    edition: str
    status: str
    window: str
    test_starts: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeEvent:
    """One entry of the competition's file."""

    at: datetime
    kind: str
    words: str
    actor: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetitionPage:
    """One competition: what was chosen, what is missing, and what this actor may do next."""

    file: str
    title: str
    edition: str
    edition_digest: str
    status: str
    version: str
    calendar: Calendar | None
    checklist: tuple[tuple[str, bool], ...]
    tracks: tuple[str, ...]
    needs: tuple[tuple[str, int | None], ...]
    sections: tuple[str, ...]
    base_scale: tuple[tuple[str, str, str], ...]
    amendments: tuple[Amendment, ...]
    events: tuple[LifeEvent, ...]
    actions: tuple[str, ...]


NEXT = {
    "drafted": ("competition.draft", "competition.submit", "competition.set_cut"),
    "submitted": ("competition.approve",),
    "approved": ("competition.publish",),
    "published": ("competition.amend", "competition.close", "competition.set_cut"),
    "closed": ("competition.amend", "competition.archive"),
}


def competition_list(actor: Actor, query: ListQuery) -> ListPage[CompetitionRow]:
    """Competitions, by window."""
    require(actor, "funnel.read")
    rows = CompetitionStanding.objects.all()
    if query.search:
        rows = rows.filter(title__icontains=query.search)
    if status := query.filters.get("status"):
        rows = rows.filter(status=status)
    order = ORDERS.get(query.order, "window")
    chosen = ordered(rows, order, descending=query.descending, unique="file")[
        query.start : query.end
    ]
    return ListPage(
        rows=[
            CompetitionRow(
                file=r.file,
                title=r.title,
                edition=r.edition,
                status=r.status,
                window=r.window,
                test_starts=r.test_starts,
            )
            for r in chosen
        ],
        total=rows.count(),
    )


def competition_page(actor: Actor, code: str) -> CompetitionPage:
    """One competition's file as a page."""
    found = open_file(actor, "competition", code, "funnel.read")
    state = found.state
    return CompetitionPage(
        file=code,
        title=state.title,
        edition=state.edition,
        edition_digest=state.edition_digest,
        status=state.status,
        version=found.version,
        calendar=state.calendar,
        checklist=tuple((item, item in state.checked) for item in CHECKLIST),
        tracks=tracks_of(state),
        needs=tuple((track, state.needs.get(track)) for track in tracks_of(state)),
        sections=scaled_sections(state),
        base_scale=tuple((name, m, s) for name, (m, s) in state.base_scale.items()),
        amendments=state.amendments,
        events=tuple(
            LifeEvent(
                at=f.at, kind=f.kind, words=KINDS.get(f.kind, f.kind), actor=f.actor, role=f.role
            )
            for f in reversed(found.facts)
        ),
        actions=tuple(a for a in NEXT.get(state.status, ()) if holds(actor, a)),
    )


def competition_choices(actor: Actor) -> list[tuple[str, str]]:
    """Competitions that are or were public, as (code, title), newest window first."""
    require(actor, "funnel.read")
    rows = CompetitionStanding.objects.filter(status__in=("published", "closed"))
    return list(rows.order_by("-window", "file").values_list("file", "title")[:50])
