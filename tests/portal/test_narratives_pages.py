"""The candidate's pages of the narratives: every page for its owner, and for nobody else."""

import pytest
from django.test import Client
from tests.cast import given_person
from tests.services.narratives.test_panel_services import (
    DECIDED,
    REGISTRAR,
    TOLD,
    need,
    rated_scene,
)
from tests.services.panel_cast import EMPLOYER, SUBMITTED, WRITTEN, Passed
from tests.services.panel_pages_cast import STAFF, candidate_browser, staff_browser

from concours.records.models import NarrativeDraft
from concours.services.clock import set_clock
from concours.services.narratives.results import decide_track
from concours.services.notices.release import release_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(settings):
    """Moves the rehearsal's clock, and leaves it standing."""
    settings.REHEARSAL = True

    def move(instant):
        set_clock(to=instant, machine_now=instant, running=False)

    move(WRITTEN)
    return move


@pytest.fixture
def passed():
    return Passed(1)


def pages(code):
    return [
        f"/candidacy/{code}/narratives/",
        f"/candidacy/{code}/narratives/leadership/",
        f"/candidacy/{code}/narratives/check/",
    ]


def test_every_page_answers_its_candidate(passed, at):
    passed.write()
    browser = candidate_browser(passed.people[0].person)
    assert [browser.get(page).status_code for page in pages(passed.files[0])] == [200, 200, 200]


def test_no_staff_role_opens_a_candidates_drafts(passed, at):
    passed.write()
    browsers = {role: staff_browser(role) for role in STAFF}
    for page in pages(passed.files[0]):
        answers = {role: browser.get(page) for role, browser in browsers.items()}
        assert {role: a.status_code for role, a in answers.items()} == dict.fromkeys(STAFF, 403)
        assert not any(EMPLOYER.encode() in a.content for a in answers.values())


def test_another_candidate_and_a_stranger_see_nothing(passed, at):
    passed.write()
    eve = given_person("eve@example.org", "Eve Other")
    for browser in (candidate_browser(eve.person), Client()):
        for page in pages(passed.files[0]):
            answer = browser.get(page)
            assert answer.status_code in {302, 403}
            assert EMPLOYER.encode() not in answer.content


def test_what_is_typed_too_long_is_kept_and_said_with_its_rule(passed, at):
    browser = candidate_browser(passed.people[0].person)
    page = f"/candidacy/{passed.files[0]}/narratives/leadership/"
    typed = "é" * 1305
    answer = browser.post(
        page,
        {"text": typed, "relation": "supervisor", "verifier_name": "V", "verifier_contact": "v"},
    )
    assert answer.status_code == 302
    assert NarrativeDraft.objects.get().characters == 1305
    shown = browser.get(page).content.decode()
    assert typed in shown
    assert "narratives.length" in shown


def test_the_page_counts_without_a_script(passed, at):
    passed.write()
    shown = (
        candidate_browser(passed.people[0].person).get(pages(passed.files[0])[1]).content.decode()
    )
    assert "1,300 characters" in shown
    assert 'maxlength="1300"' not in shown


def test_narratives_are_sent_from_the_check_page_and_locked(passed, at):
    passed.write()
    browser = candidate_browser(passed.people[0].person)
    check = f"/candidacy/{passed.files[0]}/narratives/check/"
    seen = browser.get(check).context["page"].version
    at(SUBMITTED)
    assert browser.post(check, {"seen": seen}).status_code == 302
    assert NarrativeDraft.objects.filter(locked_at=None).count() == 0
    answer = browser.post(
        f"/candidacy/{passed.files[0]}/narratives/leadership/", {"text": "Later."}
    )
    assert answer.status_code == 422
    assert "Later." in answer.content.decode()


def test_an_unfinished_set_is_refused_with_what_is_missing(passed, at):
    passed.write(themes=("leadership",))
    browser = candidate_browser(passed.people[0].person)
    check = f"/candidacy/{passed.files[0]}/narratives/check/"
    answer = browser.post(check, {"seen": browser.get(check).context["page"].version})
    assert answer.status_code == 422
    assert "Write the narrative on Interpersonal skills" in answer.content.decode()


def test_the_result_shows_its_numbers_and_rule_once_told(at):
    scene = rated_scene()

    decide_track(REGISTRAR, competition=need(scene, 1), track="consular", at=DECIDED)
    file = scene.files[1]
    person = scene.passed.people[scene.passed.files.index(file)].person
    browser = candidate_browser(person)
    page = f"/candidacy/{file}/narratives/result/"
    at(DECIDED)
    assert browser.get(page).status_code == 403
    release_due(at=TOLD)
    shown = browser.get(page).content.decode()
    assert "4.00" in shown
    assert "5.00" in shown
    assert "narratives.cut" in shown
