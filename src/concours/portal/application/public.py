"""Public pages of applying: the eligibility check, the tracks, windows with free seats."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from concours.pages.clock import service_now
from concours.pages.forms import status_of
from concours.portal.application.forms import EligibilityCheckForm
from concours.services.application.self_check import (
    SelfCheck,
    check_eligibility,
    citizenship_question,
    public_declarations,
    public_tracks,
    tracks_rule,
)
from concours.services.examination.windows import windows_page
from concours.services.rules.pages import DEFAULT_EDITION


@require_safe
def eligibility_check(request: HttpRequest) -> HttpResponse:
    """Ask and answer in one page; answers travel in the address and are kept nowhere."""
    declarations = public_declarations()
    asked = "born_0" in request.GET
    form = EligibilityCheckForm(
        request.GET if asked else None,
        citizenship=citizenship_question(),
        declarations=declarations,
    )
    answer: SelfCheck | None = None
    if asked and form.is_valid():
        found = form.cleaned_data
        answer = check_eligibility(
            born=found["born"],
            tested_on=found["tested_on"],
            citizen=found["citizen"] == "yes",
            declared={code: found[code] == "yes" for code, _, _ in declarations},
            preference=found["preference"] == "yes",
        )
    context = {"form": form, "answer": answer}
    return render(
        request, "portal/application/eligibility_check.html", context, status=status_of(form)
    )


@require_safe
def tracks(request: HttpRequest) -> HttpResponse:
    """The tracks side by side, with a self-check that counts what one would enjoy."""
    found = public_tracks()
    ticked = {
        track.id: sum(1 for n in range(len(track.asks)) if f"{track.id}_{n}" in request.GET)
        for track in found
    }
    ordered = sorted(found, key=lambda track: -ticked[track.id])
    context = {
        "tracks": found,
        "edition": DEFAULT_EDITION,
        "rule": tracks_rule(),
        "ticked": frozenset(request.GET),
        "answer": [(track, ticked[track.id]) for track in ordered] if any(ticked.values()) else [],
    }
    return render(request, "portal/application/tracks.html", context)


@require_safe
def windows(request: HttpRequest) -> HttpResponse:
    """Windows, centres and free seats."""
    page = windows_page(at=service_now())
    return render(request, "portal/application/windows.html", {"page": page})
