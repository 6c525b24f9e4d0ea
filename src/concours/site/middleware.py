"""One middleware turns anticipated refusals into pages; anything else crashes loudly."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from concours.kernel.errors import Refusal

Answer = Callable[[HttpRequest], HttpResponse]

TEMPLATE = "pages/errors/refusal.html"


class RefusalPages:
    """Answers a `Refusal` with its status, its remedy and, when a rule spoke, its citation.

    A script that asks for JSON gets the same facts as JSON.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A page for what was anticipated; nothing for what was not."""
        if not isinstance(error, Refusal):
            return None
        if request.accepts("text/html"):
            return render(request, TEMPLATE, {"refusal": error}, status=error.status)
        return JsonResponse(
            {
                "code": error.code,
                "remedy": error.remedy,
                "field": error.field,
                "rule": error.rule,
                "numbers": dict(error.numbers),
            },
            status=error.status,
        )
