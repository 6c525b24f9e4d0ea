"""A competition's whole life on its pages: who may do what next, and what each act leaves."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import APPLIES, NEEDS, SCALE, given_candidacy, given_competition, given_person
from tests.services.application_cast import stop_clock
from tests.services.panel_pages_cast import staff_browser

from concours.records import personal
from concours.records.ledger_store import read_facts
from concours.records.models import CandidacyStanding, Notice
from concours.selection.competition import CHECKLIST
from concours.services.competitions import read_competition
from concours.services.jobs import run_due_jobs
from concours.site.worker import handlers

pytestmark = pytest.mark.django_db
DRAFT = {
    "title": "June 2027",
    "edition": "2016",
    "window": "2027-06",
    **{
        f"{name}_{place}": str(getattr(day, part))
        for name, day in {
            "registration_opens": date(2027, 5, 3),
            "seats_from": date(2027, 5, 6),
            "test_starts": date(2027, 6, 5),
            "test_ends": date(2027, 6, 12),
        }.items()
        for place, part in enumerate(("day", "month", "year"))
    },
}


@pytest.fixture(autouse=True)
def rehearsal(settings) -> None:
    settings.REHEARSAL = True
    stop_clock(APPLIES)


def address(name: str, code: str) -> str:
    return reverse(f"board:competition{name}", args=[code])


def page(client: Client, code: str) -> str:
    found = client.get(address("", code))
    assert found.status_code == 200
    return found.content.decode()


def act(client: Client, name: str, code: str, expect: int = 302, **given: str) -> str:
    """Press a button of the competition's page, which carries the page's version."""
    seen = re.findall(r'name="seen"[^>]*value="([^"]*)"', page(client, code))
    version = seen[0] if seen else ""
    found = client.post(address(name, code), {"seen": version, **given})
    assert found.status_code == expect
    return found.content.decode()


def form(client: Client, name: str, code: str, expect: int = 302, **given: object) -> str:
    """Fill in a form as its page shows it."""
    html = client.get(address(name, code)).content.decode()
    version = re.findall(r'name="seen"[^>]*value="([^"]*)"', html)[0]
    found = client.post(address(name, code), {"seen": version, **given})
    assert found.status_code == expect
    return found.content.decode()


def drafted(policy: Client) -> str:
    sent = policy.post(reverse("board:competition_draft"), DRAFT)
    assert sent.status_code == 302
    return sent["Location"].rstrip("/").rsplit("/", 1)[-1]


def test_a_competition_is_walked_from_its_draft_to_its_archive_by_those_who_may() -> None:
    policy, authority = staff_browser("policy_officer"), staff_browser("appointing_authority")
    registrar = staff_browser("registrar")
    code = drafted(policy)
    refused = act(policy, "_tick", code, expect=422, item="needs", done="yes")
    assert "Set it first, then tick it." in refused
    assert "checklist" in act(policy, "_submit", code, expect=422).lower()
    form(authority, "_needs", code, **{f"need_{track}": n for track, n in NEEDS.items()})
    wrong = {f"{part}_{s}": "x" for s in SCALE for part in ("mean", "sd")}
    assert "Write a number such as 38.25" in form(policy, "_scale", code, expect=422, **wrong)
    scale = {
        f"{part}_{s}": value
        for s, pair in SCALE.items()
        for part, value in zip(("mean", "sd"), pair, strict=True)
    }
    form(policy, "_scale", code, **scale)
    # The scale is kept under the sections of the competition's own test.
    assert read_competition(code).base_scale == SCALE
    for item in CHECKLIST:
        act(policy, "_tick", code, item=item, done="yes")
    act(policy, "_submit", code)
    waits = f'href="{address("", code)}">Approve a competition, or send it back'
    assert waits in authority.get("/board/").content.decode()
    assert waits not in policy.get("/board/").content.decode()
    act(policy, "_approve", code, expect=403, answer="approve")
    act(authority, "_approve", code, answer="return")
    assert read_competition(code).status == "drafted"
    assert waits not in authority.get("/board/").content.decode()
    act(policy, "_submit", code)
    act(authority, "_approve", code, answer="approve")
    act(policy, "_publish", code, expect=403)
    act(registrar, "_publish", code)
    assert "June 2027" in Client().get(reverse("portal:home")).content.decode()
    act(registrar, "_archive", code, expect=422)
    act(registrar, "_close", code)
    act(registrar, "_archive", code)
    html = page(staff_browser("auditor"), code)
    assert re.findall(r'href="([^"]*)" aria-current="page"', html) == ["/board/competitions/"]
    assert read_competition(code).status == "archived"
    acts = [fact.kind.removeprefix("competition.") for fact in read_facts(code)]
    assert acts[0] == "drafted"
    assert acts[-7:] == [
        "submitted", "approval_found", "submitted", "approval_found", "published", "closed", "archived",
    ]  # fmt: skip
    assert "<button" not in html[html.index("<main") : html.index("</main>")]


def test_what_is_typed_into_a_draft_is_kept_and_its_fault_is_named() -> None:
    policy = staff_browser("policy_officer")
    sent = policy.post(reverse("board:competition_draft"), {**DRAFT, "seats_from_1": "4"})
    html = sent.content.decode()
    assert sent.status_code == 400
    assert 'value="June 2027"' in html
    assert "govuk-error-summary" in html
    assert staff_browser("marker").get(reverse("board:competition_draft")).status_code == 403


def test_an_amendment_shows_whom_it_touches_takes_only_that_and_tells_them() -> None:
    competition = given_competition()
    ada = given_person()
    code = given_candidacy(ada, competition)
    policy = staff_browser("policy_officer")
    asked = {"edition": "2022", "steps": ["register"]}
    html = form(policy, "_amend", competition, expect=200, **asked)
    assert "One candidacy is touched." in html
    assert code in html
    shown = re.findall(r'name="shown" value="(\w+)"', html)[0]
    # Another choice than the one shown, or another candidacy touched, is shown again.
    other = {"edition": "2019", "steps": ["register"], "confirmed": "on", "shown": shown}
    assert "One candidacy is touched." in form(policy, "_amend", competition, 200, **other)
    bob = given_candidacy(given_person("bob@example.org", "Bob Other"), competition)
    again = form(policy, "_amend", competition, 200, **asked, confirmed="on", shown=shown)
    assert "2 candidacies are touched." in again
    assert read_competition(competition).amendments == ()
    CandidacyStanding.objects.filter(file=bob).update(furthest=99)
    form(policy, "_amend", competition, **asked, confirmed="on", shown=shown)
    assert [one.edition for one in read_competition(competition).amendments] == ["2022"]
    assert handlers.MODULES
    assert run_due_jobs() >= 1
    (told,) = Notice.objects.filter(template="amended")
    assert (told.file, told.state) == (code, "released")
    text = personal.open_text(ada.person, "notice.text", told.text)
    assert "the rules of 2022 hold in place of those of 2016" in text
    assert reverse("portal:changes", args=["2016", "2022"]) in text
    assert code in text
