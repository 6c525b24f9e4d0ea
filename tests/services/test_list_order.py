"""Every list stands in the same order on every database: codes by code point, blanks last, ties by code.

The suite runs on SQLite and on PostgreSQL; on both the order must be the one Python gives.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings
from tests.cast import PROCESS, staff

from concours import services
from concours.kernel.exact import fraction
from concours.records.models import CandidacyStanding, PanelReading, RegisterPlace, ReviewSeat
from concours.selection.authority import Actor
from concours.services.application.eligibility import eligibility_list
from concours.services.assessment.days import day_list
from concours.services.clearance.pages import desk_list as clearance_desk
from concours.services.competition.pages import competition_list
from concours.services.examination.sessions import session_list
from concours.services.home.files import file_list
from concours.services.home.tasks import task_list
from concours.services.listing import ListPage, ListQuery
from concours.services.narratives.reading import reading_list
from concours.services.register.class_pages import class_list
from concours.services.register.desk_pages import register_list, work_list
from concours.services.rehearsal.build import build_rehearsal
from concours.services.review.pages import desk_list as review_desk
from concours.services.service.pages import officer_list
from concours.simulator.rehearsal import BASE

pytestmark = pytest.mark.django_db
ROOMS = frozenset(
    [
        "application",
        "assessment",
        "clearance",
        "competition",
        "home",
        "narratives",
        "register",
        "review",
        "service",
    ]
)
"""Where lists are walked; those of the test's own desks are told with their desks."""
Fetch = Callable[[ListQuery], ListPage[Any]]
Value = Callable[[Any], Any]


@dataclass(frozen=True, kw_only=True)
class Walked:
    """A list: how it is asked for, what each order goes by, and by which code ties are settled.

    ``ties_up`` where ties go up whichever way the column goes.
    """

    name: str
    fetch: Fetch
    by: Mapping[str, Value]
    code: Value = lambda row: row.file
    ties_up: bool = False


def named(**columns: str) -> dict[str, Value]:
    """Orders that go by a column of the row as it is shown."""
    return {key: lambda row, c=column: getattr(row, c) for key, column in columns.items()}


def expected(rows: list[Any], value: Value, walked: Walked, *, descending: bool) -> list[str]:
    """The codes in the order Python gives: blanks last either way, then by the unique code."""
    known = [r for r in rows if value(r) is not None]
    blank = [r for r in rows if value(r) is None]
    back = descending and not walked.ties_up
    for some in (known, blank):
        some.sort(key=walked.code, reverse=back)
    known.sort(key=value, reverse=descending)
    return [walked.code(r) for r in (*known, *blank)]


def readers() -> dict[str, Actor]:
    """Somebody who has something to read, by role."""
    reading = PanelReading.objects.filter(part="", barred=False).order_by("file").first()
    seat = ReviewSeat.objects.order_by("file").first()
    assert reading is not None
    assert seat is not None
    return {
        "panellist": Actor(code=reading.member, roles=frozenset({"panellist"})),
        "member": Actor(code=seat.member, roles=frozenset({"suitability_examiner"})),
    }


def lists() -> list[Walked]:
    """Every list of the house but those of the test's own desks, which change with them."""
    registrar, medical = staff("registrar"), staff("medical_adjudicator")
    who, late = readers(), named(file="file", state="state", since="since", due="due_on")
    on = BASE.date()
    return [
        Walked(
            name="file_list",
            fetch=lambda q: file_list(registrar, q, at=BASE),
            by=named(
                file="file",
                track="track",
                step="step",
                status="status",
                since="since",
                due="due_on",
            ),
        ),
        Walked(
            name="task_list",
            fetch=lambda q: task_list(registrar, q, at=BASE),
            by=named(due="due_on", since="since", step="step", file="file"),
        ),
        Walked(
            name="competition_list",
            fetch=lambda q: competition_list(registrar, q),
            by=named(window="window", title="title", status="status", edition="edition"),
        ),
        Walked(
            name="eligibility_list",
            fetch=lambda q: eligibility_list(registrar, q),
            by=named(code="code", track="track", since="since", due="due_on"),
            code=lambda row: row.code,
        ),
        Walked(
            name="session_list",
            fetch=lambda q: session_list(staff("test_administrator"), q),
            by=named(code="code", centre="centre", starts="starts_at", status="status"),
            code=lambda row: row.code,
            ties_up=True,
        ),
        Walked(
            name="reading_list",
            fetch=lambda q: reading_list(who["panellist"], q),
            by={"candidacy": lambda row: row.state == "entered"},
            code=lambda row: row.candidacy,
        ),
        Walked(
            name="day_list",
            fetch=lambda q: day_list(staff("scheduler"), q),
            by=named(starts="starts_at", place="place", code="code"),
            code=lambda row: row.code,
        ),
        Walked(
            name="desk_list",
            fetch=lambda q: clearance_desk(medical, q, compartment="medical", at=BASE),
            by=late,
        ),
        Walked(name="desk_list", fetch=lambda q: review_desk(who["member"], q, at=BASE), by=late),
        Walked(
            name="register_list",
            fetch=lambda q: register_list(registrar, q, process=PROCESS, track="political", on=on),
            by={
                "rank": lambda row: row.rank,
                "score": lambda row: fraction(row.score),
                **named(placed="placed_at", ends="ends_on"),
            },
        ),
        Walked(
            name="work_list",
            fetch=lambda q: work_list(registrar, q),
            by=named(file="file", track="track", placed="placed_at"),
        ),
        Walked(
            name="class_list",
            fetch=lambda q: class_list(registrar, q),
            by=named(title="title", starts="starts_on", size="size"),
        ),
        Walked(
            name="officer_list",
            fetch=lambda q: officer_list(staff("training_officer"), q),
            by={
                **named(file="file", since="since", **{"class": "class_file"}),
                "grade": lambda row: row.grade.partition("/")[0],
            },
        ),
    ]


@pytest.fixture
def rehearsed(settings: Settings) -> None:
    """A hundred and fifty people over all steps, with ties and blanks among them."""
    settings.REHEARSAL = True
    build_rehearsal(people=150, machine_now=datetime.now(UTC))


def crowd() -> None:
    """Rows where a small rehearsal has too few: claims that wait, applications to judge, one register."""
    RegisterPlace.objects.update(track="political", stop_waiting=True)
    files = CandidacyStanding.objects.order_by("file").values_list("file", flat=True)[:9]
    CandidacyStanding.objects.filter(file__in=list(files)).update(
        step="application", status="board"
    )


@pytest.mark.usefixtures("rehearsed")
def test_every_list_stands_in_pythons_order() -> None:
    crowd()
    few = {}
    for walked in lists():
        for key, value in walked.by.items():
            for descending in (False, True):
                page = walked.fetch(ListQuery(order=key, descending=descending, per_page=5_000))
                rows = list(page.rows)
                found = [walked.code(r) for r in rows]
                where = (walked.name, key, descending)
                assert len(rows) == page.total, where
                assert found == expected(rows, value, walked, descending=descending), where
                few[walked.name] = len(rows)
    assert {name for name, count in few.items() if count < 2} == set()


def test_no_list_is_forgotten() -> None:
    """A new list of these rooms belongs in the walk above."""
    folder = Path(services.__file__).parent
    found = set()
    for file in folder.rglob("*.py"):
        room = file.relative_to(folder)
        if room.parts[0] in ROOMS and "-> ListPage[" in file.read_text():
            module = import_module(".".join(("concours.services", *room.with_suffix("").parts)))
            found |= {
                name
                for name, function in inspect.getmembers(module, inspect.isfunction)
                if str(inspect.signature(function).return_annotation).find("ListPage") >= 0
                and function.__module__ == module.__name__
            }
    assert found == {
        "file_list",
        "task_list",
        "competition_list",
        "eligibility_list",
        "reading_list",
        "day_list",
        "desk_list",
        "register_list",
        "work_list",
        "class_list",
        "officer_list",
    }
