"""Opening a candidacy is the permission check; a decision is all or nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.cast import (
    APPLIES,
    given_candidacy,
    given_competition,
    given_person,
    staff,
)

from concours.kernel.errors import NotPermitted, OutOfDate, RuleRefused
from concours.ledger.draft import Draft
from concours.records.ledger_store import append, read_facts
from concours.records.models import CandidacyStanding, Notice
from concours.selection.authority import Actor
from concours.services.case import Case, decide, open_candidacy

pytestmark = pytest.mark.django_db
NEXT_DAY = APPLIES + timedelta(days=1)


def found(eligible: bool = True, **more: Any) -> Any:
    """A command that records a finding of eligibility."""

    def command(case: Case) -> Sequence[Draft]:
        body = {"outcome": "eligible" if eligible else "not_eligible", "findings": [], **more}
        return (Draft(file=case.code, step="application", kind="eligibility.found", body=body),)

    return command


def kinds(code: str) -> list[str]:
    return [fact.kind for fact in read_facts(code)]


@pytest.fixture
def ada() -> Actor:
    return given_person()


@pytest.fixture
def code(ada: Actor) -> str:
    return given_candidacy(ada, given_competition())


def test_a_candidate_opens_their_own_file_and_no_other(ada: Actor, code: str) -> None:
    assert open_candidacy(ada, code, "file.read_own", at=APPLIES).candidacy.person == ada.person
    bob = given_person("bob@example.org", "Bob Other")
    with pytest.raises(NotPermitted) as theirs:
        open_candidacy(bob, code, "file.read_own", at=APPLIES)
    with pytest.raises(NotPermitted) as nowhere:
        open_candidacy(bob, "0000-0000-0000", "file.read_own", at=APPLIES)
    with pytest.raises(NotPermitted) as not_one:
        open_candidacy(ada, ada.person, "file.read_own", at=APPLIES)
    answers = {(e.value.code, e.value.remedy) for e in (theirs, nowhere, not_one)}
    assert len(answers) == 1


def test_staff_open_files_when_their_role_holds_the_action(code: str) -> None:
    case = open_candidacy(staff("registrar"), code, "application.judge", at=APPLIES)
    assert (case.code, case.role, case.edition.edition) == (code, "registrar", "2016")
    with pytest.raises(NotPermitted):
        open_candidacy(staff("marker"), code, "application.judge", at=APPLIES)


def test_nobody_is_staff_on_their_own_file(ada: Actor, code: str) -> None:
    both = Actor(
        code="STAF-0000-0000", roles=frozenset({"candidate", "registrar"}), person=ada.person
    )
    with pytest.raises(NotPermitted) as refused:
        open_candidacy(both, code, "application.judge", at=APPLIES)
    assert refused.value.code == "own_file"
    assert open_candidacy(both, code, "file.read_own", at=APPLIES).role == "candidate"
    bob = given_person("bob@example.org", "Bob Other")
    theirs = given_candidacy(bob, given_competition())
    assert open_candidacy(both, theirs, "application.judge", at=APPLIES).role == "registrar"


def test_a_decision_is_recorded_under_the_actors_role_and_its_standing_follows(code: str) -> None:
    registrar = staff("registrar")
    before = CandidacyStanding.objects.get(file=code)
    case = decide(registrar, code, "application.judge", found(), at=NEXT_DAY)
    decided = [fact for fact in case.facts if fact.kind == "eligibility.found"]
    assert [(f.actor, f.role, f.at) for f in decided] == [(registrar.code, "registrar", NEXT_DAY)]
    after = CandidacyStanding.objects.get(file=code)
    assert (before.seq, after.seq) == (before.seq, case.candidacy.seq)
    assert after.seq > before.seq


def test_what_must_be_told_is_queued_once_with_the_decision(ada: Actor, code: str) -> None:
    decide(staff("registrar"), code, "application.judge", found(), at=NEXT_DAY)
    notice = Notice.objects.get(file=code)
    assert (notice.person, notice.template, notice.language) == (
        ada.person,
        "eligibility.found",
        "en",
    )
    assert notice.recipient is not None
    assert notice.recipient.email == "ada@example.org"


def test_a_candidate_is_not_shown_what_they_have_not_been_told(ada: Actor, code: str) -> None:
    decide(staff("registrar"), code, "application.judge", found(), at=NEXT_DAY, tell=False)
    shown = open_candidacy(ada, code, "file.read_own", at=NEXT_DAY)
    assert [fact.kind for fact in shown.visible] == [
        k for k in kinds(code) if k != "eligibility.found"
    ]
    assert shown.as_shown().steps["application"].finding is None
    board = open_candidacy(staff("auditor"), code, "file.read", at=NEXT_DAY)
    assert board.visible == board.facts


def test_a_refused_command_leaves_no_trace(code: str) -> None:
    before = kinds(code)

    def refuse(case: Case) -> Sequence[Draft]:
        Notice.objects.create(
            template="stray",
            hold_until=NEXT_DAY,
            queued_at=NEXT_DAY,
            idempotency_key="stray",
        )
        raise RuleRefused("no", remedy="No.")

    with pytest.raises(RuleRefused):
        decide(staff("registrar"), code, "application.judge", refuse, at=NEXT_DAY)
    assert kinds(code) == before
    assert not Notice.objects.filter(template="stray").exists()


def test_a_related_entry_since_the_page_was_shown_is_out_of_date(code: str) -> None:
    registrar = staff("registrar")
    seen = open_candidacy(registrar, code, "application.judge", at=APPLIES).version
    decide(registrar, code, "application.judge", found(), at=NEXT_DAY, seen=seen, tell=False)
    with pytest.raises(OutOfDate):
        decide(registrar, code, "application.judge", found(), at=NEXT_DAY, seen=seen)
    with pytest.raises(OutOfDate):
        decide(registrar, code, "application.judge", found(), at=NEXT_DAY, seen="made up")


def test_an_unrelated_entry_since_the_page_was_shown_is_no_matter(code: str) -> None:
    registrar = staff("registrar")
    seen = open_candidacy(registrar, code, "application.judge", at=APPLIES).version

    def elsewhere(case: Case) -> Sequence[Draft]:
        body = {"kind": "language"}
        return (Draft(file=code, step="register", kind="points.claimed", body=body),)

    decide(registrar, code, "application.judge", elsewhere, at=NEXT_DAY, tell=False)
    case = decide(registrar, code, "application.judge", found(), at=NEXT_DAY, seen=seen, tell=False)
    assert case.facts[-1].kind == "eligibility.found"


def test_a_decision_that_another_overtakes_is_made_again_on_the_new_state(code: str) -> None:
    states: list[int] = []

    def overtaken(case: Case) -> Sequence[Draft]:
        states.append(case.candidacy.seq)
        if len(states) == 1:
            _sneak_in(code, NEXT_DAY)
        return found()(case)

    case = decide(staff("registrar"), code, "application.judge", overtaken, at=NEXT_DAY, tell=False)
    assert len(states) == 2
    assert states[1] == case.candidacy.seq - 1
    assert case.facts[-1].kind == "eligibility.found"


def _sneak_in(code: str, at: datetime) -> None:
    draft = Draft(file=code, step="register", kind="points.claimed", body={})
    append([draft], actor="other", role="registrar", at=at)
