"""How a walker uses the rehearsal: one browser per person, forms by their questions, the clock.

Everybody signs in once, with one click, and stays signed in, as people do. Time moves by
the rehearsal's clock control alone.
"""

import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from playwright.sync_api import Browser, BrowserContext, Locator, Page
from tests.journeys.conftest import no_sideways_scroll, settled

NEWCOMER = "Candidate: nothing begun"
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
PATIENCE = 60.0
"""Seconds the worker may take for what it does by itself."""
FILL = """([name, value]) => {
  const fields = [...document.querySelectorAll('main form [name]')].filter(e => e.name === name);
  const chosen = fields.find(e => ['radio', 'checkbox'].includes(e.type) && e.value === value);
  if (!fields.length) return false;
  if (typeof value === 'boolean') { if (fields[0].checked !== value) fields[0].click(); return true; }
  if (chosen) { if (!chosen.checked) chosen.click(); return true; }
  if (['radio', 'checkbox'].includes(fields[0].type)) return false;
  fields[0].value = value;
  for (const kind of ['input', 'change']) fields[0].dispatchEvent(new Event(kind, {bubbles: true}));
  return true;
}"""


class Rehearsal:
    """The people of one rehearsal, each with a browser of their own."""

    def __init__(
        self,
        address: str,
        browser: Browser,
        settings: dict[str, object],
        watch: Callable[[BrowserContext], None],
        axe: Callable[..., None],
    ) -> None:
        self.address = address
        self._browser = browser
        self._settings = settings
        self._watch = watch
        self._axe = axe
        self._pages: dict[str, Page] = {}
        self.noted: dict[str, list[str]] = {}
        """What the walkers note on one page for another: readers, a day, a team."""

    def page_of(self, name: str) -> Page:
        """The page of whoever signs in with the button of that name."""
        if name not in self._pages:
            page = self.visitor()
            page.goto(f"{self.address}/accounts/rehearsal/")
            page.get_by_role("button", name=name, exact=True).click()
            self._pages[name] = page
        return self._pages[name]

    def visitor(self) -> Page:
        """A page of somebody who has not signed in."""
        context = self._browser.new_context(**self._settings)  # type: ignore[arg-type]
        self._watch(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        return page

    def go(self, name: str, path: str) -> Page:
        """Send somebody to an address of the service; the page must be there for them."""
        page = self.page_of(name)
        answered = page.goto(self.address + path)
        assert answered is not None
        assert answered.status == 200, f"{name} at {path}: {answered.status}\n{text_of(page)}"
        return page

    def account_of(self, name: str) -> str:
        """The account code of one of the cast, as panels and teams list people."""
        return next(code for code, found in self._cast().items() if found == name)

    def name_of(self, account: str) -> str:
        """The button with which the holder of an account signs in."""
        return self._cast()[account]

    def _cast(self) -> dict[str, str]:
        forms = self._clock().locator("main form:has(button):not(:has(#days))")
        found = forms.evaluate_all("fs => fs.map(f => [f.action, f.innerText.trim()])")
        return {match.group(): name for at, name in found if (match := CODE.search(at))}

    def look(self, page: Page) -> None:
        """A candidate's page: axe finds nothing, and nothing is wider than a small telephone."""
        self._axe(page)
        size = page.viewport_size
        assert size is not None
        page.set_viewport_size({"width": 320, "height": 800})
        no_sideways_scroll(page)
        page.set_viewport_size(size)

    def now(self) -> datetime:
        """What the rehearsal's clock shows."""
        shown = self._clock().locator("main time").first.get_attribute("datetime") or ""
        return datetime.fromisoformat(shown).astimezone(UTC)

    def forward(self, *, days: int = 0, hours: int = 0) -> None:
        """Move service time forward with the clock control."""
        page = self._clock()
        if days:
            page.get_by_label("Days forward").fill(str(days))
            page.get_by_role("button", name="Move", exact=True).click()
        for _ in range(hours):
            page.get_by_role("button", name="Forward one Hour").click()

    def _clock(self) -> Page:
        page = self._pages.get("the clock") or self.visitor()
        self._pages["the clock"] = page
        page.goto(f"{self.address}/accounts/rehearsal/")
        return page

    def close(self) -> None:
        """Everybody leaves."""
        for page in self._pages.values():
            page.context.close()


def answer(page: Page, answers: Mapping[str, str | bool]) -> None:
    """Give answers by the names of their fields: a text, one of the choices, or a tick."""
    settled(page)
    for name, value in answers.items():
        assert page.evaluate(FILL, [name, value]), f"cannot answer {name} at {page.url}"


def follow(page: Page, words: str | re.Pattern[str], within: Locator | None = None) -> None:
    """Follow the first link with these words, drawn as a link or as a button."""
    (within or page.locator("main")).locator("a", has_text=words).first.click()


def press(page: Page, button: str, within: Locator | None = None) -> None:
    """Press a button and see that the form was taken."""
    (within or page.locator("main form")).get_by_role("button", name=button).first.click()
    summary = settled(page).locator(".govuk-error-summary")
    assert summary.count() == 0, f"{page.url}\n{summary.first.inner_text()}"


def until_taken(page: Page, button: str) -> None:
    """Press a button; when the worker moved the file on meanwhile, look again and press again."""
    until = time.monotonic() + PATIENCE
    summary = page.locator(".govuk-error-summary")
    page.locator("main form").get_by_role("button", name=button).first.click()
    while settled(page) and summary.count():
        assert "moved on" in summary.first.inner_text(), f"{page.url}\n{text_of(page)}"
        assert time.monotonic() < until, f"{page.url} moves on and on"
        page.goto(page.url)
        page.locator("main form").get_by_role("button", name=button).first.click()


def until_seen(page: Page, words: str | re.Pattern[str]) -> None:
    """Look at the page again until what the worker does by itself is seen on it."""
    until = time.monotonic() + PATIENCE
    while settled(page).locator("main").get_by_text(words).count() == 0:
        assert time.monotonic() < until, f"{words!r} not seen at {page.url}:\n{text_of(page)}"
        page.wait_for_timeout(250)
        page.reload()


def letter(page: Page, subject: str) -> str:
    """Wait for a letter on the message page and read it."""
    until_seen(page, subject)
    page.get_by_role("link", name=subject).first.click()
    return text_of(page)


def text_of(page: Page) -> str:
    """The words of the page."""
    return settled(page).locator("main").inner_text()
