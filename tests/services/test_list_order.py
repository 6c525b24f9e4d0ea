"""Every list stands in the same order on every database: codes by code point, blanks last, ties by code.

The suite runs on SQLite and on PostgreSQL; on both the order must be the one Python gives.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django import Settings
from tests.cast import staff

from concours.services.competition.pages import competition_list
from concours.services.home.files import file_list
from concours.services.home.tasks import task_list
from concours.services.listing import ListPage, ListQuery
from concours.services.rehearsal.build import build_rehearsal
from concours.simulator.rehearsal import BASE

pytestmark = pytest.mark.django_db

FILES = {
    "file": "file",
    "track": "track",
    "step": "step",
    "status": "status",
    "since": "since",
    "due": "due_on",
}
TASKS = {"due": "due_on", "since": "since", "step": "step", "file": "file"}
COMPETITIONS = {"window": "window", "title": "title", "status": "status", "edition": "edition"}
Fetch = Callable[[ListQuery], ListPage[Any]]


def expected(rows: list[Any], column: str, *, descending: bool) -> list[str]:
    """The codes in the order Python gives: blanks last either way, then by the unique code."""
    known = [r for r in rows if getattr(r, column) is not None]
    blank = [r for r in rows if getattr(r, column) is None]
    known.sort(key=lambda r: (getattr(r, column), r.file), reverse=descending)
    blank.sort(key=lambda r: r.file, reverse=descending)
    return [r.file for r in (*known, *blank)]


def check(fetch: Fetch, columns: dict[str, str]) -> None:
    """Each order of a list, up and down."""
    for key, column in columns.items():
        for descending in (False, True):
            page = fetch(ListQuery(order=key, descending=descending, per_page=5_000))
            rows = list(page.rows)
            assert len(rows) == page.total
            found = [r.file for r in rows]
            assert found == expected(rows, column, descending=descending), (key, descending)


def test_the_lists_of_the_staff_home_stand_in_pythons_order(settings: Settings) -> None:
    settings.REHEARSAL = True
    build_rehearsal(people=150, machine_now=datetime.now(UTC))
    registrar = staff("registrar")
    check(lambda query: file_list(registrar, query), FILES)
    check(lambda query: task_list(registrar, query, at=BASE), TASKS)
    check(lambda query: competition_list(registrar, query), COMPETITIONS)
