"""The eligibility desk. A view parses, writes once, reads once, and answers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from concours.board.application.forms import SeenForm
from concours.board.application.lists import WAITING
from concours.kernel.errors import Refusal
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.forms import add_refusal, status_of
from concours.pages.lists import export, show_list, wants_export
from concours.services.application import eligibility
from concours.services.application.eligibility import EligibilityRow
from concours.services.application.judging_run import waiting_competitions
from concours.services.listing import ListPage, ListQuery


@require_safe
def desk(request: HttpRequest) -> HttpResponseBase:
    """Applications that wait for a decision, oldest first."""
    actor = actor_of(request)

    def fetch(query: ListQuery) -> ListPage[EligibilityRow]:
        return eligibility.eligibility_list(actor, query)

    if wants_export(request, WAITING):
        return export(request, WAITING, fetch, filename="eligibility")
    context = {
        "list": show_list(request, WAITING, fetch),
        "competitions": waiting_competitions(actor),
    }
    return render(request, "board/application/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: HttpRequest, code: str) -> HttpResponse:
    """Every rule's verdict on what was declared, and the decision that follows from it."""
    actor, at = actor_of(request), service_now()
    page = eligibility.eligibility_page(actor, code, at=at)
    form = SeenForm(request.POST or None, initial={"seen": page.version})
    if request.method == "POST" and form.is_valid():
        try:
            eligibility.judge(actor, code, at=at, seen=form.cleaned_data["seen"])
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Decided; the applicant is told."))
            return redirect("board:file", code)
    return render(
        request,
        "board/application/judge.html",
        {"page": page, "form": form},
        status=status_of(form),
    )
