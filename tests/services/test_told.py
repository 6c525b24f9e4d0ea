"""The check that nobody is told of one decision twice sees it when somebody is."""

import pytest
from tests.cast import APPLIES, given_candidacy, given_competition, given_person

from concours.ledger.draft import Draft
from concours.services.case import append_as_system
from concours.services.notices.told import Tellings, tellings

pytestmark = pytest.mark.django_db


def telling(file: str, about: int) -> Draft:
    """The entry that its candidate was told of another."""
    body: dict[str, str | int] = {"about": about, "notice": "attendance.found"}
    return Draft(file=file, step="examination", kind="candidacy.told", body=body)


def test_two_tellings_of_one_entry_are_named_and_tellings_of_two_entries_are_not() -> None:
    competition = given_competition()
    ada = given_candidacy(given_person("ada@example.org"), competition)
    bob = given_candidacy(given_person("bob@example.org"), competition)
    assert tellings() == Tellings(count=0, twice=())
    append_as_system([telling(ada, 1), telling(ada, 2), telling(bob, 1)], at=APPLIES)
    assert tellings() == Tellings(count=3, twice=())
    append_as_system([telling(ada, 2)], at=APPLIES)
    assert tellings() == Tellings(count=4, twice=((ada, 2),))
