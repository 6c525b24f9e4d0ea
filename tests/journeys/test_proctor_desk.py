"""The proctor's desk in a browser: the room on a wide and a narrow screen, dark, from right to left."""

import re

from playwright.sync_api import Browser, Page, expect
from tests.journeys.conftest import no_sideways_scroll, watch
from tests.service import Service


def test_a_proctor_reads_the_room_and_one_seat_and_acts_by_keyboard(
    rehearsal: Service, browser: Browser, complaints: list[str], axe
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    watch(context, complaints)
    page = context.new_page()
    page.goto(f"{rehearsal.address}/accounts/rehearsal/")
    page.get_by_role("button", name=re.compile("^Proctor", re.IGNORECASE)).first.click()
    page.goto(f"{rehearsal.address}/board/examination/?status=closed")
    address = page.locator("main tbody th a").first.get_attribute("href") or ""
    session = address.rstrip("/").rsplit("/", 1)[-1]
    desk = f"{rehearsal.address}/exam/proctor/{session}/"
    _looked_at(page, desk, axe)
    expect(page.locator(".proctor-seat").first).to_be_visible()
    button = page.get_by_role("button", name="Stop renewing the map")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    page.locator(".proctor-seat a").first.click()
    seat = page.url
    _looked_at(page, seat, axe)
    page.get_by_role("link", name="Send this candidate a message").click()
    axe(page)
    page.get_by_label("Message").fill("")
    page.get_by_role("button", name="Send this candidate a message").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    page.context.add_cookies([{"name": "django_language", "value": "ar", "url": rehearsal.address}])
    page.goto(desk)
    assert page.locator("html").get_attribute("dir") == "rtl"
    axe(page)
    context.close()


def _looked_at(page: Page, address: str, axe) -> None:
    """Light, dark and 320 pixels wide."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(address)
        axe(page)
    page.set_viewport_size({"width": 320, "height": 800})
    no_sideways_scroll(page)
    page.set_viewport_size({"width": 1280, "height": 900})
