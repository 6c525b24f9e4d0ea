"""Where somebody lands after signing in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from concours.pages.actor import actor_of


@require_safe
def after_sign_in(request: HttpRequest) -> HttpResponse:
    """Staff start at what waits for them, candidates at their road."""
    staff = actor_of(request).roles - {"candidate", "public"}
    return redirect("board:home" if staff else "portal:candidate_home")
