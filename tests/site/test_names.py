"""Lists, exports and task lists of the board hold codes, not names."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.site.test_access import BACKEND, STAFF, url_map

from concours.records import personal
from concours.records.models import Account, Person
from concours.services.rehearsal.build import build_rehearsal

pytestmark = pytest.mark.django_db


def names() -> set[str]:
    """The full names of everybody with a file, opened."""
    sealed = [(p.file, p.full_name) for p in Person.objects.exclude(full_name=None)]
    return set(personal.open_many("person.full_name", sealed)) - {""}


def everybodys_lists() -> list[str]:
    """The address of every board page that is of no single file."""
    found = []
    for name, parameters in url_map().items():
        if name.startswith("board:") and not parameters:
            found.append(reverse(name))
    return found


def test_no_list_export_or_task_of_any_role_names_a_candidate(settings: Any) -> None:
    settings.REHEARSAL = True
    build_rehearsal(people=150, machine_now=datetime.now(UTC))
    known = names()
    assert len(known) > 100
    told = []
    seen = 0
    for role in STAFF:
        account = Account.objects.filter(staff_roles__role=role).order_by("pk")[0]
        client = Client()
        client.force_login(account, backend=BACKEND)
        for address in everybodys_lists():
            for asked in (address, f"{address}?format=csv"):
                answer = client.get(asked)
                if answer.status_code != 200:
                    continue
                body = answer.getvalue().decode()
                seen += 1
                told += [(role, asked, name) for name in known if name in body]
    assert told == []
    assert seen > 100
