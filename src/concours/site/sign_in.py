"""Where somebody lands after signing in, and what signing out leaves behind."""

from allauth.account.views import LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from concours.pages.actor import actor_of


@require_safe
def after_sign_in(request: HttpRequest) -> HttpResponse:
    """Staff start at what waits for them, candidates at their road."""
    staff = actor_of(request).roles - {"candidate", "public"}
    return redirect("board:home" if staff else "portal:candidate_home")


class SignOut(LogoutView):  # type: ignore[misc]
    """Signing out tells the browser to forget what it keeps of this service.

    On a shared computer nothing of an examination may stay: no answer, no page, no token.
    Colours and language are cookies and stay.
    """

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Sign out, and have the browser's storage erased."""
        answer: HttpResponse = super().post(request, *args, **kwargs)
        answer["Clear-Site-Data"] = '"storage"'
        return answer
