"""The proctor's desk. The map asks for itself again every few seconds; every act is a page of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from concours.examroom.proctor import forms
from concours.kernel.errors import OutOfDate, RuleRefused
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.deciding import answered, decision_page
from concours.pages.forms import Form
from concours.pages.words import remedy_of
from concours.services.examination import device, hand_over, proctor, room_time, sittings

both = require_http_methods(["GET", "HEAD", "POST"])
Run = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act: its words, its form, and what does it."""

    title: str | Promise
    lead: str | Promise
    form: type[Form]
    run: Run
    done: str | Promise
    warning: str | Promise = ""


def _end(actor: Any, code: str, *, at: Any, seen: str) -> None:
    sittings.submit_sitting(actor, code, at=at, ended_by="proctor")


def _room_minutes(actor: Any, code: str, *, reason: str, minutes: int, at: Any, seen: str) -> None:
    room_time.record_incident(actor, code, incident=reason, minutes=minutes, at=at, seen=seen)


#: What may be done about one candidate, by the last part of the address.
CANDIDATE: Mapping[str, Act] = {
    "allow": Act(
        title=gettext_lazy("Let this candidate begin"),
        lead=gettext_lazy("The start is held for the others."),
        form=forms.SeenForm,
        run=proctor.allow,
        done=gettext_lazy("The candidate may begin."),
    ),
    "pause": Act(
        title=gettext_lazy("Pause the sitting"),
        lead=gettext_lazy("The clock stops and no answer is taken until it runs again."),
        form=forms.PauseForm,
        run=proctor.pause,
        done=gettext_lazy("The sitting is paused."),
    ),
    "resume": Act(
        title=gettext_lazy("Let the sitting go on"),
        lead=gettext_lazy("The section ends as much later as the pause was long."),
        form=forms.SeenForm,
        run=proctor.resume,
        done=gettext_lazy("The sitting goes on."),
    ),
    "minutes": Act(
        title=gettext_lazy("Give minutes to this candidate"),
        lead=gettext_lazy("The open section ends so many minutes later."),
        form=forms.IncidentForm,
        run=sittings.add_minutes,
        done=gettext_lazy("The minutes were given."),
    ),
    "swap": Act(
        title=gettext_lazy("Move to another machine"),
        lead=gettext_lazy("The old machine can write no more from this moment."),
        form=forms.SwapForm,
        run=device.swap_machine,
        done=gettext_lazy("The candidate signs in on the other machine and goes on."),
    ),
    "irregularity": Act(
        title=gettext_lazy("Report an irregularity of this candidate"),
        lead=gettext_lazy("It stands in the candidate's record and in the session's."),
        form=forms.IrregularityForm,
        run=proctor.report_irregularity,
        done=gettext_lazy("The irregularity was recorded."),
    ),
    "message": Act(
        title=gettext_lazy("Send this candidate a message"),
        lead=gettext_lazy("It appears on the candidate's screen."),
        form=forms.MessageForm,
        run=proctor.message_candidate,
        done=gettext_lazy("The message was sent."),
    ),
    "end": Act(
        title=gettext_lazy("End the sitting"),
        lead=gettext_lazy("What the service holds is submitted as it stands."),
        form=forms.SeenForm,
        run=_end,
        done=gettext_lazy("The sitting was ended."),
        warning=gettext_lazy("The candidate cannot go on afterwards."),
    ),
}

#: What may be done about the whole room.
ROOM: Mapping[str, Act] = {
    "minutes": Act(
        title=gettext_lazy("Give minutes to the room"),
        lead=gettext_lazy("Every open section ends so many minutes later."),
        form=forms.IncidentForm,
        run=_room_minutes,
        done=gettext_lazy("The incident was recorded and the minutes given."),
    ),
    "pause": Act(
        title=gettext_lazy("Pause the room"),
        lead=gettext_lazy(
            "Everybody's clock stops at this instant; no answer is taken until it runs again."
        ),
        form=forms.RoomPauseForm,
        run=room_time.pause_room,
        done=gettext_lazy("The room is paused."),
    ),
    "resume": Act(
        title=gettext_lazy("Let the room go on"),
        lead=gettext_lazy("Everybody who is paused for this reason goes on; other pauses last."),
        form=forms.RoomPauseForm,
        run=room_time.resume_room,
        done=gettext_lazy("The room goes on."),
    ),
    "irregularity": Act(
        title=gettext_lazy("Report an irregularity of the room"),
        lead=gettext_lazy("It stands in the session's record."),
        form=forms.IrregularityForm,
        run=proctor.report_room_irregularity,
        done=gettext_lazy("The irregularity was recorded."),
    ),
    "message": Act(
        title=gettext_lazy("Send the room a message"),
        lead=gettext_lazy("It appears on every screen."),
        form=forms.MessageForm,
        run=proctor.message_room,
        done=gettext_lazy("The message was sent."),
    ),
}


@never_cache
@require_safe
def desk(request: HttpRequest, session: str) -> HttpResponse:
    """The room as a map of seats; with ``?part=map`` the map alone, for the page's own renewal."""
    page = proctor.desk_page(actor_of(request), session, at=service_now())
    part = request.GET.get("part") == "map"
    template = "examroom/proctor/map.html" if part else "examroom/proctor/desk.html"
    return render(request, template, {"page": page})


@require_POST
def start(request: HttpRequest, session: str) -> HttpResponse:
    """Hold the start of the session, or let everybody begin."""
    held = request.POST.get("held") == "yes"
    seen = request.POST.get("seen") or None
    try:
        proctor.hold_start(actor_of(request), session, held=held, at=service_now(), seen=seen)
    except (RuleRefused, OutOfDate) as refusal:
        messages.warning(request, remedy_of(refusal))
    else:
        words = _("The start is held.") if held else _("Everybody inside may begin.")
        messages.success(request, words)
    return redirect("examroom:proctor_desk", session)


@never_cache
@require_safe
def candidate(request: HttpRequest, code: str) -> HttpResponse:
    """One candidate's sitting, the parts of the time left, and what may be done."""
    page = proctor.candidate_desk(actor_of(request), code, at=service_now())
    clock = page.clock
    parts = None
    if clock is not None:
        names = ("base", "granted", "incident", "used", "left")
        parts = {name: _minutes(getattr(clock, name)) for name in names}
    return render(request, "examroom/proctor/candidate.html", {"page": page, "clock": parts})


def _minutes(span: timedelta) -> str:
    """Minutes and seconds, such as 12:05."""
    return f"{span // timedelta(minutes=1)}:{span.seconds % 60:02}"


@both
def act(request: HttpRequest, code: str, act: str) -> HttpResponse:
    """One act on one candidate's sitting."""
    actor, at = actor_of(request), service_now()
    page = proctor.candidate_desk(actor, code, at=at)
    back = reverse("examroom:proctor_candidate", args=[code])
    return _take(request, CANDIDATE.get(act), actor, code, page.version, back, at)


@both
def room_act(request: HttpRequest, session: str, act: str) -> HttpResponse:
    """One act on the whole room."""
    actor, at = actor_of(request), service_now()
    page = proctor.desk_page(actor, session, at=at)
    back = reverse("examroom:proctor_desk", args=[session])
    return _take(request, ROOM.get(act), actor, session, page.version, back, at)


@both
def bring(request: HttpRequest, code: str) -> HttpResponse:
    """Take the file of a device that had no network to the end of the sitting."""
    actor, at = actor_of(request), service_now()
    page = proctor.candidate_desk(actor, code, at=at)
    back = reverse("examroom:proctor_candidate", args=[code])
    form = forms.HandOverForm(request.POST or None, request.FILES or None)

    def run(said: dict[str, Any]) -> None:
        found = hand_over.take_hand_over(actor, code, said["file"].read(), at=at)
        words = _("Answers taken: %(n)s. Held already: %(held)s. Refused: %(refused)s.")
        messages.success(
            request,
            words % {"n": found.taken, "held": found.held_already, "refused": len(found.refused)},
        )

    if answered(request, form, run):
        return redirect(back)
    return decision_page(
        request,
        title=_("Take in a hand-over file"),
        lead=_("Every answer in it is flagged late; an administrator decides on them."),
        code=page.code,
        form=form,
        label=_("Take the file in"),
        upload=True,
        back={"href": back, "text": _("Back to the desk")},
    )


def _take(
    request: HttpRequest,
    found: Act | None,
    actor: Any,
    code: str,
    version: str,
    back: str,
    at: Any,
) -> HttpResponse:
    if found is None:
        raise Http404
    form = found.form(request.POST or None, initial={"seen": version})

    def run(said: dict[str, Any]) -> None:
        found.run(actor, code, at=at, **said)

    if answered(request, form, run):
        messages.success(request, str(found.done))
        return redirect(back)
    return decision_page(
        request,
        title=found.title,
        lead=found.lead,
        warning=found.warning,
        code=code,
        form=form,
        label=found.title,
        back={"href": back, "text": _("Back to the desk")},
    )
