"""A page with one decision on it: what is known, the rule, a form, one button."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from concours.kernel.citation import Citation
from concours.kernel.errors import NotPermitted, Refusal
from concours.pages.forms import add_refusal, status_of
from concours.services.rules.pages import DEFAULT_EDITION


def answered(
    request: HttpRequest, form: forms.Form, act: Callable[[dict[str, Any]], object]
) -> bool:
    """Whether what was sent is well formed and the act went through.

    A rule's refusal is shown on the form, with what was typed; who may not do
    this at all gets the page that says so.
    """
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        act(dict(form.cleaned_data))
    except NotPermitted:
        raise
    except Refusal as refusal:
        add_refusal(form, refusal)
        return False
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A line of what is known: a key and its value, with a note."""

    key: object
    value: object
    note: object = ""
    href: str = ""
    action: object = ""


def decision_page(
    request: HttpRequest,
    *,
    title: object,
    form: forms.Form,
    label: object,
    code: str = "",
    lead: object = "",
    warning: object = "",
    kind: str = "",
    back: Mapping[str, object] | None = None,
    known: Sequence[Known] = (),
    records: Sequence[Mapping[str, object]] = (),
    cite: Citation | None = None,
    rule: str = "",
    upload: bool = False,
) -> HttpResponse:
    """Render one decision. ``records`` are events of a compartment, shown as a timeline."""
    context = {
        "title": title,
        "form": form,
        "label": label,
        "code": code,
        "lead": lead,
        "warning": warning,
        "kind": kind,
        "back": back,
        "known": known,
        "records": records,
        "cite": cite,
        "rule": rule,
        "upload": upload,
        "rule_href": rule_href(rule),
    }
    return render(request, "pages/decision.html", context, status=status_of(form))


def rule_href(rule: str, edition: str = DEFAULT_EDITION) -> str:
    """The public page of a rule; "" where there is none."""
    try:
        return reverse("portal:rule", args=[edition, rule]) if rule else ""
    except NoReverseMatch:
        return ""
