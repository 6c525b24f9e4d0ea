"""Filters that turn codes, instants, days and exact numbers into what people read."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from django import template
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from concours.kernel.citation import Standing
from concours.kernel.errors import Refusal
from concours.kernel.exact import rounded
from concours.pages import words, zone

register = template.Library()


@register.filter
def label(code: object) -> str:
    """The words for a machine code, from the one registry."""
    return words.label(str(code)) if code not in (None, "") else ""


@register.filter
def spoken(text: object) -> str:
    """A sentence of the core or of a rulebook (an entry, a step, a question), as the reader reads."""
    return words.spoken(str(text or ""))


@register.filter
def remedy(refusal: Refusal) -> str:
    """What a refusal asks the person to do."""
    return words.remedy_of(refusal)


@register.filter
def standing(found: Standing | str) -> str:
    """How a cited value is known: quoted, reported, or our ruling."""
    return words.label(f"standing.{found}")


def day_text(value: date) -> str:
    """A calendar day in words: 3 March 2027."""
    return date_format(value, pgettext("date format", "j F Y"))


def time_text(value: datetime) -> str:
    """A time of day on a 24-hour clock: 09:05."""
    return date_format(value, pgettext("time format", "H:i"))


@register.filter
def day(value: date | None) -> str:
    """A calendar day, as a machine-readable time element."""
    if value is None:
        return ""
    plain = value.astimezone(zone.board_zone()).date() if isinstance(value, datetime) else value
    return format_html('<time datetime="{}">{}</time>', plain.isoformat(), day_text(plain))


@register.filter
def last_day(ends: date | None) -> str:
    """The last whole day before a deadline lapses, in the board's zone.

    Deadlines are kept as the first instant that is too late; people are told the
    last day that is in time. A plain date is that day already.
    """
    return day(ends - timedelta(microseconds=1) if isinstance(ends, datetime) else ends)


@register.filter
def instant(value: datetime | None) -> str:
    """An instant on the board's clock, and on the reader's where theirs shows another time."""
    return "" if value is None else _on_clock(value, zone.board_zone())


@register.filter
def at_place(value: datetime | None, place: str) -> str:
    """An instant where people must be, on the clock of that place (an IANA zone such as
    America/Chicago), and on the reader's where theirs shows another time."""
    return "" if value is None else _on_clock(value, ZoneInfo(place))


def _on_clock(value: datetime, clock: ZoneInfo) -> str:
    here = value.astimezone(clock)
    shown = gettext("{day} at {time}, {city} time").format(
        day=day_text(here), time=time_text(here), city=zone.city(clock)
    )
    reader = zone.reader_zone()
    if reader is None or value.astimezone(reader).utcoffset() == here.utcoffset():
        return _time(value, shown)
    there = value.astimezone(reader)
    when = time_text(there)
    if there.date() != here.date():
        when = f"{day_text(there)}, {when}"
    yours = gettext("{time} where you are").format(time=when)
    return format_html('{} <span class="concours-yours">({})</span>', _time(value, shown), yours)


def _time(value: datetime, shown: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', value.isoformat(timespec="minutes"), shown)


@register.filter
def exact(value: object, places: int | None = None) -> str:
    """A number as it is kept: whole numbers grouped, decimals with their places, fractions exact.

    With ``places`` a fraction is shown rounded half up, and its exact form follows
    when rounding hid something: 16/3 with two places is "5.33 (16/3)".
    """
    if isinstance(value, bool) or value is None or value == "":
        return "" if value in (None, "") else str(value)
    if isinstance(value, int):
        return number_format(value, force_grouping=True)
    if isinstance(value, Decimal):
        return number_format(value, decimal_pos=_places(value), force_grouping=True)
    try:
        number = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        return str(value)
    text = str(value)
    if "/" not in text:
        plain = Decimal(text)
        return number_format(plain, decimal_pos=_places(plain), force_grouping=True)
    if places is None:
        return text
    near = rounded(number, places)
    shown = number_format(near, decimal_pos=places, force_grouping=True)
    return shown if Fraction(near) == number else f"{shown} ({text})"


def _places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
