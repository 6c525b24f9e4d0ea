"""Essays marked blind: a marker's pages know a sheet's code and nothing of its writer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from concours.board.examination.forms import MarkForm
from concours.board.examination.lists import SHEETS
from concours.kernel.errors import Refusal
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.forms import add_refusal, status_of
from concours.pages.lists import show_list
from concours.selection.authority import holds
from concours.services.examination import essays as service
from concours.services.examination import sessions
from concours.services.examination.essays import SheetRow
from concours.services.listing import ListPage, ListQuery


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The marker's own sheets, how far marking is, and the way to the next essay."""
    actor = actor_of(request)

    def fetch(query: ListQuery) -> ListPage[SheetRow]:
        return service.own_sheets(actor, query)

    found = show_list(request, SHEETS, fetch)
    rows = [
        (competition, title, service.progress(actor, competition))
        for competition, title in sessions.live_competitions()
    ]
    context = {"list": found, "rows": rows, "third": holds(actor, service.SETTLE)}
    return render(request, "board/examination/essays.html", context)


@require_POST
def take_next(request: HttpRequest, competition: str) -> HttpResponse:
    """Take the next essay that lacks this reader's reading."""
    actor, at = actor_of(request), service_now()
    third = request.POST.get("reading") == "third"
    take = service.next_third_reading if third else service.next_sheet
    code = take(actor, competition=competition, at=at)
    if code is None:
        messages.success(request, _("There is no essay left for you now."))
        return redirect("board:examination_essays")
    return redirect("board:examination_sheet", code)


@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """One essay to read and mark; the mark is locked with the post."""
    actor, at = actor_of(request), service_now()
    page = service.sheet_page(actor, code)
    form = MarkForm(request.POST or None, lowest=page.lowest, highest=page.highest)
    if request.method == "POST" and form.is_valid():
        try:
            service.lock_mark(actor, code, mark=form.cleaned_data["mark"], at=at)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Your mark is locked."))
            return redirect("board:examination_essays")
    return render(
        request,
        "board/examination/sheet.html",
        {"page": page, "form": form},
        status=status_of(form),
    )


@require_safe
def to_desk(request: HttpRequest, code: str) -> HttpResponse:
    """From one file to the desk: essays are taken in turn, never chosen by their writer."""
    return redirect("board:examination_essays")
