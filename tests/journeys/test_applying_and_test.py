"""From nothing to a submitted test in a browser: the applicant, the registrar, the proctor, the administrator."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import settled
from tests.journeys.walking import until_taken
from tests.service import Service

NEW = "Candidate: nothing begun"


def sign_in(page: Page, service: Service, who: str) -> None:
    """One click in the rehearsal."""
    page.goto(f"{service.address}/accounts/rehearsal/")
    page.get_by_role("button", name=who, exact=True).first.click()


def move_clock(page: Page, service: Service, *, days: int, hours: int) -> None:
    """Service time forward, by the rehearsal's own buttons."""
    page.goto(f"{service.address}/accounts/rehearsal/")
    for name, times in (("Day", days), ("Hour", hours)):
        for _ in range(times):
            page.get_by_role("button", name=re.compile(name)).first.click()


def fill_in(page: Page, title: str, fill: Callable[[], None]) -> None:
    """One section from the task list and back to it."""
    page.get_by_role("link", name=title).click()
    expect(page.get_by_role("button", name="Save and continue")).to_be_visible()
    fill()
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", name="Your application")).to_be_visible()


def fill_in_everything(page: Page) -> None:
    """Every section that is needed."""

    def identity() -> None:
        page.get_by_label("Full name").fill("Nova Example")
        for box, value in (("Day", "4"), ("Month", "5"), ("Year", "1990")):
            page.get_by_label(box).fill(value)
        page.get_by_label("Citizenship").fill("USA")

    def contact() -> None:
        page.get_by_label("Postal address").fill("1 Example Street")
        page.get_by_label("Telephone number").fill("555 0100")

    def declarations() -> None:
        for place, group in enumerate(settled(page).locator("main").get_by_role("group").all()):
            group.get_by_label("Yes" if place < 3 else "No", exact=True).check()

    fill_in(page, "Say who you are", identity)
    fill_in(page, "Give your contact details", contact)
    fill_in(page, "Make your declarations", declarations)
    fill_in(page, "Choose your career track", lambda: page.get_by_label("Consular").check())


def apply(page: Page, service: Service, axe: Callable[..., None]) -> str:
    """Apply in the open window; returns the candidacy's code."""
    sign_in(page, service, NEW)
    page.goto(f"{service.address}/")
    page.get_by_role("link", name="Apply").first.click()
    page.get_by_role("button", name="Start your application").click()
    code = page.url.split("/")[4]
    axe(page)
    fill_in_everything(page)
    page.get_by_role("link", name="Check your answers and send").or_(
        page.get_by_role("button", name="Check your answers and send")
    ).click()
    axe(page)
    page.get_by_role("button", name="send my application").click()
    expect(page.get_by_role("heading", name="Your application was sent")).to_be_visible()
    return code


def check_in(page: Page) -> None:
    """Say what was seen at the door."""
    page.get_by_label("Passport").check()
    page.get_by_role("group", name=re.compile("photograph")).get_by_label("Yes").check()
    for box, value in (("Day", "1"), ("Month", "1"), ("Year", "2040")):
        page.get_by_label(box).fill(value)
    page.get_by_role("group", name=re.compile("name on it")).get_by_label("Yes").check()
    page.get_by_role("button", name="Record what was seen").click()


def leave_section(page: Page) -> None:
    """To the review and out of the section, once everything is acknowledged."""
    page.get_by_role("button", name="Review and leave this section").click()
    page.get_by_role("button", name="Leave this section for good").click()
    expect(page.get_by_role("heading", name="Your sitting")).to_be_visible()


def sit(page: Page, axe: Callable[..., None]) -> None:
    """Every section, one answer in each, and the essay."""
    page.get_by_role("button", name="Begin the sitting").click()
    saved = page.get_by_text(re.compile(r"^Saved \d\d:\d\d, receipt [0-9A-F]{4}$"))
    for _ in range(3):
        page.get_by_role("button", name=re.compile("Open this section")).click()
        axe(page)
        page.get_by_role("radio").first.check()
        expect(saved).to_be_visible()
        leave_section(page)
    page.get_by_role("button", name=re.compile("Open this section")).click()
    page.get_by_role("textbox").fill("Rotation keeps a service awake.")
    leave_section(page)
    page.get_by_role("button", name="Submit your answers").click()
    page.get_by_role("button", name="Submit my answers").click()
    expect(page.get_by_text("Nothing of this sitting is left on this device.")).to_be_visible()


def test_somebody_applies_is_found_eligible_takes_a_seat_and_sits_the_test(
    page: Page, own_rehearsal: Service, axe: Callable[..., None]
) -> None:
    service = own_rehearsal
    code = apply(page, service, axe)

    sign_in(page, service, "Registrar")
    page.goto(f"{service.address}/board/file/{code}/application/judge/")
    axe(page)
    page.get_by_role("button", name="Find eligible").click()

    sign_in(page, service, NEW)
    page.goto(f"{service.address}/candidacy/{code}/application/result/")
    expect(page.get_by_role("heading", name="You are eligible")).to_be_visible()
    page.get_by_role("button", name="Reserve a seat").click()
    page.get_by_role("radio", name=re.compile("Washington")).first.check()
    page.get_by_role("button", name="Reserve this seat").click()
    axe(page)
    pdf = page.request.get(f"{service.address}/candidacy/{code}/examination/confirmation.pdf")
    assert pdf.body().startswith(b"%PDF-1.7")

    move_clock(page, service, days=12, hours=22)
    sign_in(page, service, "Proctor")
    page.goto(f"{service.address}/board/file/{code}/examination/check-in/")
    page.get_by_role("link", name="The session").click()
    page.get_by_role("button", name="Open the doors").click()
    page.goto(f"{service.address}/board/file/{code}/examination/check-in/")
    check_in(page)
    axe(page)

    move_clock(page, service, days=0, hours=1)
    sign_in(page, service, NEW)
    page.goto(f"{service.address}/exam/{code}/")
    sit(page, axe)
    expect(page.get_by_text("Your answers were submitted")).to_be_visible()

    sign_in(page, service, "Test administrator")
    page.goto(f"{service.address}/board/examination/")
    page.get_by_role("link", name="scoring and results").first.click()
    page.get_by_role("link", name="Score everybody who waits").click()
    until_taken(page, "Sign: score these candidates")
    expect(page.get_by_text("Candidates scored: 1.")).to_be_visible()
    axe(page)


@pytest.mark.parametrize("where", ["/eligibility/", "/tracks/", "/windows/"])
@pytest.mark.parametrize(
    ("width", "colours", "language"),
    [(1280, "light", "en"), (320, "light", "en"), (1280, "dark", "en"), (320, "dark", "ar")],
)
def test_what_needs_no_account_can_be_read_by_anybody(
    page: Page,
    rehearsal: Service,
    axe: Callable[..., None],
    where: str,
    width: int,
    colours: str,
    language: str,
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
    page.context.add_cookies(
        [{"name": "django_language", "value": language, "url": rehearsal.address}]
    )
    page.goto(rehearsal.address + where)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.clear_cookies()
