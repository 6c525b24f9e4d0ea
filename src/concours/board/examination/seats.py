"""The seats of a session with its waiting list, and the lottery of a competition's seats."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from concours.board.examination.forms import SeenForm
from concours.kernel.errors import Refusal
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.forms import add_refusal, status_of
from concours.services.examination import lottery
from concours.services.examination.seat_list import seat_list


@require_safe
def seats(request: HttpRequest, code: str) -> HttpResponse:
    """Every seat row by row, and who waits for one."""
    page = seat_list(actor_of(request), code, at=service_now())
    return render(request, "board/examination/seats.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def draw(request: HttpRequest, competition: str) -> HttpResponse:
    """Choose the lottery for a competition, and draw when the time for wishes has passed."""
    actor, at = actor_of(request), service_now()
    page = lottery.drawing_desk(actor, competition, at=at)
    form = SeenForm(request.POST or None, initial={"seen": page.version})
    if request.method == "POST" and form.is_valid():
        act = lottery.draw_seats if page.seed_digest else lottery.open_lottery
        try:
            act(actor, competition, at=at, seen=form.cleaned_data["seen"])
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The competition's record says so now."))
            return redirect("board:examination_lottery", competition)
    context = {"page": page, "form": form}
    return render(request, "board/examination/lottery.html", context, status=status_of(form))
