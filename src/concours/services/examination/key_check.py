"""The key check: asked for by the web, worked out by the worker, shown item by item."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from concours.kernel.period import instant_text
from concours.records.models import ExaminationStanding, KeyCheckItem
from concours.selection.authority import Actor, require
from concours.services.competitions import read_competition
from concours.services.examination.sessions import edition_of, test_step
from concours.services.jobs import enqueue
from concours.services.listing import ListPage, ListQuery

CHECK, READ = "examination.score", "examination.read_marks"
JOB = "examination.key_check"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedItem:
    """One item as the key check found it; ``suspect`` is the option that beats the key."""

    section: str
    number: int
    key: str
    suspect: str
    persons: int
    difficulty: float | None
    discrimination: float | None
    options: tuple[tuple[str, int, float, float | None], ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckState:
    """Whether a competition's key was checked: when, how many items, how many flagged."""

    competition: str
    title: str
    answers: int
    items: int
    flagged: int
    at: datetime | None


def ask_for_check(actor: Actor, competition: str, *, at: datetime) -> int:
    """Have the worker check the key against the answers held now; returns the job's number."""
    require(actor, CHECK)
    read_competition(competition)
    return enqueue(JOB, {"competition": competition, "at": instant_text(at)}, asked_by=actor.code)


def check_state(actor: Actor, competition: str) -> CheckState:
    """Where the key check stands."""
    require(actor, READ)
    running = read_competition(competition)
    step = test_step(edition_of(running))
    found = KeyCheckItem.objects.filter(competition=competition, step=step)
    latest = found.order_by("-at").first()
    return CheckState(
        competition=competition,
        title=running.title,
        answers=ExaminationStanding.objects.filter(
            competition=competition, sitting="submitted"
        ).count(),
        items=found.count(),
        flagged=found.exclude(suspect="").count(),
        at=latest.at if latest else None,
    )


def checked_items(actor: Actor, competition: str, query: ListQuery) -> ListPage[CheckedItem]:
    """The items as checked, those whose key is beaten first unless another order is asked for."""
    require(actor, READ)
    found = KeyCheckItem.objects.filter(competition=competition)
    if query.search:
        found = found.filter(section__icontains=query.search.replace(" ", "_"))
    if "flag" in query.filters:
        flagged = found.exclude(suspect="")
        found = flagged if query.filters["flag"] == "suspect" else found.filter(suspect="")
    order = {"difficulty": "difficulty", "persons": "persons", "item": "section"}
    column = order.get(query.order, "suspect")
    down = query.descending or column == "suspect"
    ordered = found.order_by(f"{'-' if down else ''}{column}", "section", "number")
    rows = [_row(row) for row in ordered[query.start : query.end]]
    return ListPage(rows=rows, total=found.count())


def checked_item(actor: Actor, competition: str, section: str, number: int) -> CheckedItem | None:
    """One item as checked; None where no check has reached it."""
    require(actor, READ)
    row = KeyCheckItem.objects.filter(
        competition=competition, section=section, number=number
    ).first()
    return _row(row) if row else None


def _row(row: KeyCheckItem) -> CheckedItem:
    options: list[Any] = row.options
    found = tuple((str(o), int(n), float(share), r) for o, n, share, r in options)
    return CheckedItem(
        section=row.section,
        number=row.number,
        key=row.key,
        suspect=row.suspect,
        persons=row.persons,
        difficulty=row.difficulty,
        discrimination=next((r for o, _, _, r in found if o == row.key), None),
        options=found,
        at=row.at,
    )
