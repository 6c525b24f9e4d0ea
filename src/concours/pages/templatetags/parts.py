"""Filters the shared parts need to read what a page hands them."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django import forms, template

from concours.kernel.errors import Refusal
from concours.pages.forms import ErrorLink
from concours.pages.forms import error_links as links_of
from concours.pages.forms import refusal_of as refusal_on
from concours.pages.templatetags.words import day, exact, instant

register = template.Library()


@register.filter
def error_links(form: forms.BaseForm | Iterable[forms.BaseForm]) -> list[ErrorLink]:
    """The lines of the error summary of a form, or of several forms on one page."""
    return links_of(form)


@register.filter
def refusal_of(form: object) -> Refusal | None:
    """The refusal that stands on a form."""
    return refusal_on(form) if isinstance(form, forms.BaseForm) else None


@register.filter
def has_errors(form: object) -> bool:
    """Whether a page's form was sent back with errors."""
    return isinstance(form, forms.BaseForm) and form.is_bound and bool(form.errors)


@register.filter
def shown(value: object) -> str:
    """A value of a list or summary as people read it: times, days and numbers in their form."""
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, int | Decimal | Fraction) and not isinstance(value, bool):
        return exact(value)
    return "" if value is None else str(value)


@register.filter
def attribute(value: object, name: str) -> object:
    """A named value of a mapping, for headings that are data."""
    return value.get(name, "") if isinstance(value, dict) else ""
