"""One's own service, and the public entry estimate."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from concours.kernel.errors import Refusal
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.deciding import answered, decision_page
from concours.pages.forms import add_refusal, status_of
from concours.portal.service.forms import EstimateForm, WishForm
from concours.services.rules.pages import DEFAULT_PROCESS
from concours.services.service import acts
from concours.services.service.pages import educations, estimate, own_service_page

both = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def entry_pay(request: HttpRequest) -> HttpResponse:
    """The entry class and step for an education and years; without an account, keeping nothing."""
    form = EstimateForm(request.GET or None, educations=educations(DEFAULT_PROCESS))
    found = None
    if request.GET and form.is_valid():
        try:
            found = estimate(DEFAULT_PROCESS, on=service_now().date(), **form.cleaned_data)
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"form": form, "found": found}
    return render(request, "portal/service/entry_pay.html", context, status=status_of(form))


@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Entry class with its calculation, training, wishes, posting."""
    found = own_service_page(actor_of(request), code, at=service_now())
    return render(request, "portal/service/service.html", {"page": found})


@both
def wishes(request: HttpRequest, code: str) -> HttpResponse:
    """Say which posts one wishes for."""
    actor, at = actor_of(request), service_now()
    found = own_service_page(actor, code, at=at)
    form = WishForm(
        request.POST or None,
        posts=[(post.code, post.title) for post in found.posts],
        initial={"seen": found.version, **{f"wish_{k}": v for k, v in found.wishes.items()}},
    )

    def act(given: dict) -> None:  # type: ignore[type-arg]
        acts.rank_preferences(actor, code, wishes=form.wishes(), at=at, seen=given["seen"])

    if answered(request, form, act):
        messages.success(
            request, _("Your wishes are kept. You may change them until a post is assigned.")
        )
        return redirect("portal:service_page", code)
    return decision_page(
        request,
        title=_("Which posts do you wish for?"),
        lead=_("Everybody's wishes are weighed together with the needs of the service."),
        form=form,
        label=_("Keep these wishes"),
        code=code,
        back={"href": reverse("portal:service_page", args=[code]), "text": _("Your service")},
    )
