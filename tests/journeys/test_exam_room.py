"""The examination room: nothing answered is lost, and nobody meets a barrier in it."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect
from tests.journeys.conftest import no_sideways_scroll, until, watch
from tests.journeys.test_applying_and_test import NEW, apply, check_in, sign_in
from tests.service import Prepared, Service

SAVED = re.compile(r"^Saved \d\d:\d\d, receipt [0-9A-F]{4}$")
READER = {"locale": "en-GB", "timezone_id": "Europe/Madrid", "reduced_motion": "reduce"}
# Where a test holds requests back itself, no service worker may stand between.
HELD_BACK = {**READER, "service_workers": "block"}


def forward(page: Page, service: Service, *, days: int, hours: int) -> None:
    """Service time forward: some days at once, then hour by hour."""
    page.goto(f"{service.address}/accounts/rehearsal/")
    page.get_by_label("Days forward").fill(str(days))
    page.get_by_role("button", name="Move", exact=True).click()
    for _ in range(hours):
        page.get_by_role("button", name="Forward one Hour").click()


@pytest.fixture(scope="session")
def prepared_room(
    prepared_rehearsal: Prepared, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Prepared, str]:
    """A candidate who has applied, was found eligible, holds a seat and stands in the room."""
    folder = tmp_path_factory.mktemp("room") / "data"
    with Service(prepared_rehearsal, folder) as service:
        context = browser.new_context(**READER)  # type: ignore[arg-type]
        page = context.new_page()
        code = apply(page, service, lambda page: None)
        sign_in(page, service, "Registrar")
        page.goto(f"{service.address}/board/file/{code}/application/judge/")
        page.get_by_role("button", name="Find eligible").click()
        sign_in(page, service, NEW)
        page.goto(f"{service.address}/candidacy/{code}/examination/seats/")
        page.get_by_role("radio", name=re.compile("Washington")).first.check()
        page.get_by_role("button", name="Reserve this seat").click()
        forward(page, service, days=12, hours=22)
        sign_in(page, service, "Proctor")
        page.goto(f"{service.address}/board/file/{code}/examination/check-in/")
        page.get_by_role("link", name="The session").click()
        page.get_by_role("button", name="Open the doors").click()
        page.goto(f"{service.address}/board/file/{code}/examination/check-in/")
        check_in(page)
        forward(page, service, days=0, hours=1)
        context.close()
        service.end_web()
        database = service.surroundings.get("DATABASE_URL", "")
        kept = Prepared(folder, database).copy(folder.parent / "kept")
    return Prepared(folder.parent / "kept", kept.get("DATABASE_URL", "")), code


@pytest.fixture
def room(prepared_room: tuple[Prepared, str], tmp_path: Path) -> Iterator[tuple[Service, str]]:
    """A service of one's own, with the candidate before the first section."""
    prepared, code = prepared_room
    with Service(prepared, tmp_path / "service") as service:
        yield service, code


def enter(context: BrowserContext, service: Service, code: str) -> Page:
    """Sign in and open the first section."""
    page = context.new_page()
    page.set_default_timeout(20_000)
    sign_in(page, service, NEW)
    page.goto(f"{service.address}/exam/{code}/")
    page.get_by_role("button", name="Begin the sitting").click()
    page.get_by_role("button", name="Open this section").click()
    expect(page.locator("body[data-live]")).to_be_attached()
    return page


def shown(page: Page) -> Locator:
    """The question that is on the screen; each sitting has an order of its own."""
    return page.locator("[data-question]").filter(visible=True).first


def receipt(page: Page) -> Locator:
    """The line that never lies."""
    return page.locator("[data-receipt]")


def press(page: Page, *keys: str) -> None:
    """Keys, one after the other."""
    for key in keys:
        page.keyboard.press(key)


def ready_offline(page: Page) -> None:
    """Wait until the browser holds the copy of this page."""
    kept = """async () => {
      if (!navigator.serviceWorker.controller) return false;
      for (const name of await caches.keys())
        if (await (await caches.open(name)).match(location.pathname, {ignoreVary: true})) return true;
      return false;
    }"""
    until(page, "the page is kept for a time without a connection", lambda: page.evaluate(kept))


def online(page: Page) -> None:
    """What a browser says when the network is back."""
    page.evaluate("window.dispatchEvent(new Event('online'))")


def skip_to_the_essay(page: Page, service: Service, code: str) -> None:
    """Leave the three sections of questions."""
    for section in ("job_knowledge", "english_expression", "biographic"):
        page.goto(f"{service.address}/exam/{code}/{section}/leave/")
        page.get_by_role("button", name="Leave this section for good").click()
        page.get_by_role("button", name="Open this section").click()
    expect(page.get_by_role("textbox")).to_be_visible()


def test_leaving_waits_for_answers_that_are_on_their_way(
    browser: Browser, room: tuple[Service, str]
) -> None:
    service, code = room
    context = browser.new_context(**HELD_BACK)  # type: ignore[arg-type]
    page = enter(context, service, code)
    expect(page.locator("[data-receipt][data-line=online]")).to_be_attached()
    held: list[Route] = []
    page.route("**/desk/answers", lambda route: held.append(route), times=1)
    with page.expect_request("**/desk/answers"):
        press(page, "b", "n", "c")
    until(page, "the request is held back", lambda: held)
    expect(receipt(page)).to_have_text("2 answers waiting to be sent")
    page.get_by_role("button", name="Review and leave this section").click()
    page.get_by_role("button", name="Leave this section for good").click()
    held[0].continue_()
    expect(page.get_by_role("heading", name="Your sitting")).to_be_visible()
    context.close()


@pytest.mark.everywhere
def test_answers_outlive_a_killed_service_a_reload_and_a_closed_tab(
    browser: Browser, room: tuple[Service, str]
) -> None:
    service, code = room
    context = browser.new_context(**READER)  # type: ignore[arg-type]
    page = enter(context, service, code)
    shown(page).get_by_role("radio").nth(1).check()
    expect(receipt(page)).to_have_text(SAVED)
    ready_offline(page)
    where = page.url

    service.kill_web()
    press(page, "n", "c", "n", "d", "f")
    expect(receipt(page)).to_have_text("2 answers waiting to be sent")
    expect(page.get_by_text("The connection is lost. Keep answering.")).to_be_visible()
    page.reload()
    expect(receipt(page)).to_have_text("2 answers waiting to be sent")
    expect(shown(page).get_by_role("radio").nth(3)).to_be_checked()
    expect(page.locator("[data-left]")).to_contain_text("about")
    page.close()
    page = context.new_page()
    page.goto(where)
    expect(receipt(page)).to_have_text("2 answers waiting to be sent")
    service.start_web()
    online(page)
    expect(receipt(page)).to_have_text(SAVED)
    expect(page.locator("[data-count]").first).to_have_text("3 of 60 answered")
    page.goto(f"{service.address}/exam/{code}/")
    expect(page.locator("main")).to_contain_text("3 answered")

    skip_to_the_essay(page, service, code)
    page.get_by_role("textbox").fill("A first draft.")
    expect(receipt(page)).to_have_text(SAVED)
    ready_offline(page)
    where = page.url
    service.kill_web()
    page.get_by_role("textbox").fill("A second draft, typed without a network")
    page.close()
    page = context.new_page()
    page.goto(where)
    expect(page.get_by_role("textbox")).to_have_value("A second draft, typed without a network")
    expect(receipt(page)).to_have_text("1 answer waiting to be sent")
    service.start_web()
    online(page)
    expect(receipt(page)).to_have_text(SAVED)

    page.goto(f"{service.address}/exam/{code}/essay/leave/")
    page.get_by_role("button", name="Leave this section for good").click()
    page.get_by_role("button", name="Submit your answers").click()
    page.get_by_role("button", name="Submit my answers").click()
    expect(page.get_by_text("Nothing of this sitting is left on this device.")).to_be_visible()
    left = page.evaluate(
        "async () => [(await caches.keys()).length, (await indexedDB.databases()).length]"
    )
    assert left == [0, 0]
    context.close()


PICTURES_KEPT = """async () => {
  let kept = 0;
  for (const name of await caches.keys())
    for (const { url } of await (await caches.open(name)).keys()) kept += url.includes("/pictures/");
  return kept;
}"""
SEEN = "part => part.complete && part.naturalWidth"


def test_a_picture_is_seen_without_a_connection_and_erased_with_its_section(
    browser: Browser, room: tuple[Service, str], axe: Callable[..., None]
) -> None:
    service, code = room
    subprocess.run(
        [sys.executable, "-m", "tests.journeys.pictured"], env=service.surroundings, check=True
    )
    context = browser.new_context(**READER)  # type: ignore[arg-type]
    page = enter(context, service, code)
    picture = shown(page).get_by_role("img", name="Four bars, the second the highest")
    until(page, "the picture is seen", lambda: picture.evaluate(SEEN) == 900)
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        axe(page)
        no_sideways_scroll(page)
    until(page, "the picture is kept", lambda: page.evaluate(PICTURES_KEPT) == 1)
    ready_offline(page)
    service.kill_web()
    page.reload()
    until(page, "the copy is seen", lambda: picture.evaluate(SEEN) == 900)
    service.start_web()
    online(page)
    expect(page.locator("[data-receipt][data-line=online]")).to_be_attached()
    page.get_by_role("button", name="Review and leave this section").click()
    page.get_by_role("button", name="Leave this section for good").click()
    expect(page.get_by_role("heading", name="Your sitting")).to_be_visible()
    until(page, "the picture is erased", lambda: page.evaluate(PICTURES_KEPT) == 0)
    context.close()


FULL_DISK = """
  const add = IDBObjectStore.prototype.add;
  IDBObjectStore.prototype.add = function (...given) {
    if (document.documentElement.dataset.full) throw new DOMException("full", "QuotaExceededError");
    return add.apply(this, given);
  };
"""
NO_STORAGE = "Object.defineProperty(window, 'indexedDB', { value: undefined });"


def test_a_full_disk_or_a_window_that_keeps_nothing_is_told_and_no_answer_is_lost(
    browser: Browser, room: tuple[Service, str]
) -> None:
    service, code = room
    warning = "This browser cannot keep answers"
    context = browser.new_context(**READER)  # type: ignore[arg-type]
    context.add_init_script(FULL_DISK)
    page = enter(context, service, code)
    press(page, "b")
    expect(receipt(page)).to_have_text(SAVED)
    expect(page.get_by_text(warning)).to_be_hidden()
    page.evaluate("document.documentElement.dataset.full = 'yes'")
    press(page, "n", "c", "n", "d")
    expect(page.get_by_text(warning)).to_be_visible()
    expect(receipt(page)).to_have_text(SAVED)
    page.reload()
    expect(page.locator("[data-count]").first).to_have_text("3 of 60 answered")
    expect(page.get_by_text(warning)).to_be_hidden()
    press(page, "n", "n", "a")
    expect(page.locator("[data-count]").first).to_have_text("4 of 60 answered")
    expect(receipt(page)).to_have_text(SAVED)
    where = page.url
    context.close()

    private = browser.new_context(**READER)  # type: ignore[arg-type]
    private.add_init_script(NO_STORAGE)
    page = private.new_page()
    sign_in(page, service, NEW)
    for answered in (4, 5, 6):
        page.goto(where)
        expect(page.locator("[data-count]").first).to_have_text(f"{answered} of 60 answered")
        expect(page.get_by_text(warning)).to_be_visible()
        expect(page.locator("[data-receipt][data-line=online]")).to_be_attached()
        press(page, *["n"] * (answered + 3), "b")
        expect(receipt(page)).to_have_text(SAVED)
    page.goto(f"{service.address}/exam/{code}/")
    expect(page.locator("main")).to_contain_text("7 answered")
    private.close()


@pytest.mark.everywhere
def test_the_room_knows_another_tab_another_device_and_a_sign_in_that_is_over(
    browser: Browser, room: tuple[Service, str]
) -> None:
    service, code = room
    context = browser.new_context(**HELD_BACK)  # type: ignore[arg-type]
    page = enter(context, service, code)
    shown(page).get_by_role("radio").first.check()
    expect(receipt(page)).to_have_text(SAVED)
    second = context.new_page()
    second.goto(page.url)
    expect(second.get_by_text("The room is open in another tab")).to_be_visible()
    expect(shown(second).get_by_role("radio").first).to_be_disabled()
    second.goto("about:blank")

    page.route("**/desk/answers", lambda route: route.fulfill(status=401, json={}))
    context.clear_cookies()
    press(page, "n", "b")
    expect(page.get_by_text("Sign in again", exact=True)).to_be_visible()
    expect(receipt(page)).to_have_text("1 answer waiting to be sent")
    page.unroute("**/desk/answers")
    door = context.new_page()
    sign_in(door, service, NEW)
    door.goto("about:blank")
    online(page)
    expect(receipt(page)).to_have_text(SAVED)

    elsewhere = browser.new_context(**READER)  # type: ignore[arg-type]
    other = elsewhere.new_page()
    sign_in(other, service, NEW)
    other.goto(page.url)
    expect(other.locator("[data-count]").first).to_have_text("2 of 60 answered")
    expect(receipt(other)).to_have_attribute("data-line", "online")
    press(page, "n", "a")
    expect(page.get_by_text("Another device has taken over this sitting")).to_be_visible()
    expect(receipt(page)).to_have_text("1 answer was not taken")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save a hand-over file for the proctor").click()
    assert waiting.value.suggested_filename == f"concours-{code}.handover"
    page.get_by_role("button", name="Go on at this device").click()
    expect(page.get_by_text("Another device has taken over this sitting")).to_be_hidden()
    press(page, "n", "a")
    expect(receipt(page)).to_have_text("1 answer was not taken")
    expect(page.locator("[data-count]").first).to_have_text("3 of 60 answered")
    elsewhere.close()
    context.close()


def test_a_section_is_sat_with_the_keyboard_alone_and_another_without_scripts(
    browser: Browser, room: tuple[Service, str], complaints: list[str]
) -> None:
    service, code = room
    context = browser.new_context(**READER)  # type: ignore[arg-type]
    watch(context, complaints)
    page = enter(context, service, code)
    press(page, "b", "n")
    question = shown(page)
    number = question.get_attribute("data-question")
    expect(question).to_contain_text("Question 2 of 60")
    expect(question).to_be_focused()
    press(page, "Tab", "Space", "ArrowDown", "f")
    expect(question.get_by_role("radio").nth(1)).to_be_checked()
    press(page, "t")
    expect(page.locator("[data-left]")).to_have_text("Time hidden")
    press(page, "t", "r")
    expect(page.locator(f"[data-review='{number}']")).to_contain_text("answered, flagged")
    expect(receipt(page)).to_have_text(SAVED)
    leave = page.get_by_role("button", name="Leave this section for good")
    for _ in range(80):
        if leave.evaluate("button => button === document.activeElement"):
            break
        press(page, "Tab")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Next: English expression")).to_be_visible()
    cookies = context.cookies()
    context.close()

    plain = browser.new_context(**READER, java_script_enabled=False)  # type: ignore[arg-type]
    plain.add_cookies(cookies)  # type: ignore[arg-type]
    watch(plain, complaints)
    page = plain.new_page()
    page.goto(f"{service.address}/exam/{code}/")
    page.get_by_role("button", name="Open this section").click()
    first, second, third = (page.locator("[data-question]").nth(place) for place in range(3))
    following = second.get_attribute("id")
    first.get_by_role("radio").nth(2).check()
    first.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_text("Saved. Receipt")).to_be_visible()
    assert page.url.endswith(f"/english_expression/#{following}")
    third.get_by_role("button", name="Flag to come back to").click()
    states = page.locator("[data-review]")
    expect(states.nth(2)).to_have_text("3not answered, flagged")
    expect(states.nth(0)).to_have_text("1answered")
    first.get_by_role("button", name="Take my answer back").click()
    expect(page.locator("[data-count]").first).to_have_text("0 of 65 answered")
    page.get_by_text("Colours, size and reading tools").click()
    page.get_by_label("White on black").check()
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("html")).to_have_attribute("data-room", "white-on-black")
    page.get_by_role("button", name="Leave this section for good").click()
    expect(page.get_by_role("heading", name="Next: Biographic information")).to_be_visible()
    plain.close()


LOOKS = [
    (1280, "light", "en", ""),
    (320, "light", "en", ""),
    (1280, "dark", "en", ""),
    (320, "dark", "ar", ""),
    (1280, "light", "en", "white-on-black"),
    (1280, "light", "en", "black-on-white"),
    (320, "light", "en", "beige"),
]


def test_no_barrier_stands_in_the_room_in_any_colours_at_any_width_and_from_right_to_left(
    browser: Browser,
    room: tuple[Service, str],
    complaints: list[str],
    axe: Callable[..., None],
) -> None:
    service, code = room
    context = browser.new_context(**READER)  # type: ignore[arg-type]
    watch(context, complaints)
    page = enter(context, service, code)
    section = page.url.split("#")[0]
    shown(page).get_by_role("radio").first.check()
    expect(receipt(page)).to_have_text(SAVED)
    press(page, "f")
    for width, colours, language, room_colours in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
        for name, value in (("django_language", language), ("room_colours", room_colours)):
            context.add_cookies([{"name": name, "value": value, "url": section}])
        page.goto("about:blank")
        page.goto(section)
        expect(page.locator("body[data-live]")).to_be_attached()
        page.locator("details").evaluate("part => { part.open = true; }")
        for tool in ("strikes", "cover"):
            page.locator(f"[data-tool={tool}]").check()
        axe(page)
        no_sideways_scroll(page)
        page.goto(f"{section}#review")
        axe(page)
        no_sideways_scroll(page)
    page.locator("#room_size").select_option("200")
    page.set_viewport_size({"width": 1280, "height": 800})
    no_sideways_scroll(page)
    page.locator("#room_size").select_option("100")
    for width, language in ((1280, "en"), (320, "ar")):
        page.set_viewport_size({"width": width, "height": 800})
        context.add_cookies([{"name": "django_language", "value": language, "url": section}])
        page.goto(f"{service.address}/exam/{code}/rehearsal/")
        expect(page.locator(".concours-status--done").nth(4)).to_be_visible()
        axe(page)
        no_sideways_scroll(page)
        page.goto(f"{service.address}/exam/{code}/")
        axe(page)
        no_sideways_scroll(page)
    context.close()


@pytest.mark.everywhere
def test_extra_time_is_granted_and_counted_and_a_break_has_a_clock_of_its_own(
    browser: Browser,
    room: tuple[Service, str],
    complaints: list[str],
    axe: Callable[..., None],
) -> None:
    service, code = room
    own, desk = (browser.new_context(**READER) for _ in range(2))  # type: ignore[arg-type]
    watch(own, complaints)
    watch(desk, complaints)
    page, board = own.new_page(), desk.new_page()

    def seen_everywhere(address: str) -> None:
        for width, colours, language in ((320, "dark", "ar"), (1280, "dark", "en")):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
            own.add_cookies([{"name": "django_language", "value": language, "url": address}])
            page.goto(address)
            axe(page)
            no_sideways_scroll(page)
        page.emulate_media(color_scheme="light")
        page.goto(address)
        axe(page)

    sign_in(page, service, NEW)
    seen_everywhere(f"{service.address}/candidacy/{code}/examination/conditions/")
    page.get_by_label("Extra time: half as much again").check()
    page.get_by_label("Breaks that stop the clock").check()
    page.get_by_role("textbox").fill("My left hand is lame; Dr Quill wrote the paper of 3 May.")
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_text("To be answered before")).to_be_visible()
    sign_in(board, service, "Test administrator")
    board.goto(f"{service.address}/board/file/{code}/examination/conditions/")
    expect(board.get_by_text("Dr Quill")).to_be_visible()
    axe(board)
    board.get_by_label("The need is shown", exact=True).check()
    board.get_by_role("button", name="Decide").click()
    expect(board.get_by_text("The request is decided; the candidate is told.")).to_be_visible()

    page.goto(f"{service.address}/exam/{code}/")
    page.get_by_role("button", name="Begin the sitting").click()
    expect(page.locator("main")).to_contain_text("60 items, 60 minutes")
    page.get_by_role("button", name="Open this section").click()
    expect(receipt(page)).to_have_attribute("data-line", "online")
    page.goto(f"{service.address}/exam/{code}/job_knowledge/leave/")
    page.get_by_role("button", name="Leave this section for good").click()
    page.get_by_role("button", name="Begin the break").click()
    seen_everywhere(f"{service.address}/exam/{code}/break/")
    left = page.locator("[data-left]")
    expect(left).to_have_text(re.compile(r"^\d+ minutes left$"))
    page.get_by_role("button", name="Hide the time").click()
    expect(left).to_have_text("Time hidden")
    page.get_by_role("button", name="Show the time").click()
    sign_in(board, service, "Proctor")
    board.goto(f"{service.address}/exam/proctor/seat/{code}/pause/take/")
    board.get_by_label("A break that was granted").check()
    board.get_by_role("button", name="Pause the sitting").click()
    expect(board.locator("main")).to_contain_text("Extra time: half as much again")
    expect(page.get_by_text("Your sitting is paused", exact=True)).to_be_visible()
    expect(left).to_have_text("Paused")
    board.goto(f"{service.address}/exam/proctor/seat/{code}/resume/take/")
    board.get_by_role("button", name="Let the sitting go on").click()
    expect(left).to_have_text(re.compile(r"^\d+ minutes left$"))
    page.get_by_role("button", name="End the break early").click()
    expect(page.get_by_text("You have ended your break.")).to_be_visible()
    expect(page.get_by_role("heading", name="Next: English expression")).to_be_visible()
    own.close()
    desk.close()
