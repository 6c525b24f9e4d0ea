"""Deciding at once on all that every rule allows, in one competition: previewed, then signed."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from concours.board.runs import BulkAct, by_the_worker, sign_run
from concours.services.application.judging_run import JUDGING

JUDGE_ALL = BulkAct(
    title=gettext_lazy("Decide all that every rule allows"),
    explain=gettext_lazy(
        "Whoever every rule allows is found eligible. A refusal is always looked at by a person, "
        "so those files are left out."
    ),
    button=gettext_lazy("Sign: find these eligible"),
    back=("board:application_home", gettext_lazy("Eligibility")),
    preview=JUDGING.preview,
    sign=by_the_worker(JUDGING.ask),
    then=lambda competition: reverse("board:application_judge_all", args=[competition]),
    file_page=lambda actor: "board:application_judge",
)


@require_http_methods(["GET", "HEAD", "POST"])
def judge_all(request: HttpRequest, competition: str) -> HttpResponse:
    """What would be decided and who is left for a person; signed, the worker records it."""
    return sign_run(request, competition, JUDGE_ALL)
