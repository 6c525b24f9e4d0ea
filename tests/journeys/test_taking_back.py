"""One decision taken back in the browser: who does it, what the candidate reads, and the decision made again."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect
from tests.journeys.conftest import watch
from tests.journeys.walking import (
    CODE,
    Rehearsal,
    answer,
    follow,
    letter,
    press,
    until_seen,
    until_taken,
)
from tests.service import Service

OFFICER = "Appeals officer"
CANDIDATE = re.compile("register", re.IGNORECASE)


@pytest.fixture
def people(
    own_rehearsal: Service,
    browser: Browser,
    browser_context_args: dict[str, object],
    complaints: list[str],
    axe: Callable[..., None],
) -> Iterator[Rehearsal]:
    """The people of a rehearsal whose worker runs."""
    own_rehearsal.start_worker()
    people = Rehearsal(
        own_rehearsal.address,
        browser,
        browser_context_args,
        lambda context: watch(context, complaints),
        axe,
    )
    yield people
    people.close()


def test_a_place_is_taken_back_read_about_and_found_again(people: Rehearsal) -> None:
    page = people.visitor()
    page.goto(f"{people.address}/accounts/rehearsal/")
    name = page.get_by_role("button", name=CANDIDATE).first.inner_text().strip()
    page.context.close()
    page = people.go(name, "/candidacies/")
    page.locator('main a[href*="/candidacy/"]').first.click()
    found = CODE.search(page.url)
    assert found is not None
    code = found.group()

    page = people.go(OFFICER, f"/board/file/{code}/")
    follow(page, "Take the place on the register back")
    people.look(page)
    answer(page, {"reason": "clerical_error", "authority": "board", "sure": True})
    press(page, "Take the place back")
    expect(page.locator("main")).to_contain_text("The place on the register was taken back.")

    people.forward(hours=2)
    page = people.go(name, "/messages/")
    said = letter(page, "Your place on the register was taken back")
    assert "a decision before it is looked at again" in said
    page = people.go(name, f"/candidacy/{code}/")
    shown = page.locator("main")
    expect(shown).to_contain_text("The place on the register was taken back.")
    expect(shown).to_contain_text("A slip of the pen")
    people.look(page)

    page = people.go("Registrar", f"/board/file/{code}/")
    follow(page, "Place on the register")
    until_taken(page, "Place")
    people.forward(hours=2)
    page = people.go(name, f"/candidacy/{code}/register/")
    until_seen(page, "Rank in your track")
