"""The candidate's pages of the oral assessment: every page for its owner, and for nobody else."""

import pytest
from django.test import Client
from tests.cast import given_person
from tests.services.assessment.test_assessment_services import BOOKED, STARTS, Scene
from tests.services.panel_pages_cast import STAFF, candidate_browser, staff_browser

from concours.records.models import AssessmentPlace
from concours.services.assessment.deciding import decide_result
from concours.services.clock import set_clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(settings):
    """Moves the rehearsal's clock, and leaves it standing."""
    settings.REHEARSAL = True

    def move(instant):
        set_clock(to=instant, machine_now=instant, running=False)

    move(BOOKED)
    return move


@pytest.fixture
def scene(at):
    return Scene().invite()


def owner(scene, place=0):
    return candidate_browser(scene.passed.people[place].person)


def test_a_day_is_booked_moved_once_and_taken_to_the_calendar(scene):
    file = scene.files[0]
    browser = owner(scene)
    page = f"/candidacy/{file}/assessment/"
    answer = browser.get(page)
    assert "Washington" in answer.content.decode()
    seen = answer.context["page"].version
    assert browser.post(page, {"seen": seen, "day": scene.day}).status_code == 302
    calendar = browser.get(f"{page}day.ics")
    assert calendar["Content-Type"].startswith("text/calendar")
    assert b"1 Example Street" in calendar.content
    other = scene.add_day(2, STARTS.date().replace(day=8))
    seen = browser.get(page).context["page"].version
    assert browser.post(f"{page}move/", {"seen": seen, "day": other}).status_code == 302
    assert AssessmentPlace.objects.get(candidacy=file).day_id == other
    again = browser.get(page)
    assert (again.context["page"].moves_left, again.context["page"].can_move) == (0, False)


def test_a_day_nobody_offers_is_refused(scene):
    browser = owner(scene)
    page = f"/candidacy/{scene.files[0]}/assessment/"
    seen = browser.get(page).context["page"].version
    answer = browser.post(page, {"seen": seen, "day": "0000-0000-0000"})
    assert answer.status_code == 422
    assert AssessmentPlace.objects.filter(candidacy__isnull=False).count() == 0


def test_the_waiting_list_is_joined_from_its_page(scene):
    browser = owner(scene)
    page = f"/candidacy/{scene.files[0]}/assessment/wait/"
    seen = browser.get(page).context["page"].version
    assert browser.post(page, {"seen": seen}).status_code == 302
    shown = browser.get(f"/candidacy/{scene.files[0]}/assessment/").content.decode()
    assert "On the waiting list since" in shown


def test_nobody_else_sees_where_and_when(scene):
    scene.book()
    file = scene.files[0]
    pages = [f"/candidacy/{file}/assessment/{p}" for p in ("", "wait/", "day.ics", "result/")]
    eve = given_person("eve@example.org", "Eve Other")
    others = {role: staff_browser(role) for role in STAFF}
    others |= {"eve": candidate_browser(eve.person), "stranger": Client()}
    for page in pages:
        for name, browser in others.items():
            answer = browser.get(page)
            assert answer.status_code in {302, 403}, (page, name)
            assert b"1 Example Street" not in answer.content


def test_the_result_shows_scores_by_exercise_and_dimension_the_same_day(scene, at):
    scene.book().plan().arrive()
    file = scene.files[0]
    scene.assess(file, 6)
    at(STARTS)
    browser = owner(scene)
    page = f"/candidacy/{file}/assessment/result/"
    assert browser.get(page).status_code == 403
    decide_result(scene.chair, file, at=STARTS)
    shown = browser.get(page).content.decode()
    for words in ("You passed the oral assessment", "6.00", "5.25", "Composure", "assessment.cut"):
        assert words in shown
