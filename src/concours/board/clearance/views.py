"""The clearance desks. A view parses, writes once, reads once, and answers."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from concours.board.clearance.lists import MEDICAL, SECURITY, WAIVERS
from concours.kernel.errors import NotPermitted
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.downloads import file_response
from concours.pages.lists import ListSpec, export, show_list, wants_export
from concours.selection.authority import holds, require
from concours.services.clearance.pages import (
    DeskRow,
    desk_list,
    read_document,
)
from concours.services.listing import ListPage, ListQuery


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The desks this actor may sit at."""
    actor = actor_of(request)
    desks = [
        (reverse(f"board:{name}"), title)
        for name, action, title in (
            ("clearance_medical", "clearance.decide_medical", _("Medical desk")),
            ("clearance_security", "clearance.decide_security", _("Security desk")),
            ("clearance_waivers", "clearance.decide_waiver", _("Waiver desk")),
        )
        if holds(actor, action)
    ]
    if not desks:
        require(actor, "clearance.offer_conditional")
    return render(request, "board/clearance/home.html", {"desks": desks})


def _desk(
    request: HttpRequest, spec: ListSpec[DeskRow], compartment: str, states: tuple[str, ...] = ()
) -> HttpResponseBase:
    actor, at = actor_of(request), service_now()

    def fetch(query: ListQuery) -> ListPage[DeskRow]:
        return desk_list(actor, query, compartment=compartment, at=at, states=states)

    if wants_export(request, spec):
        return export(request, spec, fetch, filename=compartment)
    context = {"list": show_list(request, spec, fetch), "compartment": compartment}
    return render(request, "board/clearance/desk.html", context)


@require_safe
def medical(request: HttpRequest) -> HttpResponseBase:
    """The medical desk."""
    require(actor_of(request), "clearance.decide_medical")
    return _desk(request, MEDICAL, "medical")


@require_safe
def security(request: HttpRequest) -> HttpResponseBase:
    """The security desk."""
    return _desk(request, SECURITY, "security")


@require_safe
def waivers(request: HttpRequest) -> HttpResponseBase:
    """The waiver desk."""
    require(actor_of(request), "clearance.decide_waiver")
    return _desk(request, WAIVERS, "medical", ("waiver",))


@require_safe
def document(request: HttpRequest, code: str, compartment: str, document: str) -> HttpResponse:
    """A document of a compartment, for its readers."""
    if compartment not in ("medical", "security"):
        raise NotPermitted("no_such_document", remedy="There is no such document in this file.")
    found = read_document(
        actor_of(request), code, document, compartment=compartment, at=service_now()
    )
    return file_response(found.content, found.media_type, found.name)
