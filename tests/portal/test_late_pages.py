"""The candidate's pages from clearance to service: what they show, what they take, who may not look."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.services.late_cast import (
    ANSWERED,
    CALLED,
    MEDICAL,
    OFFERED,
    PAPERS,
    PDF,
    PLACED,
    REVIEWED,
    SECRET,
    SECURITY,
    Late,
)
from tests.services.panel_pages_cast import STAFF, candidate_browser, staff_browser

from concours.services.clearance import acts as clearance
from concours.services.clock import set_clock
from concours.services.register import offers
from concours.services.service import acts as service

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]


@pytest.fixture
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


def seen_on(page) -> str:
    """The version a page carries."""
    (found,) = set(re.findall(r'name="seen"[^>]*value="([^"]*)"', page.content.decode()))
    return found


def own_pages(code: str) -> list[str]:
    """Every page of these steps of one candidacy."""
    file = f"/candidacy/{code}"
    return [
        f"{file}/clearance/",
        f"{file}/clearance/forms/",
        f"{file}/clearance/documents/",
        f"{file}/clearance/waiver/",
        f"{file}/clearance/appeal/",
        f"{file}/clearance/medical/upload/",
        f"{file}/review/",
        f"{file}/review/reply/",
        f"{file}/review/appeal/",
        f"{file}/register/",
        f"{file}/register/claim/",
        f"{file}/register/stop/",
        f"{file}/register/calling/",
        f"{file}/register/accept/",
        f"{file}/register/decline/",
        f"{file}/service/",
        f"{file}/service/posts/",
    ]


def test_each_page_opens_for_its_candidate_and_for_nobody_else(at) -> None:
    late = Late(2).offer().papers().decide(medical_class="2")
    at(SECURITY + timedelta(days=1))
    mine, theirs = candidate_browser(late.ada.person), candidate_browser(late.people[1].person)
    browsers = {role: staff_browser(role) for role in STAFF}
    for address in own_pages(late.code):
        assert mine.get(address).status_code == 200, address
        answers = {theirs.get(address).status_code, Client().get(address).status_code}
        assert answers <= {302, 403}, address
        for role, browser in browsers.items():
            found = browser.get(address)
            assert found.status_code == 403, (address, role)
            assert SECRET not in found.content.decode()


def test_clearance_is_walked_from_upload_to_waiver(at) -> None:
    late = Late().offer()
    at(PAPERS)
    browser = candidate_browser(late.ada.person)
    page = f"/candidacy/{late.code}/clearance/"
    sent = browser.post(
        f"{page}medical/upload/",
        {"document": SimpleUploadedFile("report.exe", b"MZ not a document")},
    )
    assert sent.status_code == 400
    assert "Upload a PDF, a JPEG or a PNG file." in sent.content.decode()
    sent = browser.post(f"{page}medical/upload/", {"document": SimpleUploadedFile("ré.pdf", PDF)})
    assert sent.status_code == 302
    text = browser.get(page).content.decode()
    assert "ré.pdf" in text
    assert "Absolute: it is moved for nobody." in text
    for part in ("documents", "forms"):
        seen = seen_on(browser.get(f"{page}{part}/"))
        assert browser.post(f"{page}{part}/", {"seen": seen}).status_code == 422
        done = browser.post(f"{page}{part}/", {"seen": seen, "confirmed": "on"})
        assert done.status_code == 302, done.content.decode()
    late.decide(medical_class="2")
    at(SECURITY + timedelta(days=1))
    text = browser.get(page).content.decode()
    assert "Limited to some posts" in text
    seen = seen_on(browser.get(f"{page}waiver/"))
    done = browser.post(f"{page}waiver/", {"seen": seen, "confirmed": "on"})
    assert done.status_code == 302
    assert "Asked for" in browser.get(page).content.decode()


def test_an_untold_decision_is_not_on_the_page(at) -> None:
    late = Late().offer().papers()
    clearance.decide_medical(
        late.medical,
        late.code,
        medical_class="5",
        examined_on=PAPERS.date(),
        reasons=SECRET,
        at=MEDICAL,
    )
    at(MEDICAL)
    browser = candidate_browser(late.ada.person)
    text = browser.get(f"/candidacy/{late.code}/clearance/").content.decode()
    assert "Domestic only" not in text
    assert "Needs a waiver" not in text
    late.tell(MEDICAL)
    at(MEDICAL + timedelta(hours=3))
    text = browser.get(f"/candidacy/{late.code}/clearance/").content.decode()
    assert "Domestic only" in text
    assert SECRET not in text


def test_a_notice_of_intent_is_answered_in_time(at) -> None:
    late = Late().clear().seat().vote(False, False, True)
    at(REVIEWED + timedelta(days=3))
    browser = candidate_browser(late.ada.person)
    page = f"/candidacy/{late.code}/review/"
    text = browser.get(page).content.decode()
    assert "Financial irresponsibility" in text
    assert not any(member.code in text for member in late.members)
    seen = seen_on(browser.get(f"{page}reply/"))
    done = browser.post(f"{page}reply/", {"seen": seen, "text": "It is paid."})
    assert done.status_code == 302
    assert "You replied" in browser.get(page).content.decode()


def test_the_register_page_shows_rank_and_takes_claims_and_do_not_call(at) -> None:
    late = Late().place()
    at(PLACED + timedelta(days=1))
    browser = candidate_browser(late.ada.person)
    page = f"/candidacy/{late.code}/register/"
    text = browser.get(page).content.decode()
    road = browser.get(f"/candidacy/{late.code}/").content.decode()
    for step in ("clearance", "review", "register"):
        assert f'href="/candidacy/{late.code}/{step}/"' in road, step
    for part in ("1 of 1", "Chance of a call in time", "Ten-point preference", "1 May 2019"):
        assert part in text, part
    seen = seen_on(browser.get(f"{page}claim/"))
    claim = {"seen": seen, "claim": "veterans", "evidence": "DD 214"}
    assert browser.post(f"{page}claim/", claim).status_code == 302
    assert "with the registrar" in browser.get(page).content.decode()
    seen = seen_on(browser.get(f"{page}calling/"))
    assert browser.post(f"{page}calling/", {"seen": seen}).status_code == 302
    assert "Call me again" in browser.get(page).content.decode()
    seen = seen_on(browser.get(f"{page}stop/"))
    asked = {"seen": seen, "ground": "military_service", "text": "From January"}
    assert browser.post(f"{page}stop/", asked).status_code == 302


def test_an_offer_is_accepted_from_a_page_that_is_up_to_date(at) -> None:
    late = Late().place()
    code = late.plan()
    offers.call_track(late.registrar, code, track="consular", at=CALLED)
    late.tell(CALLED)
    at(ANSWERED)
    browser = candidate_browser(late.ada.person)
    page = f"/candidacy/{late.code}/register/"
    assert "You have an offer" in browser.get(page).content.decode()
    stale = browser.post(f"{page}accept/", {"seen": "0" * 20, "confirmed": "on"})
    assert stale.status_code == 409
    seen = seen_on(browser.get(f"{page}accept/"))
    assert browser.post(f"{page}accept/", {"seen": seen, "confirmed": "on"}).status_code == 302
    assert "You accepted an offer" in browser.get(page).content.decode()
    service.appoint(
        late.registrar, late.code, education="bachelor", years="9", proof="Diploma", at=ANSWERED
    )
    late.tell(ANSWERED)
    at(ANSWERED + timedelta(days=1))
    text = browser.get(f"/candidacy/{late.code}/service/").content.decode()
    assert "FP-5, 10" in text
    assert "Step 7 at 6 years, one more for each further full year, at most step 12." in text


def test_anybody_gets_an_entry_estimate_without_an_account(at) -> None:
    at(OFFERED)
    text = Client().get("/entry-pay/", {"education": "none", "years": "5"}).content.decode()
    assert "FP-6, 5" in text
    assert "SOP 134A6" in text
    assert "No pay schedule was read" in text
    wrong = Client().get("/entry-pay/", {"education": "none", "years": "many"})
    assert wrong.status_code == 422
    assert "Write years as a number such as 9 or 5.9" in wrong.content.decode()
