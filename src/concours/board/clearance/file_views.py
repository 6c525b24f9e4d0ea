"""What the registrar does about clearances from the file. A view parses, writes once, answers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from concours.board.clearance.forms import ExtendForm, SeenForm
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.deciding import Known, answered, decision_page
from concours.pages.words import label
from concours.selection.authority import require
from concours.services.clearance import acts
from concours.services.home.files import file_page

both = require_http_methods(["GET", "HEAD", "POST"])


@both
def offer(request: HttpRequest, code: str) -> HttpResponse:
    """Make the conditional offer."""
    actor, at = actor_of(request), service_now()
    require(actor, "clearance.offer_conditional")
    page = file_page(actor, code, at=at)
    form = SeenForm(request.POST or None, initial={"seen": page.version})
    if answered(
        request, form, lambda given: acts.offer_conditional(actor, code, at=at, seen=given["seen"])
    ):
        messages.success(request, _("The conditional offer is made; both clearances are open."))
        return redirect("board:file", code)
    return decision_page(
        request,
        title=_("Make the conditional offer"),
        lead=_("It opens the medical and the security clearance in parallel."),
        known=[Known(key=_("Track"), value=label(page.track))],
        form=form,
        label=_("Make the offer"),
        code=code,
        back={"href": reverse("board:file", args=[code]), "text": _("The file")},
        rule="clearance.forms",
    )


@both
def extend(request: HttpRequest, code: str) -> HttpResponse:
    """Move the date of the medical documents."""
    actor, at = actor_of(request), service_now()
    require(actor, "clearance.extend")
    page = file_page(actor, code, at=at)
    form = ExtendForm(request.POST or None, initial={"seen": page.version})

    if answered(request, form, lambda given: acts.extend(actor, code, at=at, **given)):
        messages.success(request, _("The date was moved."))
        return redirect("board:file", code)
    return decision_page(
        request,
        title=_("Move a date"),
        warning=_("The date of the security forms is absolute: no ground moves it."),
        form=form,
        label=_("Move the date"),
        code=code,
        back={"href": reverse("board:file", args=[code]), "text": _("The file")},
        rule="clearance.medical_documents",
    )
