"""Erasing a person: keys, rows and documents go, every entry and proof stays."""

from datetime import timedelta
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from tests.cast import APPLIES, given_candidacy, given_competition, given_person, staff

from concours.kernel.errors import RuleRefused
from concours.ledger.draft import Draft
from concours.ledger.verification import verify
from concours.records import log, name_search, personal
from concours.records.models import Account, Document, NameKey, Notice, Person, PersonKey
from concours.records.models.kinds import Source
from concours.selection.authority import SYSTEM, Actor
from concours.selection.steps import WORDS
from concours.services.appeals import DECIDED, LODGED
from concours.services.case import append_as_system
from concours.services.documents import store_document
from concours.services.erasure import erase, erasure_list, noted_erasures, repeat_erasures
from concours.services.ledger.downloads import download
from concours.services.ledger.log import sequence_and_sign
from concours.services.ledger.rebuilding import rebuild
from concours.services.ledger.verifying import faulty_files, faulty_log
from concours.services.persons import read_person
from concours.services.retention import Due, Kept, dispose

pytestmark = pytest.mark.django_db
CLOSED = APPLIES + timedelta(days=40)
LATER = APPLIES + timedelta(days=800)


@pytest.fixture
def ada(own_folder: Path) -> Actor:
    return given_person()


@pytest.fixture
def code(ada: Actor) -> str:
    found = given_candidacy(ada, given_competition())
    name_search.index_name(ada.person, "Ada Example")
    store_document(
        person=ada.person,
        file=found,
        step="clearance",
        kind="report",
        name="Ada Example.pdf",
        content=b"%PDF-1.7 Ada Example",
        by=ada.code,
        at=APPLIES,
        compartment="medical",
    )
    return found


def close(code: str) -> None:
    body = {"reason": "withdrawn"}
    append_as_system(
        [Draft(file=code, step="application", kind="candidacy.closed", body=body)], at=CLOSED
    )


def test_nothing_of_the_person_is_left_and_every_proof_holds(ada: Actor, code: str) -> None:
    close(code)
    Notice.objects.create(
        person=ada.person,
        template="t",
        hold_until=APPLIES,
        queued_at=APPLIES,
        idempotency_key="k",
        text=personal.seal_text(ada.person, "notice.text", "Dear Ada"),
    )
    sequence_and_sign(at=CLOSED)
    found = erase(SYSTEM, ada.person, at=LATER, reason="asked")
    assert found.rows["records_notice"] == 1
    assert found.documents == 1
    assert not PersonKey.objects.filter(person_id=ada.person).exists()
    assert not NameKey.objects.exists()
    assert not Document.objects.exists()
    person = Person.objects.get(file=ada.person)
    assert (person.full_name, person.erased_at) == (None, LATER)
    account = Account.objects.get(person_id=ada.person)
    assert (account.is_active, "ada" in account.email) == (False, False)
    assert read_person(ada.person).erased_on == LATER
    assert [f for _, some in (*faulty_files(), *faulty_log()) for f in some] == []
    sequence_and_sign(at=LATER)
    record = download(staff("auditor"), code, at=LATER)
    checked = verify(record.encode(), log.signer().verifier)
    assert checked.sound
    assert checked.bodies == checked.entries
    assert [d for _, some in rebuild() for d in some] == []


def test_the_sign_in_library_keeps_no_address_and_no_second_factor(ada: Actor, code: str) -> None:
    account = Account.objects.get(person_id=ada.person)
    EmailAddress.objects.create(user=account, email=account.email, verified=True)
    Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data={"secret": "x"})
    close(code)
    erase(SYSTEM, ada.person, at=LATER, reason="asked")
    assert not EmailAddress.objects.exists()
    assert not Authenticator.objects.exists()


def test_documents_are_gone_from_the_disk(ada: Actor, code: str, own_folder: Path) -> None:
    stored = [file for file in (own_folder / "documents").rglob("*") if file.is_file()]
    assert len(stored) == 1
    assert b"Ada" not in stored[0].read_bytes()
    close(code)
    erase(SYSTEM, ada.person, at=LATER, reason="asked")
    assert not stored[0].exists()


def test_an_open_candidacy_or_a_hold_keeps_the_data(ada: Actor, code: str) -> None:
    with pytest.raises(RuleRefused) as still_open:
        erase(SYSTEM, ada.person, at=LATER, reason="asked")
    assert still_open.value.code == "candidacy_open"
    close(code)
    hold = Draft(file=ada.person, step="", kind="person.hold_found", body={"held": True})
    append_as_system([hold], at=CLOSED)
    with pytest.raises(RuleRefused) as held:
        erase(SYSTEM, ada.person, at=LATER, reason="asked")
    assert held.value.code == "data_held"
    assert Person.objects.get(file=ada.person).full_name is not None
    assert not erasure_list().exists()


def test_a_copy_from_before_repeats_the_erasure(ada: Actor, code: str) -> None:
    close(code)
    wrapped = list(PersonKey.objects.filter(person_id=ada.person))
    kept_name = Person.objects.get(file=ada.person).full_name
    erase(SYSTEM, ada.person, at=LATER, reason="asked")
    assert [person for person, _ in noted_erasures()] == [ada.person]
    # What a restored database holds again: the row and the key.
    PersonKey.objects.bulk_create(wrapped)
    Person.objects.filter(file=ada.person).update(full_name=kept_name, erased_at=None)
    assert [e.person for e in repeat_erasures(at=LATER + timedelta(days=1))] == [ada.person]
    assert not PersonKey.objects.filter(person_id=ada.person).exists()
    assert Person.objects.get(file=ada.person).full_name is None
    assert repeat_erasures(at=LATER + timedelta(days=1)) == []


def test_data_is_disposed_of_two_years_after_the_last_candidacy_closed(
    ada: Actor, code: str
) -> None:
    assert list(dispose(at=LATER, dry_run=True)) == []
    close(code)
    bob = given_person("bob@example.org", "Bob Never Applied")
    too_soon = CLOSED + timedelta(days=700)
    assert list(dispose(at=too_soon, dry_run=False)) == []
    (due,) = dispose(at=LATER, dry_run=True)
    assert isinstance(due, Due)
    assert (due.person, due.due_since.isoformat(), due.rule) == (
        ada.person,
        "2018-06-11",
        "service.retention",
    )
    assert Person.objects.get(file=ada.person).full_name is not None
    assert len(list(dispose(at=LATER, dry_run=False))) == 1
    assert Person.objects.get(file=ada.person).full_name is None
    assert Person.objects.get(file=bob.person).full_name is not None
    assert list(dispose(at=LATER, dry_run=False)) == []


def test_an_open_appeal_keeps_the_data(ada: Actor, code: str) -> None:
    close(code)
    lodged = Draft(file=code, step="application", kind="eligibility_appeal.lodged", body={})
    append_as_system([lodged], at=CLOSED)
    assert list(dispose(at=LATER, dry_run=False)) == [
        Kept(person=ada.person, why="an appeal is open")
    ]


def test_every_kind_of_appeal_is_known_to_retention() -> None:
    appeals = {kind for kind in WORDS if "appeal" in kind}
    lodged = {kind for kind in appeals if kind.endswith(LODGED)}
    decided = {kind for kind in appeals if kind.endswith(DECIDED)}
    assert lodged | decided == appeals
    assert lodged & decided == set()
    assert len(lodged) == len(decided) > 0


def test_every_source_says_whose_its_rows_are() -> None:
    for model in apps.get_app_config("records").get_models():
        if issubclass(model, Source):
            said = [bool(model.of_person), bool(model.of_candidacy), model.of_nobody]
            assert said.count(True) == 1, f"{model.__name__} says {said}"
