"""Exceptions of the step: extensions, late entries, reversals, a panel run again. Views parse and answer."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from concours.board.narratives.forms import (
    AppealForm,
    GroundForm,
    ReversalForm,
    UntilForm,
    WithoutForm,
)
from concours.kernel.errors import Refusal
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.forms import add_refusal, status_of
from concours.services.narratives import exceptions as acts
from concours.services.narratives.exceptions import exception_page
from concours.services.narratives.without import record_without, without_member, without_page

both = require_http_methods(["GET", "HEAD", "POST"])


def _until(form: GroundForm) -> dict[str, Any]:
    assert isinstance(form, UntilForm)
    return {"until": form.until()}


def _outcome(form: GroundForm) -> dict[str, Any]:
    return {"outcome": form.cleaned_data["outcome"]}


def _act(
    request: HttpRequest,
    code: str,
    *,
    action: str,
    kind: type[GroundForm],
    run: Callable[..., object],
    more: Callable[[GroundForm], dict[str, Any]],
) -> HttpResponse:
    """One exception on one file: a ground, what it asks besides, and back to the file."""
    actor, at = actor_of(request), service_now()
    page = exception_page(actor, code, action, at=at)
    form = kind(request.POST or None, grounds=page.grounds, initial={"seen": page.version})
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            why = {"ground": data["ground"], "authority": data["authority"]}
            run(actor, code, at=at, seen=data["seen"], **why, **more(form))
            messages.success(request, _("Recorded."))
            return redirect("board:file", code)
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"page": page, "form": form, "action": action}
    return render(request, "board/narratives/exception.html", context, status=status_of(form))


@both
def extend(request: HttpRequest, code: str) -> HttpResponse:
    """Grant a later deadline."""
    return _act(
        request, code, action="narratives.extend", kind=UntilForm, run=acts.extend, more=_until
    )


@both
def admit_late(request: HttpRequest, code: str) -> HttpResponse:
    """Open a lapsed candidacy again with a new deadline."""
    return _act(
        request, code, action="narratives.admit_late", kind=UntilForm, run=acts.admit, more=_until
    )


@both
def reverse(request: HttpRequest, code: str) -> HttpResponse:
    """Decide the panel's result again."""
    return _act(
        request,
        code,
        action="narratives.reverse",
        kind=ReversalForm,
        run=acts.reverse,
        more=_outcome,
    )


def _upheld(form: GroundForm) -> dict[str, Any]:
    return {"upheld": form.cleaned_data["outcome"] == "upheld"}


@both
def appeal(request: HttpRequest, code: str) -> HttpResponse:
    """Decide an appeal against the panel's result."""
    return _act(
        request, code, action="appeal.decide", kind=AppealForm, run=acts.settle, more=_upheld
    )


@both
def without(request: HttpRequest, panel: str) -> HttpResponse:
    """What a panel's results would be without one member; recording that it was run so."""
    actor = actor_of(request)
    page = without_page(actor, panel)
    form = WithoutForm(request.POST or None, members=page.members)
    changes = None
    if request.method == "POST" and form.is_valid():
        member = form.cleaned_data["member"]
        why = {name: form.cleaned_data[name] for name in ("ground", "authority")}
        try:
            changes = without_member(actor, panel, member=member)
            if "record" in request.POST:
                record_without(actor, panel, member=member, at=service_now(), **why)
                messages.success(request, _("Recorded. Outcomes change file by file, by reversal."))
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"page": page, "form": form, "changes": changes}
    return render(request, "board/narratives/without.html", context, status=status_of(form))
