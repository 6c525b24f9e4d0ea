"""Seats kept for a while, the waiting list, and the lottery, as candidates and the public see them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from concours.kernel.errors import Refusal
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.forms import add_refusal, status_of
from concours.portal.examination.forms import SeenForm, WaitForm, WishesForm
from concours.services.examination import lottery, seats, waiting

both = require_http_methods(["GET", "HEAD", "POST"])


@both
def hold(request: HttpRequest, code: str) -> HttpResponse:
    """Confirm a seat that is held for a few minutes, or let it go."""
    actor, at = actor_of(request), service_now()
    page = seats.hold_page(actor, code, at=at)
    form = SeenForm(request.POST or None, initial={"seen": page.version})
    if request.method == "POST" and form.is_valid():
        if request.POST.get("do") == "release" or page.row is None:
            seats.release_hold(actor, code, at=at)
            return redirect("portal:examination_reserve_seat", code)
        try:
            seats.reserve_seat(
                actor,
                code,
                session=page.row.code,
                accessible=page.accessible,
                at=at,
                seen=form.cleaned_data["seen"],
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Your seat is reserved."))
            return redirect("portal:examination_confirmation", code)
    context = {"page": page, "form": form}
    return render(request, "portal/examination/hold.html", context, status=status_of(form))


@both
def wait(request: HttpRequest, code: str) -> HttpResponse:
    """Stand in line for a full session, and answer when a seat is offered."""
    actor, at = actor_of(request), service_now()
    page = waiting.waiting_page(actor, code, at=at)
    form = WaitForm(request.POST or None, sessions=page.full, initial={"seen": page.version})
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        seen, wanted = found["seen"], request.POST.get("do", "join")
        try:
            if wanted == "accept":
                waiting.accept_offer(actor, code, at=at, seen=seen)
                messages.success(request, _("Your seat is reserved."))
                return redirect("portal:examination_confirmation", code)
            if wanted == "decline":
                waiting.decline_offer(actor, code, at=at, seen=seen)
            elif wanted == "leave":
                waiting.leave_list(
                    actor, code, session=request.POST.get("list", ""), at=at, seen=seen
                )
            else:
                waiting.join_list(
                    actor,
                    code,
                    session=found["session"],
                    accessible=found["accessible"] == "yes",
                    at=at,
                    seen=seen,
                )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Your place on the waiting lists is as shown here."))
            return redirect("portal:examination_answer_offer", code)
    context = {"page": page, "form": form}
    return render(request, "portal/examination/waiting.html", context, status=status_of(form))


@both
def wishes(request: HttpRequest, code: str) -> HttpResponse:
    """Register the sessions wished for, best first."""
    actor, at = actor_of(request), service_now()
    page = lottery.wishes_page(actor, code, at=at)
    form = WishesForm(request.POST or None, page=page)
    if request.method == "POST" and form.is_valid():
        try:
            lottery.register_wishes(
                actor,
                code,
                wishes=form.wishes(),
                accessible=form.cleaned_data["accessible"] == "yes",
                at=at,
                seen=form.cleaned_data["seen"],
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Your wishes are registered."))
            return redirect("portal:examination_wishes", code)
    context = {"page": page, "form": form}
    return render(request, "portal/examination/wishes.html", context, status=status_of(form))


@require_safe
def drawing(request: HttpRequest, competition: str) -> HttpResponse:
    """A competition's drawing of seats, for anybody."""
    page = lottery.drawing_page(competition)
    return render(request, "portal/examination/drawing.html", {"page": page})


@require_safe
def drawing_file(request: HttpRequest, competition: str) -> HttpResponse:
    """The published file, from which anybody can make the drawing again."""
    return HttpResponse(
        lottery.published_drawing(competition),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="seats-{competition}.json"'},
    )
