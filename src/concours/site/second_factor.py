"""A second factor is required of every staff role outside a rehearsal."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from concours.pages.actor import actor_of
from concours.services.accounts import has_second_factor

OPEN_PREFIXES = ("/accounts/", "/static/", "/preferences/", "/i18n/", "/healthz", "/readyz")


class SecondFactor:
    """Sends staff without a second factor to set one up before they see anything else.

    The sign-in library asks for the factor at each sign-in once it is set up.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._must_set_up(request):
            messages.info(request, _("Set up a second factor first: staff roles need one."))
            return redirect("mfa_index")
        return self.get_response(request)

    def _must_set_up(self, request: HttpRequest) -> bool:
        if settings.REHEARSAL or request.path.startswith(OPEN_PREFIXES):
            return False
        actor = actor_of(request)
        return bool(actor.roles - {"candidate", "public"}) and not has_second_factor(actor)
