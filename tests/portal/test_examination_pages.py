"""The candidate's pages of the test: seat, confirmation in three forms, result, and the exam room."""

import io
import re
import sys
from datetime import datetime, timedelta
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar
from tests.cast import given_competition, given_person
from tests.services.application_cast import (
    RESERVES,
    TEST,
    given_eligible,
    given_inside,
    given_items,
    given_seated,
    given_session,
    stop_clock,
)

from concours.records.ledger_store import read_facts
from concours.records.models import Account, Answer, Seat
from concours.selection.authority import Actor
from concours.services.examination.confirmation import qr_svg
from concours.services.examination.seats import move_seat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def service_time(settings: Any) -> None:
    """Service time is a day on which seats are open."""
    settings.REHEARSAL = True
    stop_clock(RESERVES)


@pytest.fixture
def ada() -> Actor:
    return given_person()


@pytest.fixture
def competition() -> str:
    return given_competition()


@pytest.fixture
def visit(client: Client, ada: Actor) -> Client:
    client.force_login(Account.objects.get(person_id=ada.person))
    return client


def page(client: Client, name: str, *args: object) -> str:
    """A page that must answer 200."""
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


def seen_on(html: str) -> str:
    found = re.search(r'name="seen"[^>]* value="([^"]*)"', html)
    assert found
    return found.group(1)


def test_a_seat_is_chosen_confirmed_moved_and_given_back(
    visit: Client, ada: Actor, competition: str
) -> None:
    first = given_session(competition)
    second = given_session(competition, starts_at=TEST + timedelta(days=1))
    code = given_eligible(ada, competition)
    html = page(visit, "portal:examination_reserve_seat", code)
    assert "3 free" in html
    address = reverse("portal:examination_reserve_seat", args=[code])
    empty = visit.post(address, {"seen": seen_on(html), "accessible": "no"})
    assert empty.status_code == 422
    chosen = {"seen": seen_on(html), "session": first, "accessible": "no"}
    assert visit.post(address, chosen).status_code == 302
    assert "A1" in page(visit, "portal:examination_confirmation", code)
    assert "You hold a seat" in page(visit, "portal:examination_reserve_seat", code)
    html = page(visit, "portal:examination_move_seat", code)
    moved = {"seen": seen_on(html), "session": second, "accessible": "no"}
    answer = visit.post(reverse("portal:examination_move_seat", args=[code]), moved)
    assert answer.status_code == 302
    assert Seat.objects.get(holder=code).session == second
    html = page(visit, "portal:examination_cancel_seat", code)
    answer = visit.post(
        reverse("portal:examination_cancel_seat", args=[code]), {"seen": seen_on(html)}
    )
    assert answer.status_code == 302
    assert not Seat.objects.filter(holder=code).exists()


def test_too_late_a_change_is_refused_with_rule_and_numbers(
    visit: Client, ada: Actor, competition: str
) -> None:
    code = given_seated(ada, competition, given_session(competition))
    stop_clock(TEST - timedelta(hours=47))
    html = page(visit, "portal:examination_cancel_seat", code)
    answer = visit.post(
        reverse("portal:examination_cancel_seat", args=[code]), {"seen": seen_on(html)}
    )
    assert answer.status_code == 422
    assert "ruling 4" in answer.content.decode()
    assert Seat.objects.filter(holder=code).exists()


def test_the_confirmation_as_pdf_is_tagged_and_says_its_language(
    visit: Client, ada: Actor, competition: str
) -> None:
    code = given_seated(ada, competition, given_session(competition))
    answer = visit.get(reverse("portal:examination_confirmation_pdf", args=[code]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en"


class WithoutPango:
    """Imports as they are where the system library that sets PDF files is missing."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")


def test_without_pango_the_pdf_says_what_is_missing_and_the_page_stands(
    visit: Client, ada: Actor, competition: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = given_seated(ada, competition, given_session(competition))
    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [WithoutPango(), *sys.meta_path])
    answer = visit.get(reverse("portal:examination_confirmation_pdf", args=[code]))
    assert answer.status_code == 503
    assert "the library Pango is not installed. Use the page itself." in answer.content.decode()
    assert "svg" in page(visit, "portal:examination_confirmation", code)


def test_the_code_on_the_confirmation_leads_to_check_in(
    visit: Client, ada: Actor, competition: str
) -> None:
    code = given_seated(ada, competition, given_session(competition))
    html = page(visit, "portal:examination_confirmation", code)

    link = f"http://localhost:8000/board/file/{code}/examination/check-in/"
    assert qr_svg(link) in html


def test_the_calendar_file_keeps_its_uid_and_raises_its_sequence(
    visit: Client, ada: Actor, competition: str
) -> None:
    first = given_session(competition)
    second = given_session(competition, starts_at=TEST + timedelta(days=1))
    code = given_seated(ada, competition, first)

    def event() -> Any:
        answer = visit.get(reverse("portal:examination_calendar", args=[code]))
        assert answer["Content-Type"].startswith("text/calendar")
        return Calendar.from_ical(answer.content).walk("VEVENT")[0]

    before = event()
    move_seat(ada, code, session=second, at=RESERVES)
    after = event()
    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert (before["DTSTART"].dt, after["DTSTART"].dt) == (TEST, TEST + timedelta(days=1))


def test_nobody_sees_somebody_elses_seat_or_result(
    visit: Client, ada: Actor, competition: str
) -> None:
    code = given_seated(ada, competition, given_session(competition))
    bob = given_person("bob@example.org", "Bob Other")
    visit.force_login(Account.objects.get(person_id=bob.person))
    for name in (
        "portal:examination_reserve_seat",
        "portal:examination_move_seat",
        "portal:examination_cancel_seat",
        "portal:examination_confirmation",
        "portal:examination_confirmation_pdf",
        "portal:examination_calendar",
        "portal:examination_result",
        "portal:examination_appeal",
        "examroom:sitting",
        "examroom:submit",
    ):
        answer = visit.get(reverse(name, args=[code]))
        assert answer.status_code == 403, name
        assert b"Washington" not in answer.content


def test_a_result_not_decided_says_so(visit: Client, ada: Actor, competition: str) -> None:
    code = given_seated(ada, competition, given_session(competition))
    assert "not decided yet" in page(visit, "portal:examination_result", code)


# the exam room


def at_the_desk(ada: Actor, competition: str) -> str:
    given_items(competition)
    code = given_inside(ada, competition, given_session(competition))
    stop_clock(TEST)
    return code


def post(client: Client, name: str, *args: object, at: datetime | None = None, **data: str) -> Any:
    if at is not None:
        stop_clock(at)
    return client.post(reverse(name, args=args), data)


def test_the_room_is_closed_to_somebody_not_checked_in(
    visit: Client, ada: Actor, competition: str
) -> None:
    code = given_seated(ada, competition, given_session(competition))
    assert "identity has been checked" in page(visit, "examroom:sitting", code)
    assert post(visit, "examroom:sitting", code).status_code == 422


def test_a_whole_sitting_works_with_plain_forms(
    visit: Client, ada: Actor, competition: str
) -> None:
    code = at_the_desk(ada, competition)
    assert "Begin the sitting" in page(visit, "examroom:sitting", code)
    post(visit, "examroom:sitting", code)
    for section in ("job_knowledge", "english_expression", "biographic"):
        assert post(visit, "examroom:open_section", code, section).status_code == 302
        html = page(visit, "examroom:section", code, section)
        assert f"Question 1 of {section}" in html
        answer = post(visit, "examroom:item", code, section, 1, choice="A")
        assert answer.url.endswith(f"/{section}/#q-2")
        assert "answered" in page(visit, "examroom:leave_section", code, section)
        post(visit, "examroom:leave_section", code, section, confirmed="yes")
    post(visit, "examroom:open_section", code, "essay")
    post(visit, "examroom:item", code, "essay", 1, text="What I think.")
    assert "What I think." in page(visit, "examroom:section", code, "essay")
    post(visit, "examroom:leave_section", code, "essay", confirmed="yes")
    assert "Submit my answers" in page(visit, "examroom:submit", code)
    post(visit, "examroom:submit", code)
    html = page(visit, "examroom:sitting", code)
    digest = next(f for f in read_facts(code) if f.kind == "sitting.submitted").body["answers"]
    assert str(digest) in html
    assert Answer.objects.count() == 4


def test_an_answer_after_the_time_is_not_taken_and_the_page_says_why(
    visit: Client, ada: Actor, competition: str
) -> None:
    code = at_the_desk(ada, competition)
    post(visit, "examroom:sitting", code)
    post(visit, "examroom:open_section", code, "job_knowledge")
    late = TEST + timedelta(minutes=41)
    answer = post(visit, "examroom:item", code, "job_knowledge", 1, at=late, choice="A")
    assert answer.status_code == 302
    assert Answer.objects.count() == 0
    html = page(visit, "examroom:sitting", code)
    assert "The time of this section is over" in html
    assert "Time is over" in html
    post(visit, "examroom:leave_section", code, "job_knowledge", confirmed="time_over")
    assert [f.on for f in read_facts(code) if f.kind == "section.locked"] == [
        TEST + timedelta(minutes=40)
    ]


def test_the_pages_of_a_sitting_are_never_kept_by_the_browser(
    visit: Client, ada: Actor, competition: str
) -> None:
    code = at_the_desk(ada, competition)
    answer = visit.get(reverse("examroom:sitting", args=[code]))
    assert "no-store" in answer["Cache-Control"]
