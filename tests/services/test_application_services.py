"""Applying through the services: sections encrypted, submission, eligibility, exceptions."""

from datetime import datetime, timedelta

import pytest
from tests.cast import APPLIES, given_candidacy, given_competition, given_person, staff
from tests.services.application_cast import (
    DECLARED,
    given_eligible,
    given_filled,
    given_submitted,
    why,
)

from concours.kernel.errors import NotPermitted, OutOfDate, RuleRefused
from concours.records import personal
from concours.records.ledger_store import read_facts
from concours.records.models import ApplicationSection, EqualityAnswer, NameKey, Person
from concours.selection.authority import Actor
from concours.services import runs
from concours.services.application import exceptions
from concours.services.application.apply import start, submit
from concours.services.application.eligibility import (
    eligibility_list,
    eligibility_page,
    judge,
)
from concours.services.application.judging_run import (
    JUDGING,
    waiting_competitions,
)
from concours.services.application.pages import application_page, section_content
from concours.services.application.sections import save_section
from concours.services.jobs import LEASE, machine_now, run_due_jobs
from concours.services.listing import ListQuery
from concours.services.runs_preview import RunState
from concours.services.withdrawal import withdraw

pytestmark = pytest.mark.django_db
LATER = APPLIES + timedelta(days=2)


@pytest.fixture
def ada() -> Actor:
    return given_person()


@pytest.fixture
def competition() -> str:
    return given_competition()


def kinds(code: str) -> list[str]:
    return [fact.kind for fact in read_facts(code)]


def test_starting_twice_leads_to_the_same_application(ada: Actor, competition: str) -> None:
    code = start(ada, competition=competition, at=APPLIES)
    assert start(ada, competition=competition, at=LATER) == code
    assert kinds(ada.person) == ["person.opened", "person.candidacy_joined"]


def test_what_is_typed_is_encrypted_and_comes_back_whole(ada: Actor, competition: str) -> None:
    code = given_candidacy(ada, competition)
    content = {"address": "1 Secret Street", "telephone": "555 0100"}
    save_section(ada, code, section="contact", content=content, complete=True, at=APPLIES)
    row = ApplicationSection.objects.get(candidacy=code, section="contact")
    assert b"Secret" not in bytes(row.content)
    assert section_content(ada, code, "contact", at=APPLIES) == content
    person = Person.objects.get(file=ada.person)
    assert personal.open_text(ada.person, "person.address", person.address) == "1 Secret Street"


def test_nobody_else_reads_or_writes_a_section(ada: Actor, competition: str) -> None:
    code = given_filled(ada, competition)
    bob = given_person("bob@example.org", "Bob Other")
    for call in (
        lambda: section_content(bob, code, "contact", at=APPLIES),
        lambda: save_section(bob, code, section="contact", content={}, complete=True, at=APPLIES),
        lambda: application_page(bob, code, at=APPLIES),
    ):
        with pytest.raises(NotPermitted) as found:
            call()
        assert found.value.code == "no_such_file"


def test_the_identity_section_makes_the_person_findable_by_name(
    ada: Actor, competition: str
) -> None:
    given_filled(ada, competition)
    assert NameKey.objects.filter(person_id=ada.person).exists()


def test_answers_for_statistics_stay_out_of_the_application(ada: Actor, competition: str) -> None:
    code = given_filled(ada, competition)
    save_section(ada, code, section="equality", content={"sex": "x"}, complete=True, at=APPLIES)
    assert EqualityAnswer.objects.filter(candidacy=code).exists()
    page = application_page(ada, code, at=APPLIES)
    assert "equality" not in page.content
    assert not ApplicationSection.objects.filter(candidacy=code, section="equality").exists()


def test_submission_freezes_the_sections_and_locks_the_track(ada: Actor, competition: str) -> None:
    code = given_submitted(ada, competition)
    assert kinds(code)[-2:] == ["application.submitted", "track.chosen"]
    page = application_page(ada, code, at=LATER)
    assert (page.track, page.eligible, page.missing) == ("consular", None, ())
    with pytest.raises(RuleRefused) as found:
        save_section(ada, code, section="contact", content={}, complete=True, at=LATER)
    assert found.value.code == "section_frozen"


def test_a_page_that_has_moved_on_is_not_submitted(ada: Actor, competition: str) -> None:
    code = given_filled(ada, competition)
    seen = application_page(ada, code, at=APPLIES).version
    submit(ada, code, at=APPLIES, seen=seen)
    with pytest.raises((OutOfDate, RuleRefused)):
        submit(ada, code, at=LATER, seen=seen)
    assert kinds(code).count("application.submitted") == 1


def test_an_eligible_applicant_is_admitted_to_the_test(ada: Actor, competition: str) -> None:
    code = given_submitted(ada, competition)
    registrar = staff("registrar")
    page = eligibility_page(registrar, code, at=LATER)
    assert (page.eligible, page.judged) == (True, False)
    judge(registrar, code, at=LATER, seen=page.version)
    assert "examination.admitted" in kinds(code)
    shown = application_page(ada, code, at=LATER)
    assert shown.eligible
    assert [line.allowed for line in shown.findings] == [True] * 6


def test_a_refusal_says_which_rule_and_keeps_the_birth_date_out_of_the_ledger(
    ada: Actor, competition: str
) -> None:
    code = given_submitted(ada, competition, citizenships=["CAN"])
    judge(staff("registrar"), code, at=LATER)
    page = application_page(ada, code, at=LATER)
    failed = [line for line in page.findings if not line.allowed]
    assert [(f.rule, f.found, f.bound) for f in failed] == [
        ("application.citizenship", "CAN", "USA")
    ]
    assert page.closed == "not_eligible"
    bodies = "".join(str(dict(fact.body)) for fact in read_facts(code))
    assert "1990-" not in bodies
    assert "Ada " not in bodies


def test_only_a_registrar_judges(ada: Actor, competition: str) -> None:
    code = given_submitted(ada, competition)
    for actor in (ada, staff("marker"), staff("test_administrator")):
        with pytest.raises(NotPermitted):
            judge(actor, code, at=LATER)
    assert "eligibility.found" not in kinds(code)


def test_all_that_every_rule_allows_is_foreseen_signed_once_and_decided_as_one_run(
    ada: Actor, competition: str
) -> None:
    good = given_submitted(ada, competition)
    bob = given_person("bob@example.org", "Bob Other")
    doubtful = given_submitted(bob, competition, declared=DECLARED | {"denied_tenure": True})
    registrar = staff("registrar")
    query = ListQuery(order="since")
    assert {row.code for row in eligibility_list(registrar, query).rows} == {good, doubtful}
    assert [(w.competition, w.count) for w in waiting_competitions(registrar)] == [(competition, 2)]
    foreseen = JUDGING.preview(registrar, competition, at=LATER)
    assert (foreseen.decides, foreseen.outcomes) == ((good,), (("eligible", 1),))
    assert [(line.why, line.files) for line in foreseen.left_out] == [
        ("not_every_rule_allows", (doubtful,))
    ]
    with pytest.raises(OutOfDate):
        JUDGING.ask(registrar, competition, at=LATER, seen="0" * 20)
    JUDGING.ask(registrar, competition, at=LATER, seen=foreseen.version)
    with pytest.raises(RuleRefused, match="run_under_way"):
        JUDGING.ask(registrar, competition, at=LATER, seen=foreseen.version)
    assert "eligibility.found" not in kinds(good)
    run_due_jobs()
    assert [row.code for row in eligibility_list(registrar, query).rows] == [doubtful]
    assert kinds(good)[-3:] == ["eligibility.found", "examination.admitted", "candidacy.told"]
    assert kinds(competition)[-2:] == ["competition.run_opened", "competition.run_closed"]
    after = JUDGING.preview(registrar, competition, at=LATER)
    assert after.state == RunState(state="done", stage="done", done=1, total=1, decided=1, left=0)
    with pytest.raises(RuleRefused, match="nothing_to_decide"):
        JUDGING.ask(registrar, competition, at=LATER, seen=after.version)


def test_a_run_of_judging_that_was_killed_goes_on_and_decides_no_file_twice(
    ada: Actor, competition: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "BATCH", 1)
    others = [given_person(f"{n}@example.org", f"Person {n}") for n in range(2)]
    files = sorted(given_submitted(person, competition) for person in (ada, *others))
    registrar = staff("registrar")
    foreseen = JUDGING.preview(registrar, competition, at=LATER)
    JUDGING.ask(registrar, competition, at=LATER, seen=foreseen.version)
    asked = machine_now()
    times = iter([asked] * 3)

    def killed_when_time_is_asked_once_more() -> datetime:
        for now in times:
            return now
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_due_jobs(clock=killed_when_time_is_asked_once_more)
    reached = [file for file in files if "eligibility.found" in kinds(file)]
    assert len(reached) == 2
    between = JUDGING.preview(registrar, competition, at=LATER)
    assert (between.decides, between.unfinished, between.may_sign) == (
        tuple(file for file in files if file not in reached),
        True,
        False,
    )
    run_due_jobs(clock=lambda: asked + 2 * LEASE)
    assert [kinds(file).count("eligibility.found") for file in files] == [1, 1, 1]
    assert [kinds(competition).count(f"competition.run_{end}") for end in ("opened", "closed")] == [
        1,
        1,
    ]
    state = JUDGING.preview(registrar, competition, at=LATER).state
    assert state is not None
    assert (state.state, state.decided, state.left) == ("done", 3, 0)


def test_nobody_signs_for_their_own_application(ada: Actor, competition: str) -> None:
    code = given_submitted(ada, competition)
    registrar = Actor(code="REGI", roles=frozenset({"registrar"}), person=ada.person)
    foreseen = JUDGING.preview(registrar, competition, at=LATER)
    assert [(line.why, line.files) for line in foreseen.left_out] == [("own_file", (code,))]
    for other in (ada, staff("test_administrator")):
        with pytest.raises(NotPermitted):
            JUDGING.preview(other, competition, at=LATER)


def test_a_second_application_begins_with_what_the_last_one_held(
    ada: Actor, competition: str
) -> None:
    given_filled(ada, competition)
    second = start(ada, competition=given_competition(), at=LATER)
    page = application_page(ada, second, at=LATER)
    assert page.content["identity"]["full_name"] == "Ada Example"
    assert page.missing == ("declarations", "track")


def test_a_late_code_is_shown_once_and_opens_the_door_after_the_window(
    ada: Actor, competition: str
) -> None:
    code = given_filled(ada, competition)
    registrar = staff("registrar")
    closed = datetime.fromisoformat("2016-06-04T12:00:00+00:00")
    with pytest.raises(RuleRefused) as found:
        submit(ada, code, at=closed, seen=None)
    assert found.value.code == "window_closed"
    until = closed + timedelta(days=1)
    _, late = exceptions.admit_late(registrar, code, until=until, at=closed, seen=None, **why())
    assert late not in "".join(str(dict(f.body)) for f in read_facts(code))
    with pytest.raises(RuleRefused):
        submit(ada, code, at=closed, seen=None, late_code="AAAA-AAAA-AAAA")
    submit(ada, code, at=closed, seen=None, late_code=late.lower())
    assert kinds(code)[-1] == "track.chosen"


def test_a_reopened_section_is_typed_and_frozen_again(ada: Actor, competition: str) -> None:
    code = given_submitted(ada, competition)
    until = LATER + timedelta(days=3)
    exceptions.reopen_section(
        staff("registrar"), code, section="contact", until=until, at=LATER, seen=None, **why()
    )
    save_section(ada, code, section="contact", content={"address": "new"}, complete=True, at=LATER)
    exceptions.resubmit_section(ada, code, section="contact", at=LATER, seen=None)
    with pytest.raises(RuleRefused):
        save_section(ada, code, section="contact", content={}, complete=True, at=LATER)


def test_an_appeal_upheld_admits_the_applicant(ada: Actor, competition: str) -> None:
    code = given_submitted(ada, competition, citizenships=["CAN"])
    judge(staff("registrar"), code, at=LATER)
    exceptions.appeal(ada, code, grounds="I am a citizen.", at=LATER, seen=None)
    officer = staff("appeals_officer")
    exceptions.decide_appeal(officer, code, upheld=True, at=LATER, seen=None, **why())
    assert "candidacy.reopened" in kinds(code)
    assert application_page(ada, code, at=LATER).eligible


def test_a_withdrawal_is_undone_by_the_registrar_only(ada: Actor, competition: str) -> None:
    code = given_eligible(ada, competition)
    withdraw(ada, code, reason="personal", at=LATER, seen=None)
    assert application_page(ada, code, at=LATER).closed == "withdrawn"
    with pytest.raises(NotPermitted):
        exceptions.undo_withdrawal(ada, code, at=LATER, seen=None, **why())
    exceptions.undo_withdrawal(staff("registrar"), code, at=LATER, seen=None, **why())
    assert application_page(ada, code, at=LATER).closed == ""
