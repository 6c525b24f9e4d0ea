"""The candidate's narratives. A view parses, writes once, reads once, and answers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from concours.kernel.errors import Refusal
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.deciding import answered
from concours.pages.forms import add_refusal, status_of
from concours.pages.words import label, remedy_of, spoken
from concours.portal.appeals import AppealForm
from concours.portal.narratives.forms import NarrativeForm, SubmitForm
from concours.services.narratives.exceptions import lodge
from concours.services.narratives.outcome import outcome_page
from concours.services.narratives.writing import WritingPage, save_narrative, submit, writing_page

both = require_http_methods(["GET", "HEAD", "POST"])


def _task_rows(page: WritingPage) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for theme in page.themes:
        status, tag = _("Completed"), ""
        if theme.fault is not None:
            status, tag = (
                (_("Not finished"), "orange") if theme.begun else (_("Not started"), "blue")
            )
        hint = (
            remedy_of(theme.fault)
            if theme.fault is not None and theme.begun
            else spoken(theme.gloss)
        )
        href = reverse("portal:narratives_theme", args=[page.code, theme.code])
        rows.append(
            {
                "title": spoken(theme.title),
                "href": href if page.open else "",
                "status": status,
                "hint": hint,
                "tag": tag,
            }
        )
    return rows


@require_safe
def tasks(request: HttpRequest, code: str) -> HttpResponse:
    """The six themes: what is written, what is missing, and by when."""
    page = writing_page(actor_of(request), code, at=service_now())
    return render(
        request, "portal/narratives/tasks.html", {"page": page, "tasks": _task_rows(page)}
    )


@both
def theme(request: HttpRequest, code: str, theme: str) -> HttpResponse:
    """One narrative, saved as it stands."""
    actor, at = actor_of(request), service_now()
    page = writing_page(actor, code, at=at)
    found = page.theme(theme)
    initial = {
        "text": found.text,
        "verifier_name": found.verifier_name,
        "verifier_contact": found.verifier_contact,
        "relation": found.relation,
    }
    form = NarrativeForm(request.POST or None, limit=page.limit, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            save_narrative(actor, code, theme=theme, at=at, **form.cleaned_data)
            messages.success(request, _("Saved. You can change it until you send the narratives."))
            return redirect("portal:narratives_submit", code)
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"page": page, "theme": found, "form": form}
    return render(request, "portal/narratives/theme.html", context, status=status_of(form))


@both
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Everything on one page, and the button that sends and locks it."""
    actor, at = actor_of(request), service_now()
    page = writing_page(actor, code, at=at)
    form = SubmitForm(request.POST or None, initial={"seen": page.version})
    if request.method == "POST" and form.is_valid():
        try:
            submit(actor, code, at=at, seen=form.cleaned_data["seen"])
            messages.success(request, _("Your narratives were sent and are locked."))
            return redirect("portal:candidacy", code)
        except Refusal as refusal:
            add_refusal(form, refusal)
    cards = [
        {
            "title": spoken(theme.title),
            "href": reverse("portal:narratives_theme", args=[code, theme.code])
            if page.open
            else "",
            "rows": [
                {
                    "key": _("Narrative"),
                    "value": theme.text,
                    "note": _("Characters: {n}. Words: {w}.").format(
                        n=theme.characters, w=theme.words
                    ),
                },
                {
                    "key": _("Confirmed by"),
                    "value": theme.verifier_name,
                    "note": label(f"relation.{theme.relation}") if theme.relation else "",
                },
            ],
            "fault": theme.fault,
        }
        for theme in page.themes
    ]
    context = {"page": page, "form": form, "cards": cards}
    return render(request, "portal/narratives/check.html", context, status=status_of(form))


@require_safe
def result(request: HttpRequest, code: str) -> HttpResponse:
    """The panel's result with its numbers and rule, once told."""
    page = outcome_page(actor_of(request), code, at=service_now())
    return render(request, "portal/narratives/result.html", {"page": page})


@both
def appeal(request: HttpRequest, code: str) -> HttpResponse:
    """Appeal against the result, once and in time."""
    actor, at = actor_of(request), service_now()
    page = outcome_page(actor, code, at=at)
    form = AppealForm(request.POST or None, initial={"seen": page.version})
    if answered(request, form, lambda given: lodge(actor, code, at=at, **given)):
        messages.success(request, _("Your appeal has been lodged."))
        return redirect("portal:narratives_result", code)
    context = {"page": page, "form": form}
    return render(request, "portal/narratives/appeal.html", context, status=status_of(form))
