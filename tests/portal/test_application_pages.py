"""The candidate's pages of applying: what is asked, kept, sent and decided, as a browser sees it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import APPLIES, given_competition, given_person, staff
from tests.services.application_cast import (
    DECLARED,
    given_eligible,
    given_filled,
    given_session,
    given_submitted,
    stop_clock,
)

from concours.records.ledger_store import read_facts
from concours.records.models import Account
from concours.selection.authority import Actor
from concours.services.application.eligibility import judge

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def service_time(settings: Any) -> None:
    """Service time is a morning of the registration period."""
    settings.REHEARSAL = True
    stop_clock(APPLIES + timedelta(days=1))


@pytest.fixture
def ada() -> Actor:
    return given_person()


@pytest.fixture
def competition() -> str:
    return given_competition()


def signed_in(actor: Actor, client: Client) -> Client:
    client.force_login(Account.objects.get(person_id=actor.person))
    return client


def page(client: Client, name: str, *args: str) -> str:
    """A page that must answer 200."""
    answer = client.get(reverse(f"portal:{name}", args=args))
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


def seen_on(html: str) -> str:
    found = re.search(r'name="seen"[^>]* value="([^"]*)"', html)
    assert found
    return found.group(1)


def test_the_eligibility_check_explains_each_answer_and_keeps_nothing(client: Client) -> None:
    declared = {code: "yes" if value else "no" for code, value in DECLARED.items()}
    asked = {
        "born_0": "4",
        "born_1": "5",
        "born_2": "1990",
        "tested_on_0": "3",
        "tested_on_1": "6",
        "tested_on_2": "2016",
        "citizen": "no",
        "preference": "no",
        **declared,
    }
    answer = client.get(reverse("portal:eligibility_check"), asked)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "you would be found not eligible" in html
    assert "22 USC 3941" in html
    fit = client.get(reverse("portal:eligibility_check"), asked | {"citizen": "yes"})
    assert "you may apply" in fit.content.decode()


def test_an_unfinished_eligibility_check_says_which_answers_are_missing(client: Client) -> None:
    answer = client.get(reverse("portal:eligibility_check"), {"born_0": "", "citizen": "yes"})
    assert answer.status_code == 422


def test_the_tracks_stand_side_by_side_and_count_ticks(client: Client) -> None:
    html = page(client, "tracks")
    for title in ("Consular", "Economic", "Management", "Political", "Public diplomacy"):
        assert title in html
    ticked = client.get(reverse("portal:tracks"), {"economic_0": "1", "economic_1": "1"})
    assert "2 of 3" in ticked.content.decode()


def test_windows_show_free_seats_without_an_account(client: Client, competition: str) -> None:
    given_session(competition, seats=7)
    html = page(client, "windows")
    assert "Central Test Centre" in html
    assert ">7" in html


def test_a_visitor_reads_what_is_needed_before_signing_in(client: Client, competition: str) -> None:
    assert "Sign in" in page(client, "apply", competition)


def test_an_application_is_started_filled_in_checked_and_sent(
    client: Client, ada: Actor, competition: str
) -> None:
    browser = signed_in(ada, client)
    answer = browser.post(reverse("portal:apply", args=[competition]), {"seen": "none"})
    assert answer.status_code == 302
    code = answer.url.split("/")[2]
    assert "To do" in page(browser, "application_submit", code)
    sections = {
        "identity": {
            "full_name": "Ada Example",
            "birth_date_0": "4",
            "birth_date_1": "5",
            "birth_date_2": "1990",
            "citizenships": "usa",
        },
        "contact": {"address": "1 Example Street", "telephone": "555 0100"},
        "education": {
            "degree_1": "bachelor",
            "field_1": "History",
            "institution_1": "A",
            "year_1": "2012",
        },
        "languages": {"language_1": "French", "level_1": "3"},
        "veteran": {"claim": "none"},
        "declarations": {c: "yes" if v else "no" for c, v in DECLARED.items()},
        "track": {"track": "political"},
        "equality": {"sex": "f"},
    }
    for section, typed in sections.items():
        address = reverse("portal:application_section", args=[code, section])
        assert browser.get(address).status_code == 200
        sent = browser.post(address, typed)
        assert sent.status_code == 302, (section, sent.content.decode()[:3000])
    html = page(browser, "application_check", code)
    assert "History" in html
    assert "Political" in html
    sent = browser.post(
        reverse("portal:application_check", args=[code]), {"seen": seen_on(html), "late_code": ""}
    )
    assert sent.status_code == 302
    assert [f.kind for f in read_facts(code)][-2:] == ["application.submitted", "track.chosen"]
    assert "Your application was sent" in page(browser, "application_result", code)


def test_a_mistake_keeps_what_was_typed_and_says_how_to_put_it_right(
    client: Client, ada: Actor, competition: str
) -> None:
    browser = signed_in(ada, client)
    code = given_filled(ada, competition)
    address = reverse("portal:application_section", args=[code, "identity"])
    answer = browser.post(address, {"full_name": "Ada Newname", "citizenships": "United States"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Ada Newname" in html
    assert "Enter country codes of three letters" in html


def test_sending_too_early_names_the_sections_that_are_missing(
    client: Client, ada: Actor, competition: str
) -> None:
    browser = signed_in(ada, client)
    code = browser.post(reverse("portal:apply", args=[competition]), {"seen": "none"}).url.split(
        "/"
    )[2]
    html = page(browser, "application_check", code)
    answer = browser.post(reverse("portal:application_check", args=[code]), {"seen": seen_on(html)})
    assert answer.status_code == 422
    assert "identity" in answer.content.decode()


def test_nobody_opens_the_pages_of_somebody_elses_application(
    client: Client, ada: Actor, competition: str
) -> None:
    code = given_filled(ada, competition)
    bob = signed_in(given_person("bob@example.org", "Bob Other"), client)
    for name in (
        "application_submit",
        "application_check",
        "application_result",
        "application_withdraw",
        "application_appeal",
    ):
        answer = bob.get(reverse(f"portal:{name}", args=[code]))
        assert answer.status_code == 403
        assert "Ada " not in answer.content.decode()


def test_a_refusal_shows_rule_source_and_the_way_to_appeal(
    client: Client, ada: Actor, competition: str
) -> None:
    code = given_submitted(ada, competition, citizenships=["CAN"])
    judge(staff("registrar"), code, at=APPLIES)
    browser = signed_in(ada, client)
    html = page(browser, "application_result", code)
    assert "22 USC 3941" in html
    assert "CAN / USA" in html
    form = page(browser, "application_appeal", code)
    address = reverse("portal:application_appeal", args=[code])
    assert browser.post(address, {"seen": seen_on(form)}).status_code == 422
    grounds = "I was naturalised in March."
    sent = browser.post(address, {"seen": seen_on(form), "grounds": grounds})
    assert sent.status_code == 302
    assert read_facts(code)[-1].kind == "eligibility_appeal.lodged"


def test_withdrawing_says_what_it_gives_up_and_asks_for_a_reason(
    client: Client, ada: Actor, competition: str
) -> None:
    code = given_eligible(ada, competition)
    browser = signed_in(ada, client)
    address = reverse("portal:application_withdraw", args=[code])
    html = page(browser, "application_withdraw", code)
    assert browser.post(address, {"seen": seen_on(html)}).status_code == 422
    sent = browser.post(address, {"seen": seen_on(html), "reason": "study"})
    assert sent.status_code == 302
    assert read_facts(code)[-1].kind == "candidacy.closed"
