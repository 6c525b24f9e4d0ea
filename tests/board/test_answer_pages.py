"""The pages of late answers and of a sitting's timeline."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings
from tests.cast import given_competition, given_person, given_staff
from tests.services.application_cast import (
    TEST,
    given_inside,
    given_items,
    given_session,
    stop_clock,
)

from concours.records.models import Answer, Sitting
from concours.selection.authority import Actor
from concours.services.examination.sittings import (
    open_section,
    open_sitting,
    save_answer,
    submit_sitting,
)

pytestmark = pytest.mark.django_db


def test_an_administrator_decides_on_late_answers_without_seeing_them(settings: Settings) -> None:
    settings.REHEARSAL = True
    ada, competition = given_person(), given_competition()
    given_items(competition)
    code = given_inside(ada, competition, given_session(competition))
    open_sitting(ada, code, at=TEST)
    open_section(ada, code, section="job_knowledge", at=TEST)
    save_answer(ada, code, section="job_knowledge", item=1, choice="A", at=TEST)
    row = Sitting.objects.get(candidacy=code)
    given, came = TEST + timedelta(minutes=39), TEST + timedelta(minutes=45)
    Answer.objects.create(
        sitting=row,
        epoch=1,
        n=2,
        section="job_knowledge",
        item=2,
        choice="D",
        at=came,
        given_at=given,
        late=True,
        receipt="00FF00FF00FF00FF",
    )
    proctor = Actor(code="PROC-0000-0001", roles=frozenset({"proctor"}))
    submit_sitting(proctor, code, at=came, ended_by="proctor")
    stop_clock(came + timedelta(minutes=5))
    browser = Client()
    browser.force_login(given_staff("admin@example.org", "test_administrator"))
    address = f"/board/file/{code}/examination/late/"
    page = browser.get(address).content.decode()
    assert "1 item would have another answer" in page
    assert "00FF00FF00FF00FF" not in page
    answered = {"take": "yes", "reason": "service_outage", "authority": "board"}
    hidden = re.search(r'<input[^>]*name="seen"[^>]*>', page)
    assert hidden is not None
    version = hidden[0].partition('value="')[2].partition('"')[0]
    assert browser.post(address, {**answered, "take": "", "seen": version}).status_code == 422
    assert browser.post(address, {**answered, "seen": version}).status_code == 302
    assert Sitting.objects.get(candidacy=code).late_taken
    assert "Nothing waits for a decision here" in browser.get(address).content.decode()
    replayed = browser.get(f"/board/file/{code}/examination/timeline/").content.decode()
    assert "00FF00FF00FF00FF" in replayed
    assert "What is held is what the record says was submitted." in replayed
