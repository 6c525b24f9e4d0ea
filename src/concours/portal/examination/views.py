"""The candidate's pages of the test. A view parses, writes once, reads once, and answers."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from concours.kernel.errors import Refusal
from concours.pages.actor import actor_of
from concours.pages.charts import bars
from concours.pages.clock import service_now
from concours.pages.documents import pdf_of
from concours.pages.forms import add_refusal, status_of
from concours.pages.words import spoken
from concours.portal.appeals import AppealForm
from concours.portal.examination.forms import SeatForm, SeenForm
from concours.services.examination import results, seats
from concours.services.examination.confirmation import (
    Confirmation,
    calendar_file,
    confirmation,
    qr_svg,
)
from concours.services.examination.results import ResultPage

both = require_http_methods(["GET", "HEAD", "POST"])


@both
def reserve(request: HttpRequest, code: str) -> HttpResponse:
    """Choose a session and take a seat in it."""
    return _choose(request, code, seats.reserve_seat, "portal/examination/reserve.html")


@both
def move(request: HttpRequest, code: str) -> HttpResponse:
    """Choose another session and move there."""
    return _choose(request, code, seats.move_seat, "portal/examination/move.html")


def _choose(
    request: HttpRequest, code: str, take: Callable[..., Any], template: str
) -> HttpResponse:
    actor, at = actor_of(request), service_now()
    page = seats.seat_page(actor, code, at=at)
    form = SeatForm(request.POST or None, sessions=page.sessions, initial={"seen": page.version})
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        wanted = {"session": found["session"], "accessible": found["accessible"] == "yes"}
        try:
            if "hold" in request.POST:
                seats.hold_seat(actor, code, **wanted, at=at, seen=found["seen"])
                return redirect("portal:examination_hold_seat", code)
            take(
                actor,
                code,
                **wanted,
                at=at,
                seen=found["seen"],
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Your seat is reserved."))
            return redirect("portal:examination_confirmation", code)
    context = {"page": page, "form": form, "full": request.GET.get("full", "")}
    return render(request, template, context, status=status_of(form))


@both
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Give the seat back."""
    actor, at = actor_of(request), service_now()
    page = seats.seat_page(actor, code, at=at)
    form = SeenForm(request.POST or None, initial={"seen": page.version})
    if request.method == "POST" and form.is_valid():
        try:
            seats.cancel_seat(actor, code, at=at, seen=form.cleaned_data["seen"])
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Your seat was given back."))
            return redirect("portal:examination_reserve_seat", code)
    return render(
        request,
        "portal/examination/cancel.html",
        {"page": page, "form": form},
        status=status_of(form),
    )


@require_safe
def confirmed(request: HttpRequest, code: str) -> HttpResponse:
    """The confirmation, with the code that is scanned at the door."""
    found = confirmation(actor_of(request), code, at=service_now())
    context = {"page": found, "qr": _qr(found)}
    return render(request, "portal/examination/confirmation.html", context)


@require_safe
def confirmed_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The same as a tagged PDF file to print."""
    found = confirmation(actor_of(request), code, at=service_now())
    html = render_to_string(
        "portal/examination/confirmation_print.html", {"page": found, "qr": _qr(found)}, request
    )
    return _attachment(pdf_of(html), "application/pdf", f"confirmation-{code}.pdf")


@require_safe
def calendar(request: HttpRequest, code: str) -> HttpResponse:
    """The seat as a calendar file."""
    at = service_now()
    found = confirmation(actor_of(request), code, at=at)
    link = settings.ORIGIN + reverse("portal:examination_confirmation", args=[code])
    content = calendar_file(found, link=link, title=found.competition, made_at=at)
    return _attachment(content, "text/calendar; charset=utf-8", f"seat-{code}.ics")


@require_safe
def sit(request: HttpRequest, code: str) -> HttpResponse:
    """On to the exam room."""
    return redirect("examroom:sitting", code)


@require_safe
def result(request: HttpRequest, code: str) -> HttpResponse:
    """The result with a picture of each section, the rule, and what comes next."""
    page = results.result_page(actor_of(request), code, at=service_now())
    chart = _picture(page) if page.sections else None
    return render(request, "portal/examination/result.html", {"page": page, "chart": chart})


@both
def appeal(request: HttpRequest, code: str) -> HttpResponse:
    """Appeal against the result."""
    actor, at = actor_of(request), service_now()
    page = results.result_page(actor, code, at=at)
    form = AppealForm(request.POST or None, initial={"seen": page.version})
    if request.method == "POST" and form.is_valid():
        try:
            results.appeal_result(actor, code, at=at, **form.cleaned_data)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Your appeal has been lodged."))
            return redirect("portal:candidacy", code)
    return render(
        request,
        "portal/examination/appeal.html",
        {"page": page, "form": form},
        status=status_of(form),
    )


def _picture(page: ResultPage) -> Any:
    return bars(
        key="sections",
        title=_("Your scaled scores"),
        summary=_("Each section beside 50, the mean of the base scale."),
        head=_("Section"),
        series=[_("You"), _("Mean of the base scale")],
        rows=[(spoken(s.title), [Fraction(s.scaled), Fraction(s.mean)]) for s in page.sections],
        places=2,
    )


def _qr(found: Confirmation) -> str:
    link = settings.ORIGIN + reverse("board:examination_check_in", args=[found.code])
    return mark_safe(qr_svg(link))  # our own markup, of a link we made


def _attachment(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
