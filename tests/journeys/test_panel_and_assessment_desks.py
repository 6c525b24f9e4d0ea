"""The desks of the panel and the oral assessment, in a browser and by axe."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page
from tests.journeys.conftest import no_sideways_scroll, settled, watch
from tests.service import Service

#: Each role with its pages and, on the last of them, the links a walker follows.
DESKS = {
    "scheduler": (
        "/board/narratives/",
        "/board/narratives/examiners/",
        "/board/assessment/",
        "/board/assessment/days/",
    ),
    "registrar": ("/board/narratives/",),
    "appointing_authority": ("/board/narratives/",),
    "appeals_officer": ("/board/narratives/",),
    "panellist": (
        "/board/narratives/",
        "/board/narratives/ties/",
        "/board/narratives/reading/",
    ),
    "chair": ("/board/narratives/chair/", "/board/assessment/deciding/"),
    "assessor": ("/board/assessment/", "/board/assessment/rating/"),
}
DEEPER = re.compile(
    r"/board/(narratives/(panels|read|chair|results|need)/[^#?]+|assessment/(days|rating|season)/[^#?]+)"
)


@pytest.fixture
def visit(
    rehearsal: Service, browser: Browser, complaints: list[str]
) -> Iterator[Callable[[str], Page]]:
    """Signs a new visitor in with the first rehearsal button whose name fits the role."""
    contexts = []

    def sign_in(role: str) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        watch(context, complaints)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{rehearsal.address}/accounts/rehearsal/")
        name = re.compile(role.replace("_", " "), re.IGNORECASE)
        page.get_by_role("button", name=name).first.click()
        return page

    yield sign_in
    for context in contexts:
        context.close()


def look(page: Page, address: str, axe: Callable[..., None]) -> None:
    """Open a page as somebody at a desk and on a phone, and check it."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, address
    axe(page)
    page.set_viewport_size({"width": 320, "height": 800})
    no_sideways_scroll(page)
    page.set_viewport_size({"width": 1280, "height": 900})


def first_of_each_kind(page: Page) -> list[str]:
    """The first address of each kind of page that this page leads deeper to."""
    found: dict[str, str] = {}
    for href in settled(page).evaluate("Array.from(document.links, link => link.href)"):
        match = DEEPER.search(href)
        if match:
            found.setdefault("/".join(match.group(1).split("/")[:2]), href)
    return list(found.values())


@pytest.mark.parametrize("role", sorted(DESKS))
def test_each_desk_and_what_it_leads_to_is_open_to_everybody(
    role: str, rehearsal: Service, visit: Callable[[str], Page], axe: Callable[..., None]
) -> None:
    page = visit(role)
    for desk in DESKS[role]:
        look(page, rehearsal.address + desk, axe)
        for deeper in first_of_each_kind(page):
            look(page, deeper, axe)
