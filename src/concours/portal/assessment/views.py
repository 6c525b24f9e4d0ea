"""The candidate's pages of the oral assessment. A view parses, writes once, reads once, and answers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from concours.kernel.errors import Refusal
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.deciding import answered
from concours.pages.forms import add_refusal, status_of
from concours.portal.appeals import AppealForm
from concours.portal.assessment.forms import DayForm, SeenForm
from concours.services.assessment.booking import (
    book_day,
    booking_page,
    calendar_file,
    move_day,
    wait_for_place,
)
from concours.services.assessment.deciding import lodge
from concours.services.assessment.outcome import result_page

both = require_http_methods(["GET", "HEAD", "POST"])


@both
def booking(request: HttpRequest, code: str) -> HttpResponse:
    """The invitation: book a day, or move the one that was booked."""
    actor, at = actor_of(request), service_now()
    page = booking_page(actor, code, at=at)
    form = DayForm(request.POST or None, days=page.days, initial={"seen": page.version})
    if request.method == "POST" and form.is_valid():
        act = move_day if page.booked else book_day
        try:
            act(actor, code, day=form.cleaned_data["day"], at=at, seen=form.cleaned_data["seen"])
            messages.success(request, _("Your place is booked."))
            return redirect("portal:assessment_book", code)
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"page": page, "form": form, "wait": SeenForm(initial={"seen": page.version})}
    return render(request, "portal/assessment/booking.html", context, status=status_of(form))


@both
def wait(request: HttpRequest, code: str) -> HttpResponse:
    """Join the waiting list."""
    actor, at = actor_of(request), service_now()
    page = booking_page(actor, code, at=at)
    form = SeenForm(request.POST or None, initial={"seen": page.version})
    if request.method == "POST" and form.is_valid():
        try:
            wait_for_place(actor, code, at=at, seen=form.cleaned_data["seen"])
            messages.success(request, _("You are on the waiting list."))
            return redirect("portal:assessment_book", code)
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"page": page, "form": form}
    return render(request, "portal/assessment/wait.html", context, status=status_of(form))


@require_safe
def calendar(request: HttpRequest, code: str) -> HttpResponse:
    """The booked day as a calendar file."""
    origin = request.build_absolute_uri("/").rstrip("/")
    content = calendar_file(actor_of(request), code, at=service_now(), origin=origin)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="assessment-{code}.ics"'
    return response


@require_safe
def result(request: HttpRequest, code: str) -> HttpResponse:
    """The result with scores by exercise and dimension, once told."""
    page = result_page(actor_of(request), code, at=service_now())
    return render(request, "portal/assessment/result.html", {"page": page})


@both
def appeal(request: HttpRequest, code: str) -> HttpResponse:
    """Appeal against the result, once and in time."""
    actor, at = actor_of(request), service_now()
    page = result_page(actor, code, at=at)
    form = AppealForm(request.POST or None, initial={"seen": page.version})
    if answered(request, form, lambda given: lodge(actor, code, at=at, **given)):
        messages.success(request, _("Your appeal has been lodged."))
        return redirect("portal:assessment_result", code)
    context = {"page": page, "form": form}
    return render(request, "portal/assessment/appeal.html", context, status=status_of(form))
