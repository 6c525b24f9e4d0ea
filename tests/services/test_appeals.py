"""An appeal on a file that has ended: who must decide finds it, and whoever lodged it sees who has it."""

from datetime import timedelta

import pytest
from tests.cast import APPLIES, given_competition, given_person, staff
from tests.services.application_cast import given_submitted, why

from concours.services.application import exceptions
from concours.services.application.eligibility import judge
from concours.services.home.files import file_page, own_file_page
from concours.services.home.tasks import task_list, waiting
from concours.services.listing import ListQuery

pytestmark = pytest.mark.django_db
LATER = APPLIES + timedelta(days=2)
QUERY = ListQuery(order="due")


def test_an_appeal_waits_on_the_officers_desk_until_it_is_decided() -> None:
    ada, officer = given_person(), staff("appeals_officer")
    code = given_submitted(ada, given_competition(), citizenships=["CAN"])
    judge(staff("registrar"), code, at=LATER)
    assert task_list(officer, QUERY, at=LATER).total == 0
    exceptions.appeal(ada, code, at=LATER, seen=None)
    (task,) = task_list(officer, QUERY, at=LATER).rows
    assert (task.file, task.owner, task.late) == (code, "appeals_officer", False)
    assert waiting(officer, at=LATER).mine == 1
    assert [o.command for o in own_file_page(ada, code, at=LATER).awaited] == [
        "application.decide_appeal"
    ]
    exceptions.decide_appeal(officer, code, upheld=False, at=LATER, seen=None, **why())
    assert task_list(officer, QUERY, at=LATER).total == 0


def test_no_event_says_which_place_in_the_file_another_has() -> None:
    ada, officer = given_person(), staff("appeals_officer")
    code = given_submitted(ada, given_competition(), citizenships=["CAN"])
    judge(staff("registrar"), code, at=LATER)
    exceptions.appeal(ada, code, at=LATER, seen=None)
    exceptions.decide_appeal(officer, code, upheld=True, at=LATER, seen=None, **why())
    for page in (file_page(officer, code, at=LATER), own_file_page(ada, code, at=LATER)):
        names = {name for event in page.events for name, _ in event.findings}
        assert "outcome" in names
        assert {name for name in names if name == "about" or name.endswith("seq")} == set()
