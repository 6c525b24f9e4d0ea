"""The frame around each page, the reader's choices, and the pages for what goes wrong."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from django.utils import timezone, translation

from concours.kernel.citation import Citation, Standing
from concours.kernel.errors import NotPermitted, OutOfDate, RuleRefused
from concours.pages import errors
from concours.pages.context import Account, NavItem, frame, plain_frame
from concours.pages.preferences import choose
from concours.pages.zone import ReaderZoneMiddleware, reader_zone

CITE = Citation(
    source="Specimen Rules",
    clause="rule 6",
    checked_on=date(2026, 11, 20),
    standing=Standing.RULING,
)


def fill_all(request: HttpRequest) -> Mapping[str, object]:
    """What a site says of every page."""
    return {"service_name": "Join", "rehearsal": True, "checkpoint": "head 12"}


def fill_face(request: HttpRequest) -> Mapping[str, object]:
    """What one face says of its own pages."""
    return {
        "navigation": [NavItem(text="Files", href="/files/", current=True, count=1200)],
        "account": Account(text="REG-01", sign_out="/out/"),
        "service_date": datetime(2016, 10, 3, 14, 30, tzinfo=UTC),
    }


def fill_wrong(request: HttpRequest) -> Mapping[str, object]:
    """A hook that misspells a name."""
    return {"servicename": "Join"}


HOOKS = {"*": f"{__name__}.fill_all", "board": f"{__name__}.fill_face"}


def asked(path: str = "/x/", face: str = "", **cookies: str) -> HttpRequest:
    request = RequestFactory().get(path)
    request.COOKIES.update(cookies)
    request.resolver_match = SimpleNamespace(app_names=[face] if face else [])  # type: ignore[assignment]
    return request


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the hooks of this file be found under its name, however it was loaded."""
    found = {HOOKS["*"]: fill_all, HOOKS["board"]: fill_face, f"{__name__}.fill_wrong": fill_wrong}
    monkeypatch.setattr("concours.pages.context._hook", found.__getitem__)


@override_settings(FRAME_HOOKS=HOOKS)
def test_each_face_fills_its_own_frame_over_the_sites(hooks: None) -> None:
    public = frame(asked())["frame"]
    assert (public.service_name, public.navigation) == ("Join", ())
    board = frame(asked(face="board"))["frame"]
    assert board.service_name == "Join"
    assert [item.text for item in board.navigation] == ["Files"]


@override_settings(FRAME_HOOKS={"*": f"{__name__}.fill_wrong"})
def test_a_hook_that_names_what_the_frame_has_not_is_an_error(hooks: None) -> None:
    with pytest.raises(TypeError, match="servicename"):
        frame(asked())


@override_settings(FRAME_HOOKS=HOOKS)
def test_the_frame_shows_service_rehearsal_account_and_signed_head(hooks: None) -> None:
    page = render_to_string("pages/page.html", {**frame(asked(face="board")), "messages": []})
    for words in (
        "Join",
        "Files",
        "1,200",
        "REG-01",
        'href="/out/"',
        "Everybody here is made up.",
        "3 October 2016 at 10:30",
        "head 12",
        "Accessibility statement",
        "Privacy",
        'href="#main"',
        'aria-current="page"',
    ):
        assert words in page


def test_the_theme_is_written_by_the_server_so_that_it_never_flashes() -> None:
    for chosen, written in [("dark", "dark"), ("light", "light"), ("", "auto"), ("<x>", "auto")]:
        page = render_to_string("pages/page.html", {"frame": plain_frame(asked(theme=chosen))})
        assert f'data-theme="{written}"' in page


def test_a_page_in_arabic_runs_from_the_right_in_the_same_frame() -> None:
    with translation.override("ar"):
        page = render_to_string("pages/page.html", {"frame": plain_frame(asked())})
    assert 'lang="ar" dir="rtl"' in page
    assert "انتقل إلى المحتوى الرئيسي" in page


def test_no_page_carries_script_or_style_of_its_own_without_the_nonce() -> None:
    request = asked()
    request.csp_nonce = "n0nce"  # type: ignore[attr-defined]
    page = render_to_string("pages/page.html", {"frame": plain_frame(request)})
    assert "style=" not in page
    assert "<style" not in page
    assert 'type="importmap" nonce="n0nce"' in page
    assert page.count("<script") == 3


def sent(**data: str) -> HttpResponse:
    request = RequestFactory().post("/preferences/", data)
    request.user = SimpleNamespace(is_authenticated=False)  # type: ignore[assignment]
    return choose(request)


def test_a_choice_is_kept_and_leads_back() -> None:
    answer = sent(theme="dark", next="/files/?page=2")
    assert (answer.status_code, answer["Location"]) == (302, "/files/?page=2")
    assert answer.cookies["theme"].value == "dark"
    assert sent(language="ar", next="/").cookies["django_language"].value == "ar"


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)", ""]
)
def test_a_choice_never_leads_to_another_site(elsewhere: str) -> None:
    assert sent(theme="dark", next=elsewhere)["Location"] == "/"


def test_a_choice_that_does_not_exist_is_not_kept() -> None:
    assert list(sent(theme="pink", language="xx").cookies) == []


def test_choosing_is_not_done_by_a_link() -> None:
    assert choose(RequestFactory().get("/preferences/?theme=dark")).status_code == 405


def zone_under(cookie: str) -> ZoneInfo | None:
    seen: list[ZoneInfo | None] = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(reader_zone())
        return HttpResponse()

    ReaderZoneMiddleware(answer)(asked(zone=cookie))
    return seen[0]


def test_the_readers_zone_holds_for_the_request_and_no_longer() -> None:
    assert zone_under("Asia/Tokyo") == ZoneInfo("Asia/Tokyo")
    assert reader_zone() is None
    assert zone_under("Mars/Olympus") is None
    assert zone_under("../../etc/passwd") is None
    assert timezone.get_current_timezone() == timezone.get_default_timezone()


REFUSED = RuleRefused(
    "too_young",
    remedy="Apply in a later window.",
    cite=CITE,
    rule="application.age",
    numbers={"found": "19"},
)


@override_settings(FRAME_HOOKS={})
def test_a_refusal_by_a_rule_says_what_why_and_what_next() -> None:
    answer = errors.refused(asked(), REFUSED)
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in (
        "<title>Error: This cannot be done",
        "Apply in a later window.",
        "Too young",
        "19",
        "application.age",
        "Specimen Rules",
        "rule 6",
        "Our ruling, until a source says",
        "What you can do",
        "appeal",
    ):
        assert words in page


@override_settings(FRAME_HOOKS={})
@pytest.mark.parametrize(
    ("refusal", "status", "heading"),
    [
        (
            NotPermitted("not_permitted", remedy="Ask the registrar."),
            403,
            "You cannot see this page",
        ),
        (OutOfDate("file_has_moved_on", remedy="Reload the file."), 409, "This has moved on"),
        (RuleRefused("no", remedy="Wait."), 422, "This cannot be done"),
    ],
)
def test_each_refusal_has_its_page_and_status(
    refusal: NotPermitted | OutOfDate | RuleRefused, status: int, heading: str
) -> None:
    answer = errors.refused(asked(), refusal)
    assert answer.status_code == status
    assert f"<h1>{heading}</h1>" in answer.content.decode()
    assert refusal.remedy in answer.content.decode()


def test_a_script_gets_the_same_facts_as_json() -> None:
    request = RequestFactory().get("/x/", headers={"accept": "application/json"})
    answer = errors.refused(request, REFUSED)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/json"
    assert b'"rule": "application.age"' in answer.content


@override_settings(FRAME_HOOKS={})
def test_the_handlers_answer_with_their_status_and_say_what_next() -> None:
    problem = Exception("secret detail")
    answers = [
        (errors.bad_request(asked(), problem), 400),
        (errors.forbidden(asked(), problem), 403),
        (errors.csrf_failed(asked(), "secret detail"), 403),
        (errors.not_found(asked(), problem), 404),
        (errors.gone(asked()), 410),
        (errors.too_many(asked()), 429),
    ]
    for answer, status in answers:
        page = answer.content.decode()
        assert answer.status_code == status
        assert "What you can do" in page
        assert "secret detail" not in page


def test_a_crash_is_answered_by_a_page_that_needs_nothing(hooks: None) -> None:
    with override_settings(FRAME_HOOKS={"*": f"{__name__}.fill_wrong"}):
        answer = errors.server_error(asked())
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.content.decode()
