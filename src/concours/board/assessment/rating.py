"""The assessors' and the chair's desks. A view parses, writes once, reads once, and answers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from concours.board.assessment.forms import SeenForm, SheetForm
from concours.kernel.errors import Refusal
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.forms import add_refusal, status_of
from concours.services.assessment.deciding import decide_result, to_decide
from concours.services.assessment.file import file_desk
from concours.services.assessment.rating import (
    rate_exercise,
    record_integration,
    sheet_page,
    to_rate,
)

both = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def sheets(request: HttpRequest) -> HttpResponse:
    """What this assessor has to rate or integrate."""
    return render(request, "board/assessment/sheets.html", {"rows": to_rate(actor_of(request))})


@require_safe
def file_sheets(request: HttpRequest, code: str) -> HttpResponse:
    """What this assessor has to rate or integrate on one file."""
    rows = [row for row in to_rate(actor_of(request)) if row.candidacy == code]
    return render(request, "board/assessment/sheets.html", {"rows": rows})


@both
def sheet(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """One exercise of one candidate: rate alone, and once all are in, record the integration."""
    actor = actor_of(request)
    page = sheet_page(actor, code, part)
    initial = {d.code: str(d.own) for d in page.dimensions if d.own and not page.integrating}
    form = SheetForm(
        request.POST or None,
        items=[
            (d.code, d.title, _("Given alone: ") + ", ".join(map(str, d.all)) if d.all else d.gloss)
            for d in page.dimensions
        ],
        lowest=page.lowest,
        highest=page.highest,
        initial=initial | ({} if page.integrating else {"reasons": page.reasons}),
    )
    if request.method == "POST" and form.is_valid():
        values = {"ratings": form.ratings(), "reasons": form.cleaned_data["reasons"]}
        try:
            if page.integrating:
                record_integration(actor, code, part, at=service_now(), **values)
            else:
                lock = "lock" in request.POST
                rate_exercise(actor, code, part, lock=lock, at=service_now(), **values)
            messages.success(request, _("Recorded."))
            return redirect("board:assessment_rating")
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"page": page, "form": form}
    return render(request, "board/assessment/sheet.html", context, status=status_of(form))


@require_safe
def deciding(request: HttpRequest) -> HttpResponse:
    """The candidates of this chair's groups whose exercises are all integrated."""
    return render(request, "board/assessment/deciding.html", {"rows": to_decide(actor_of(request))})


@both
def decide(request: HttpRequest, code: str) -> HttpResponse:
    """Decide one candidate's result."""
    actor, at = actor_of(request), service_now()
    page = file_desk(actor, code, "assessment.decide", at=at)
    row = next((r for r in to_decide(actor) if r.candidacy == code), None)
    form = SeenForm(request.POST or None, initial={"seen": page.version})
    if request.method == "POST" and form.is_valid():
        try:
            decide_result(actor, code, at=at, seen=form.cleaned_data["seen"])
            messages.success(request, _("The result is decided and told."))
            return redirect("board:assessment_deciding")
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"page": page, "row": row, "form": form}
    return render(request, "board/assessment/decide.html", context, status=status_of(form))
