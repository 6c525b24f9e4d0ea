"""The first two steps of the walk: apply, and be found eligible."""

from playwright.sync_api import expect
from tests.journeys.walking import CODE, NEWCOMER, Rehearsal, answer, follow, letter, press, text_of

SECTIONS: dict[str, dict[str, str | bool]] = {
    "identity": {
        "full_name": "Wren Example",
        "birth_date_0": "4",
        "birth_date_1": "7",
        "birth_date_2": "1990",
        "citizenships": "USA",
    },
    "contact": {"address": "7 Example Road\nSpringfield", "telephone": "+1 202 555 0107"},
    "education": {
        "degree_1": "master",
        "field_1": "Public administration",
        "institution_1": "Example University",
        "year_1": "2014",
    },
    "employment": {
        "employer_1": "Example Shipping Company",
        "title_1": "Office manager",
        "country_1": "United States",
        "from_year_1": "2014",
        "to_year_1": "2026",
        "duties_1": "Ran an office of twelve people and its budget.",
    },
    "languages": {"language_1": "Spanish", "level_1": "3"},
    "veteran": {"claim": "five_point"},
    "declarations": {
        "worldwide_availability": "yes",
        "public_support_of_policy": "yes",
        "needs_of_the_service": "yes",
        "separated_607": "no",
        "separated_608": "no",
        "separated_610": "no",
        "separated_611": "no",
        "separated_612": "no",
        "denied_tenure": "no",
    },
    "track": {"track": "management"},
    "equality": {"sex": "f", "origin": "", "disability": "no"},
}


def apply(r: Rehearsal) -> str:
    """The newcomer fills in every section, checks the answers and sends them; gives the code."""
    page = r.page_of(NEWCOMER)
    follow(page, "See open competitions")
    page.locator("a[href^='/apply/']", has_text="October 2026").click()
    press(page, "Start your application")
    found = CODE.search(page.url)
    assert found is not None
    code = found.group()
    r.look(page)
    for section, answers in SECTIONS.items():
        page = r.go(NEWCOMER, f"/candidacy/{code}/application/{section}/")
        answer(page, answers)
        press(page, "Save and continue")
    expect(page.locator("main")).to_contain_text("You have completed 9 of 9.")
    follow(page, "Check your answers and send")
    shown = text_of(page)
    for typed in ("Wren Example", "4 July 1990", "Example University", "Management"):
        assert typed in shown
    r.look(page)
    press(page, "I declare this is true")
    expect(page.get_by_role("heading", name="Your application was sent")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Management. It is locked for good")
    return code


def be_found_eligible(r: Rehearsal, code: str) -> None:
    """The registrar reads every rule's verdict and decides; the candidate is told."""
    page = r.go("Registrar", f"/board/file/{code}/")
    follow(page, "Decide eligibility")
    expect(page.locator("main tbody tr", has_text="application.age").first).to_contain_text("Yes")
    press(page, "Find eligible")
    told = letter(r.go(NEWCOMER, "/messages/"), "You are eligible")
    assert code in told
    expect(r.go(NEWCOMER, f"/candidacy/{code}/").locator("main")).to_contain_text("Reserve a seat")
