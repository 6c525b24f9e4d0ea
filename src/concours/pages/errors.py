"""Pages for what goes wrong: what happened, why, and what to do next."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from concours.kernel.errors import Refusal

_OWN = frozenset({400, 403, 404, 409, 410, 422})


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page of an anticipated refusal, with its rule and citation; JSON for a script.

    A refusal is answered the same for a file one may not see and for one that does
    not exist: the page shows only what the refusal carries.
    """
    if not request.accepts("text/html"):
        return JsonResponse(
            {
                "code": refusal.code,
                "remedy": refusal.remedy,
                "field": refusal.field,
                "rule": refusal.rule,
                "numbers": dict(refusal.numbers),
            },
            status=refusal.status,
        )
    page = str(refusal.status) if refusal.cite is None and refusal.status in _OWN else "refusal"
    return render(request, f"pages/errors/{page}.html", {"refusal": refusal}, status=refusal.status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400: what was sent cannot be read."""
    return render(request, "pages/errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403: not for this actor."""
    return render(request, "pages/errors/403.html", status=403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403: the form was sent without the key its page carried."""
    return render(request, "pages/errors/403.html", {"stale_form": True}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404: no such page."""
    return render(request, "pages/errors/404.html", status=404)


def gone(request: HttpRequest) -> HttpResponse:
    """Answer 410: what stood here has been erased or withdrawn for good."""
    return render(request, "pages/errors/410.html", status=410)


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer 429: asked for too often in a short time."""
    return render(request, "pages/errors/429.html", status=429)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 from a page that needs nothing: no database, no session, no frame hook."""
    return render(None, "pages/errors/500.html", status=500)
