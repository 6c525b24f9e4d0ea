"""Scoring everybody who waits, and deciding the results that are ready: previewed, then signed."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from concours.board.runs import BulkAct, sign_run
from concours.selection.authority import Actor, holds
from concours.services.examination import scoring as service


def _score(request: HttpRequest, actor: Actor, competition: str, seen: str, at: datetime) -> None:
    run = service.score_all(actor, competition, at=at, seen=seen)
    messages.success(request, gettext("Candidates scored: %(n)s.") % {"n": run.decided})


def _decide(request: HttpRequest, actor: Actor, competition: str, seen: str, at: datetime) -> None:
    run = service.decide_all(actor, competition, at=at, seen=seen)
    words = gettext("Results decided: %(n)s. Nobody is told before the hold is over.")
    messages.success(request, words % {"n": run.decided})


def _to_scoring(competition: str) -> str:
    return reverse("board:examination_scoring", args=[competition])


def _file_page(actor: Actor) -> str:
    return "board:file" if holds(actor, "file.read") else ""


SCORE = BulkAct(
    title=gettext_lazy("Score everybody who waits"),
    explain=gettext_lazy(
        "The right answers are counted against the key and put on the base scale. "
        "Who has late answers that wait for a decision is scored later."
    ),
    button=gettext_lazy("Sign: score these candidates"),
    back=("board:examination_home", gettext_lazy("The test")),
    preview=service.score_preview,
    sign=_score,
    then=_to_scoring,
    file_page=_file_page,
)
DECIDE = BulkAct(
    title=gettext_lazy("Decide the results that are ready"),
    explain=gettext_lazy(
        "A result is ready when the scores are in and the essay, where one is marked, is settled."
    ),
    button=gettext_lazy("Sign: decide these results"),
    back=("board:examination_home", gettext_lazy("The test")),
    preview=service.decide_preview,
    sign=_decide,
    then=_to_scoring,
    file_page=_file_page,
)


@require_http_methods(["GET", "HEAD", "POST"])
def score(request: HttpRequest, competition: str) -> HttpResponse:
    """How many would be scored and how they would stand to the cut; signed, they are."""
    return sign_run(request, competition, SCORE)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, competition: str) -> HttpResponse:
    """How many results would be decided, and which; signed, they are."""
    return sign_run(request, competition, DECIDE)
