"""One's own place on the register. A view parses, writes once, reads once, and answers."""

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
from concours.portal.clearance.forms import ConfirmForm
from concours.portal.register.forms import ClaimForm, SeenForm, StopForm
from concours.services.register import acts, offers
from concours.services.register.pages import OwnRegisterPage, own_register_page

both = require_http_methods(["GET", "HEAD", "POST"])


def _back(code: str) -> Mapping[str, object]:
    return {"href": reverse("portal:register_page", args=[code]), "text": _("Your place")}


@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Score, rank, what would change it, days left, chances, claims, offers."""
    found = own_register_page(actor_of(request), code, at=service_now())
    return render(request, "portal/register/register.html", {"page": found})


@both
def claim(request: HttpRequest, code: str) -> HttpResponse:
    """Claim points."""
    actor, at = actor_of(request), service_now()
    found = own_register_page(actor, code, at=at)
    form = ClaimForm(
        request.POST or None, claims=list(found.claimable), initial={"seen": found.version}
    )

    def act(given: dict) -> None:  # type: ignore[type-arg]
        acts.claim_points(
            actor, code, claim=given["claim"], evidence=given["evidence"], at=at, seen=given["seen"]
        )

    if answered(request, form, act):
        messages.success(request, _("Your claim is with the registrar."))
        return redirect("portal:register_page", code)
    return decision_page(
        request,
        title=_("Claim points"),
        lead=_(
            "Points are claimed once you stand on the register. Preference is decided once for a person and counts on all their registers."
        ),
        form=form,
        label=_("Claim"),
        code=code,
        back=_back(code),
        cite=found.cites["veterans_points"],
        rule="register.veterans_points",
    )


@both
def request_stop(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for a stop of the clock."""
    actor, at = actor_of(request), service_now()
    found = own_register_page(actor, code, at=at)
    form = StopForm(
        request.POST or None, grounds=list(found.grounds), initial={"seen": found.version}
    )

    def act(given: dict) -> None:  # type: ignore[type-arg]
        acts.request_stop(
            actor, code, ground=given["ground"], text=given["text"], at=at, seen=given["seen"]
        )

    if answered(request, form, act):
        messages.success(request, _("Your request is with the registrar."))
        return redirect("portal:register_page", code)
    return decision_page(
        request,
        title=_("Ask for a stop of the clock"),
        lead=_(
            "Time spent on one of these grounds does not count. Your ground is kept apart and never enters the record."
        ),
        known=[Known(key=_("The clock now ends on"), value=found.ends_on)],
        form=form,
        label=_("Ask"),
        code=code,
        back=_back(code),
        cite=found.cites["clock"],
        rule="register.clock",
    )


@both
def do_not_call(request: HttpRequest, code: str) -> HttpResponse:
    """Ask not to be called for now, or to be called again."""
    actor, at = actor_of(request), service_now()
    found = own_register_page(actor, code, at=at)
    chosen = not found.do_not_call
    form = SeenForm(request.POST or None, initial={"seen": found.version})

    def act(given: dict) -> None:  # type: ignore[type-arg]
        acts.set_do_not_call(actor, code, chosen=chosen, at=at, seen=given["seen"])

    if answered(request, form, act):
        messages.success(
            request, _("You are not called for now.") if chosen else _("You may be called again.")
        )
        return redirect("portal:register_page", code)
    return decision_page(
        request,
        title=_("Do not call me for now") if chosen else _("Call me again"),
        lead=_("You keep your place and rank, and others are called before you.") if chosen else "",
        warning=_("The clock runs on: this does not stop it.") if chosen else "",
        form=form,
        label=_("Do not call me") if chosen else _("Call me again"),
        code=code,
        back=_back(code),
        cite=found.cites["clock"],
        rule="register.clock",
    )


def _offer(found: OwnRegisterPage) -> list[Known]:
    return [
        Known(key=_("Track"), value=label(found.track)),
        Known(key=_("First day of training"), value=found.class_starts),
        Known(key=_("Answer before"), value=found.offer_due),
        Known(key=_("Offers declined so far"), value=found.declines),
    ]


@both
def accept(request: HttpRequest, code: str) -> HttpResponse:
    """Sign the offer."""
    actor, at = actor_of(request), service_now()
    found = own_register_page(actor, code, at=at)
    form = ConfirmForm(request.POST or None, initial={"seen": found.version})

    def act(given: dict) -> None:  # type: ignore[type-arg]
        offers.answer_offer(actor, code, accepted=True, at=at, seen=given["seen"])

    if answered(request, form, act):
        messages.success(request, _("You accepted. Welcome."))
        return redirect("portal:register_page", code)
    return decision_page(
        request,
        title=_("Accept the offer"),
        known=_offer(found),
        warning=_("Accepting takes effect at once and closes your other candidacies."),
        form=form,
        label=_("Accept the offer"),
        code=code,
        back=_back(code),
        cite=found.cites["offer_open"],
        rule="register.offer_open",
    )


@both
def decline(request: HttpRequest, code: str) -> HttpResponse:
    """Decline the offer."""
    actor, at = actor_of(request), service_now()
    found = own_register_page(actor, code, at=at)
    form = ConfirmForm(request.POST or None, initial={"seen": found.version})

    def act(given: dict) -> None:  # type: ignore[type-arg]
        offers.answer_offer(actor, code, accepted=False, at=at, seen=given["seen"])

    if answered(request, form, act):
        messages.success(request, _("You declined the offer."))
        return redirect("portal:register_page", code)
    return decision_page(
        request,
        title=_("Decline the offer"),
        known=_offer(found),
        warning=_(
            "The first decline keeps your place. The second removes it and ends this candidacy."
        ),
        form=form,
        label=_("Decline the offer"),
        kind="warning",
        code=code,
        back=_back(code),
        cite=found.cites["offer_open"],
        rule="register.offer_open",
    )
