"""The desks from clearance to service and a candidate's register page, in a browser and by axe."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.journeys.conftest import no_sideways_scroll, watch
from tests.service import Service

DESKS = {
    "medical_adjudicator": ("/board/clearance/", "/board/clearance/medical/"),
    "security_adjudicator": ("/board/clearance/security/",),
    "waiver_officer": ("/board/clearance/waivers/",),
    "suitability_examiner": ("/board/review/",),
    "registrar": (
        "/board/register/",
        "/board/register/track/consular/",
        "/board/register/track/consular/as-of/",
        "/board/register/classes/",
    ),
    "appointing_authority": ("/board/register/classes/new/",),
    "training_officer": ("/board/service/",),
    "item_writer": (
        "/board/items/",
        "/board/items/new/",
        "/board/items/item/jk-econ-001/",
        "/board/items/import/",
    ),
}


@pytest.fixture
def visit(
    rehearsal: Service, browser: Browser, complaints: list[str]
) -> Iterator[Callable[[re.Pattern[str]], Page]]:
    """Signs a new visitor in with the first rehearsal button whose name fits."""
    contexts = []

    def sign_in(name: re.Pattern[str]) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        watch(context, complaints)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{rehearsal.address}/accounts/rehearsal/")
        page.get_by_role("button", name=name).first.click()
        return page

    yield sign_in
    for context in contexts:
        context.close()


def words(role: str) -> re.Pattern[str]:
    """A role as the buttons name it."""
    return re.compile(role.replace("_", " "), re.IGNORECASE)


@pytest.mark.parametrize("role", sorted(DESKS))
def test_each_desk_is_there_and_open_to_everybody(
    role: str, rehearsal: Service, visit: Callable, axe: Callable[..., None]
) -> None:
    page = visit(words(role))
    for address in DESKS[role]:
        answer = page.goto(rehearsal.address + address)
        assert answer is not None
        assert answer.status == 200, address
        axe(page)
        page.set_viewport_size({"width": 320, "height": 800})
        no_sideways_scroll(page)
        page.set_viewport_size({"width": 1280, "height": 900})


def test_a_candidate_reads_rank_and_chances_on_the_register(
    rehearsal: Service, visit: Callable, axe: Callable[..., None]
) -> None:
    page = visit(re.compile("register", re.IGNORECASE))
    page.goto(f"{rehearsal.address}/candidacies/")
    page.locator('main a[href*="/candidacy/"]').first.click()
    road = page.url
    for part in ("clearance", "review", "register"):
        page.goto(f"{road}{part}/")
        expect(page.locator("h1")).not_to_be_empty()
        axe(page)
    expect(page.get_by_text("Rank in your track")).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 800})
    no_sideways_scroll(page)


def test_the_entry_estimate_is_open_to_everybody(
    rehearsal: Service, page: Page, axe: Callable[..., None]
) -> None:
    page.goto(f"{rehearsal.address}/entry-pay/")
    page.get_by_label("Bachelor's degree").check()
    page.get_by_label("Years of qualifying professional experience").fill("9")
    page.get_by_role("button", name="Estimate").click()
    found = page.get_by_role("heading", name="Class and step")
    expect(found).to_have_text(re.compile("FP-5, 10$"))
    axe(page)


def test_forms_stand_side_by_side_and_the_locked_one_is_named(
    rehearsal: Service, visit: Callable, axe: Callable[..., None]
) -> None:
    page = visit(words("psychometrician"))
    page.goto(f"{rehearsal.address}/board/items/")
    page.get_by_role("link", name=re.compile("Test forms.*October 2026")).click()
    axe(page)
    page.locator('main a[href*="/items/assembly/"]').first.click()
    expect(page.get_by_role("heading", name="Forms side by side")).to_be_visible()
    axe(page)
    page.set_viewport_size({"width": 320, "height": 800})
    no_sideways_scroll(page)
