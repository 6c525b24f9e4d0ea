"""One file in the oral assessment: invited, placed, present or absent, decided again. Views parse and answer."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from concours.board.assessment.forms import (
    AppealForm,
    AttendanceForm,
    ChooseDayForm,
    GroundForm,
    ReversalForm,
    SeenForm,
)
from concours.kernel.errors import Refusal
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.forms import Form, add_refusal, status_of
from concours.selection.authority import holds
from concours.services.assessment import booking, deciding
from concours.services.assessment.file import FileDesk, file_desk

both = require_http_methods(["GET", "HEAD", "POST"])

Run = Callable[[FileDesk, dict[str, Any]], object]


def _act(
    request: HttpRequest,
    code: str,
    action: str,
    make: Callable[[FileDesk], Form],
    run: Run,
    *,
    command: str = "",
) -> HttpResponse:
    """One act on one file: read it under the action, take the form, write once, back to the file.

    Whoever may not read files goes back to the desk.
    """
    actor = actor_of(request)
    page = file_desk(actor, code, action, at=service_now())
    form = make(page)
    if request.method == "POST" and form.is_valid():
        try:
            run(page, form.cleaned_data)
            messages.success(request, _("Recorded."))
            if holds(actor, "file.read"):
                return redirect("board:file", code)
            return redirect("board:assessment_home")
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"page": page, "form": form, "action": command or action}
    return render(request, "board/assessment/act.html", context, status=status_of(form))


@both
def invite(request: HttpRequest, code: str) -> HttpResponse:
    """Invite one candidate to the season of their competition."""
    actor, at = actor_of(request), service_now()

    def make(page: FileDesk) -> Form:
        return SeenForm(request.POST or None, initial={"seen": page.version})

    def run(page: FileDesk, data: dict[str, Any]) -> object:
        return booking.invite_one(actor, code, at=at, seen=data["seen"])

    return _act(request, code, "assessment.invite", make, run)


@both
def offer(request: HttpRequest, code: str) -> HttpResponse:
    """Give somebody on the waiting list a free place."""
    actor, at = actor_of(request), service_now()

    def make(page: FileDesk) -> Form:
        return ChooseDayForm(request.POST or None, days=page.days, initial={"seen": page.version})

    def run(page: FileDesk, data: dict[str, Any]) -> object:
        return booking.offer_day(actor, code, day=data["day"], at=at, seen=data["seen"])

    return _act(
        request, code, "assessment.manage_days", make, run, command="assessment.offer_place"
    )


@both
def move(request: HttpRequest, code: str) -> HttpResponse:
    """Move a candidate to another day; it does not use up their own move."""
    actor, at = actor_of(request), service_now()

    def make(page: FileDesk) -> Form:
        return ChooseDayForm(request.POST or None, days=page.days, initial={"seen": page.version})

    def run(page: FileDesk, data: dict[str, Any]) -> object:
        return booking.move_day(actor, code, day=data["day"], at=at, seen=data["seen"])

    return _act(request, code, "assessment.manage_days", make, run, command="assessment.move")


@both
def attendance(request: HttpRequest, code: str) -> HttpResponse:
    """Record that a candidate came, or what follows from not coming."""
    actor, at = actor_of(request), service_now()

    def make(page: FileDesk) -> Form:
        return AttendanceForm(request.POST or None, initial={"seen": page.version})

    def run(page: FileDesk, data: dict[str, Any]) -> object:
        return booking.record_presence(
            actor,
            code,
            present=data["present"] == "yes",
            excuse=data["excuse"],
            at=at,
            seen=data["seen"],
        )

    return _act(request, code, "assessment.record_attendance", make, run)


@both
def readmit(request: HttpRequest, code: str) -> HttpResponse:
    """Undo the end of a candidacy for absence."""
    actor, at = actor_of(request), service_now()

    def make(page: FileDesk) -> Form:
        return GroundForm(
            request.POST or None, grounds=page.grounds, initial={"seen": page.version}
        )

    def run(page: FileDesk, data: dict[str, Any]) -> object:
        return booking.admit_again(
            actor,
            code,
            ground=data["ground"],
            authority=data["authority"],
            at=at,
            seen=data["seen"],
        )

    return _act(request, code, "assessment.reverse", make, run, command="assessment.readmit")


@both
def reverse(request: HttpRequest, code: str) -> HttpResponse:
    """Decide the result again."""
    actor, at = actor_of(request), service_now()

    def make(page: FileDesk) -> Form:
        return ReversalForm(
            request.POST or None, grounds=page.grounds, initial={"seen": page.version}
        )

    def run(page: FileDesk, data: dict[str, Any]) -> object:
        return deciding.reverse(
            actor,
            code,
            outcome=data["outcome"],
            ground=data["ground"],
            authority=data["authority"],
            at=at,
            seen=data["seen"],
        )

    return _act(request, code, "assessment.reverse", make, run)


@both
def appeal(request: HttpRequest, code: str) -> HttpResponse:
    """Decide an appeal against the result."""
    actor, at = actor_of(request), service_now()

    def make(page: FileDesk) -> Form:
        return AppealForm(
            request.POST or None, grounds=page.grounds, initial={"seen": page.version}
        )

    def run(page: FileDesk, data: dict[str, Any]) -> object:
        upheld = data["outcome"] == "upheld"
        return deciding.settle(
            actor,
            code,
            upheld=upheld,
            ground=data["ground"],
            authority=data["authority"],
            at=at,
            seen=data["seen"],
        )

    return _act(request, code, "appeal.decide", make, run, command="assessment.decide_appeal")


@require_safe
def to_day(request: HttpRequest, code: str) -> HttpResponse:
    """From a file to the day it is booked on."""
    page = file_desk(actor_of(request), code, "assessment.manage_days", at=service_now())
    if page.day:
        return redirect("board:assessment_day", page.day)
    return redirect("board:assessment_days")
