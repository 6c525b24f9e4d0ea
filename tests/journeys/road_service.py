"""Clearances, final review, register, class and first posting."""

import re
from datetime import date

from playwright.sync_api import Page, expect
from tests.journeys.conftest import settled
from tests.journeys.walking import (
    NEWCOMER,
    Rehearsal,
    answer,
    follow,
    letter,
    press,
    until_seen,
    until_taken,
)

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
EXAMINERS = ("Suitability examiner 1", "Suitability examiner 2", "Suitability examiner 3")
CLASS = "Class of January 2027"
FIRST_DAY = date(2027, 1, 4)
POSTS = {"lima": "Lima, management section", "oslo": "Oslo, management section"}
WISH = {"lima": "low", "oslo": "high"}


def be_cleared(r: Rehearsal, code: str) -> None:
    """A conditional offer; documents sent and forms certified; both sides decide, apart."""
    page = r.go("Registrar", f"/board/file/{code}/")
    follow(page, "Make a conditional offer")
    press(page, "Make the offer")
    letter(r.go(NEWCOMER, "/messages/"), "You have a conditional offer")
    for side in ("medical", "security"):
        page = r.go(NEWCOMER, f"/candidacy/{code}/clearance/{side}/upload/")
        page.locator("main input[type=file]").set_input_files(
            {"name": f"{side}.pdf", "mimeType": "application/pdf", "buffer": PDF}
        )
        press(page, "Upload")
        expect(page.locator("main")).to_contain_text(f"{side}.pdf")
    r.look(page)
    for link, button in (
        ("Send your medical documents", "Send the documents"),
        ("Certify your security forms", "Certify the forms"),
    ):
        follow(page, link)
        answer(page, {"confirmed": True})
        press(page, button)
    _decide_clearances(r, code)
    r.forward(days=1)
    page = r.go(NEWCOMER, f"/candidacy/{code}/")
    until_seen(page, re.compile("Cleared"))


def _decide_clearances(r: Rehearsal, code: str) -> None:
    page = r.go("Medical adjudicator", f"/board/file/{code}/clearance/medical/")
    expect(page.locator("main")).to_contain_text("medical.pdf")
    day = {"examined_on_0": "12", "examined_on_1": "10", "examined_on_2": "2026"}
    answer(page, {"medical_class": "1", "reasons": "In good health.", **day})
    press(page, "Decide")
    page = r.page_of("Security adjudicator")
    hidden = page.goto(f"{r.address}/board/file/{code}/clearance/medical/")
    assert hidden is not None
    assert hidden.status == 403
    page = r.go("Security adjudicator", f"/board/file/{code}/clearance/security/")
    answer(page, {"outcome": "grant", "reasons": "Nothing found."})
    press(page, "Decide")


def pass_the_review(r: Rehearsal, code: str) -> None:
    """The registrar opens the review; three swear, read the file but the medical side, and vote."""
    accounts = [r.account_of(name) for name in EXAMINERS]
    page = r.go("Registrar", f"/board/file/{code}/")
    follow(page, "Open the review")
    for account in accounts:
        answer(page, {"members": account})
    press(page, "Open the review")
    for name in EXAMINERS:
        page = r.go(name, f"/board/file/{code}/review/oath/")
        answer(page, {"sworn": True})
        press(page, "Sign")
        expect(page.locator("main")).to_contain_text("Nothing found.")
        assert "In good health." not in settled(page).content()
        answer(page, {"suitable": "yes", "reasons": "Nothing speaks against."})
        press(page, "Lock my vote")
    page = r.go(NEWCOMER, f"/candidacy/{code}/")
    assert settled(page).get_by_text("Suitable", exact=True).count() == 0
    r.forward(days=1)
    page.reload()
    until_seen(page, re.compile("Suitable$"))


def stand_on_the_register(r: Rehearsal, code: str) -> None:
    """Placed; preference and Spanish claimed, proven and added to the score."""
    page = r.go("Registrar", f"/board/file/{code}/")
    follow(page, "Place on the register")
    press(page, "Place")
    r.forward(days=1)
    page = r.go(NEWCOMER, f"/candidacy/{code}/register/")
    until_seen(page, "Rank in your track")
    for claim, evidence in (
        ("veterans", "Discharge papers of 2014."),
        ("language", "Spanish, speaking 3, tested in 2026."),
    ):
        page = r.go(NEWCOMER, f"/candidacy/{code}/register/claim/")
        answer(page, {"claim": claim, "evidence": evidence})
        press(page, "Claim")
    page = r.go("Registrar", f"/board/file/{code}/register/veterans/")
    answer(page, {"granted": "yes", "preference": "five_point"})
    press(page, "Decide")
    page = r.go("Registrar", f"/board/file/{code}/register/language/")
    answer(page, {"granted": "yes", "language": "spanish", "test": "speaking", "level": "3"})
    press(page, "Decide")
    r.forward(days=1)
    page = r.go(NEWCOMER, f"/candidacy/{code}/register/")
    until_seen(page, re.compile("7.2575"))
    expect(page.locator("main")).to_contain_text("exactly 2903/400")
    r.look(page)


def accept_a_place(r: Rehearsal, code: str) -> None:
    """A class is planned with three places, its register called, and the offer accepted."""
    page = r.go("Appointing authority", "/board/register/classes/new/")
    day = {"starts_on_0": "4", "starts_on_1": "1", "starts_on_2": "2027"}
    answer(page, {"title": CLASS, "size_management": "3", **day})
    press(page, "Plan the class")
    page = _class(r, "Registrar")
    page.get_by_role("link", name="Call (Management)").click()
    expect(page.locator("main")).to_contain_text(f"{code} ·")
    press(page, "Make these offers")
    r.forward(days=1)
    page = r.go(NEWCOMER, f"/candidacy/{code}/")
    until_seen(page, re.compile("Accept the offer"))
    follow(page, "Accept the offer")
    answer(page, {"confirmed": True})
    press(page, "Accept the offer")
    expect(page.locator("body")).to_contain_text("You accepted. Welcome.")


def _class(r: Rehearsal, name: str) -> Page:
    page = r.go(name, "/board/register/classes/")
    follow(page, CLASS)
    return page


def be_appointed(r: Rehearsal, code: str) -> None:
    """On the first day of the class: appointed by table, sworn in, and trained."""
    r.forward(days=(FIRST_DAY - r.now().date()).days)
    page = r.go("Registrar", f"/board/file/{code}/")
    follow(page, "Appoint")
    answer(page, {"education": "master", "years": "12", "proof": "Transcript and letters."})
    press(page, "Appoint")
    page = _class(r, "Registrar")
    follow(page, "Swear in the class")
    until_taken(page, "Record")
    expect(page.locator("main")).to_contain_text("sworn in 4 January 2027")
    for module in ("orientation", "language", "tradecraft"):
        page = r.go("Training officer", f"/board/file/{code}/service/training/")
        answer(page, {"module": module, "result": "passed"})
        press(page, "Record")
    r.forward(days=1)
    page = r.go(NEWCOMER, f"/candidacy/{code}/service/")
    until_seen(page, re.compile("FP-4, 9"))


def be_posted(r: Rehearsal, code: str) -> None:
    """Posts on the list, wishes of the officer, the worker's proposal, signed, handed over."""
    page = _class(r, "Registrar")
    posts = f"/board/service/classes/{page.url.rstrip('/').split('/')[-1]}/posts/"
    for post, title in POSTS.items():
        page = r.go("Training officer", f"{posts}add/")
        place = {"code": post, "title": title, "abroad": "yes", "places": "1", "need": "10"}
        day = {"starts_on_0": "1", "starts_on_1": "9", "starts_on_2": "2027", "months": "24"}
        answer(page, place | day)
        press(page, "Add")
    page = r.go(NEWCOMER, f"/candidacy/{code}/service/")
    follow(page, "Say which posts you wish for")
    answer(page, {f"wish_{post}": wish for post, wish in WISH.items()})
    press(page, "Keep these wishes")
    page = r.go("Training officer", posts)
    press(page, "Ask for a proposal")
    until_seen(page, "Sign the postings")
    follow(page, "Sign the postings")
    press(page, "Sign all of them")
    r.forward(days=1)
    page = r.go(NEWCOMER, f"/candidacy/{code}/service/")
    until_seen(page, re.compile("1 September 2027"))
    r.look(page)
    page = r.go("Registrar", f"/board/file/{code}/")
    follow(page, "Hand over to personnel")
    press(page, "Hand over")
