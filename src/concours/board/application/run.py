"""Deciding at once on all that every rule allows, in one competition: previewed, then signed."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from concours.board.runs import BulkAct, sign_run
from concours.selection.authority import Actor
from concours.services.application.judging_run import ask_to_judge, judging_preview


def _sign(request: HttpRequest, actor: Actor, competition: str, seen: str, at: datetime) -> None:
    ask_to_judge(actor, competition, at=at, seen=seen)
    messages.success(request, gettext("Signed. The worker records it; look again in a moment."))


JUDGE_ALL = BulkAct(
    title=gettext_lazy("Decide all that every rule allows"),
    explain=gettext_lazy(
        "Whoever every rule allows is found eligible. A refusal is always looked at by a person, "
        "so those files are left out."
    ),
    button=gettext_lazy("Sign: find these eligible"),
    back=("board:application_home", gettext_lazy("Eligibility")),
    preview=judging_preview,
    sign=_sign,
    then=lambda competition: reverse("board:application_judge_all", args=[competition]),
    file_page=lambda actor: "board:application_judge",
)


@require_http_methods(["GET", "HEAD", "POST"])
def judge_all(request: HttpRequest, competition: str) -> HttpResponse:
    """What would be decided and who is left for a person; signed, the worker records it."""
    return sign_run(request, competition, JUDGE_ALL)
