"""The style guide: every part, in every theme, direction and width, without a barrier."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.journeys.conftest import no_sideways_scroll, watch
from tests.service import Service


@dataclass(frozen=True, slots=True)
class Reader:
    """How somebody looks at the service."""

    name: str
    width: int = 1280
    theme: str = ""
    language: str = ""
    device: str = "light"
    forced: str = "none"
    scripts: bool = True


READERS = [
    Reader("light"),
    Reader("dark", theme="dark"),
    Reader("dark by device", device="dark"),
    Reader("phone", width=320),
    Reader("phone, dark", width=320, theme="dark"),
    Reader("Arabic", language="ar"),
    Reader("Arabic on a phone, dark", width=320, language="ar", theme="dark"),
    Reader("Spanish", language="es"),
    Reader("forced colours", forced="active"),
]


def open_guide(browser: Browser, service: Service, reader: Reader, found: list[str]) -> Page:
    """A page of the guide as ``reader`` sees it."""
    context = browser.new_context(
        viewport={"width": reader.width, "height": 900},
        locale="en-GB",
        timezone_id="Europe/Madrid",
        color_scheme=reader.device,  # type: ignore[arg-type]
        forced_colors=reader.forced,  # type: ignore[arg-type]
        reduced_motion="reduce",
        java_script_enabled=reader.scripts,
    )
    chosen = {"theme": reader.theme, "django_language": reader.language}
    context.add_cookies(
        [
            {"name": name, "value": value, "url": service.address}
            for name, value in chosen.items()
            if value
        ]
    )
    watch(context, found)
    page = context.new_page()
    page.goto(f"{service.address}/style-guide/")
    return page


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_no_reader_meets_a_barrier(
    browser: Browser,
    service: Service,
    complaints: list[str],
    axe: Callable[..., None],
    reader: Reader,
) -> None:
    page = open_guide(browser, service, reader, complaints)
    direction = "rtl" if reader.language == "ar" else "ltr"
    expect(page.locator("html")).to_have_attribute("dir", direction)
    expect(page.locator("html")).to_have_attribute("lang", reader.language or "en")
    no_sideways_scroll(page)
    colours = reader.forced == "none"
    axe(page, colours=colours)
    for tab in page.get_by_role("tab").filter(visible=True).all()[1::2]:
        tab.click()
    no_sideways_scroll(page)
    axe(page, colours=colours)
    page.context.close()


def test_without_scripts_everything_is_there_in_one_long_page(
    browser: Browser, service: Service, complaints: list[str]
) -> None:
    page = open_guide(browser, service, Reader("no scripts", scripts=False), complaints)
    expect(page.locator("#bars_table table")).to_be_visible()
    expect(page.locator("#bars_chart figure")).to_be_visible()
    page.get_by_role("button", name="Español").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Guía de estilo")
    page.get_by_role("button", name="Oscuros").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.context.close()


def test_the_error_summary_takes_the_focus_and_leads_to_the_first_control(
    page: Page, service: Service
) -> None:
    page.goto(f"{service.address}/style-guide/#form")
    page.goto(f"{service.address}/style-guide/")
    summary = page.locator(".govuk-error-summary")
    for words, target in [
        ("Enter your full name", "#sent_name"),
        ("“Date of birth” must be a real date, like 27 3 1990", "#sent_born_0"),
        ("Select an answer to “Which career track do you choose?”", "#sent_track_0"),
    ]:
        summary.get_by_role("link", name=words).click()
        expect(page.locator(target)).to_be_focused()
    expect(page.locator("#sent_born_0")).to_have_value("31")


def test_a_chosen_theme_holds_at_once_and_on_the_next_page(page: Page, service: Service) -> None:
    page.goto(f"{service.address}/style-guide/")
    expect(page.locator("html")).to_have_attribute("data-theme", "auto")
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("body")).to_have_css("background-color", "rgb(15, 21, 28)")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")


def test_the_count_under_a_text_is_the_servers_and_cuts_nothing(
    page: Page, service: Service
) -> None:
    page.goto(f"{service.address}/style-guide/")
    area = page.locator("#id_reason")
    left = page.locator("#id_reason_left")
    expect(left).to_have_text("You have 200 characters remaining")
    area.fill("  e\u0301" + "x" * 198 + "\n")
    expect(left).to_have_text("You have 1 character remaining")
    area.fill("x" * 202)
    expect(left).to_have_text("You have 2 characters too many")
    expect(area).to_have_value("x" * 202)


def test_times_are_told_on_the_boards_clock_and_on_the_readers(
    page: Page, service: Service
) -> None:
    page.goto(f"{service.address}/style-guide/")
    page.reload()
    expect(page.locator(".concours-status").first).to_have_text(
        "Saved 3 October 2016 at 10:30, New York time (16:30 where you are)"
    )


def test_a_list_is_searched_filtered_sorted_paged_and_downloaded(
    page: Page, service: Service
) -> None:
    page.goto(f"{service.address}/style-guide/")
    files = page.get_by_role("region", name="Files of the competition")
    expect(files.get_by_role("row")).to_have_count(9)
    page.get_by_label("Status").select_option("Waiting")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("1 to 8 of 20")).to_be_visible()
    files.get_by_role("link", name="Score").click()
    expect(files.get_by_role("columnheader", name="Score")).to_have_attribute(
        "aria-sort", "ascending"
    )
    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_text("9 to 16 of 20")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download as CSV").click()
    lines = waiting.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "File,Place,Score,Recorded,Status"
    assert len(lines) == 21
    assert {line.rsplit(",", 1)[1] for line in lines[1:]} == {"waiting"}
    page.get_by_role("link", name="Remove filter Status: Waiting").click()
    expect(page.get_by_text("1 to 8 of 60")).to_be_visible()


def test_the_first_tab_stop_skips_to_the_main_part(page: Page, service: Service) -> None:
    page.goto(f"{service.address}/style-guide/?state=none")
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    link = page.get_by_role("link", name="Skip to main content")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_an_address_nobody_knows_says_so_in_the_frame(
    page: Page, service: Service, axe: Callable[..., None]
) -> None:
    page.goto(f"{service.address}/no-such-page/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")
    axe(page)


def test_paper_shows_both_the_picture_and_the_table_in_our_font(
    page: Page, service: Service
) -> None:
    page.goto(f"{service.address}/style-guide/")
    page.emulate_media(media="print")
    expect(page.locator("#bars_table table")).to_be_visible()
    expect(page.locator("#bars_chart figure")).to_be_visible()
    expect(page.locator(".concours-filter").first).to_be_hidden()
    font = page.locator("#bars_table td").first.evaluate("e => getComputedStyle(e).fontFamily")
    assert font.startswith('"Noto Sans Variable"')
