"""The reader's language and theme, kept in cookies."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from concours.pages.actor import actor_of
from concours.pages.context import THEME_COOKIE, THEMES
from concours.selection.authority import PUBLIC
from concours.services.accounts import prefer_language

YEAR = 365 * 24 * 3600


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember a chosen language or theme and go back to the page it was chosen on.

    Who is signed in gets letters in the chosen language from then on.

    A choice that does not exist is ignored, and so is an address of another site.
    """
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    answer = HttpResponseRedirect(back if safe else "/")
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        _keep(answer, settings.LANGUAGE_COOKIE_NAME, language)
        actor = actor_of(request)
        if actor is not PUBLIC:
            prefer_language(actor, language)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        _keep(answer, THEME_COOKIE, theme)
    return answer


def _keep(answer: HttpResponse, name: str, value: str) -> None:
    answer.set_cookie(
        name, value, max_age=YEAR, samesite="Lax", secure=settings.LANGUAGE_COOKIE_SECURE
    )
