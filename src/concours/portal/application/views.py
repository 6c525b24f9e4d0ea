"""The candidate's pages of applying. A view parses, writes once, reads once, and answers."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from concours.kernel.errors import Refusal
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.forms import add_refusal, status_of
from concours.portal.appeals import AppealForm
from concours.portal.application.forms import (
    SECTION_FORMS,
    SectionForm,
    SeenForm,
    SendForm,
    WithdrawForm,
)
from concours.portal.application.words import answer_cards, task_rows
from concours.services.application import apply as applying
from concours.services.application import exceptions
from concours.services.application.pages import ApplicationPage, application_page
from concours.services.application.sections import save_section
from concours.services.application.self_check import competition_row
from concours.services.withdrawal import withdraw as withdraw_candidacy

both = require_http_methods(["GET", "HEAD", "POST"])


@both
def apply(request: HttpRequest, competition: str) -> HttpResponse:
    """What is needed before starting, and the start."""
    form = SeenForm(request.POST or None, initial={"seen": "none"})
    if request.method == "POST":
        try:
            code = applying.start(actor_of(request), competition=competition, at=service_now())
            return redirect("portal:application_submit", code)
        except Refusal as refusal:
            form.full_clean()
            add_refusal(form, refusal)
    found = competition_row(competition, at=service_now())
    if found is None:
        raise Http404
    context = {"competition": found, "form": form, "signed_in": bool(actor_of(request).person)}
    return render(request, "portal/application/apply.html", context, status=status_of(form))


@require_safe
def tasks(request: HttpRequest, code: str) -> HttpResponse:
    """The task list: where a candidate comes back to until the application is sent."""
    page = application_page(actor_of(request), code, at=service_now())
    if page.submitted_at is not None and not any(t.open for t in page.tasks):
        return redirect("portal:application_result", code)
    return render(
        request, "portal/application/tasks.html", {"page": page, "tasks": task_rows(page)}
    )


@both
def section(request: HttpRequest, code: str, section: str) -> HttpResponse:
    """One section, saved as it is typed; a re-opened one is sent again at once."""
    kind = SECTION_FORMS.get(section)
    if kind is None:
        raise Http404
    actor, at = actor_of(request), service_now()
    page = application_page(actor, code, at=at)
    form = _section_form(kind, section, request, page)
    if request.method == "POST" and form.is_valid():
        try:
            save_section(actor, code, section=section, content=form.content(), complete=True, at=at)
            if page.submitted_at is not None and section != "equality":
                exceptions.resubmit_section(actor, code, section=section, at=at, seen=None)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            after = "check" if request.GET.get("from") == "check" else "submit"
            return redirect(f"portal:application_{after}", code)
    context = {"page": page, "section": section, "form": form}
    return render(request, "portal/application/section.html", context, status=status_of(form))


def _section_form(
    kind: type[SectionForm], section: str, request: HttpRequest, page: ApplicationPage
) -> SectionForm:
    more: dict[str, Any] = {}
    if section == "declarations":
        more["declarations"] = page.declarations
    if section == "track":
        more["tracks"] = page.tracks
    if request.method == "POST":
        return kind(request.POST, **more)
    return kind(initial=kind.initial_of(page.content.get(section, {})), **more)


@both
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Check the answers, then send: the declaration stands on the button."""
    actor, at = actor_of(request), service_now()
    form = SendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        try:
            applying.submit(actor, code, at=at, seen=found["seen"], late_code=found["late_code"])
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("portal:application_result", code)
    page = application_page(actor, code, at=at)
    if page.submitted_at is not None:
        return redirect("portal:application_result", code)
    if request.method != "POST":
        form = SendForm(initial={"seen": page.version})
    context = {"page": page, "form": form, "cards": answer_cards(page)}
    return render(request, "portal/application/check.html", context, status=status_of(form))


@require_safe
def result(request: HttpRequest, code: str) -> HttpResponse:
    """What was sent, what was decided, every rule's verdict, and what comes next."""
    page = application_page(actor_of(request), code, at=service_now())
    return render(
        request, "portal/application/result.html", {"page": page, "cards": answer_cards(page)}
    )


@both
def appeal(request: HttpRequest, code: str) -> HttpResponse:
    """Appeal against being found not eligible."""
    actor, at = actor_of(request), service_now()
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            exceptions.appeal(actor, code, at=at, **form.cleaned_data)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Your appeal has been lodged."))
            return redirect("portal:candidacy", code)
    page = application_page(actor, code, at=at)
    if request.method != "POST":
        form = AppealForm(initial={"seen": page.version})
    return render(
        request,
        "portal/application/appeal.html",
        {"page": page, "form": form},
        status=status_of(form),
    )


@both
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Withdraw, after saying what it gives up."""
    actor, at = actor_of(request), service_now()
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        try:
            withdraw_candidacy(actor, code, reason=found["reason"], at=at, seen=found["seen"])
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("You have withdrawn."))
            return redirect(reverse("portal:candidacy", args=[code]))
    page = application_page(actor, code, at=at)
    if request.method != "POST":
        form = WithdrawForm(initial={"seen": page.version})
    return render(
        request,
        "portal/application/withdraw.html",
        {"page": page, "form": form},
        status=status_of(form),
    )
