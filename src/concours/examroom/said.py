"""What the proctor said to a candidate or to the room, as its candidate reads it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.services.examination import proctor


@never_cache
@require_safe
def said(request: HttpRequest, code: str) -> HttpResponse:
    """The messages as a page; for the room's own script the list alone."""
    found = proctor.messages_to(actor_of(request), code, at=service_now())
    part = request.headers.get("X-Requested-With") == "fetch"
    template = "examroom/parts/said.html" if part else "examroom/said.html"
    return render(request, template, {"messages_said": found, "code": code})
