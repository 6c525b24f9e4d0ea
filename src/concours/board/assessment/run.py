"""Inviting everybody of a competition who waits for it: previewed, then signed."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from concours.board.runs import BulkAct, by_the_worker, sign_run
from concours.services.assessment.inviting_run import INVITING

INVITE_ALL = BulkAct(
    title=gettext_lazy("Invite everybody who waits"),
    explain=gettext_lazy(
        "Everybody who has reached the oral assessment is invited to the season that is set."
    ),
    button=gettext_lazy("Sign: invite these candidates"),
    back=("board:assessment_home", gettext_lazy("Oral assessment")),
    preview=INVITING.preview,
    sign=by_the_worker(INVITING.ask),
    then=lambda competition: reverse("board:assessment_invite_all", args=[competition]),
    file_page=lambda actor: "board:assessment_invite",
)


@require_http_methods(["GET", "HEAD", "POST"])
def invite_all(request: HttpRequest, competition: str) -> HttpResponse:
    """Who would be invited and who cannot be; signed, the worker records it."""
    return sign_run(request, competition, INVITE_ALL)
