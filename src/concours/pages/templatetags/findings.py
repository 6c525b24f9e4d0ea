"""How a finding of an entry reads: codes as words, instants and days on the board's clock."""

import re
from datetime import date, datetime

from django import template

from concours.kernel.period import instant as read_instant
from concours.pages.templatetags.words import (
    day,
    day_text,
    exact,
    instant,
    label,
    spoken,
    time_text,
)

register = template.Library()

INSTANT = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$")
DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
LOCAL_TIME = re.compile(r"^(\d{4}-\d{2}-\d{2} \d{2}:\d{2}) \((.+)\)$")
FRACTION = re.compile(r"^-?\d+/\d+$")
CODE = re.compile(r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")
PLACES = frozenset({"centre", "place"})
"""Findings whose code is the name of a place."""


@register.filter
def finding(value: str, name: str = "") -> str:
    """One finding as people read it; what is no code, instant or day stays as it is."""
    if name in PLACES and CODE.match(value):
        return spoken(value.replace("_", " ").title())
    if INSTANT.match(value):
        return instant(read_instant(value))
    if DAY.match(value):
        return day(date.fromisoformat(value))
    if local := LOCAL_TIME.match(value):
        at = datetime.fromisoformat(local[1])
        return f"{day_text(at)}, {time_text(at)} ({local[2]})"
    if FRACTION.match(value):
        return exact(value, 2)
    if value in ("True", "False"):
        return label("yes" if value == "True" else "no")
    return label(value) if CODE.match(value) else value
