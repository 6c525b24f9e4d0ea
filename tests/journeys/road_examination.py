"""The test: a seat, the door, four sections in the exam room, scores, essay marks, the result."""

import html
import re
import tomllib
from datetime import UTC, datetime
from urllib.parse import urljoin

from playwright.sync_api import APIResponse, Page, expect
from tests.journeys.conftest import settled
from tests.journeys.walking import (
    NEWCOMER,
    Rehearsal,
    answer,
    follow,
    letter,
    press,
    text_of,
    until_taken,
)
from tests.service import SOURCE

SESSION = "Washington, 12 October 2026, 13:00"
CHECK_IN = datetime(2026, 10, 12, 16, tzinfo=UTC)
BANK = SOURCE / "concours/policy/rulebooks/us_foreign_service/bank"


def known_answers() -> dict[tuple[str, frozenset[str]], str]:
    """What a well prepared candidate knows: the right words for each question of the published
    bank. Some are asked in the same words, so that the options belong to the question."""
    read = (
        tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(BANK.rglob("*.toml"))
    )
    items = [item for found in read for item in found.get("items", ()) if item.get("options")]
    known = {}
    for item in items:
        options = [" ".join(words.split()) for words in item["options"]]
        right = options[ord(item.get("key") or "A") - ord("A")]
        known[" ".join(item["stem"].split()), frozenset(options)] = right
    return known


KNOWN = known_answers()
DOCUMENT: dict[str, str | bool] = {
    "document": "passport",
    "has_photograph": "yes",
    "expires_0": "1",
    "expires_1": "1",
    "expires_2": "2030",
    "name_matches": "yes",
}
SECTIONS = {"job_knowledge": 60, "english_expression": 58, "biographic": 28}
"""Items answered, enough for the cut whichever are pilots; the others stay open."""
ESSAY = "A service that rotates its staff learns from every place. " * 12
IN_BROWSER = 2
"""Items of a section answered in the browser; the others by plain form posts, as without scripts."""
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
STEM = re.compile(
    r'data-question="(\d+)".*?room-question__stem">(.*?)</bdi>(.*?)</section>', re.DOTALL
)
OPTION = re.compile(
    r'value="([A-E])" id="q\d+_.*?room-option__words">[A-E]\. <bdi>(.*?)</bdi>', re.DOTALL
)


def reserve_a_seat(r: Rehearsal, code: str) -> None:
    """Reserve, read the confirmation, take the PDF and the calendar file home."""
    page = r.go(NEWCOMER, f"/candidacy/{code}/")
    follow(page, "Reserve a seat")
    page.locator("main label", has_text=SESSION).click()
    answer(page, {"accessible": "no"})
    press(page, "Reserve this seat")
    expect(page.get_by_role("heading", name="Confirmation of your seat")).to_be_visible()
    expect(page.locator("main")).to_contain_text("12 October 2026 at 13:00, New York time")
    pdf = _taken(page, "Download as PDF")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.body().startswith(b"%PDF-")
    assert pdf.body().rstrip().endswith(b"%%EOF")
    calendar = _taken(page, "Add to your calendar").text()
    assert "DTSTART:20261012T170000Z" in calendar
    assert f"UID:seat-{code}@concours" in calendar


def _taken(page: Page, link: str) -> APIResponse:
    href = page.locator("main a", has_text=link).get_attribute("href") or ""
    answered = page.context.request.get(urljoin(page.url, href))
    assert answered.status == 200
    return answered


def pass_the_door(r: Rehearsal, code: str) -> None:
    """The proctor opens the doors, an hour before, and checks the identity document."""
    left = CHECK_IN - r.now()
    r.forward(days=left.days, hours=left.seconds // 3600 + 1)
    expect(r.go(NEWCOMER, f"/exam/{code}/").locator("main")).to_contain_text("The room opens")
    page = r.go("Proctor", "/board/examination/?status=planned&search=Washington")
    page.locator("main tbody tr", has_text="12 October 2026 at 13:00").get_by_role(
        "link"
    ).first.click()
    press(page, "Open the doors")
    follow(page, "Check in", page.locator("tr", has_text=code))
    expect(page.locator("main")).to_contain_text("Wren Example")
    answer(page, DOCUMENT)
    press(page, "Record what was seen")
    expect(page.locator("tr", has_text=code)).to_contain_text("inside")
    r.forward(hours=1)


def sit(r: Rehearsal, code: str) -> None:
    """Four sections: the first items in the browser, the others by plain form posts, an essay."""
    page = r.go(NEWCOMER, f"/candidacy/{code}/")
    follow(page, "Sit the test")
    press(page, "Begin the sitting")
    for section, items in SECTIONS.items():
        press(page, "Open this section")
        for _ in range(IN_BROWSER):
            _answer_in_browser(page)
        if section == "job_knowledge":
            r.look(page)
        _answer_by_posts(page, f"{r.address}/exam/{code}/{section}/", items)
        r.go(NEWCOMER, f"/exam/{code}/")
        expect(page.locator("main")).to_contain_text(f"{items} answered")
        _leave(r, code, section)
    press(page, "Open this section")
    answer(page, {"text": ESSAY})
    expect(page.locator("main")).to_contain_text("characters remaining")
    expect(page.locator("[data-receipt]")).to_contain_text("Saved")
    _leave(r, code, "essay")
    follow(page, "Submit your answers")
    press(page, "Submit my answers")
    held = sum(SECTIONS.values()) + 1
    row = page.locator(".govuk-summary-list__row", has_text="Answers held")
    expect(row).to_contain_text(str(held))


def _leave(r: Rehearsal, code: str, section: str) -> None:
    press(r.go(NEWCOMER, f"/exam/{code}/{section}/leave/"), "Leave this section for good")


def _answer_in_browser(page: Page) -> None:
    question = page.locator("[data-question]").filter(visible=True).first
    stem = " ".join(question.locator(".room-question__stem").inner_text().split())
    labels = question.locator("label").all_inner_texts()
    words = [" ".join(label.split()).partition(". ")[2] for label in labels]
    known = KNOWN[stem, frozenset(words)]
    question.locator("label").nth(words.index(known)).click()
    expect(page.locator("[data-receipt]")).to_have_text(re.compile("Saved .*, receipt"))
    question.get_by_role("button", name="Next question").click()


def _answer_by_posts(page: Page, address: str, items: int) -> None:
    """What a browser without scripts does: fetch the section's page, post the form of each question."""
    shown = page.context.request.get(address).text()
    token = TOKEN.search(shown)
    assert token is not None
    for number, stem, options in STEM.findall(shown)[IN_BROWSER:items]:
        words = {_plain(found): key for key, found in OPTION.findall(options)}
        choice = words[KNOWN[_plain(stem), frozenset(words)]]
        posted = page.context.request.post(
            f"{address}{number}/",
            form={"csrfmiddlewaretoken": token.group(1), "choice": choice},
            max_redirects=0,
        )
        assert posted.status == 302


def _plain(words: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", words)).split())


def be_scored(r: Rehearsal, code: str) -> None:
    """Scored by the administrator, the essay marked blind by two, decided, and told after the hold."""
    desk = "Test administrator"
    page = r.go(desk, "/board/examination/")
    ours = page.locator("main a", has_text="scoring and results").filter(has_text="October 2026")
    ours.first.click()
    scoring = page.url.removeprefix(r.address)
    follow(page, "Score everybody who waits")
    until_taken(page, "Sign: score these candidates")
    for marker, mark in (("Marker 1", "5"), ("Marker 2", "4")):
        page = r.go(marker, "/board/examination/essays/")
        press(page, "Take the next essay")
        shown = settled(page).content()
        assert ESSAY.strip() in shown
        assert code not in shown
        assert "Wren" not in shown
        answer(page, {"mark": mark})
        press(page, "Lock my mark")
    page = r.go(desk, scoring)
    follow(page, "Decide the results that are ready")
    until_taken(page, "Sign: decide these results")
    page = r.go(NEWCOMER, f"/candidacy/{code}/")
    assert "Next: your narratives" not in text_of(page)
    r.forward(days=1, hours=1)
    told = letter(r.go(NEWCOMER, "/messages/"), "You passed the test")
    assert "due by the end of 3 November 2026" in told
    page = r.go(NEWCOMER, f"/candidacy/{code}/examination/result/")
    expect(page.locator("main")).to_contain_text("9 (the cut is 6)")
    expect(page.locator("main")).to_contain_text("(the cut is 154.00)")
    r.look(page)
