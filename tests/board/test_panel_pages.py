"""The panel's desks: each page for the roles that hold it and for no other, and what they do."""

import pytest
from django.test import Client
from tests.selection.narratives_strategies import level
from tests.services.narratives.test_panel_services import (
    DECIDED,
    REGISTRAR,
    TOLD,
    need,
    rated_scene,
)
from tests.services.panel_cast import ALLOCATED, EMPLOYER, NAME, RATED, SCHOOL
from tests.services.panel_pages_cast import (
    STAFF,
    PanelScene,
    candidate_browser,
    staff_browser,
)

from concours.records.models import Job, RatingSheet
from concours.services.clock import set_clock
from concours.services.jobs import run_due_jobs
from concours.services.narratives.results import decide_track
from concours.services.notices.release import release_due

pytestmark = pytest.mark.django_db

SECRETS = (EMPLOYER, SCHOOL, NAME, "Quartermaine", "secret-salary", "154.00")


@pytest.fixture
def at(settings):
    """Moves the rehearsal's clock, and leaves it standing."""
    settings.REHEARSAL = True

    def move(instant):
        set_clock(to=instant, machine_now=instant, running=False)

    move(ALLOCATED)
    return move


@pytest.fixture
def scene(at):
    return PanelScene().allocate()


def pages_of(scene):
    """Every address of these desks with the roles that may open it."""
    competition, panel, file = scene.passed.competition, scene.panel, scene.first
    return {
        "/board/narratives/": {
            "scheduler",
            "registrar",
            "panellist",
            "chair",
            "appeals_officer",
            "appointing_authority",
        },
        "/board/narratives/ties/": {"panellist", "chair"},
        "/board/narratives/examiners/": {"scheduler"},
        f"/board/narratives/panel/{competition}/consular/": {"scheduler"},
        f"/board/narratives/panels/{panel}/": {"scheduler"},
        f"/board/narratives/panels/{panel}/without/": {"appeals_officer"},
        f"/board/narratives/results/{competition}/consular/": {"registrar"},
        f"/board/narratives/need/{competition}/consular/": {"appointing_authority"},
        "/board/narratives/reading/": {"panellist"},
        # the readers of this very file, and the chair of this very panel: by account, not by role
        f"/board/narratives/read/{file}/": set(),
        f"/board/narratives/read/{file}/aside/": set(),
        "/board/narratives/chair/": {"chair"},
        f"/board/narratives/chair/{file}/": set(),
        f"/board/file/{file}/narratives/extend/": {"registrar"},
        f"/board/file/{file}/narratives/late/": {"appeals_officer"},
        f"/board/file/{file}/narratives/reverse/": {"appeals_officer"},
        f"/board/file/{file}/narratives/appeal/": {"appeals_officer"},
        f"/board/file/{file}/narratives/allocate/": {"scheduler"},
        f"/board/file/{file}/narratives/decide/": {"registrar"},
    }


def test_each_page_answers_the_roles_that_hold_it_and_refuses_all_others(scene):
    browsers = {role: staff_browser(role) for role in STAFF}
    for page, roles in pages_of(scene).items():
        opened = set()
        for role, browser in browsers.items():
            answer = browser.get(page)
            assert answer.status_code in {200, 302, 403}, (page, role)
            opened |= {role} if answer.status_code != 403 else set()
            for secret in SECRETS:
                assert secret.encode() not in answer.content
        assert (page, opened) == (page, roles)


def test_candidates_and_strangers_see_no_desk(scene):
    for browser in (candidate_browser(scene.passed.people[0].person), Client()):
        for page in pages_of(scene):
            answer = browser.get(page)
            assert answer.status_code in {302, 403}
            assert b"[employer 1]" not in answer.content


def test_a_reader_sees_the_masked_file_and_no_name_school_or_score(scene):
    reader = scene.readers_of(scene.first)[0]
    shown = scene.browser(reader).get(f"/board/narratives/read/{scene.first}/").content.decode()
    assert "[employer 1]" in shown
    for secret in SECRETS:
        assert secret not in shown


def test_a_reader_of_other_files_is_refused_this_one(scene):
    outside = next(r for r in scene.readers if r not in scene.readers_of(scene.first))
    answer = scene.browser(outside).get(f"/board/narratives/read/{scene.first}/")
    assert answer.status_code == 403
    assert b"[employer 1]" not in answer.content


def test_a_sheet_is_saved_unfinished_and_locked_only_when_complete(scene, at):
    at(RATED)
    browser = scene.browser(scene.readers_of(scene.first)[0])
    page = f"/board/narratives/read/{scene.first}/"
    assert browser.post(page, {"leadership": "4", "reasons": "So far."}).status_code == 302
    answer = browser.post(page, {"leadership": "4", "reasons": "So far.", "lock": "1"})
    assert answer.status_code == 422
    assert "So far." in answer.content.decode()
    full = dict.fromkeys(level(5), "5") | {"reasons": "Done.", "lock": "1"}
    assert browser.post(page, full).status_code == 302
    assert RatingSheet.objects.get().locked_at == RATED


def test_a_reader_steps_aside_from_the_page(scene, at):
    at(RATED)
    browser = scene.browser(scene.readers_of(scene.first)[0])
    page = f"/board/narratives/read/{scene.first}/aside/"
    assert browser.post(page, {"relation": "recognised"}).status_code == 302
    assert browser.get(page).status_code == 403


def test_the_scheduler_asks_the_worker_for_a_plan(at):
    scene = PanelScene()
    browser = staff_browser("scheduler")
    page = f"/board/narratives/panels/{scene.panel}/"
    seen = browser.get(page).context["page"].version
    assert browser.post(page, {"seen": seen}).status_code == 302
    assert Job.objects.filter(name="narratives.allocate", state="queued").count() == 1
    run_due_jobs(worker="test")
    assert "2 files were given to their readers" in browser.get(page).content.decode()


def test_a_panel_is_formed_from_available_readers_of_the_track(at):
    scene = PanelScene()
    browser = staff_browser("scheduler")
    page = f"/board/narratives/panel/{scene.passed.competition}/consular/"
    again = browser.post(page, {"members": list(scene.readers), "chair": scene.chair.code})
    assert again.status_code == 400
    assert "do not sit on another panel of this track" in again.content.decode()


def test_the_need_is_set_and_the_preview_shows_who_is_in(at):
    scene = rated_scene()
    at(DECIDED)
    competition = scene.passed.competition
    authority = staff_browser("appointing_authority")
    page = f"/board/narratives/need/{competition}/consular/"
    seen = authority.get(page).context["page"].version
    assert authority.post(page, {"seen": seen, "need": "1"}).status_code == 302
    registrar = staff_browser("registrar")
    results = f"/board/narratives/results/{competition}/consular/"
    answer = registrar.get(results)
    shown = answer.content.decode()
    assert "2 files, 1 needed: 1 would be in." in " ".join(shown.split())
    assert registrar.post(results, {"seen": answer.context["page"].version}).status_code == 302
    assert "No file of this track waits for a result" in registrar.get(results).content.decode()


def test_a_stale_page_decides_nothing(at):
    scene = rated_scene()
    at(DECIDED)
    competition = need(scene, 1)
    registrar = staff_browser("registrar")
    results = f"/board/narratives/results/{competition}/consular/"
    seen = registrar.get(results).context["page"].version
    need(scene, 2)
    answer = registrar.post(results, {"seen": seen})
    assert answer.status_code == 409
    assert {f.status_code for f in [registrar.get(results)]} == {200}


def test_a_result_is_reversed_for_a_ground_from_the_file(at):
    scene = rated_scene()
    at(DECIDED)
    decide_track(REGISTRAR, competition=need(scene, 1), track="consular", at=DECIDED)
    failed = scene.files[1]
    appeals = staff_browser("appeals_officer")
    page = f"/board/file/{failed}/narratives/reverse/"
    seen = appeals.get(page).context["page"].version
    bad = appeals.post(
        page, {"seen": seen, "outcome": "failed", "ground": "rating_error", "authority": "board"}
    )
    assert bad.status_code == 400
    good = appeals.post(
        page, {"seen": seen, "outcome": "passed", "ground": "rating_error", "authority": "board"}
    )
    assert good.status_code == 302


def test_a_candidate_appeals_and_the_appeals_officer_decides(at):
    scene = rated_scene()
    at(DECIDED)
    decide_track(REGISTRAR, competition=need(scene, 1), track="consular", at=DECIDED)
    failed = scene.files[1]
    person = scene.passed.people[scene.passed.files.index(failed)].person
    candidate = candidate_browser(person)
    page = f"/candidacy/{failed}/narratives/appeal/"
    assert candidate.get(page).status_code == 403
    release_due(at=TOLD)
    at(TOLD)
    seen = candidate.get(page).context["page"].version
    assert candidate.post(page, {"seen": seen, "grounds": " "}).status_code == 422
    said = "The second theme was read as the first."
    assert candidate.post(page, {"seen": seen, "grounds": said}).status_code == 302
    assert "Lodged, not decided yet" in candidate.get(page).content.decode()
    officer = staff_browser("appeals_officer")
    desk = f"/board/file/{failed}/narratives/appeal/"
    opened = officer.get(desk)
    assert opened.context["page"].decided.rule == "narratives.cut"
    assert said in opened.content.decode()
    assert "Appeal upheld" not in opened.content.decode()
    assert {name for name, _ in opened.context["page"].decided.findings} >= {"score", "cut"}
    data = {
        "seen": opened.context["page"].version,
        "ground": "rating_error",
        "authority": "board",
    }
    assert officer.post(desk, data | {"outcome": "dismissed"}).status_code == 400
    assert officer.post(desk, data | {"outcome": "upheld"}).status_code == 302
    shown = candidate.get(f"/candidacy/{failed}/narratives/result/").content.decode()
    assert "You passed the qualifications panel" in shown


def test_the_chair_settles_on_the_page(scene, at):
    at(RATED)
    for reader, leadership in zip(scene.readers_of(scene.first), ("3", "3", "6"), strict=True):
        full = dict.fromkeys(level(3), "3") | {"leadership": leadership, "lock": "1"}
        scene.browser(reader).post(f"/board/narratives/read/{scene.first}/", full)
    browser = scene.browser(scene.chair.code)
    page = f"/board/narratives/chair/{scene.first}/"
    shown = browser.get(page).content.decode()
    assert "[employer 1]" in shown
    assert all(secret not in shown for secret in SECRETS)
    assert browser.post(page, {"leadership": "5", "reasons": ""}).status_code == 400
    assert browser.post(page, {"leadership": "5", "reasons": "Weighed."}).status_code == 302


def test_a_tie_is_kept_as_a_hash_and_not_shown_again(scene):
    browser = scene.browser(next(iter(scene.readers)))
    page = "/board/narratives/ties/"
    assert (
        browser.post(page, {"relation": "same_school", "name": "Little Known College"}).status_code
        == 302
    )
    shown = browser.get(page).content.decode()
    assert "Same school" in shown
    assert "Little Known" not in shown


def test_the_scheduler_changes_a_readers_track(scene):
    browser = staff_browser("scheduler")
    reader = next(iter(scene.readers))
    page = "/board/narratives/examiners/"
    answer = browser.post(
        page, {"account": reader, "track": "economic", "at_most": "10", "available": "on"}
    )
    assert answer.status_code == 302
    row = next(r for r in browser.get(page).context["rows"] if r.account == reader)
    assert (row.track, row.at_most, row.available) == ("economic", 10, True)
