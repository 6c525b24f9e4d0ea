"""One's own final review. A view parses, writes once, reads once, and answers."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.deciding import Known, answered, decision_page
from concours.pages.words import label
from concours.portal.review.forms import ReplyForm
from concours.services.review import acts
from concours.services.review.pages import OwnReviewPage, own_review_page

both = require_http_methods(["GET", "HEAD", "POST"])


def _back(code: str) -> Mapping[str, object]:
    return {"href": reverse("portal:review_page", args=[code]), "text": _("Your final review")}


def _found(page: OwnReviewPage) -> list[Known]:
    return [
        Known(key=_("What was found"), value=label(page.outcome)),
        Known(key=_("On these factors"), value="\n".join(label(f) for f in page.factors)),
    ]


@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Where the review stands, the notice, the reply, the decision, the appeal."""
    found = own_review_page(actor_of(request), code, at=service_now())
    return render(request, "portal/review/review.html", {"page": found})


@both
def reply(request: HttpRequest, code: str) -> HttpResponse:
    """Reply to the notice of intent."""
    actor, at = actor_of(request), service_now()
    found = own_review_page(actor, code, at=at)
    form = ReplyForm(request.POST or None, initial={"seen": found.version})

    def act(given: dict) -> None:  # type: ignore[type-arg]
        acts.reply(actor, code, text=given["text"], at=at, seen=given["seen"])

    if answered(request, form, act):
        messages.success(request, _("Your reply is with the panel. It votes again."))
        return redirect("portal:review_page", code)
    return decision_page(
        request,
        title=_("Reply to the notice of intent"),
        lead=_(
            "The panel means to find you unsuitable. Before it decides, it reads what you write here."
        ),
        known=[*_found(found), Known(key=_("Reply before"), value=found.reply_due)],
        form=form,
        label=_("Send the reply"),
        code=code,
        back=_back(code),
        cite=found.cite,
        rule=found.rule,
    )


@both
def appeal(request: HttpRequest, code: str) -> HttpResponse:
    """Appeal the decision."""
    actor, at = actor_of(request), service_now()
    found = own_review_page(actor, code, at=at)
    form = ReplyForm(request.POST or None, initial={"seen": found.version})

    def act(given: dict) -> None:  # type: ignore[type-arg]
        acts.appeal(actor, code, grounds=given["text"], at=at, seen=given["seen"])

    if answered(request, form, act):
        messages.success(request, _("Your appeal is lodged."))
        return redirect("portal:review_page", code)
    return decision_page(
        request,
        title=_("Appeal the final review"),
        lead=_(
            "You may appeal once. The appeals officer can dismiss it, reverse the decision, or send your file to a new panel."
        ),
        known=[*_found(found), Known(key=_("Appeal before"), value=found.appeal_due)],
        form=form,
        label=_("Lodge the appeal"),
        code=code,
        back=_back(code),
        cite=found.cite,
        rule=found.rule,
    )
