"""A body destroyed by an act: gone everywhere, while every proof holds."""

from datetime import timedelta

import pytest
from tests.cast import APPLIES, given_candidacy, given_competition, given_person, staff

from concours.kernel.errors import BadInput, NotPermitted, RuleRefused
from concours.ledger.draft import Draft
from concours.ledger.verification import verify
from concours.records import log
from concours.records.ledger_store import read_facts
from concours.records.models import LedgerBody
from concours.services.case import append_as_system
from concours.services.ledger.destroying import confirm_destruction, propose_destruction
from concours.services.ledger.downloads import download
from concours.services.ledger.log import sequence_and_sign
from concours.services.ledger.rebuilding import rebuild
from concours.services.ledger.verifying import destroyed_bodies, faulty_files, faulty_log

pytestmark = pytest.mark.django_db
LATER = APPLIES + timedelta(days=9)
LEAK = "Ada Example"


@pytest.fixture
def code() -> str:
    """A file into which a name was written by mistake."""
    found = given_candidacy(given_person(), given_competition())
    draft = Draft(file=found, step="register", kind="register.points_claimed", body={"x": LEAK})
    append_as_system([draft], at=APPLIES)
    sequence_and_sign(at=APPLIES)
    return found


def leaked(code: str) -> int:
    return next(f.seq for f in read_facts(code) if f.body.get("x") == LEAK)


def test_the_body_is_gone_and_every_proof_holds(code: str) -> None:
    number = leaked(code)
    why = {"reason": "personal_data", "authority": "ORDER-17/2016"}
    propose_destruction(staff("appeals_officer"), code, entry=number, at=LATER, **why)
    assert LedgerBody.objects.filter(text__contains=LEAK).exists()
    confirm_destruction(staff("appointing_authority"), code, entry=number, at=LATER)
    assert not LedgerBody.objects.filter(text__contains=LEAK).exists()
    facts = read_facts(code)
    assert facts[number - 1].body == {}
    assert facts[-1].kind == "record.body_destroyed"
    assert facts[-1].body == {**why, "about": number}
    assert [f for _, some in (*faulty_files(), *faulty_log()) for f in some] == []
    assert destroyed_bodies() == 1
    record = download(staff("auditor"), code, at=LATER)
    found = verify(record.encode(), log.signer().verifier)
    assert (found.sound, found.bodies) == (True, found.entries - 1)
    assert LEAK not in record
    assert [d for _, some in rebuild() for d in some] == []


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"reason": "inconvenient"}, "no_such_reason"),
        ({"authority": ""}, "authority_missing"),
        ({"authority": "because Ada Example asked"}, "authority_missing"),
        ({"entry": 1}, "file_needs_it"),
        ({"entry": 99}, "no_such_file"),
    ],
)
def test_it_takes_a_reason_an_authority_and_an_entry(
    code: str, change: dict[str, object], refused: str
) -> None:
    given: dict[str, object] = {"entry": 2, "reason": "court_order", "authority": "X-1"}
    with pytest.raises((BadInput, NotPermitted)) as error:
        propose_destruction(staff("appeals_officer"), code, at=LATER, **(given | change))  # type: ignore[arg-type]
    assert error.value.code == refused
    assert destroyed_bodies() == 0


def test_nobody_else_destroys_a_body_nobody_alone_and_nobody_twice(code: str) -> None:
    number, first, second = leaked(code), staff("appeals_officer"), staff("appeals_officer")
    why = {"reason": "court_order", "authority": "X-1"}
    with pytest.raises(NotPermitted):
        propose_destruction(staff("registrar"), code, entry=number, at=LATER, **why)
    with pytest.raises(RuleRefused, match="nothing_proposed"):
        confirm_destruction(second, code, entry=number, at=LATER)
    propose_destruction(first, code, entry=number, at=LATER, **why)
    with pytest.raises(RuleRefused, match="already_proposed"):
        propose_destruction(second, code, entry=number, at=LATER, **why)
    with pytest.raises(RuleRefused, match="had_part_in_the_decision"):
        confirm_destruction(first, code, entry=number, at=LATER)
    with pytest.raises(NotPermitted):
        confirm_destruction(staff("registrar"), code, entry=number, at=LATER)
    assert destroyed_bodies() == 0
    confirm_destruction(second, code, entry=number, at=LATER)
    for act in (
        lambda: propose_destruction(first, code, entry=number, at=LATER, **why),
        lambda: confirm_destruction(second, code, entry=number, at=LATER),
    ):
        with pytest.raises(BadInput, match="already_destroyed"):
            act()
