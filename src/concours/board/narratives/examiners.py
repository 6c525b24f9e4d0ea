"""Examiners: their own ties, and what planning knows of them. A view parses, writes, reads, answers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from concours.board.narratives.forms import ProfileForm, TieForm
from concours.kernel.errors import Refusal
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.forms import add_refusal, status_of
from concours.services.panels import examiners as desk

both = require_http_methods(["GET", "HEAD", "POST"])


@both
def ties(request: HttpRequest) -> HttpResponse:
    """An examiner declares schools, employers and people they are tied to."""
    actor = actor_of(request)
    form = TieForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            desk.declare_tie(actor, at=service_now(), **form.cleaned_data)
            messages.success(request, _("Declared. You will not be given files it meets."))
            return redirect("board:narratives_ties")
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"ties": desk.own_ties(actor), "form": form}
    return render(request, "board/narratives/ties.html", context, status=status_of(form))


@both
def examiners(request: HttpRequest) -> HttpResponse:
    """Every reader with track, limit and availability; one changed at a time."""
    actor = actor_of(request)
    rows = desk.examiners(actor)
    chosen = next((r for r in rows if r.account == request.GET.get("account")), None)
    initial = (
        {
            "account": chosen.account,
            "track": chosen.track,
            "at_most": chosen.at_most,
            "available": chosen.available,
        }
        if chosen
        else {}
    )
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            desk.set_profile(actor, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("board:narratives_examiners")
        except Refusal as refusal:
            add_refusal(form, refusal)
    shown = form if chosen or request.method == "POST" else None
    context = {"rows": rows, "form": shown, "chosen": chosen}
    return render(request, "board/narratives/examiners.html", context, status=status_of(form))
