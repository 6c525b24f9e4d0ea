"""The marks of the late window: reports, markers, a key change by two people, a new version of scores."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.journeys.conftest import watch
from tests.journeys.walking import Rehearsal, answer, follow, press
from tests.service import Service

WINDOW = "September 2026"
CANDIDATE = "Narratives and panel: Your turn"
"""Somebody who passed in the late window and has not written the narratives yet."""
FLAWED = "Job knowledge 12"


@pytest.fixture
def people(
    own_rehearsal: Service,
    browser: Browser,
    browser_context_args: dict[str, object],
    complaints: list[str],
    axe: Callable[..., None],
) -> Iterator[Rehearsal]:
    """The people of a rehearsal whose worker does not run."""
    people = Rehearsal(
        own_rehearsal.address,
        browser,
        browser_context_args,
        lambda context: watch(context, complaints),
        axe,
    )
    yield people
    people.close()


def marks(r: Rehearsal, who: str) -> Page:
    """The page of marks of the late window, reached from the list of competitions."""
    page = r.go(who, "/board/competitions/")
    follow(page, WINDOW)
    follow(page, "Marks of the test")
    expect(page.get_by_role("heading", name="Key check")).to_be_visible()
    return page


def sum_of(page: Page) -> str:
    """The sum of the scaled scores on a page of results."""
    row = page.locator(".govuk-summary-list__row", has_text="Sum of the scaled scores")
    return row.locator("dd").inner_text().split(" ")[0]


@pytest.mark.everywhere
def test_a_key_is_changed_by_two_people_and_a_candidate_reads_the_new_version_and_why(
    people: Rehearsal,
) -> None:
    page = people.go(CANDIDATE, "/candidacies/")
    follow(page, WINDOW)
    result = page.url.rstrip("/").removeprefix(people.address) + "/examination/result/"
    page = people.go(CANDIDATE, result)
    before = sum_of(page)
    expect(page.get_by_role("heading", name="Your answers were scored again")).to_have_count(0)

    # The one who proposed the change does not decide it.
    page = marks(people, "Test administrator")
    follow(page, FLAWED)
    expect(page.locator("main")).to_contain_text("Somebody else decides on it.")
    expect(page.get_by_role("button", name="Decide")).to_have_count(0)

    # The second person looks at the item, sees the effect, and approves.
    page = marks(people, "Psychometrician")
    people.look(page)
    follow(page, "Items one by one")
    answer(page, {"flag": "suspect"})
    page.get_by_role("button", name="Show").click()
    expect(page.locator("main tbody tr", has_text=FLAWED)).to_have_count(1)
    people.look(page)
    page = marks(people, "Psychometrician")
    follow(page, FLAWED)
    expect(page.locator("main")).to_contain_text(re.compile(r"\d+ of 34: \d+ up, \d+ down"))
    people.look(page)
    page.get_by_label("Approve").check()
    press(page, "Decide")
    expect(page.locator("main")).to_contain_text("Approved")

    page = people.go(CANDIDATE, result)
    expect(page.get_by_role("heading", name="Your answers were scored again")).to_be_visible()
    rows = page.locator("table", has_text="First scoring").locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text(before)
    expect(rows.last).to_contain_text("The key was changed")
    assert sum_of(page) != before
    expect(rows.last).to_contain_text(sum_of(page))
    page.emulate_media(color_scheme="dark")
    page.context.add_cookies(
        [{"name": "django_language", "value": "ar", "url": people.address}],
    )
    page.reload()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    people.look(page)


@pytest.mark.everywhere
def test_the_desks_of_the_marks_show_what_waits_and_what_was_found(people: Rehearsal) -> None:
    page = marks(people, "Test administrator")
    page.locator("main a[href$='/report/']").first.click()
    expect(page.locator("main tbody tr", has_text="Submitted").first).to_be_visible()
    people.look(page)
    page = marks(people, "Psychometrician")
    follow(page, "Markers beside each other")
    expect(page.locator("main tbody tr", has_text="talk to them")).to_have_count(1)
    people.look(page)
