"""Every kind of page a reader is led to by links fits a small telephone: nothing scrolls sideways."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page
from tests.journeys.conftest import settled, watch
from tests.service import Service

READERS = ("registrar", "test administrator", "clearance")
"""Staff with the most pages and a candidate far along the road, by their rehearsal buttons."""
LEAST = 60
"""Fewer kinds of pages than this, and the walk has lost its way."""
ELSEWHERE = re.compile(r"/(accounts|static|clock|healthz|readyz)/|\.[a-z]{2,6}$|/(pdf|calendar)/$")
ONE = re.compile(r"\d|\.|^[A-Z-]{14}$|^(consular|economic|management|political|public_diplomacy)$")
LINKS = "all => [...new Set(all.map(a => a.pathname))]"
WIDTHS = "[document.documentElement.scrollWidth, window.innerWidth, document.title]"


def kind(path: str) -> str:
    """The address with what names one thing in it left open: a code, a number, a rule, a track."""
    return "/".join("*" if ONE.search(part) else part for part in path.strip("/").split("/"))


def ways_on(page: Page) -> list[str]:
    """Where the page's own links lead, each address once."""
    found: list[str] = (
        settled(page).locator("nav a[href^='/'], main a[href^='/']").evaluate_all(LINKS)
    )
    return found


def test_no_page_scrolls_sideways_at_320_pixels(
    rehearsal: Service, browser: Browser, complaints: list[str]
) -> None:
    seen: set[str] = set()
    wide: list[tuple[str, str]] = []
    for reader in READERS:
        context = browser.new_context(viewport={"width": 320, "height": 800}, locale="en-GB")
        watch(context, complaints)
        page = context.new_page()
        page.goto(f"{rehearsal.address}/accounts/rehearsal/")
        page.get_by_role("button", name=re.compile(reader, re.IGNORECASE)).first.click()
        ahead = [urlsplit(page.url).path, *ways_on(page)]
        while ahead:
            path = ahead.pop(0)
            if kind(path) in seen or ELSEWHERE.search(path):
                continue
            seen.add(kind(path))
            answer = page.goto(rehearsal.address + path)
            assert answer is not None
            assert answer.status == 200, path
            across, window, title = settled(page).evaluate(WIDTHS)
            if across > window:
                wide.append((path, f"{across} px: {title}"))
            ahead += ways_on(page)
        context.close()
    assert wide == []
    assert len(seen) >= LEAST, sorted(seen)
