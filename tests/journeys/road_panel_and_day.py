"""Narratives read blind by three, the track decided by its cut, and the day of the oral assessment."""

import re
from datetime import datetime

from playwright.sync_api import expect
from tests.journeys.conftest import settled
from tests.journeys.walking import (
    NEWCOMER,
    Rehearsal,
    answer,
    follow,
    letter,
    press,
    text_of,
    until_seen,
    until_taken,
)

THEMES = (
    "leadership",
    "interpersonal",
    "communication",
    "management",
    "intellectual",
    "substantive",
)
TEXT = "I led an office of twelve people through a hard year and kept every one of them. " * 10
NARRATIVE: dict[str, str | bool] = {
    "text": TEXT,
    "verifier_name": "Alex Verifier",
    "verifier_contact": "alex@verifier.example",
    "relation": "supervisor",
}
LEADERSHIP = ("6", "5", "2")
"""What the three readers give for leadership: the last stands apart, so the chair settles it."""
OFFERED = re.compile(r"(\d+ \w+ \d{4}) at .*\s(\d+) places? free", re.DOTALL)
MOST_FREE = 4
"""Of six places; a group needs three, and two others have booked where at most this many are free."""
PARTS = ("group", "interview", "case_management")


def write_narratives(r: Rehearsal, code: str) -> None:
    """Six narratives, each counted as it is written; checked and sent."""
    for theme in THEMES:
        page = r.go(NEWCOMER, f"/candidacy/{code}/narratives/{theme}/")
        answer(page, NARRATIVE)
        left = 1300 - len(TEXT.strip())
        expect(page.locator("main")).to_contain_text(f"{left} characters remaining")
        if theme == "leadership":
            r.look(page)
        press(page, "Save this narrative")
    expect(page.locator("main")).to_contain_text("You have completed 6 of 6.")
    follow(page, "Check and send")
    press(page, "I confirm, send my narratives")
    expect(page.locator("body")).to_contain_text("Your narratives were sent and are locked.")


def be_given_to_readers(r: Rehearsal, code: str) -> None:
    """The scheduler forms the panel of readers of the track and lets the worker allocate."""
    page = r.go("Scheduler", "/board/narratives/")
    follow(page, "Form a panel")
    listed = page.locator("main [name=members]")
    listed.first.wait_for()
    accounts = [box.get_attribute("value") or "" for box in listed.all()][: len(LEADERSHIP)]
    for account in accounts:
        answer(page, {"members": account})
    r.noted["readers"] = [r.name_of(account) for account in accounts]
    answer(page, {"chair": r.account_of("Chair")})
    press(page, "Form the panel")
    press(page, "Plan and allocate what waits")
    until_seen(page, "1 file was given to its readers.")
    expect(r.go(NEWCOMER, f"/candidacy/{code}/").locator("main")).to_contain_text("With the board")


def be_read(r: Rehearsal, code: str) -> None:
    """Three read blind and alone; the chair settles the one theme on which they differ."""
    for reader, leadership in zip(r.noted["readers"], LEADERSHIP, strict=True):
        page = r.go(reader, "/board/narratives/reading/")
        follow(page, code)
        shown = settled(page).content()
        for hidden in ("Wren", "Example University", "Example Shipping", "Alex Verifier"):
            assert hidden not in shown
        answer(page, dict.fromkeys(THEMES, "6") | {"leadership": leadership})
        answer(page, {"reasons": "Clear and concrete."})
        press(page, "Lock my sheet")
    page = r.go("Chair", "/board/narratives/chair/")
    follow(page, code)
    expect(page.locator("main")).to_contain_text("Leadership")
    answer(page, {"leadership": "6", "reasons": "The deed is plain."})
    press(page, "Settle these themes")


def pass_the_panel(r: Rehearsal, code: str) -> None:
    """The appointing authority sets the need, the registrar decides the track, all are told."""
    page = r.go("Appointing authority", "/board/narratives/")
    page.locator("main tbody tr", has_text="October 2026").get_by_role("link").first.click()
    answer(page, {"need": "10"})
    press(page, "Set the need")
    page = r.go("Registrar", "/board/narratives/")
    row = page.locator("main tbody tr", has_text="October 2026")
    follow(page, "Results", row)
    expect(page.locator("main tbody tr", has_text=code)).to_contain_text("in")
    press(page, "Decide this track")
    r.forward(hours=2)
    assert code in letter(r.go(NEWCOMER, "/messages/"), "You passed the qualifications panel")


def book_a_day(r: Rehearsal, code: str) -> None:
    """The season is set, everybody is invited, and the candidate books a day."""
    page = r.go("Scheduler", "/board/assessment/")
    follow(page, "Set the season Foreign Service officers, October 2026")
    answer(page, {"ends_0": "31", "ends_1": "5", "ends_2": "2027"})
    press(page, "Set the season")
    follow(page, "Invite everybody who waits Foreign Service officers, October 2026")
    until_taken(page, "Sign: invite these candidates")
    until_seen(page, "The last run decided")
    letter(r.go(NEWCOMER, "/messages/"), "You are invited to the oral assessment")
    page = r.go(NEWCOMER, f"/candidacy/{code}/assessment/")
    days = settled(page).locator("main .govuk-radios__item")
    offered = [OFFERED.search(words) for words in days.all_inner_texts()]
    place = max(i for i, day in enumerate(offered) if day and int(day.group(2)) <= MOST_FREE)
    days.nth(place).locator("label").click()
    r.noted["day"] = [match.group(1) for match in offered[place : place + 1] if match]
    r.look(page)
    press(page, "Book this day")
    expect(page.locator("body")).to_contain_text("Your place is booked.")
    expect(page.locator("main")).to_contain_text("Move to another day")


def be_planned(r: Rehearsal, code: str) -> None:
    """The scheduler lets the worker plan the day; the candidate's own timetable stands."""
    page = r.go("Scheduler", "/board/assessment/days/?state=open")
    row = page.locator("main tbody tr", has_text=f"{r.noted['day'][0]} at")
    row.get_by_role("link").first.click()
    expect(page.locator("main")).to_contain_text(code)
    listed = settled(page).locator("main ul.govuk-list").nth(1).locator("li")
    r.noted["team"] = [r.name_of(account.strip()) for account in listed.all_inner_texts()]
    press(page, "Plan this day")
    until_seen(page, "Planned: 1 group.")
    own = page.locator("main tbody tr", has_text=code)
    expect(own).to_have_count(3)


def be_assessed(r: Rehearsal, code: str) -> None:
    """Present, rated alone by every assessor, integrated, decided by the chair, told at once."""
    on = datetime.strptime(r.noted["day"][0], "%d %B %Y").date()
    r.forward(days=(on - r.now().date()).days)
    team = r.noted["team"]
    page = r.go(team[0], f"/board/file/{code}/assessment/attendance/")
    answer(page, {"present": "yes"})
    press(page, "Record")
    rated = dict.fromkeys(PARTS, 0)
    for assessor in team:
        for part in _parts_of(r, assessor, code):
            page = r.go(assessor, f"/board/assessment/rating/{code}/{part}/")
            assert "Given alone" not in text_of(page)
            _rate(r, assessor, code, part)
            press(page, "Lock my sheet")
            rated[part] += 1
    assert rated == {"group": 4, "interview": 2, "case_management": 4}
    for part in PARTS:
        who = next(a for a in team if part in _parts_of(r, a, code))
        page = r.go(who, f"/board/assessment/rating/{code}/{part}/")
        expect(page.locator("main")).to_contain_text("Given alone")
        _rate(r, who, code, part)
        press(page, "Record the integration")
    page = r.go("Chair", "/board/assessment/deciding/")
    follow(page, code)
    press(page, "Decide and tell")
    letter(r.go(NEWCOMER, "/messages/"), "You passed the oral assessment")
    page = r.go(NEWCOMER, f"/candidacy/{code}/assessment/result/")
    expect(page.locator("main")).to_contain_text("7.00")
    r.look(page)


def _parts_of(r: Rehearsal, assessor: str, code: str) -> list[str]:
    page = r.go(assessor, f"/board/file/{code}/assessment/rate/")
    links = [a.get_attribute("href") or "" for a in settled(page).locator("main table a").all()]
    return [link.rstrip("/").split("/")[-1] for link in links]


def _rate(r: Rehearsal, assessor: str, code: str, part: str) -> None:
    page = r.page_of(assessor)
    names = settled(page).evaluate(
        "[...new Set([...document.querySelectorAll('main [type=radio]')].map(e => e.name))]"
    )
    assert names
    answer(page, dict.fromkeys(names, "7") | {"reasons": f"Seen in {part}."})
