"""Reversing what was decided on points. A view parses, writes once, reads once, and answers."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from concours.board.register.decisions import known_of
from concours.board.register.forms import CorrectForm
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.deciding import answered, decision_page
from concours.selection.register_points import Finding
from concours.services.register import acts
from concours.services.register.pages import place_page


@require_http_methods(["GET", "HEAD", "POST"])
def points(request: HttpRequest, code: str) -> HttpResponse:
    """Grant what was refused, or take back what was granted, with a ground."""
    actor, at = actor_of(request), service_now()
    page = place_page(actor, code, "register.correct_points", at=at)
    form = CorrectForm(
        request.POST or None,
        claims=list(page.claimable),
        preferences=page.preferences,
        tests=page.tests,
        levels=page.levels,
        upheld=page.appeal_upheld,
        initial={"seen": page.version},
    )

    def act(given: dict[str, Any]) -> object:
        plain = {
            name: given.pop(name) for name in ("claim", "granted", "ground", "authority", "seen")
        }
        given["months"] = given["months"] or 0
        return acts.correct_points(actor, code, finding=Finding(**given), at=at, **plain)

    if answered(request, form, act):
        messages.success(request, _("Corrected; the first decision stays in the record."))
        return redirect("board:file", code)
    return decision_page(
        request,
        title=_("Correct a points decision"),
        known=known_of(page),
        form=form,
        label=_("Correct"),
        code=code,
        back={"href": reverse("board:file", args=[code]), "text": _("The file")},
        cite=page.cites["veterans_points"],
        rule="register.veterans_points",
    )
