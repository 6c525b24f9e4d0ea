"""One middleware turns anticipated refusals into pages; anything else crashes loudly."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from concours.kernel.errors import NotPermitted, Refusal
from concours.pages.actor import actor_of
from concours.pages.errors import refused
from concours.selection.authority import PUBLIC, require

Answer = Callable[[HttpRequest], HttpResponse]


class RefusalPages:
    """Answers a `Refusal` with its status, its remedy and, when a rule spoke, its citation."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A page for what was anticipated; nothing for what was not."""
        return answer_to(request, error) if isinstance(error, Refusal) else None

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, given: Any
    ) -> HttpResponse | None:
        """Nobody without a staff role passes the board's door, whatever a page asks."""
        match = request.resolver_match
        if match is None or match.app_name != "board":
            return None
        try:
            require(actor_of(request), "board.enter")
        except NotPermitted as refusal:
            return answer_to(request, refusal)
        return None


def answer_to(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal's page; somebody who asks for a page without being signed in signs in first."""
    a_page = request.method == "GET" and request.accepts("text/html")
    if isinstance(refusal, NotPermitted) and a_page and actor_of(request) == PUBLIC:
        return redirect_to_login(request.get_full_path())
    return refused(request, refusal)
