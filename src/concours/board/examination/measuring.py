"""Pages of the measurement room: a run asked for, followed, and its scores and items taken."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from concours.board.examination.marks_forms import MeasureForm
from concours.kernel.errors import BadInput, Refusal
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.forms import add_refusal, status_of
from concours.selection.authority import require
from concours.services.examination.measuring import SCORE
from concours.services.items import measuring_page as service


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, competition: str) -> HttpResponse:
    """Where measuring stands; POST asks the worker for a run."""
    actor, at = actor_of(request), service_now()
    form = MeasureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            service.ask_to_measure(actor, competition, model=form.cleaned_data["model"], at=at)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The test is being measured. Reload in a moment."))
            return redirect("board:examination_measuring", competition)
    found = service.measuring_page(actor, competition)
    context = {"page": found, "form": form}
    return render(request, "board/examination/measuring.html", context, status=status_of(form))


@require_POST
def take(request: HttpRequest, competition: str) -> HttpResponse:
    """Take the scores, or what was found of the items, of the chosen sections of the last run."""
    actor, at = actor_of(request), service_now()
    require(actor, SCORE)
    sections = tuple(request.POST.getlist("sections"))
    said = request.POST.get("run", "")
    run = int(said) if said.isdecimal() and len(said) < 19 else 0
    if request.POST.get("what") == "items":
        count = service.take_run_items(actor, competition, run, sections, at=at)
        words = ngettext("{n} item has new figures.", "{n} items have new figures.", count)
        messages.success(request, words.format(n=count))
    elif request.POST.get("what") == "scores":
        done = service.take_run_scores(actor, competition, run, sections, at=at)
        words = ngettext("{n} candidate was scored.", "{n} candidates were scored.", done.decided)
        messages.success(request, words.format(n=done.decided))
    else:
        raise BadInput("unknown_choice", remedy="Take scores, or figures of items.", field="what")
    return redirect("board:examination_measuring", competition)
