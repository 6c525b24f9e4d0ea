"""A file of corrections through the pages: checked row by row, tried, signed once by a second person."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.cast import given_competition, given_person
from tests.services.application_cast import RESERVES, given_eligible, given_seated, given_session
from tests.services.panel_pages_cast import staff_browser

from concours.records.ledger_store import count_entries, read_facts
from concours.records.models import BulkCorrection, CandidacyStanding, Seat
from concours.services.clock import set_clock

pytestmark = pytest.mark.django_db
NOW = RESERVES + timedelta(days=1)


def proposed(client: Client, competition: str, what: str, text: str):
    """Send a file of corrections in, as the page asks for it."""
    return client.post(
        "/board/corrections/new/",
        {
            "competition": competition,
            "what": what,
            "file": SimpleUploadedFile("sheet.csv", text.encode()),
            "reason": "board_error",
            "authority": "court",
        },
    )


def test_a_file_is_checked_tried_and_signed_once_and_what_it_may_not_end_is_left_out(
    settings,
) -> None:
    settings.REHEARSAL = True
    competition = given_competition()
    free = given_eligible(given_person("ada@example.org", "ada"), competition)
    seated = given_seated(
        given_person("ben@example.org", "ben"), competition, given_session(competition)
    )
    set_clock(to=NOW, machine_now=NOW, running=False)
    registrar, officer = staff_browser("registrar"), staff_browser("appeals_officer")
    wrong = proposed(registrar, competition, "withdrawals", f"candidacy\n{free}\nNOPE\n{free}\n")
    assert wrong.status_code == 400
    cells = wrong.context["cells"]
    assert [(cell.row, cell.column) for cell in cells] == [(3, "candidacy"), (4, "candidacy")]
    assert "It stands in row 2 already." in wrong.content.decode()
    assert not BulkCorrection.objects.exists()

    before = count_entries()
    sent = proposed(registrar, competition, "withdrawals", f"candidacy\n{free}\n{seated}\n")
    assert sent.status_code == 302
    assert proposed(officer, competition, "withdrawals", "candidacy\n").status_code == 403
    waits = f'href="{sent.url}">Sign a file of corrections'
    assert waits in officer.get("/board/").content.decode()
    assert waits not in registrar.get("/board/").content.decode()
    dry = officer.get(sent.url)
    assert (dry.context["page"].dry_run.decided, dry.context["page"].decided) == (1, 0)
    assert "Holds a seat, a place or an offer" in dry.content.decode()
    assert count_entries() == before
    (digest,) = re.findall(r'name="digest" value="(\w+)"', dry.content.decode())
    address = f"{sent.url}sign/"
    assert registrar.post(address, {"digest": digest}).status_code == 403
    assert officer.post(address, {"digest": "0" * 64}).status_code == 409
    assert count_entries() == before
    assert officer.post(address, {"digest": digest}).status_code == 302
    assert waits not in officer.get("/board/").content.decode()
    done = officer.get(sent.url)
    assert done.context["page"].decided == 1
    assert done.context["page"].left_out == ((seated, "holds_a_place"),)
    standing = dict(CandidacyStanding.objects.values_list("file", "reason"))
    assert (standing[free], standing[seated]) == ("withdrawn", "")
    assert Seat.objects.filter(holder=seated).count() == 1
    kinds = [fact.kind for fact in read_facts(free)]
    assert kinds.count("application.withdrawn") == 1
    after = count_entries()
    officer.post(address, {"digest": digest})
    assert count_entries() == after
