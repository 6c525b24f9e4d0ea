"""Pages of the room that only the locked browser may open, where the competition asks for it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.services.examination import lockdown

View = Callable[..., HttpResponse]


def locked(view: View) -> View:
    """The view, once the request has shown that it comes from the locked browser."""

    @wraps(view)
    def checked(request: HttpRequest, code: str, **rest: Any) -> HttpResponse:
        lockdown.require_lockdown(
            actor_of(request),
            code,
            origin=settings.ORIGIN,
            address=settings.ORIGIN + request.get_full_path(),
            headers=request.headers,
            at=service_now(),
        )
        return view(request, code, **rest)

    return checked


@require_safe
def file(request: HttpRequest, code: str) -> HttpResponse:
    """The configuration of the locked browser for this candidate's test."""
    content = lockdown.candidate_file(
        actor_of(request), code, origin=settings.ORIGIN, at=service_now()
    )
    return HttpResponse(
        content,
        content_type="application/seb",
        headers={"Content-Disposition": f'attachment; filename="{code}.seb"'},
    )
