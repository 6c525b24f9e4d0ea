"""A decision over many, as a page: what it would do to how many, who is left out, one signature."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext

from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.deciding import answered, rule_href
from concours.pages.forms import Form, SeenField, status_of
from concours.selection.authority import Actor
from concours.services.runs_preview import RunPreview


class SignForm(Form):
    """One signature on what the page shows: only its version."""

    seen = SeenField()


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAct:
    """One kind of decision over many.

    ``preview(actor, competition, at=)`` counts; ``sign(actor, competition, seen, at)``
    does it and returns what is said then. ``file_page`` opens a file that is left out, for this role.
    """

    title: str | Promise
    explain: str | Promise
    button: str | Promise
    back: tuple[str, str | Promise]
    preview: Callable[..., RunPreview]
    sign: Callable[[HttpRequest, Actor, str, str, datetime], None]
    then: Callable[[str], str]
    file_page: Callable[[Actor], str]


def by_the_worker(
    ask: Callable[..., int],
) -> Callable[[HttpRequest, Actor, str, str, datetime], None]:
    """Signs by asking the worker, and says so."""

    def sign(request: HttpRequest, actor: Actor, competition: str, seen: str, at: datetime) -> None:
        ask(actor, competition, at=at, seen=seen)
        messages.success(request, gettext("Signed. The worker records it; look again in a moment."))

    return sign


def sign_run(request: HttpRequest, competition: str, act: BulkAct) -> HttpResponse:
    """Show what would be decided, or sign it and go on."""
    actor, at = actor_of(request), service_now()
    page = act.preview(actor, competition, at=at)
    form = SignForm(request.POST or None, initial={"seen": page.version})
    if answered(
        request, form, lambda given: act.sign(request, actor, competition, given["seen"], at)
    ):
        return redirect(act.then(competition))
    context = {
        "page": page,
        "form": form,
        "act": act,
        "back": reverse(act.back[0]),
        "file_page": act.file_page(actor),
        "rule_href": rule_href(page.rule),
    }
    return render(request, "board/home/run_preview.html", context, status=status_of(form))
