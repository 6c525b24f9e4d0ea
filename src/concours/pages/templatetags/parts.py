"""Filters the shared parts need to read what a page hands them."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django import forms, template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from concours.kernel.errors import Refusal
from concours.pages.documents import MISSING, can_set
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


@register.simple_tag
def pdf_link(href: str, text: str, button: bool = False) -> SafeString:
    """A link to a page as PDF file; where none can be made, the same place says so."""
    return link_or_reason(href, text, button=button, able=can_set())


def link_or_reason(href: str, text: str, *, button: bool, able: bool) -> SafeString:
    """The link, or in its place why there is none."""
    if not able:
        return format_html('<span class="govuk-hint">{}: {}</span>', text, gettext(MISSING))
    look = "govuk-button" if button else "govuk-link"
    role = mark_safe(' role="button"') if button else ""
    return format_html('<a class="{}"{} href="{}">{}</a>', look, role, href, text)


@register.filter
def attribute(value: object, name: str) -> object:
    """A named value of a mapping, for headings that are data."""
    return value.get(name, "") if isinstance(value, dict) else ""
