"""The register desk. A view parses, writes once, reads once, and answers."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from concours.board.register import forms
from concours.board.register.lists import PLACES, WORK
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.forms import status_of
from concours.pages.lists import export, show_list, wants_export
from concours.selection.authority import holds, require
from concours.services.listing import ListPage, ListQuery
from concours.services.register.class_pages import board_day, board_zone, tracks_of
from concours.services.register.desk_pages import (
    PlaceRow,
    WorkRow,
    register_as_of_page,
    register_list,
    work_list,
)
from concours.services.register.pages import place_page
from concours.services.rules.pages import DEFAULT_PROCESS


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """The registers, and the claims and requests that wait."""
    actor = actor_of(request)
    require(actor, "register.read")
    found = None
    if holds(actor, "register.decide_points"):

        def fetch(query: ListQuery) -> ListPage[WorkRow]:
            return work_list(actor, query)

        if wants_export(request, WORK):
            return export(request, WORK, fetch, filename="register-work")
        found = show_list(request, WORK, fetch)
    context = {"tracks": tracks_of(DEFAULT_PROCESS), "list": found}
    return render(request, "board/register/home.html", context)


@require_safe
def track(request: HttpRequest, track: str) -> HttpResponseBase:
    """One register today, in rank order."""
    actor = actor_of(request)
    on = board_day(DEFAULT_PROCESS, service_now())

    def fetch(query: ListQuery) -> ListPage[PlaceRow]:
        return register_list(actor, query, process=DEFAULT_PROCESS, track=track, on=on)

    if wants_export(request, PLACES):
        return export(request, PLACES, fetch, filename=f"register-{track}")
    context = {"track": track, "list": show_list(request, PLACES, fetch)}
    return render(request, "board/register/track.html", context)


@require_safe
def as_of(request: HttpRequest, track: str) -> HttpResponse:
    """One register as of any day, replayed, with the movements since another."""
    actor, today = actor_of(request), board_day(DEFAULT_PROCESS, service_now())
    require(actor, "register.read")
    form = forms.AsOfForm(
        request.GET or None, initial={"on": today, "since": today - timedelta(days=30)}
    )
    found = None
    if request.GET and form.is_valid():
        found = register_as_of_page(
            actor,
            process=DEFAULT_PROCESS,
            track=track,
            zone=board_zone(DEFAULT_PROCESS),
            **form.cleaned_data,
        )
    context = {"track": track, "form": form, "page": found}
    return render(request, "board/register/as_of.html", context, status=status_of(form))


@require_safe
def place_page_view(request: HttpRequest, code: str) -> HttpResponse:
    """One place: score, clock, claims and what may be done."""
    page = place_page(actor_of(request), code, "register.read", at=service_now())
    return render(request, "board/register/place.html", {"page": page})
