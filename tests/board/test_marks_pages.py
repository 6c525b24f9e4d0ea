"""The pages of marks and of the proctor's desk: what each shows, decides, and to whom."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.cast import APPLIES, given_competition, given_person, given_staff
from tests.services.application_cast import (
    TEST,
    given_inside,
    given_items,
    given_seated,
    given_session,
    stop_clock,
    why,
)
from tests.services.marks_cast import ADMINISTRATOR, SCORED, SECTIONS, given_sheets

from concours.records.ledger_store import read_facts
from concours.records.models import Account, ExaminationStanding
from concours.selection.competition import set_base_scale
from concours.services.case import append_as_system
from concours.services.competitions import read_competition
from concours.services.examination import key_check_run
from concours.services.examination.lockdown import request_hash
from concours.services.examination.scoring import score_all
from concours.services.examination.sittings import open_section, open_sitting
from concours.services.notices.release import release_due

pytestmark = pytest.mark.django_db
SEEN = re.compile(r'name="seen"[^>]* value="([^"]*)"')


@pytest.fixture(autouse=True)
def service_time(settings: Any) -> None:
    """A rehearsal whose clock stands at the day after the test."""
    settings.REHEARSAL = True
    stop_clock(SCORED)


@pytest.fixture
def people() -> Any:
    """Twenty-four candidates with their sheets in; one item has the wrong key."""
    return given_sheets()


def signed_in(role: str) -> Client:
    client = Client()
    account = Account.objects.filter(email=f"{role}@staff.example").first()
    client.force_login(account or given_staff(f"{role}@staff.example", role))
    return client


def candidate(person: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(person_id=person))
    return client


def shown(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200, (name, answer.status_code, answer.content.decode()[:2000])
    return answer.content.decode()


def sent(client: Client, name: str, *args: object, **said: str) -> int:
    html = shown(client, name, *args)
    seen = SEEN.search(html)
    answer = client.post(reverse(name, args=args), {"seen": seen.group(1) if seen else "", **said})
    return answer.status_code


def test_a_faulty_item_goes_from_the_key_check_to_a_decision_by_two(people: Any) -> None:
    competition = ExaminationStanding.objects.get(file=people[0][1]).competition
    score_all(ADMINISTRATOR, competition, at=SCORED)
    first, second = signed_in("psychometrician"), signed_in("test_administrator")
    assert "has not been checked" in shown(first, "board:examination_marks", competition)
    answer = first.post(reverse("board:examination_key_check", args=[competition]))
    assert answer.status_code == 302
    key_check_run.check_key(competition, at=SCORED, by="w")
    assert "1 of 12 items" in shown(first, "board:examination_marks", competition)
    listed = shown(first, "board:examination_checked_items", competition, flag="suspect")
    assert "Job knowledge 1" in listed
    assert "Biographic" not in listed.split("<tbody", 1)[1]
    place = (competition, "job_knowledge", 1)
    assert (
        sent(first, "board:examination_propose_key", *place, reason="wrong_key", treatment="rekey")
        == 400
    )
    answer = first.post(
        reverse("board:examination_propose_key", args=place),
        {"reason": "wrong_key", "treatment": "rekey", "option": "B"},
    )
    where = answer["Location"]
    own = first.get(where).content.decode()
    assert "Somebody else decides" in own
    assert 'name="approve"' not in own
    other = second.get(where).content.decode()
    assert "24 of 24: 16 up, 8 down" in other
    digest = re.search(r'name="effect"[^>]* value="(\w+)"', other)
    assert digest is not None
    assert second.post(where, {"effect": digest.group(1)}).status_code == 422
    assert second.post(where, {"effect": digest.group(1), "approve": "yes"}).status_code == 302
    assert "Approved" in second.get(where).content.decode()
    assert "choice.corrected" in [f.kind for f in read_facts(people[0][1])]


def test_a_candidate_challenges_asks_again_and_reads_the_report(people: Any) -> None:
    competition = ExaminationStanding.objects.get(file=people[0][1]).competition
    scale = dict.fromkeys(SECTIONS, ("4", "1"))
    append_as_system(set_base_scale(read_competition(competition), scale=scale), at=APPLIES)
    actor, code = people[0]
    Account.objects.create_user("zoe@example.org", "x" * 20, person_id=actor.person)
    zoe, bob = candidate(actor.person), signed_in("registrar")
    plain = {"section": "job_knowledge", "item": "1", "ground": "outdated"}
    challenge = "portal:examination_challenge_item"
    assert sent(zoe, challenge, code, **plain, argument="No.") == 400
    assert sent(zoe, challenge, code, **plain, argument="The law was changed in 2010.") == 302
    assert "To be answered before" in shown(zoe, challenge, code)
    assert bob.get(reverse(challenge, args=[code])).status_code == 403
    board = signed_in("test_administrator")
    html = shown(board, "board:examination_decide_challenge", code)
    assert "The law was changed in 2010." in html
    said = {"upheld": "no", **why()}
    assert sent(board, "board:examination_decide_challenge", code, **said) == 302
    assert "once you have been told" in shown(zoe, "portal:examination_report", code)
    score_all(ADMINISTRATOR, competition, at=SCORED)
    assert sent(board, "board:examination_decide", code) == 302
    release_due(at=SCORED + timedelta(days=3))
    stop_clock(SCORED + timedelta(days=3))
    report = shown(zoe, "portal:examination_report", code)
    assert "You did not pass the test" in report
    assert "window of 2017-06" in report
    pdf = zoe.get(reverse("portal:examination_report_pdf", args=[code]))
    assert (pdf.status_code, pdf.content[:5]) == (200, b"%PDF-")
    assert sent(zoe, "portal:examination_request_rescoring", code) == 302
    assert sent(zoe, "portal:examination_request_rescoring", code) == 422
    assert sent(board, "board:examination_decide_rescoring", code, **why()) == 302
    assert read_facts(code)[-1].body.get("outcome") == "confirmed"


def test_the_desk_shows_the_room_and_every_act_is_an_entry(settings: Any) -> None:
    competition = given_competition()
    given_items(competition)
    session = given_session(competition)
    bob = given_person("bob@example.org", "Bob Other")
    given_seated(bob, competition, session, name="Bob Other")
    ada = given_person()
    code = given_inside(ada, competition, session)
    stop_clock(TEST)
    proctor = signed_in("proctor")
    desk = shown(proctor, "examroom:proctor_desk", session)
    assert "Ada " not in desk
    assert "<html" not in shown(proctor, "examroom:proctor_desk", session, part="map")
    assert "Ada Example" in shown(proctor, "examroom:proctor_candidate", code)
    start = reverse("examroom:proctor_start", args=[session])
    assert proctor.post(start, {"held": "yes"}).status_code == 302
    room = reverse("examroom:sitting", args=[code])
    assert candidate(ada.person).post(room).status_code in (403, 409, 422)
    assert sent(proctor, "examroom:proctor_act", code, "allow") == 302
    open_sitting(ada, code, at=TEST)
    open_section(ada, code, section="job_knowledge", at=TEST)
    act = "examroom:proctor_act"
    assert sent(proctor, act, code, "pause", reason="noise") == 302
    stop_clock(TEST + timedelta(minutes=10))
    html = shown(proctor, "examroom:proctor_candidate", code)
    assert "40:00" in html
    assert "the clock stands still" in html
    assert sent(proctor, act, code, "resume") == 302
    assert sent(proctor, act, code, "minutes", reason="noise", minutes="5") == 302
    assert sent(proctor, act, code, "irregularity", what="examinee.talking") == 302
    assert sent(proctor, act, code, "irregularity", what="examinee.screen") == 422
    assert sent(proctor, act, code, "message", text="Quiet, please") == 302
    assert sent(proctor, act, code, "swap", reason="machine_failed") == 302
    bring = reverse("examroom:proctor_hand_over", args=[code])
    wrong = proctor.post(bring, {"file": SimpleUploadedFile("a.handover", b"{}")})
    assert wrong.status_code == 400
    over = "examroom:proctor_room_act"
    assert sent(proctor, over, session, "minutes", reason="fire_alarm", minutes="3") == 302
    assert sent(proctor, over, session, "message", text="Back in three minutes") == 302
    assert sent(proctor, over, session, "irregularity", what="technical.network_down") == 302
    assert "Quiet, please" in shown(candidate(ada.person), "examroom:said", code)
    page = shown(proctor, "examroom:proctor_desk", session)
    assert "48 min left" in page
    assert sent(proctor, act, code, "end") == 302
    assert proctor.get(reverse(act, args=[code, "nothing"])).status_code == 404
    kinds = [f.kind for f in read_facts(code)]
    assert kinds[kinds.index("section.opened") + 1 :] == [
        "sitting.paused",
        "sitting.resumed",
        "minutes.added",
        "irregularity.found",
        "message.sent",
        "machine.swapped",
        "minutes.added",
        "section.locked",
        "sitting.submitted",
    ]
    report = shown(signed_in("test_administrator"), "board:examination_completeness", session)
    assert "Something is still open" in report
    assert "Network down" in report
    assert (
        signed_in("marker").get(reverse("examroom:proctor_desk", args=[session])).status_code == 403
    )


def test_the_locked_browser_is_asked_for_on_the_pages_of_the_room(settings: Any) -> None:
    competition = given_competition()
    given_items(competition)
    ada = given_person()
    code = given_inside(ada, competition, given_session(competition))
    stop_clock(TEST)
    board, room = signed_in("test_administrator"), reverse("examroom:sitting", args=[code])
    page = "board:examination_lockdown"
    assert sent(board, page, competition, required="yes", browser_keys="zz") == 400
    assert sent(board, page, competition, required="yes") == 302
    key = re.search(r"\b[0-9a-f]{64}\b", shown(board, page, competition))
    assert key is not None
    file = board.get(reverse("board:examination_lockdown_file", args=[competition]))
    assert b"sendBrowserExamKey" in file.content
    browser = candidate(ada.person)
    assert browser.get(room).status_code in (403, 409, 422)
    own = browser.get(reverse("examroom:lockdown_file", args=[code]))
    assert own.content == file.content
    sent_hash = request_hash(settings.ORIGIN + room, key.group(0))
    header = {"HTTP_X_SAFEEXAMBROWSER_CONFIGKEYHASH": sent_hash}
    assert browser.get(room, **header).status_code == 200
    proctor = signed_in("proctor")
    said = {"reason": "key_mismatch", "authority": "board"}
    assert sent(proctor, "board:examination_exempt_lockdown", code, **said) == 302
    assert browser.get(room).status_code == 200


def test_scripts_and_markers_are_for_the_chair_and_never_for_markers() -> None:
    competition = given_competition()
    chair = signed_in("chair")
    scripts = "board:examination_scripts"
    assert sent(chair, scripts, competition, text="Short.", mark="3") == 400
    assert sent(chair, scripts, competition, text="A script. " * 20, mark="9") == 400
    assert sent(chair, scripts, competition, text="A script. " * 20, mark="3") == 302
    assert "mark 3" in shown(chair, scripts, competition)
    assert "No mark is locked yet" in shown(chair, "board:examination_markers", competition)
    marker = signed_in("marker")
    for name in (scripts, "board:examination_markers", "board:examination_marks"):
        assert marker.get(reverse(name, args=[competition])).status_code == 403
