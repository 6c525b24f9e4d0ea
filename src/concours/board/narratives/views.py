"""The scheduler's and the registrar's desks of the panel. A view parses, writes once, reads once, and answers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from concours.board.narratives.forms import NeedForm, PanelForm, SeenForm
from concours.kernel.errors import NotPermitted, Refusal
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.forms import add_refusal, status_of
from concours.selection.authority import holds
from concours.services.narratives.desk import (
    OVERVIEW,
    ask_for_plan,
    form,
    forming_page,
    panel_page,
    track_rows,
    where_of,
)
from concours.services.narratives.results import decide_track, need_page, preview_page, set_need

both = require_http_methods(["GET", "HEAD", "POST"])

#: Each desk with the action that opens it.
DESKS = (
    ("narratives.rate", "board:narratives_reading"),
    ("narratives.declare_conflict", "board:narratives_ties"),
    ("narratives.adjudicate", "board:narratives_chair"),
    ("narratives.allocate", "board:narratives_examiners"),
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The desks of the panel open to this role, and where each track stands."""
    actor = actor_of(request)
    desks = [(action, address) for action, address in DESKS if holds(actor, action)]
    overview = any(holds(actor, action) for action in OVERVIEW)
    if not desks and not overview:
        raise NotPermitted("not_permitted", remedy="Your role has no desk in this step.")
    tracks = track_rows(actor) if overview else ()
    context = {
        "desks": desks,
        "tracks": tracks,
        "may_allocate": holds(actor, "narratives.allocate"),
        "may_decide": holds(actor, "narratives.decide"),
        "may_set": holds(actor, "competition.set_cut"),
        "may_rerun": holds(actor, "narratives.run_without"),
    }
    return render(request, "board/narratives/home.html", context)


@both
def form_panel(request: HttpRequest, competition: str, track: str) -> HttpResponse:
    """Form the panel of a track."""
    actor = actor_of(request)
    page = forming_page(actor, competition=competition, track=track)
    filled = PanelForm(
        request.POST or None, readers=[r.account for r in page.readers], chairs=page.chairs
    )
    if request.method == "POST" and filled.is_valid():
        try:
            code = form(
                actor, competition=competition, track=track, at=service_now(), **filled.cleaned_data
            )
            return redirect("board:narratives_panel", code)
        except Refusal as refusal:
            add_refusal(filled, refusal)
    context = {"page": page, "form": filled}
    return render(request, "board/narratives/form_panel.html", context, status=status_of(filled))


@both
def panel(request: HttpRequest, panel: str) -> HttpResponse:
    """One panel: loads, conflicts, what waits; asking the worker for a plan."""
    actor = actor_of(request)
    page = panel_page(actor, panel)
    filled = SeenForm(request.POST or None, initial={"seen": page.version})
    if request.method == "POST" and filled.is_valid():
        ask_for_plan(actor, panel, at=service_now())
        messages.success(request, _("The plan is being made. Reload this page in a moment."))
        return redirect("board:narratives_panel", panel)
    return render(request, "board/narratives/panel.html", {"page": page, "form": filled})


@require_safe
def allocate_file(request: HttpRequest, code: str) -> HttpResponse:
    """From a file to the panel of its track, or to forming one."""
    competition, track, found = where_of(actor_of(request), code, "narratives.allocate")
    if found:
        return redirect("board:narratives_panel", found)
    return redirect("board:narratives_form_panel", competition, track)


@require_safe
def decide_file(request: HttpRequest, code: str) -> HttpResponse:
    """From a file to the results of its track."""
    competition, track, _panel = where_of(actor_of(request), code, "narratives.decide")
    return redirect("board:narratives_results", competition, track)


@both
def results(request: HttpRequest, competition: str, track: str) -> HttpResponse:
    """Preview of the cut of a track, and the button that decides it."""
    actor = actor_of(request)
    page = preview_page(actor, competition=competition, track=track)
    filled = SeenForm(request.POST or None, initial={"seen": page.version})
    if request.method == "POST" and filled.is_valid():
        try:
            seen = filled.cleaned_data["seen"]
            decide_track(actor, competition=competition, track=track, at=service_now(), seen=seen)
            messages.success(request, _("The track is decided. Everybody is told."))
            return redirect("board:narratives_home")
        except Refusal as refusal:
            add_refusal(filled, refusal)
    context = {"page": page, "form": filled}
    return render(request, "board/narratives/results.html", context, status=status_of(filled))


@both
def need(request: HttpRequest, competition: str, track: str) -> HttpResponse:
    """The appointing authority says how many of a track are wanted, before results are known."""
    actor = actor_of(request)
    page = need_page(actor, competition=competition, track=track)
    initial = {"seen": page.version, "need": page.need}
    filled = NeedForm(request.POST or None, initial=initial)
    if request.method == "POST" and filled.is_valid():
        try:
            set_need(
                actor, competition=competition, track=track, at=service_now(), **filled.cleaned_data
            )
            messages.success(request, _("The need of the track is set."))
            return redirect("board:narratives_home")
        except Refusal as refusal:
            add_refusal(filled, refusal)
    context = {"page": page, "form": filled}
    return render(request, "board/narratives/need.html", context, status=status_of(filled))
