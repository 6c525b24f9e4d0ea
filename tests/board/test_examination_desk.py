"""The staff's pages of applying and the test, and who may open which."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.cast import APPLIES, given_competition, given_person, given_staff
from tests.services.application_cast import (
    RESERVES,
    TEST,
    given_eligible,
    given_inside,
    given_items,
    given_seated,
    given_session,
    given_submitted,
    stop_clock,
    why,
)

from concours.board.application.acts import ACTS as APPLYING
from concours.board.examination.acts import ACTS as TESTING
from concours.records.ledger_store import read_facts
from concours.records.models import Account, ExaminationStanding, TestItem
from concours.selection.authority import HOLDERS, ROLES, Actor
from concours.selection.competition import set_base_scale
from concours.services.application.eligibility import judge
from concours.services.application.exceptions import appeal
from concours.services.case import append_as_system
from concours.services.competitions import read_competition
from concours.services.examination.sittings import (
    close_section,
    open_section,
    open_sitting,
    save_answer,
    submit_sitting,
)
from concours.services.jobs import run_due_jobs

pytestmark = pytest.mark.django_db
STAFF = sorted(set(ROLES) - {"public", "candidate", "system"})


@pytest.fixture(autouse=True)
def service_time(settings: Any) -> None:
    """Service time is a day on which seats are open; second factors are for production."""
    settings.REHEARSAL = True
    stop_clock(RESERVES)


@pytest.fixture
def ada() -> Actor:
    return given_person()


@pytest.fixture
def competition() -> str:
    return given_competition()


def signed_in(role: str) -> Client:
    """A browser in which somebody with this role has signed in."""
    client = Client()
    account = Account.objects.filter(email=f"{role}@staff.example").first()
    client.force_login(account or given_staff(f"{role}@staff.example", role))
    return client


def page(client: Client, name: str, *args: object) -> str:
    """A page that must answer 200."""
    answer = client.get(reverse(f"board:{name}", args=args))
    assert answer.status_code == 200, (name, answer.content.decode()[:3000])
    return answer.content.decode()


def seen_on(html: str) -> str:
    found = re.search(r'name="seen"[^>]* value="([^"]*)"', html)
    assert found
    return found.group(1)


def act(client: Client, name: str, code: str, **answers: str) -> Any:
    """Open an act's page, fill in its form, and send it."""
    html = page(client, name, code)
    return client.post(reverse(f"board:{name}", args=[code]), {"seen": seen_on(html), **answers})


def kinds(code: str) -> list[str]:
    return [fact.kind for fact in read_facts(code)]


# who may open what


def doors(code: str, session: str, competition: str) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Each page of these steps: its address, its name, and the roles that may open it."""
    for one in (*APPLYING, *TESTING):
        name = one.command.replace(".", "_")
        roles = HOLDERS[one.action] - {"candidate", "system"}
        yield reverse(f"board:{name}", args=[code]), name, roles
    plain = (
        ("application_home", (), "application.judge"),
        ("application_judge", (code,), "application.judge"),
        ("examination_centres", (), "examination.manage_sessions"),
        ("examination_plan", (competition,), "examination.manage_sessions"),
        ("examination_move_session", (session,), "examination.manage_sessions"),
        ("examination_cancel_session", (session,), "examination.manage_sessions"),
        ("examination_incident", (session,), "examination.check_in"),
        ("examination_check_in", (code,), "examination.check_in"),
        ("examination_scoring", (competition,), "examination.score"),
        ("examination_sheets", (competition,), "examination.import_answers"),
    )
    for name, args, action in plain:
        yield reverse(f"board:{name}", args=args), name, HOLDERS[action] - {"candidate", "system"}


def test_each_page_opens_for_the_roles_that_hold_its_action_and_for_no_other(
    ada: Actor, competition: str
) -> None:
    session = given_session(competition)
    code = given_seated(ada, competition, session)
    pages = list(doors(code, session, competition))
    for role in STAFF:
        client = signed_in(role)
        found = {name for address, name, _ in pages if client.get(address).status_code == 200}
        assert found == {name for _, name, roles in pages if role in roles}, role
    visitor = Client()
    assert all(visitor.get(address).status_code in (302, 403) for address, _, _ in pages)


# eligibility


def test_the_registrar_decides_one_and_then_all_the_rules_allow(
    ada: Actor, competition: str
) -> None:
    first = given_submitted(ada, competition)
    bob = given_person("bob@example.org", "Bob Other")
    second = given_submitted(bob, competition)
    registrar = signed_in("registrar")
    html = page(registrar, "application_home")
    assert first in html
    assert second in html
    assert "Ada " not in html
    assert act(registrar, "application_judge", first).status_code == 302
    assert "eligibility.found" in kinds(first)
    assert act(registrar, "application_judge_all", competition).status_code == 302
    assert "It waits for the worker." in page(registrar, "application_judge_all", competition)
    run_due_jobs()
    assert "The last run decided 1 file." in page(registrar, "application_judge_all", competition)
    assert "eligibility.found" in kinds(second)
    assert "No application waits" in page(registrar, "application_home")


def test_a_decision_on_a_page_that_has_moved_on_is_refused(ada: Actor, competition: str) -> None:
    code = given_submitted(ada, competition)
    registrar = signed_in("registrar")
    address = reverse("board:application_judge", args=[code])
    seen = seen_on(page(registrar, "application_judge", code))
    assert registrar.post(address, {"seen": seen}).status_code == 302
    again = registrar.post(address, {"seen": seen})
    assert again.status_code in (409, 422)
    assert kinds(code).count("eligibility.found") == 1


@pytest.mark.parametrize(
    ("name", "role", "answers", "kind"),
    [
        (
            "application_reopen_section",
            "registrar",
            {"section": "contact", "until_0": "1", "until_1": "6", "until_2": "2016"},
            "application.section_reopened",
        ),
        (
            "application_correct",
            "registrar",
            {"answer": "contact.telephone", "value": "555 0199"},
            "application.corrected",
        ),
        ("application_reverse", "appeals_officer", {"eligible": "no"}, "eligibility.reversed"),
        ("application_withdraw", "registrar", {"reason": "study"}, "application.withdrawn"),
    ],
)
def test_each_exception_is_taken_on_its_page_with_a_reason(
    ada: Actor, competition: str, name: str, role: str, answers: dict[str, str], kind: str
) -> None:
    code = given_eligible(ada, competition)
    answer = act(signed_in(role), name, code, **(why() | answers))
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert kind in kinds(code)


def test_a_late_code_is_shown_once_and_the_withdrawal_is_undone(
    ada: Actor, competition: str
) -> None:
    registrar = signed_in("registrar")
    started = given_submitted(ada, competition)
    answer = act(registrar, "application_withdraw", started, reason="study")
    assert answer.status_code == 302
    assert act(registrar, "application_undo_withdrawal", started, **why()).status_code == 302
    assert kinds(started)[-1] == "candidacy.reopened"


def test_an_act_without_a_reason_is_not_taken(ada: Actor, competition: str) -> None:
    code = given_eligible(ada, competition)
    answer = act(signed_in("appeals_officer"), "application_reverse", code, eligible="no")
    assert answer.status_code == 422
    assert "eligibility.reversed" not in kinds(code)


# sessions and the door


def test_a_session_is_planned_in_the_clock_of_its_centre(competition: str) -> None:
    administrator = signed_in("test_administrator")
    centre = {
        "code": "lima",
        "name": "Embassy",
        "city": "Lima",
        "country": "PER",
        "zone": "America/Lima",
        "address": "Avenida 1",
        "step_free": "yes",
        "abroad": "yes",
    }
    administrator.post(reverse("board:examination_centres"), centre)
    planned = {
        "centre": "lima",
        "room": "2",
        "day_0": "4",
        "day_1": "6",
        "day_2": "2016",
        "hour": "09:00",
        "seats": "12",
        "accessible": "2",
    }
    address = reverse("board:examination_plan", args=[competition])
    answer = administrator.post(address, planned)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    code = answer.url.rstrip("/").split("/")[-1]
    assert read_facts(code)[0].body["starts_at"] == "2016-06-04T14:00:00.000000Z"
    assert code in page(administrator, "examination_home")
    outside = administrator.post(address, planned | {"day_0": "14"})
    assert outside.status_code == 422
    assert "Choose a day of the window" in outside.content.decode()


def test_the_proctor_opens_the_doors_and_checks_somebody_in(ada: Actor, competition: str) -> None:
    session = given_session(competition)
    code = given_seated(ada, competition, session)
    stop_clock(TEST - timedelta(minutes=30))
    proctor = signed_in("proctor")
    seen = seen_on(page(proctor, "examination_session", session))
    proctor.post(reverse("board:examination_open", args=[session]), {"seen": seen})
    html = page(proctor, "examination_check_in", code)
    assert "Ada Example" in html
    shown = {
        "document": "passport",
        "has_photograph": "yes",
        "expires_0": "1",
        "expires_1": "1",
        "expires_2": "2020",
        "name_matches": "yes",
    }
    answer = act(proctor, "examination_check_in", code, **shown)
    assert answer.status_code == 302
    assert "inside" in page(proctor, "examination_session", session)
    body = read_facts(code)[-1].body
    assert (body["outcome"], body["document"]) == ("let_in", "passport")


def test_an_incident_and_a_move_are_taken_on_the_sessions_pages(
    ada: Actor, competition: str
) -> None:
    session = given_session(competition)
    given_seated(ada, competition, session)
    administrator = signed_in("test_administrator")
    moved = reverse("board:examination_move_session", args=[session])
    assert moved in page(administrator, "examination_session", session)
    answer = act(
        administrator,
        "examination_move_session",
        session,
        reason="weather",
        hour="11:00",
        day_0="6",
        day_1="6",
        day_2="2016",
    )
    assert answer.status_code == 302
    stop_clock(TEST + timedelta(hours=1, minutes=30))
    proctor = signed_in("proctor")
    seen = seen_on(page(proctor, "examination_session", session))
    proctor.post(reverse("board:examination_open", args=[session]), {"seen": seen})
    answer = act(proctor, "examination_incident", session, reason="fire_alarm", minutes="10")
    assert answer.status_code == 302
    assert "10 minutes given" in page(proctor, "examination_session", session)


# sheets, scoring, essays


def test_faulty_sheets_are_named_cell_by_cell_and_good_ones_scored(
    ada: Actor, competition: str
) -> None:
    code = given_eligible(ada, competition)
    administrator = signed_in("test_administrator")
    address = reverse("board:examination_sheets", args=[competition])
    key = "item,key\nq1,1\nq2,2\nq3,3\n"

    def upload(rows: str) -> Any:
        return administrator.post(
            address,
            {
                "sheets": SimpleUploadedFile("sheets.csv", rows.encode()),
                "key": SimpleUploadedFile("key.csv", key.encode()),
                "person_column": "who",
                "omitted": "8",
                "deal": "yes",
            },
        )

    bad = upload(f"who,q1,q2,q3\n{code},1,9,3\n")
    assert bad.status_code == 400
    assert "&#x27;9&#x27; is none of" in bad.content.decode()
    assert TestItem.objects.count() == 0
    good = upload(f"who,q1,q2,q3\n{code},1,2,8\n")
    assert good.status_code == 302
    html = page(administrator, "examination_scoring", competition)
    assert "Score everybody who waits" in html
    foreseen = page(administrator, "examination_score_all", competition)
    assert "Below the cut" in foreseen
    assert not ExaminationStanding.objects.get(file=code).scored
    assert act(administrator, "examination_score_all", competition).status_code == 302
    assert ExaminationStanding.objects.get(file=code).scored
    assert "Not passed" in page(administrator, "examination_decide_all", competition)
    assert act(administrator, "examination_decide_all", competition).status_code == 302
    assert ExaminationStanding.objects.get(file=code).outcome == "failed"


def test_an_essay_is_taken_read_and_marked_without_a_name(ada: Actor, competition: str) -> None:
    given_items(competition)
    code = given_inside(ada, competition, given_session(competition))
    open_sitting(ada, code, at=TEST)
    for section in ("job_knowledge", "english_expression", "biographic"):
        open_section(ada, code, section=section, at=TEST)
        for item in range(1, 5):
            save_answer(ada, code, section=section, item=item, choice="A", at=TEST)
        close_section(ada, code, section=section, at=TEST)
    open_section(ada, code, section="essay", at=TEST)
    save_answer(ada, code, section="essay", item=1, text="Plain words.", at=TEST)
    submit_sitting(ada, code, at=TEST)
    stop_clock(TEST + timedelta(days=6))
    administrator = signed_in("test_administrator")
    given_scale(competition)
    act(administrator, "examination_score_all", competition)
    marker = signed_in("marker")
    assert "To mark: 1" in page(marker, "examination_essays")
    taken = marker.post(reverse("board:examination_next_essay", args=[competition]))
    html = marker.get(taken.url).content.decode()
    assert "Plain words." in html
    for secret in (code, "Ada ", ada.person):
        assert secret not in html
    assert marker.post(taken.url, {"mark": ""}).status_code == 422
    assert marker.post(taken.url, {"mark": "4"}).status_code == 302
    assert "To mark: 1" in page(marker, "examination_essays")
    other = Client()
    other.force_login(given_staff("second@staff.example", "marker"))
    assert other.get(taken.url).status_code == 403
    beside = reverse("board:examination_markers", args=[competition])
    assert beside in page(signed_in("chair"), "examination_essays")
    assert beside not in page(marker, "examination_essays")


def given_scale(competition: str) -> None:
    """A base scale that fits four items."""
    scale = dict.fromkeys(("job_knowledge", "english_expression", "biographic"), ("2", "1"))
    append_as_system(
        set_base_scale(read_competition(competition), scale=scale), at=TEST + timedelta(days=6)
    )


def test_an_applicant_refused_is_let_in_on_appeal(ada: Actor, competition: str) -> None:
    code = given_submitted(ada, competition, citizenships=["CAN"])
    registrar = Actor(code="REGI-0000-0000", roles=frozenset({"registrar"}))
    judge(registrar, code, at=APPLIES)
    appeal(ada, code, grounds="My citizenship changed.", at=RESERVES, seen=None)
    officer = signed_in("appeals_officer")
    answer = act(officer, "application_decide_appeal", code, upheld="yes", **why())
    assert answer.status_code == 302
    assert "examination.admitted" in kinds(code)
