"""The desks from clearance to service: each page for the roles that hold it and for no other, and what they do."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from tests.services.late_cast import (
    ANSWERED,
    CALLED,
    CLASS_DAY,
    MEDICAL,
    PLACED,
    REVIEWED,
    SECRET,
    SECURITY,
    Late,
)
from tests.services.panel_pages_cast import STAFF, browser_of, candidate_browser, staff_browser

from concours.records.models import (
    Account,
    CandidacyStanding,
    ClassStanding,
    OfficerStanding,
    RegisterPlace,
)
from concours.services.clearance import acts as clearance
from concours.services.clock import set_clock
from concours.services.jobs import HANDLERS, run_due_jobs
from concours.services.register import acts as register
from concours.services.register import offers
from concours.services.service import acts as service
from concours.services.service import posting_run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR = tmp_path / "var"
    settings.MEDIA_ROOT = tmp_path / "var" / "documents"


@pytest.fixture
def at(settings):
    """Moves the rehearsal's clock, and leaves it standing."""
    settings.REHEARSAL = True

    def move(instant):
        set_clock(to=instant, machine_now=instant, running=False)

    return move


def browser(actor) -> Client:
    """A browser of one of the cast's staff."""
    return browser_of(Account.objects.get(code=actor.code))


def seen_on(page) -> str:
    """The version a page carries."""
    (found,) = set(re.findall(r'name="seen"[^>]*value="([^"]*)"', page.content.decode()))
    return found


def send(client: Client, address: str, expect: int = 302, **given):
    """Fill in a form as its page shows it."""
    found = client.post(address, {"seen": seen_on(client.get(address)), **given})
    assert found.status_code == expect, found.content.decode()
    return found


REGISTER_READERS = {"registrar", "appointing_authority", "auditor"}
CLEARANCE_DESKS = {"medical_adjudicator", "security_adjudicator", "waiver_officer", "registrar"}


def pages_of(code: str, klass: str) -> dict[str, set[str]]:
    """Every address of these desks with the roles that may open it."""
    file = f"/board/file/{code}"
    return {
        "/board/clearance/": CLEARANCE_DESKS,
        "/board/clearance/medical/": {"medical_adjudicator"},
        "/board/clearance/security/": {"security_adjudicator"},
        "/board/clearance/waivers/": {"waiver_officer"},
        f"{file}/clearance/offer/": {"registrar"},
        f"{file}/clearance/extend/": {"registrar"},
        f"{file}/clearance/medical/": {"medical_adjudicator"},
        f"{file}/clearance/medical/wait/": {"medical_adjudicator"},
        f"{file}/clearance/security/": {"security_adjudicator"},
        f"{file}/clearance/security/wait/": {"security_adjudicator"},
        f"{file}/clearance/waiver/": {"waiver_officer"},
        # an appeal must be lodged: nobody, whatever their role
        f"{file}/clearance/appeal/": set(),
        "/board/review/": {"suitability_examiner"},
        # the members of this very panel: by account, not by role
        f"{file}/review/": set(),
        f"{file}/review/oath/": set(),
        f"{file}/review/recuse/": set(),
        f"{file}/review/open/": {"registrar", "scheduler"},
        f"{file}/review/replace/": {"registrar", "scheduler"},
        f"{file}/review/appeal/": set(),
        "/board/register/": REGISTER_READERS,
        "/board/register/track/consular/": REGISTER_READERS,
        "/board/register/track/consular/as-of/?on_0=1&on_1=12&on_2=2017&since_0=1&since_1=11&since_2=2017": REGISTER_READERS,
        "/board/register/classes/": REGISTER_READERS,
        "/board/register/classes/new/": {"appointing_authority"},
        f"/board/register/classes/{klass}/": REGISTER_READERS,
        f"/board/register/classes/{klass}/size/": {"appointing_authority"},
        f"/board/register/classes/{klass}/call/consular/": {"registrar"},
        f"/board/register/classes/{klass}/oath/": {"registrar"},
        f"{file}/register/": REGISTER_READERS,
        f"{file}/register/place/": {"registrar"},
        f"{file}/register/veterans/": {"registrar"},
        f"{file}/register/language/": {"registrar"},
        f"{file}/register/experience/": {"registrar"},
        f"{file}/register/correct/": {"appeals_officer"},
        f"{file}/register/stop/": {"registrar"},
        f"{file}/register/refuse-stop/": {"registrar"},
        f"{file}/register/resume/": {"registrar"},
        f"{file}/register/restore/": {"appeals_officer"},
        f"{file}/register/rescind/": {"appointing_authority"},
        "/board/service/": {"training_officer"},
        f"/board/service/classes/{klass}/posts/": {"training_officer"},
        f"/board/service/classes/{klass}/posts/add/": {"training_officer"},
        f"/board/service/classes/{klass}/posts/sign/": {"training_officer"},
        f"{file}/service/appoint/": {"registrar"},
        f"{file}/service/training/": {"training_officer"},
        f"{file}/service/post/": {"training_officer"},
        f"{file}/service/hand-over/": {"registrar"},
    }


def test_each_page_opens_for_its_roles_and_no_others(at) -> None:
    late = Late().offer().papers().decide(medical_class="2")
    klass = late.plan()
    at(CALLED)
    browsers = {role: staff_browser(role) for role in STAFF}
    candidate = candidate_browser(late.ada.person)
    for address, allowed in pages_of(late.code, klass).items():
        for role, client in browsers.items():
            found = client.get(address)
            wanted = {200} if role in allowed else {403, 422}
            assert found.status_code in wanted, (address, role, found.status_code)
            if role not in allowed:
                assert SECRET not in found.content.decode(), (address, role)
        assert candidate.get(address).status_code == 403, address
        assert Client().get(address).status_code in (302, 403), address


def test_no_page_of_another_desk_shows_what_a_compartment_knows(at) -> None:
    late = Late().offer().papers().decide(medical_class="2")
    at(CALLED)
    medical = browser(late.medical).get(f"/board/file/{late.code}/clearance/medical/")
    assert SECRET in medical.content.decode()
    for actor in (late.registrar, late.auditor, late.appeals):
        for address in (f"/board/file/{late.code}/", "/board/files/", "/board/"):
            found = browser_of_once(actor).get(address).content.decode()
            assert SECRET not in found
            assert "Limited to some posts" not in found


def browser_of_once(actor) -> Client:
    """The same browser for the same member of staff."""
    client = Client()
    account = Account.objects.get(code=actor.code)
    if not account.authenticator_set.exists():
        return browser_of(account)
    client.force_login(account)
    return client


def test_both_desks_decide_and_a_panel_of_three_votes(at) -> None:
    late = Late().offer().papers()
    file = f"/board/file/{late.code}"
    at(MEDICAL)
    medical, security = browser(late.medical), browser(late.security)
    send(medical, f"{file}/clearance/medical/wait/", on="third_party")
    send(
        medical,
        f"{file}/clearance/medical/",
        medical_class="1",
        reasons="Fit.",
        examined_on_0="20",
        examined_on_1="4",
        examined_on_2="2017",
    )
    at(SECURITY)
    missing = send(security, f"{file}/clearance/security/", 400, outcome="deny", reasons="Debt.")
    assert "Name at least one guideline" in missing.content.decode()
    send(security, f"{file}/clearance/security/", outcome="grant", reasons="Clean.")
    at(REVIEWED)
    registrar = browser(late.registrar)
    send(registrar, f"{file}/review/open/", members=[m.code for m in late.members[:3]])
    members = [browser(member) for member in late.members]
    refused = members[3].get(f"{file}/review/")
    assert refused.status_code == 403
    for client in members[:3]:
        send(client, f"{file}/review/oath/", sworn="on")
        text = client.get(f"{file}/review/").content.decode()
        assert "Clean." in text
        assert "Fit." not in text
    for client in members[:3]:
        send(client, f"{file}/review/", suitable="yes", reasons="Nothing found.")
    at(PLACED)
    send(registrar, f"{file}/register/place/")
    assert RegisterPlace.objects.get(file=late.code).live is True


def test_the_registrar_decides_claims_and_stops_from_their_evidence(at) -> None:
    late = Late().place()
    register.claim_points(
        late.ada,
        late.code,
        claim="language",
        evidence="Korean 3, June",
        at=PLACED + timedelta(days=1),
    )
    at(PLACED + timedelta(days=2))
    client, file = browser(late.registrar), f"/board/file/{late.code}/register"
    assert late.code in client.get("/board/register/").content.decode()
    assert "Korean 3, June" in client.get(f"{file}/language/").content.decode()
    send(client, f"{file}/language/", granted="yes", language="korean", test="speaking", level="3")
    assert RegisterPlace.objects.get(file=late.code).points == "19/50"
    correct = {
        "claim": "language",
        "granted": "no",
        "ground": "clerical_error",
        "authority": "board",
    }
    result = {"language": "korean", "test": "speaking", "level": "3"}
    send(browser(late.appeals), f"{file}/correct/", **correct, **result)
    assert RegisterPlace.objects.get(file=late.code).points == "0"
    stop = {"start_0": "1", "start_1": "1", "start_2": "2018", "months": "2"}
    send(client, f"{file}/stop/", ground="military_service", **stop)
    assert RegisterPlace.objects.get(file=late.code).ends_on.isoformat() == "2019-07-01"
    again = send(client, f"{file}/stop/", 422, ground="military_service", **stop)
    assert "The clock stands still at that time already." in again.content.decode()
    track = client.get("/board/register/track/consular/").content.decode()
    assert late.code in track
    as_of = client.get(
        "/board/register/track/consular/as-of/",
        {
            "on_0": "5",
            "on_1": "11",
            "on_2": "2017",
            "since_0": "1",
            "since_1": "10",
            "since_2": "2017",
        },
    ).content.decode()
    assert "arrived" in as_of


def test_a_class_is_planned_called_sworn_in_trained_and_posted(at) -> None:
    late = Late().place()
    at(CALLED)
    authority, registrar, training = (
        browser(late.authority),
        browser(late.registrar),
        browser(late.training),
    )
    planned = {
        "title": "March class",
        "starts_on_0": "5",
        "starts_on_1": "3",
        "starts_on_2": "2018",
    }
    sizes = {f"size_{t}": "0" for t in ("economic", "management", "political", "public_diplomacy")}
    new = authority.post("/board/register/classes/new/", {**planned, **sizes, "size_consular": "1"})
    assert new.status_code == 302, new.content.decode()
    klass = ClassStanding.objects.get().file
    page = f"/board/register/classes/{klass}/"
    assert late.code in registrar.get(f"{page}call/consular/").content.decode()
    send(registrar, f"{page}call/consular/")
    late.tell(CALLED)
    offers.answer_offer(late.ada, late.code, accepted=True, at=ANSWERED)
    at(ANSWERED)
    file = f"/board/file/{late.code}/service"
    send(registrar, f"{file}/appoint/", education="bachelor", years="9", proof="Diploma")
    at(CALLED + timedelta(days=80))
    day = {"on_0": str(CLASS_DAY.day), "on_1": "3", "on_2": "2018"}
    send(registrar, f"{page}oath/", present=[late.code], **day)
    for module in ("orientation", "language", "tradecraft"):
        send(training, f"{file}/training/", module=module, result="passed")
    posts = f"/board/service/classes/{klass}/posts/"
    added = training.post(
        f"{posts}add/",
        {
            "code": "lima",
            "title": "Lima",
            "abroad": "yes",
            "places": "1",
            "need": "10",
            "starts_on_0": "15",
            "starts_on_1": "10",
            "starts_on_2": "2018",
            "months": "24",
        },
    )
    assert added.status_code == 302, added.content.decode()
    assert training.post(f"{posts}propose/").status_code == 302
    assert posting_run.PROPOSE in HANDLERS
    assert run_due_jobs(worker="test") == 1
    text = training.get(f"{posts}sign/").content.decode()
    run = re.search(r'name="run"[^>]*value="([^"]+)"', text)
    assert run is not None
    assert training.post(f"{posts}sign/", {"run": run[1]}).status_code == 302
    assert OfficerStanding.objects.get(file=late.code).post == "lima"
    send(registrar, f"{file}/hand-over/")
    assert CandidacyStanding.objects.get(file=late.code).reason == "entered_service"


def test_a_waiver_and_an_appeal_are_decided_at_their_own_desks(at) -> None:
    late = Late(2).offer().papers().decide(medical_class="2")
    now = SECURITY + timedelta(days=1)
    clearance.request_waiver(late.ada, late.code, at=now)
    at(now)
    waiver = browser(late.waiver)
    assert late.code in waiver.get("/board/clearance/waivers/").content.decode()
    send(waiver, f"/board/file/{late.code}/clearance/waiver/", granted="no", reasons="No post.")
    row = CandidacyStanding.objects.get(file=late.code)
    assert row.reason == "medical_waiver_refused"
    other = late.files[1]
    clearance.offer_conditional(late.registrar, other, at=now)
    late.tell(now)
    late_papers = now + timedelta(days=2)
    clearance.certify_forms(late.people[1], other, at=late_papers)
    clearance.decide_security(
        late.security, other, outcome="deny", guidelines=("F",), reasons=SECRET, at=late_papers
    )
    late.tell(late_papers)
    clearance.appeal_security(
        late.people[1], other, grounds="Paid.", at=late_papers + timedelta(days=1)
    )
    at(late_papers + timedelta(days=2))
    appeals = browser(late.appeals)
    page = f"/board/file/{other}/clearance/appeal/"
    assert "Paid." in appeals.get(page).content.decode()
    send(appeals, page, votes_for="3", votes_against="0", reasons="Paid.")
    assert CandidacyStanding.objects.get(file=other).closed_on is None


def test_training_failed_twice_ends_it_and_the_page_warned(at) -> None:
    late = Late().place()
    klass = late.plan()
    offers.call_track(late.registrar, klass, track="consular", at=CALLED)
    late.tell(CALLED)
    offers.answer_offer(late.ada, late.code, accepted=True, at=ANSWERED)
    service.appoint(
        late.registrar, late.code, education="none", years="3", proof="Papers", at=ANSWERED
    )
    at(CALLED + timedelta(days=90))
    client, page = browser(late.training), f"/board/file/{late.code}/service/training/"
    assert "A module failed twice ends the training." in client.get(page).content.decode()
    for _ in range(2):
        send(client, page, module="language", result="failed")
    assert OfficerStanding.objects.get(file=late.code).state == "separated"
