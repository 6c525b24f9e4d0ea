"""Journeys: a real browser against the real service, each on a database copy of its own.

`service` and `rehearsal` (with the competition in it) are running services for tests
that only read; `own_service` and `own_rehearsal` start one for a single test. Each is
`concours serve` as a process, on a free port, on data prepared once and copied; the
worker runs once a test calls `start_worker`. Nothing here imports the service's code:
a journey knows what a visitor knows.
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, WebError, expect
from tests.service import Prepared, Service

BROWSER = "/usr/bin/chromium"
# Only a failure waits this long; a machine that does three things at once is no failure.
expect.set_options(timeout=20_000)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Keys, a migrated database and collected static files, made once for all journeys."""
    return Prepared.shared(_of_all_processes(tmp_path_factory) / "prepared", "prepare")


@pytest.fixture(scope="session")
def prepared_rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """The same with the rehearsal competition in it."""
    folder = _of_all_processes(tmp_path_factory) / "rehearsal"
    return Prepared.shared(folder, "prepare", "rehearse")


def _of_all_processes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of one run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def service(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service without a competition, for all tests that leave its data as it is."""
    with Service(prepared, tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture
def own_service(prepared: Prepared, tmp_path: Path) -> Iterator[Service]:
    """A service without a competition for one test alone, which may change everything."""
    with Service(prepared, tmp_path / "service") as running:
        yield running


@pytest.fixture(scope="session")
def rehearsal(
    prepared_rehearsal: Prepared, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """One service with the rehearsal, for all tests that leave its data as it is."""
    with Service(prepared_rehearsal, tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture
def own_rehearsal(prepared_rehearsal: Prepared, tmp_path: Path) -> Iterator[Service]:
    """A rehearsal for one test alone, which may change everything."""
    with Service(prepared_rehearsal, tmp_path / "service") as running:
        yield running


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """The system's Chromium; without its sandbox only where the tests run as root."""
    args = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    return {"executable_path": BROWSER, "args": args}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, object]:
    """A reader in Madrid with an English browser and a screen of usual size."""
    return {
        "locale": "en-GB",
        "timezone_id": "Europe/Madrid",
        "viewport": {"width": 1280, "height": 900},
    }


@pytest.fixture(autouse=True)
def complaints(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """Fail a journey whose browser met an error: a script's, a policy's, a missing file's.

    An answer of 4xx to a page or form is part of many journeys and is no complaint.
    """
    found: list[str] = []
    if "context" in request.fixturenames or "page" in request.fixturenames:
        watch(request.getfixturevalue("context"), found)
    yield found
    assert found == []


def watch(context: BrowserContext, found: list[str]) -> None:
    """Note what goes wrong in any page of ``context``."""

    def heard(message: ConsoleMessage) -> None:
        refused = re.search(r"status of (400|403|404|409|410|422) ", message.text)
        if message.type in {"error", "warning"} and not refused:
            found.append(f"{message.type}: {message.text}")

    def thrown(error: WebError) -> None:
        found.append(f"thrown: {error.error}")

    context.on("console", heard)
    context.on("weberror", thrown)


@pytest.fixture(scope="session")
def axe() -> Callable[..., None]:
    """Check a page against WCAG 2.2 AA and axe's best practices.

    Text of its background's colour is only "incomplete" for axe; here it fails too.
    With ``colours=False`` contrast is left out: under forced colours the browser
    paints system colours and axe still reads those of the style sheet.
    """
    tool = Axe()

    def check(page: Page, *, colours: bool = True) -> None:
        settled(page)
        options: dict[str, object] = {
            "runOnly": {"type": "tag", "values": TAGS},
            "rules": {"color-contrast": {"enabled": colours}},
        }
        answer = tool.run(page, options=options).response
        wrong = [
            (rule["id"], node["target"], node.get("failureSummary", ""))
            for rule in answer["violations"]
            for node in rule["nodes"]
        ]
        wrong += [
            ("equal-colours", node["target"], "")
            for rule in answer["incomplete"]
            if rule["id"] == "color-contrast"
            for node in rule["nodes"]
            if any((c.get("data") or {}).get("messageKey") == "equalRatio" for c in node["any"])
        ]
        assert wrong == [], json.dumps(wrong[:12], indent=1)

    return check


def settled(page: Page) -> Page:
    """The page once all of it is there.

    A click waits until the next page begins, not until it is whole: whatever looks at a page
    at once (its script, a count, axe) settles it first. What is expected waits by itself.
    """
    page.wait_for_load_state("load")
    return page


def until(page: Page, what: str, holds: Callable[[], object]) -> None:
    """Wait for something that no page shows, never longer than for what a page shows."""
    for _ in range(400):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"Waited 20 s in vain: {what}")


def no_sideways_scroll(page: Page) -> None:
    """Fail when the page is wider than the window."""
    settled(page)
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1], f"{widths[0]} px in a window of {widths[1]} px"
