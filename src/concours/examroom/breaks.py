"""The break between two sections: a page with a clock of its own, the same with scripts and without."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from concours.examroom.frame import of_room
from concours.kernel.errors import RuleRefused
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.words import remedy_of
from concours.services.examination import breaks, sittings

RESTING = frozenset({"running", "paused", "over"})


@never_cache
@require_safe
def rest(request: HttpRequest, code: str) -> HttpResponse:
    """The break with its clock; with ``?part=clock`` what the page's script asks for again."""
    at = service_now()
    page = sittings.sitting_page(actor_of(request), code, at=at)
    found = page.rest
    clock = {
        "state": found.state,
        "ends": found.ends_at.isoformat() if found.ends_at else "",
        "now": (found.paused_at or at).isoformat(),
    }
    if request.GET.get("part") == "clock":
        return JsonResponse(clock)
    if found.state not in RESTING or found.ends_at is None:
        return redirect("examroom:sitting", code)
    following = next((s for s in page.sections if s.id == page.next), None)
    context = {"page": page, "rest": found, "following": following}
    context |= of_room(
        request, code, granted=page.accommodations, submitted=False, open="", clock=clock
    )
    return render(request, "examroom/break.html", context)


@require_POST
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Begin the break; its time has run since the section was left."""
    try:
        breaks.begin_break(actor_of(request), code, at=service_now())
    except RuleRefused as refusal:
        messages.warning(request, remedy_of(refusal))
        return redirect("examroom:sitting", code)
    return redirect("examroom:break", code)


@require_POST
def end(request: HttpRequest, code: str) -> HttpResponse:
    """End the break early, or once its time is over."""
    try:
        breaks.end_break(actor_of(request), code, at=service_now())
    except RuleRefused as refusal:
        messages.warning(request, remedy_of(refusal))
    return redirect("examroom:sitting", code)
