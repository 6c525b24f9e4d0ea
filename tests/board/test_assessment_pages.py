"""The oral assessment's desks: each page for the roles that hold it and for no other, and what they do."""

import pytest
from django.test import Client
from tests.services.assessment.test_assessment_services import (
    BOOKED,
    EXERCISES,
    STARTS,
    Scene,
    sheet,
)
from tests.services.panel_cast import NAME
from tests.services.panel_pages_cast import STAFF, browser_of, candidate_browser, staff_browser

from concours.records.models import Account, AssessmentDay, CandidacyStanding, RatingSheet
from concours.services.clock import set_clock
from concours.services.jobs import run_due_jobs

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
    return Scene().invite().book()


def browser(code):
    return browser_of(Account.objects.get(code=code))


def pages_of(scene):
    """Every address of these desks with the roles that may open it."""
    competition, day, file = scene.passed.competition, scene.day, scene.files[0]
    return {
        "/board/assessment/": {"scheduler", "assessor", "chair"},
        f"/board/assessment/season/{competition}/": {"scheduler"},
        f"/board/assessment/season/{competition}/day/": {"scheduler"},
        "/board/assessment/days/": {"scheduler"},
        f"/board/assessment/days/{day}/": {"scheduler"},
        f"/board/assessment/days/{day}/assessors/": {"scheduler"},
        "/board/assessment/rating/": {"assessor"},
        # the assessors of this very group: by account, not by role
        f"/board/assessment/rating/{file}/group/": set(),
        "/board/assessment/deciding/": {"chair"},
        f"/board/file/{file}/assessment/rate/": {"assessor"},
        f"/board/file/{file}/assessment/integrate/": {"assessor"},
        f"/board/file/{file}/assessment/decide/": {"chair"},
        f"/board/file/{file}/assessment/invite/": {"scheduler"},
        f"/board/file/{file}/assessment/day/": {"scheduler"},
        f"/board/file/{file}/assessment/offer/": {"scheduler"},
        f"/board/file/{file}/assessment/move/": {"scheduler"},
        f"/board/file/{file}/assessment/attendance/": {"scheduler", "assessor"},
        f"/board/file/{file}/assessment/readmit/": {"appeals_officer"},
        f"/board/file/{file}/assessment/appeal/": {"appeals_officer"},
        f"/board/file/{file}/assessment/reverse/": {"appeals_officer"},
    }


def test_each_page_answers_the_roles_that_hold_it_and_refuses_all_others(scene):
    scene.plan()
    browsers = {role: staff_browser(role) for role in STAFF}
    for page, roles in pages_of(scene).items():
        opened = set()
        for role, one in browsers.items():
            answer = one.get(page)
            assert answer.status_code in {200, 302, 403}, (page, role)
            opened |= {role} if answer.status_code != 403 else set()
            assert NAME.encode() not in answer.content
            if answer.status_code == 403:
                assert b"1 Example Street" not in answer.content
        assert (page, opened) == (page, roles)


def test_candidates_and_strangers_see_no_desk(scene):
    for one in (candidate_browser(scene.passed.people[0].person), Client()):
        for page in pages_of(scene):
            assert one.get(page).status_code in {302, 403}, page


def test_a_day_is_opened_staffed_and_planned_from_the_pages(scene):
    scheduler = staff_browser("scheduler")
    competition = scene.passed.competition
    answer = scheduler.post(
        f"/board/assessment/season/{competition}/day/",
        {
            "place": "Boston",
            "address": "2 Example Street",
            "day_0": "8",
            "day_1": "3",
            "day_2": "2017",
            "starts": "07:00",
            "places": "12",
            "rooms": "4",
        },
    )
    assert answer.status_code == 302
    assert AssessmentDay.objects.get(place="Boston").places.count() == 12
    page = f"/board/assessment/days/{scene.day}/"
    assert scheduler.post(page, {"seen": scene.day}).status_code == 302
    run_due_jobs(worker="test")
    assert "Planned: 1 group." in " ".join(scheduler.get(page).content.decode().split())


def test_attendance_is_recorded_on_the_day(scene, at):
    scene.plan()
    at(STARTS)
    assessor = browser(next(iter(scene.assessors)))
    present, absent, _ = scene.files
    for file, came in ((present, "yes"), (absent, "no")):
        page = f"/board/file/{file}/assessment/attendance/"
        seen = assessor.get(page).context["page"].version
        data = {"seen": seen, "present": came, "excuse": ""}
        assert assessor.post(page, data).status_code == 302
    assert CandidacyStanding.objects.get(pk=present).owner == "assessor"
    assert CandidacyStanding.objects.get(pk=absent).reason == "assessment_not_attended"


def test_sheets_integration_and_result_go_through_the_pages(scene, at):
    scene.plan().arrive()
    at(STARTS)
    file = scene.files[0]
    for part in EXERCISES:
        page = f"/board/assessment/rating/{file}/{part}/"
        team = [browser(a.code) for a in scene.team(file, part)]
        for one in team:
            data = dict.fromkeys(sheet(part, 6), "6") | {"reasons": "Seen.", "lock": "1"}
            assert one.post(page, data).status_code == 302
        shown = team[0].get(page).content.decode()
        assert "Given alone: 6" in shown
        agreed = dict.fromkeys(sheet(part, 6), "6") | {"reasons": "Agreed."}
        assert team[0].post(page, agreed).status_code == 302
    chair = browser(scene.chair.code)
    page = f"/board/file/{file}/assessment/decide/"
    answer = chair.get(page)
    assert "6" in answer.content.decode()
    assert chair.post(page, {"seen": answer.context["page"].version}).status_code == 302
    assert CandidacyStanding.objects.get(pk=file).step == "clearance"


def test_an_unfinished_sheet_is_not_locked_and_keeps_what_was_typed(scene, at):
    scene.plan().arrive()
    at(STARTS)
    file = scene.files[0]
    one = browser(scene.team(file, "group")[0].code)
    page = f"/board/assessment/rating/{file}/group/"
    answer = one.post(page, {"composure": "6", "reasons": "Half done.", "lock": "1"})
    assert answer.status_code == 422
    assert "Half done." in answer.content.decode()
    assert RatingSheet.objects.count() == 0
