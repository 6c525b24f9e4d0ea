"""Words: codes, times and numbers as people read them."""

from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from concours.kernel.citation import Standing
from concours.kernel.errors import NotPermitted
from concours.pages import words
from concours.pages.templatetags.words import (
    at_place,
    day,
    exact,
    instant,
    label,
    last_day,
    remedy,
    standing,
)
from concours.selection.authority import HOLDERS, ROLES

AT = datetime(2016, 10, 3, 14, 30, tzinfo=UTC)


def test_every_action_and_every_role_has_words() -> None:
    assert [code for code in (*HOLDERS, *ROLES) if not words.known(code)] == []


def test_no_code_is_given_words_twice() -> None:
    counted = Counter(code for room in words.ROOMS.values() for code in room)
    assert [code for code, times in counted.items() if times > 1] == []


def test_a_code_without_words_is_made_readable() -> None:
    assert label("retake_wait.too_short") == "Retake wait too short"
    assert label("examination.reserve_seat") == "Reserve a seat"
    assert label("") == ""


@pytest.mark.parametrize("found", list(Standing))
def test_each_standing_has_words(found: Standing) -> None:
    assert standing(found) != f"Standing {found}"


def test_a_remedy_is_the_sentence_the_refusal_carries() -> None:
    assert (
        remedy(NotPermitted("not_permitted", remedy="Ask the registrar.")) == "Ask the registrar."
    )


def test_an_instant_is_shown_on_the_boards_clock() -> None:
    assert instant(AT) == (
        '<time datetime="2016-10-03T14:30+00:00">3 October 2016 at 10:30, New York time</time>'
    )


def test_a_reader_elsewhere_sees_their_own_time_too() -> None:
    with timezone.override(ZoneInfo("Europe/Madrid")):
        assert instant(AT).endswith('<span class="concours-yours">(16:30 where you are)</span>')


def test_a_reader_whose_day_differs_sees_their_day() -> None:
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        late = datetime(2016, 10, 3, 22, 0, tzinfo=UTC)
        assert "(4 October 2016, 07:00 where you are)" in instant(late)


def test_a_reader_with_the_boards_offset_sees_one_time() -> None:
    with timezone.override(ZoneInfo("America/Toronto")):
        assert "where you are" not in instant(AT)


def test_what_begins_at_a_place_is_told_on_the_clock_of_that_place() -> None:
    assert at_place(AT, "America/Chicago") == (
        '<time datetime="2016-10-03T14:30+00:00">3 October 2016 at 09:30, Chicago time</time>'
    )
    assert at_place(None, "America/Chicago") == ""


def test_a_reader_away_from_the_place_sees_their_own_time_beside_it() -> None:
    with timezone.override(ZoneInfo("America/New_York")):
        assert at_place(AT, "America/Chicago").endswith("(10:30 where you are)</span>")
    with timezone.override(ZoneInfo("America/Chicago")):
        assert "where you are" not in at_place(AT, "America/Chicago")


def test_a_deadline_is_told_by_its_last_day_on_the_boards_clock() -> None:
    lapses = datetime(2016, 11, 3, 4, 0, tzinfo=UTC)  # midnight in New York
    assert last_day(lapses) == '<time datetime="2016-11-02">2 November 2016</time>'
    assert last_day(date(2016, 11, 2)) == '<time datetime="2016-11-02">2 November 2016</time>'
    assert last_day(None) == ""


def test_a_sentence_is_no_code_and_stays_as_it_is() -> None:
    assert label("5.20; 5.25 is needed.") == "5.20; 5.25 is needed."


def test_a_day_is_the_boards_day() -> None:
    assert day(date(2016, 10, 3)) == '<time datetime="2016-10-03">3 October 2016</time>'
    assert (
        day(datetime(2016, 10, 4, 2, 0, tzinfo=UTC))
        == '<time datetime="2016-10-03">3 October 2016</time>'
    )
    assert day(None) == ""


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (1234567, None, "1,234,567"),
        ("154.00", None, "154.00"),
        (Decimal("1234.50"), None, "1,234.50"),
        ("21/4", 2, "5.25"),
        ("16/3", 2, "5.33 (16/3)"),
        (Fraction(16, 3), 2, "5.33 (16/3)"),
        ("21/4", None, "21/4"),
        ("not a number", None, "not a number"),
        (0, None, "0"),
        (None, None, ""),
    ],
)
def test_numbers_are_shown_as_they_are_kept(value: object, places: int | None, text: str) -> None:
    assert exact(value, places) == text


def test_words_follow_the_language() -> None:
    with translation.override("es"):
        assert label("registrar") == "Registro"
        assert "3 de octubre de 2016" in instant(AT)
    with translation.override("ar"):
        assert label("passed") == "ناجح"
