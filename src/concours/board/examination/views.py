"""Centres, sessions and the door. A view parses, writes once, reads once, and answers."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from concours.board.examination.forms import (
    CentreForm,
    CheckInForm,
    MinutesForm,
    MoveSessionForm,
    SeenForm,
    SessionForm,
)
from concours.board.examination.lists import SESSIONS
from concours.kernel.errors import Refusal
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.forms import Form, add_refusal, status_of
from concours.pages.lists import export, show_list, wants_export
from concours.selection.authority import require
from concours.services.examination import door, sessions
from concours.services.examination.room_time import record_incident
from concours.services.examination.sessions import CentreRow, SessionRow
from concours.services.listing import ListPage, ListQuery

both = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def desk(request: HttpRequest) -> HttpResponseBase:
    """The sessions of every live competition, and the way to scoring and essays."""
    actor = actor_of(request)

    def fetch(query: ListQuery) -> ListPage[SessionRow]:
        return sessions.session_list(actor, query)

    if wants_export(request, SESSIONS):
        return export(request, SESSIONS, fetch, filename="sessions")
    context = {
        "list": show_list(request, SESSIONS, fetch),
        "today": sessions.sessions_today(actor, at=service_now()),
        "competitions": sessions.live_competitions(),
    }
    return render(request, "board/examination/desk.html", context)


@both
def centres(request: HttpRequest) -> HttpResponse:
    """The test centres, and a form for another one."""
    actor = actor_of(request)
    require(actor, sessions.MANAGE)
    form = CentreForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        yes = {name: found[name] == "yes" for name in ("step_free", "abroad")}
        try:
            sessions.add_centre(actor, CentreRow(**(found | yes)))
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The centre was kept."))
            return redirect("board:examination_centres")
    context = {"form": form, "centres": sessions.centres()}
    return render(request, "board/examination/centres.html", context, status=status_of(form))


@both
def plan(request: HttpRequest, competition: str) -> HttpResponse:
    """Plan a session."""
    actor = actor_of(request)
    require(actor, sessions.MANAGE)
    form = SessionForm(request.POST or None, centres=sessions.centres())
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        try:
            code = sessions.plan_session(
                actor,
                competition=competition,
                centre=found["centre"],
                room=found["room"],
                starts_at=form.starts_at(),
                seats=found["seats"],
                accessible=found["accessible"],
                at=service_now(),
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The session was planned and its seats laid out."))
            return redirect("board:examination_session", code)
    context = {"form": form, "competition": sessions.competition_title(competition)}
    return render(request, "board/examination/plan.html", context, status=status_of(form))


@require_safe
def session(request: HttpRequest, code: str) -> HttpResponse:
    """One session: everybody expected, who is inside, and what may be done now."""
    page = door.door_page(actor_of(request), code)
    return render(request, "board/examination/session.html", {"page": page})


def _act(request: HttpRequest, code: str, run: Callable[..., Any], done: str) -> HttpResponse:
    run(actor_of(request), code, at=service_now(), seen=request.POST.get("seen") or None)
    messages.success(request, done)
    return redirect("board:examination_session", code)


@require_POST
def open_doors(request: HttpRequest, code: str) -> HttpResponse:
    """Open the doors."""
    return _act(request, code, sessions.open_session, _("The doors are open."))


@require_POST
def close_doors(request: HttpRequest, code: str) -> HttpResponse:
    """Close the doors."""
    return _act(request, code, sessions.close_session, _("The session is closed."))


def _form_page(
    request: HttpRequest, code: str, form: Form, run: Callable[[], Any], title: str, done: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            run()
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, done)
            return redirect("board:examination_session", code)
    context = {"form": form, "code": code, "title": title}
    return render(request, "board/examination/session_form.html", context, status=status_of(form))


@both
def incident(request: HttpRequest, code: str) -> HttpResponse:
    """Record what disturbed the room; every open section gets the minutes."""
    actor, page = actor_of(request), door.door_page(actor_of(request), code)
    require(actor, door.CHECK_IN)
    form = MinutesForm(request.POST or None, initial={"seen": page.version})

    def run() -> None:
        found = form.cleaned_data
        record_incident(
            actor,
            code,
            incident=found["reason"],
            minutes=found["minutes"],
            at=service_now(),
            seen=found["seen"],
        )

    done = _("The incident was recorded and the minutes given.")
    return _form_page(request, code, form, run, _("Record an incident"), done)


@both
def move(request: HttpRequest, code: str) -> HttpResponse:
    """Give the session another hour; everybody seated in it is told."""
    actor, page = actor_of(request), door.door_page(actor_of(request), code)
    require(actor, sessions.MANAGE)
    form = MoveSessionForm(request.POST or None, initial={"seen": page.version})

    def run() -> None:
        found = form.cleaned_data
        starts_at = form.starts_at(page.session.zone)
        sessions.move_session(
            actor,
            code,
            starts_at=starts_at,
            reason=found["reason"],
            at=service_now(),
            seen=found["seen"],
        )

    done = _("The session was moved; everybody seated in it is told.")
    return _form_page(request, code, form, run, _("Give the session another hour"), done)


@both
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Cancel an empty session."""
    actor, page = actor_of(request), door.door_page(actor_of(request), code)
    require(actor, sessions.MANAGE)
    form = SeenForm(request.POST or None, initial={"seen": page.version})

    def run() -> None:
        seen = form.cleaned_data["seen"]
        sessions.cancel_session(actor, code, reason="not_needed", at=service_now(), seen=seen)

    return _form_page(
        request, code, form, run, _("Cancel the session"), _("The session was cancelled.")
    )


@both
def check_in(request: HttpRequest, code: str) -> HttpResponse:
    """Check one candidate's identity; the QR code of the confirmation leads here."""
    actor, at = actor_of(request), service_now()
    page = door.check_in_page(actor, code, at=at)
    form = CheckInForm(
        request.POST or None, documents=page.documents, initial={"seen": page.version}
    )
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        try:
            case = door.check_in(
                actor,
                code,
                document=found["document"],
                has_photograph=found["has_photograph"] == "yes",
                expires=found["expires"],
                name_matches=found["name_matches"] == "yes",
                at=at,
                seen=found["seen"],
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            inside = case.facts[-1].body.get("outcome") == "let_in"
            say = messages.success if inside else messages.warning
            say(request, _("Let in.") if inside else _("Turned away; the reason is in the file."))
            return redirect("board:examination_session", page.session)
    return render(
        request,
        "board/examination/check_in.html",
        {"page": page, "form": form},
        status=status_of(form),
    )
