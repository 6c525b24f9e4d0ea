"""The public pages: whoever follows the links from the front page meets no barrier."""

from collections import Counter
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page
from tests.journeys.conftest import no_sideways_scroll, settled, watch
from tests.service import Service

DOORS = ("/", "/road/", "/rules/", "/record/", "/accounts/login/", "/accounts/signup/")
ALIKE = 2
"""Of pages made alike (a rule, an edition) this many stand for all."""


def linked_from(page: Page, address: str) -> list[str]:
    """Paths of this service that the page links to, in the order of the page."""
    found = settled(page).evaluate("Array.from(document.links, link => link.href)")
    paths = [urlsplit(href).path for href in found if href.startswith(address)]
    return list(dict.fromkeys(paths))


def shape(path: str) -> str:
    """What pages made alike have in common: where they stand and how deep."""
    parts = path.strip("/").split("/")
    return f"{parts[0]}/{len(parts)}"


@pytest.mark.parametrize(
    ("width", "theme", "language"),
    [(1280, "light", "en"), (320, "dark", "en"), (320, "light", "ar")],
    ids=["desk", "phone, dark", "phone, Arabic"],
)
def test_every_public_page_is_open_to_everybody(
    browser: Browser,
    service: Service,
    complaints: list[str],
    axe: Callable[..., None],
    width: int,
    theme: str,
    language: str,
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale="en-GB", reduced_motion="reduce"
    )
    chosen = {"theme": theme, "django_language": language}
    context.add_cookies(
        [{"name": name, "value": value, "url": service.address} for name, value in chosen.items()]
    )
    watch(context, complaints)
    page = context.new_page()
    waiting, seen, alike = list(DOORS), set(DOORS), Counter[str]()
    barriers: list[str] = []
    while waiting:
        path = waiting.pop(0)
        alike[shape(path)] += 1
        if alike[shape(path)] > ALIKE or path.startswith("/style-guide"):
            continue
        answer = page.goto(service.address + path)
        assert answer is not None
        try:
            assert answer.status == 200
            no_sideways_scroll(page)
            axe(page)
        except AssertionError as barrier:
            barriers.append(f"{path} ({answer.status}): {barrier}")
        for found in linked_from(page, service.address):
            if found not in seen and not found.startswith("/static/"):
                seen.add(found)
                waiting.append(found)
    context.close()
    assert barriers == [], "\n".join(barriers)
