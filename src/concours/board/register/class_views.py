"""Classes: planned, called in rank order, sworn in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from concours.board.application.forms import TakeBackForm
from concours.board.clearance.forms import SeenForm
from concours.board.register import forms
from concours.board.register.lists import CLASSES
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.deciding import Known, answered, decision_page
from concours.pages.lists import export, show_list, wants_export
from concours.pages.words import label
from concours.selection.authority import require
from concours.services.listing import ListPage, ListQuery
from concours.services.register import offers
from concours.services.register.class_pages import ClassRow, class_list, class_page, tracks_of
from concours.services.rules.pages import DEFAULT_PROCESS
from concours.services.service import reversals

both = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def classes(request: HttpRequest) -> HttpResponseBase:
    """Every class."""
    actor = actor_of(request)

    def fetch(query: ListQuery) -> ListPage[ClassRow]:
        return class_list(actor, query)

    if wants_export(request, CLASSES):
        return export(request, CLASSES, fetch, filename="classes")
    context = {"list": show_list(request, CLASSES, fetch)}
    return render(request, "board/register/classes.html", context)


@both
def new(request: HttpRequest) -> HttpResponse:
    """Plan a class."""
    actor, at = actor_of(request), service_now()
    require(actor, "register.plan_class")
    form = forms.ClassForm(request.POST or None, tracks=tracks_of(DEFAULT_PROCESS))

    def act(given: dict) -> None:  # type: ignore[type-arg]
        offers.plan_class(
            actor,
            title=given["title"],
            process=DEFAULT_PROCESS,
            starts_on=given["starts_on"],
            sizes=form.sizes(),
            appointment="career",
            at=at,
        )

    if answered(request, form, act):
        messages.success(request, _("The class is planned."))
        return redirect("board:classes")
    return decision_page(
        request,
        title=_("Plan a class"),
        form=form,
        label=_("Plan the class"),
        back={"href": reverse("board:classes"), "text": _("Classes")},
        rule="register.offer_open",
    )


@require_safe
def one(request: HttpRequest, code: str) -> HttpResponse:
    """One class: places, whom a call would reach, answers."""
    page = class_page(actor_of(request), code, at=service_now())
    return render(request, "board/register/class.html", {"page": page})


@both
def resize(request: HttpRequest, code: str) -> HttpResponse:
    """Change the places of a class."""
    actor, at = actor_of(request), service_now()
    require(actor, "register.plan_class")
    page = class_page(actor, code, at=at)
    form = forms.ResizeForm(
        request.POST or None,
        tracks=tuple(t.track for t in page.tracks),
        initial={"seen": page.version, **{f"size_{t.track}": t.size for t in page.tracks}},
    )

    def act(given: dict) -> None:  # type: ignore[type-arg]
        offers.resize_class(actor, code, sizes=form.sizes(), at=at, seen=given["seen"])

    if answered(request, form, act):
        messages.success(request, _("The places were changed."))
        return redirect("board:class", code)
    return decision_page(
        request,
        title=_("Change the places"),
        form=form,
        label=_("Change"),
        code=code,
        back={"href": reverse("board:class", args=[code]), "text": page.plan.title},
    )


@both
def call(request: HttpRequest, code: str, track: str) -> HttpResponse:
    """Offer the free places of a track in rank order, after a look at whom it reaches."""
    actor, at = actor_of(request), service_now()
    require(actor, "register.make_offers")
    page = class_page(actor, code, at=at)
    found = next((t for t in page.tracks if t.track == track), None)
    form = SeenForm(request.POST or None, initial={"seen": page.version})
    if answered(
        request,
        form,
        lambda given: offers.call_track(actor, code, track=track, at=at, seen=given["seen"]),
    ):
        messages.success(request, _("The offers are made; each is open for its days."))
        return redirect("board:class", code)
    known = [
        Known(key=_("Rank {n}").format(n=r.rank), value=f"{r.file} · {r.score}")
        for r in (found.next if found else ())
    ]
    return decision_page(
        request,
        title=_("Call from the register"),
        lead=label(track),
        known=known,
        warning=_("These people are offered a place at once, in this order."),
        form=form,
        label=_("Make these offers"),
        code=code,
        back={"href": reverse("board:class", args=[code]), "text": page.plan.title},
        rule="register.tie_chain",
    )


@both
def swear_in(request: HttpRequest, code: str) -> HttpResponse:
    """Record who was sworn in."""
    actor, at = actor_of(request), service_now()
    require(actor, "register.swear_in")
    page = class_page(actor, code, at=at)
    accepted = page.to_swear_in
    form = forms.SwearForm(
        request.POST or None,
        accepted=accepted,
        initial={"seen": page.version, "present": list(accepted), "on": page.plan.starts_on},
    )
    if answered(request, form, lambda given: offers.swear_in(actor, code, at=at, **given)):
        messages.success(request, _("The class is sworn in."))
        return redirect("board:class", code)
    return decision_page(
        request,
        title=_("Swear in the class"),
        form=form,
        label=_("Record"),
        code=code,
        back={"href": reverse("board:class", args=[code]), "text": page.plan.title},
    )


@both
def reverse_swearing_in(request: HttpRequest, code: str) -> HttpResponse:
    """Take the oath of some or all officers back."""
    actor, at = actor_of(request), service_now()
    require(actor, "class.reverse")
    page = class_page(actor, code, at=at)
    form = forms.OathBackForm(
        request.POST or None, sworn_in=page.plan.sworn_in, initial={"seen": page.version}
    )
    if answered(
        request, form, lambda given: reversals.reverse_swearing_in(actor, code, at=at, **given)
    ):
        messages.success(request, _("The oath was taken back for those named."))
        return redirect("board:class", code)
    return decision_page(
        request,
        title=_("Take the oath back"),
        lead=_("Appointments stay until they are taken back too, each in its file."),
        warning=_("When nobody is left who was sworn in, places can be changed and offered again."),
        form=form,
        label=_("Take the oath back"),
        code=code,
        back={"href": reverse("board:class", args=[code]), "text": page.plan.title},
    )


@both
def reverse_postings(request: HttpRequest, code: str) -> HttpResponse:
    """Take the signed first postings of the class back, after a look at whom it reaches."""
    actor, at = actor_of(request), service_now()
    require(actor, "class.reverse")
    page = class_page(actor, code, at=at)
    form = TakeBackForm(request.POST or None, initial={"seen": page.version})
    if answered(
        request, form, lambda given: reversals.reverse_class_postings(actor, code, at=at, **given)
    ):
        messages.success(request, _("The postings were taken back; every officer is told."))
        return redirect("board:class", code)
    officers = reversals.posted_by(page.plan)
    return decision_page(
        request,
        title=_("Take the first postings back"),
        lead=_("These officers wait for a post again: {n}.").format(n=len(officers)),
        known=[Known(key=_("Officer"), value=officer) for officer in officers],
        warning=_("All of them or none. Whoever was handed over to personnel comes back first."),
        form=form,
        label=_("Take all of them back"),
        code=code,
        back={"href": reverse("board:class", args=[code]), "text": page.plan.title},
        rule="service.abroad",
    )
