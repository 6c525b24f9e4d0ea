"""An appeal on a file that has ended: who must decide finds it, and whoever lodged it sees who has it."""

import hashlib
import json
from datetime import timedelta

import pytest
from tests.cast import APPLIES, given_competition, given_person, staff
from tests.services.application_cast import given_submitted, why

from concours.kernel.errors import BadInput, RuleRefused
from concours.records.ledger_store import read_facts
from concours.records.models import AppealGrounds
from concours.selection.authority import SYSTEM
from concours.services.acts import act_page
from concours.services.appeal_grounds import LIMIT
from concours.services.application import exceptions
from concours.services.application.eligibility import judge
from concours.services.erasure import erase
from concours.services.home.files import file_page, own_file_page
from concours.services.home.tasks import task_list, waiting
from concours.services.listing import ListQuery
from concours.services.own_data import own_data_copy

pytestmark = pytest.mark.django_db
GROUNDS = "I became a citizen in June; the oath is in my documents."
LATER = APPLIES + timedelta(days=2)
QUERY = ListQuery(order="due")


def test_an_appeal_waits_on_the_officers_desk_until_it_is_decided() -> None:
    ada, officer = given_person(), staff("appeals_officer")
    code = given_submitted(ada, given_competition(), citizenships=["CAN"])
    judge(staff("registrar"), code, at=LATER)
    assert task_list(officer, QUERY, at=LATER).total == 0
    exceptions.appeal(ada, code, grounds=GROUNDS, at=LATER, seen=None)
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
    exceptions.appeal(ada, code, grounds=GROUNDS, at=LATER, seen=None)
    exceptions.decide_appeal(officer, code, upheld=True, at=LATER, seen=None, **why())
    for page in (file_page(officer, code, at=LATER), own_file_page(ada, code, at=LATER)):
        names = {name for event in page.events for name, _ in event.findings}
        assert "outcome" in names
        assert {name for name in names if name == "about" or name.endswith("seq")} == set()


def test_the_grounds_are_read_by_who_decides_and_go_with_the_persons_data() -> None:
    ada, officer = given_person(), staff("appeals_officer")
    code = given_submitted(ada, given_competition(), citizenships=["CAN"])
    judge(staff("registrar"), code, at=LATER)
    for text, error in ((" \n", "grounds_missing"), ("x" * (LIMIT + 1), "grounds_too_long")):
        with pytest.raises(BadInput, match=error):
            exceptions.appeal(ada, code, grounds=text, at=LATER, seen=None)
    assert not AppealGrounds.objects.exists()
    exceptions.appeal(ada, code, grounds=GROUNDS, at=LATER, seen=None)
    (row,) = AppealGrounds.objects.all()
    lodged = next(f for f in read_facts(code) if f.kind == "eligibility_appeal.lodged")
    assert lodged.body["commitment"] == row.commitment
    assert GROUNDS not in str(lodged.body)
    assert GROUNDS.encode() not in bytes(row.content)
    given = {"action": "appeal.decide", "rule": "application.appeal", "at": LATER}
    page = act_page(officer, code, command="application.decide_appeal", **given)
    assert page.grounds == GROUNDS
    other = act_page(officer, code, command="application.reverse_eligibility", **given)
    assert other.grounds == ""
    shown = json.loads(own_data_copy(ada, at=LATER))["tables"]["records_appealgrounds"]
    assert json.loads(shown[0]["content"])["grounds"] == GROUNDS
    text = shown[0]["content"].encode()
    assert hashlib.sha256(text).hexdigest() == row.commitment
    exceptions.decide_appeal(officer, code, upheld=False, at=LATER, seen=None, **why())
    erase(SYSTEM, ada.person, at=LATER, reason="asked")
    assert not AppealGrounds.objects.exists()


def test_who_took_the_decision_does_not_decide_the_appeal_against_it() -> None:
    ada = given_person()
    both = staff("registrar", "appeals_officer")
    code = given_submitted(ada, given_competition(), citizenships=["CAN"])
    judge(both, code, at=LATER)
    exceptions.appeal(ada, code, grounds=GROUNDS, at=LATER, seen=None)
    with pytest.raises(RuleRefused, match="had_part_in_the_decision"):
        exceptions.decide_appeal(both, code, upheld=True, at=LATER, seen=None, **why())
    exceptions.decide_appeal(
        staff("appeals_officer"), code, upheld=True, at=LATER, seen=None, **why()
    )


def test_who_found_somebody_not_eligible_does_not_reverse_it() -> None:
    both = staff("registrar", "appeals_officer")
    code = given_submitted(given_person(), given_competition(), citizenships=["CAN"])
    judge(both, code, at=LATER)
    before = read_facts(code)
    with pytest.raises(RuleRefused, match="had_part_in_the_decision"):
        exceptions.reverse_eligibility(both, code, eligible=True, at=LATER, seen=None, **why())
    assert read_facts(code) == before
    officer = staff("appeals_officer")
    exceptions.reverse_eligibility(officer, code, eligible=True, at=LATER, seen=None, **why())
