"""One middleware turns anticipated refusals into pages; anything else crashes loudly."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from concours.kernel.errors import Refusal
from concours.pages.errors import refused

Answer = Callable[[HttpRequest], HttpResponse]


class RefusalPages:
    """Answers a `Refusal` with its status, its remedy and, when a rule spoke, its citation."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A page for what was anticipated; nothing for what was not."""
        return refused(request, error) if isinstance(error, Refusal) else None
