"""Acts on the record that cannot be undone: a dry run first, a code typed again, and nothing leaks."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from tests.cast import APPLIES, given_candidacy, given_competition, given_person, given_staff, staff
from tests.services.panel_pages_cast import browser_of, candidate_browser, staff_browser

from concours.kernel.errors import NotPermitted
from concours.ledger.draft import Draft
from concours.records.ledger_store import read_file
from concours.records.models import Account, LedgerBody, Notice, Person
from concours.selection.authority import Actor
from concours.services.case import append_as_system
from concours.services.clock import set_clock
from concours.services.documents import store_document
from concours.services.erasure import noted_erasures
from concours.services.ledger.destroying import propose_destruction
from concours.services.persons import read_person

pytestmark = pytest.mark.django_db
LATER = APPLIES + timedelta(days=30)
LEAK = "Ada Example of Lisbon"


@pytest.fixture(autouse=True)
def standing_clock(settings, own_folder):
    settings.REHEARSAL = True
    set_clock(to=LATER, machine_now=LATER, running=False)


@pytest.fixture
def own_folder(settings, tmp_path):
    settings.VAR = tmp_path / "var"
    settings.MEDIA_ROOT = tmp_path / "var" / "documents"


@pytest.fixture
def ada() -> Actor:
    return given_person()


@pytest.fixture
def code(ada: Actor) -> str:
    """A withdrawn candidacy with a name where none should be, a document and a message."""
    found = given_candidacy(ada, given_competition())
    withdrawn = {"reason": "personal", "note": LEAK}
    append_as_system(
        [
            Draft(file=found, step="application", kind="application.withdrawn", body=withdrawn),
            Draft(
                file=found,
                step="application",
                kind="candidacy.closed",
                body={"reason": "withdrawn", "note": LEAK},
            ),
        ],
        at=APPLIES,
    )
    store_document(
        person=ada.person,
        file=found,
        step="clearance",
        kind="report",
        name=f"{LEAK}.pdf",
        content=b"%PDF-1.7 Ada",
        by=ada.code,
        at=APPLIES,
        compartment="medical",
    )
    Notice.objects.create(
        person=ada.person,
        template="t",
        hold_until=APPLIES,
        queued_at=APPLIES,
        idempotency_key="k",
    )
    return found


def receipt_of(code: str, kind: str) -> str:
    return next(r.digest[:16] for r in read_file(code) if r.fact.kind == kind)


def answer(client: Client, address: str, code: str, **given: str):
    shown = client.get(address)
    assert shown.status_code == 200
    assert LEAK not in shown.content.decode()
    (seen,) = set(re.findall(r'name="seen"[^>]*value="([^"]*)"', shown.content.decode()))
    complete = {"seen": seen, "authority": "ORDER-17/2016", "typed": code, **given}
    return client.post(address, complete)


def second(role: str) -> Client:
    """A browser of somebody else in a role."""
    return browser_of(given_staff(f"second-{role}@staff.example", role))


def test_a_body_is_destroyed_after_a_look_at_what_would_read_otherwise(code: str) -> None:
    client = staff_browser("appeals_officer")
    listed = client.get(f"/board/file/{code}/record/").content.decode()
    receipt = receipt_of(code, "candidacy.closed")
    assert receipt in listed
    assert LEAK not in listed
    address = f"/board/file/{code}/record/{receipt}/destroy/"
    page = client.get(address).content.decode()
    assert "Withdrawn → Unknown" in page
    other = receipt_of(code, "application.withdrawn")
    assert "No step would read otherwise." in (
        client.get(f"/board/file/{code}/record/{other}/destroy/").content.decode()
    )
    assert "note" in page.lower()
    for wrong, status in (
        ({"reason": "asked"}, 422),
        ({"authority": LEAK}, 400),
    ):
        refused = answer(client, address, code, **{"reason": "court_order", **wrong})
        assert refused.status_code == status
    assert LedgerBody.objects.filter(text__contains=LEAK).count() == 2
    authority = second("appointing_authority")
    assert "What would go" not in authority.get(f"/board/file/{code}/record/").content.decode()
    assert answer(client, address, code, reason="personal_data").status_code == 302
    assert LedgerBody.objects.filter(text__contains=LEAK).count() == 2
    alone = answer(client, f"{address}confirm/", code)
    assert (alone.status_code, "somebody else" in alone.content.decode()) == (422, True)
    assert answer(authority, f"{address}withdraw/", code).status_code == 302
    assert answer(authority, f"{address}confirm/", code).status_code == 422
    assert answer(client, address, code, reason="personal_data").status_code == 302
    shown = authority.get(f"/board/file/{code}/record/").content.decode()
    assert f"{address}confirm/" in shown
    confirming = authority.get(f"{address}confirm/").content.decode()
    assert "ORDER-17/2016" in confirming
    assert answer(authority, f"{address}confirm/", code, typed="OTHER").status_code == 422
    assert LedgerBody.objects.filter(text__contains=LEAK).count() == 2
    assert answer(authority, f"{address}confirm/", code).status_code == 302
    assert LedgerBody.objects.filter(text__contains=LEAK).count() == 1
    again = answer(client, address, code, reason="personal_data")
    assert (again.status_code, "gone already" in again.content.decode()) == (400, True)


def test_the_dry_run_says_which_step_would_read_otherwise(ada: Actor) -> None:
    found = given_candidacy(ada, given_competition())
    bodies = ({"outcome": "passed", "shown": LEAK},)
    for body in bodies:
        append_as_system(
            [Draft(file=found, step="clearance", kind="clearance.decided", body=body)], at=APPLIES
        )
    receipt = receipt_of(found, "clearance.decided")
    page = staff_browser("appeals_officer").get(f"/board/file/{found}/record/{receipt}/destroy/")
    text = page.content.decode()
    assert "Passed → Not passed" in text
    assert LEAK not in text
    assert read_file(found)[-1].fact.body["shown"] == LEAK


def test_a_page_that_is_out_of_date_destroys_nothing(code: str) -> None:
    client = staff_browser("appeals_officer")
    address = f"/board/file/{code}/record/{receipt_of(code, 'candidacy.closed')}/destroy/"
    given = {"seen": "0" * 20, "authority": "X-1", "typed": code, "reason": "court_order"}
    assert client.post(address, given).status_code == 409
    assert LedgerBody.objects.filter(text__contains=LEAK).count() == 2


def test_an_erasure_is_counted_before_it_is_done(ada: Actor, code: str) -> None:
    client = staff_browser("registrar")
    address = f"/board/file/{code}/record/erase/"
    text = client.get(address).content.decode()
    assert "A message to one person." in text
    assert "Ada " not in text
    assert "example.org" not in text
    officer = second("appeals_officer")
    assert answer(officer, f"{address}confirm/", code).status_code == 422
    assert answer(client, address, code, reason="asked").status_code == 302
    alone = answer(client, f"{address}confirm/", code)
    assert (alone.status_code, "somebody else" in alone.content.decode()) == (422, True)
    assert answer(client, f"{address}withdraw/", code).status_code == 302
    assert answer(officer, f"{address}confirm/", code).status_code == 422
    assert answer(client, address, code, reason="asked").status_code == 302
    assert "ORDER-17/2016" in officer.get(f"{address}confirm/").content.decode()
    assert answer(officer, f"{address}confirm/", code, typed="").status_code == 422
    assert read_person(ada.person).erased_on is None
    assert Person.objects.get(file=ada.person).full_name is not None
    assert answer(officer, f"{address}confirm/", code).status_code == 302
    assert read_person(ada.person).erased_on == LATER
    assert read_file(ada.person)[-1].fact.body == {"reason": "asked", "authority": "ORDER-17/2016"}
    assert Person.objects.get(file=ada.person).full_name is None
    assert Account.objects.get(person_id=ada.person).is_active is False
    assert [person for person, _ in noted_erasures()] == [ada.person]
    assert client.get(f"/board/file/{code}/").status_code == 200
    again = answer(client, address, code, reason="asked")
    assert "erased before" in again.content.decode()


def test_a_hold_an_open_candidacy_and_an_open_appeal_keep_the_data(ada: Actor, code: str) -> None:
    registrar, appeals = staff_browser("registrar"), staff_browser("appeals_officer")
    erase, hold = f"/board/file/{code}/record/erase/", f"/board/file/{code}/record/hold/"
    assert answer(appeals, hold, code, held="yes", reason="litigation").status_code == 302
    assert answer(appeals, hold, code, held="yes", reason="litigation").status_code == 422
    assert "A hold keeps" in registrar.get(erase).content.decode()
    refused = answer(registrar, erase, code, reason="asked")
    assert (refused.status_code, "A hold keeps" in refused.content.decode()) == (422, True)
    assert answer(appeals, hold, code, held="no", reason="ended").status_code == 302
    lodged = Draft(file=code, step="application", kind="eligibility_appeal.lodged", body={})
    append_as_system([lodged], at=APPLIES)
    assert "An appeal of this person waits." in registrar.get(erase).content.decode()
    given_candidacy(ada, given_competition())
    assert "still open" in registrar.get(erase).content.decode()
    assert answer(registrar, erase, code, reason="asked").status_code == 422
    assert Person.objects.get(file=ada.person).full_name is not None


def test_nobody_else_reads_these_pages_and_nobody_acts_on_their_own_file(
    ada: Actor, code: str
) -> None:
    receipt = receipt_of(code, "candidacy.closed")
    record = f"/board/file/{code}/record/"
    pages = {
        record: "appeals_officer appointing_authority",
        f"{record}{receipt}/destroy/": "appeals_officer",
        f"{record}{receipt}/destroy/confirm/": "appeals_officer appointing_authority",
        f"{record}{receipt}/destroy/withdraw/": "appeals_officer appointing_authority",
        f"{record}hold/": "appeals_officer",
        f"{record}erase/": "registrar",
        f"{record}erase/confirm/": "registrar appeals_officer",
        f"{record}erase/withdraw/": "registrar appeals_officer",
    }
    roles = ("registrar", "appeals_officer", "auditor", "appointing_authority")
    clients = {role: staff_browser(role) for role in roles} | {
        "candidate": candidate_browser(ada.person)
    }
    for address, holders in pages.items():
        for role, client in clients.items():
            found = client.get(address)
            assert found.status_code == (200 if role in holders.split() else 403), (address, role)
            assert LEAK not in found.content.decode()
    own = given_staff("both@staff.example", "appeals_officer", "registrar")
    Account.objects.filter(person_id=ada.person).update(person=None)
    Account.objects.filter(pk=own.pk).update(person_id=ada.person)
    insider = browser_of(Account.objects.get(pk=own.pk))
    for address in pages:
        assert insider.get(address).status_code == 403
    self_acting = Actor(code=own.code, roles=frozenset({"appeals_officer"}), person=ada.person)
    with pytest.raises(NotPermitted, match="own_file"):
        propose_destruction(
            self_acting, code, entry=2, reason="court_order", authority="X-1", at=LATER
        )
    assert staff("appeals_officer").person == ""
