"""Only in a rehearsal: one click to sign in as anybody of the cast, and the clock people move."""

from datetime import UTC, datetime, timedelta

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from concours.pages.clock import service_now
from concours.services.accounts.cast import cast, cast_account
from concours.services.clock import move_clock

STEPS = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def _only_in_rehearsal() -> None:
    if not settings.REHEARSAL:
        raise Http404


@require_http_methods(["GET", "POST"])
def rehearsal(request: HttpRequest) -> HttpResponse:
    """The cast and the clock."""
    _only_in_rehearsal()
    return render(
        request,
        "site/rehearsal.html",
        {"cast": cast(), "now": service_now(), "steps": list(STEPS)},
    )


@require_POST
def sign_in(request: HttpRequest, code: str) -> HttpResponse:
    """Sign in as one of the cast, without a password; anybody else answers as not found."""
    _only_in_rehearsal()
    account = cast_account(code)
    if account is None:
        raise Http404
    # As fresh as a password: so a rehearsal can try passkeys and second factors too.
    record_authentication(request, account, method="rehearsal")
    login(request, account, backend=BACKEND)
    return redirect("after_sign_in")


@require_POST
def clock(request: HttpRequest) -> HttpResponse:
    """Move service time forward, or stop and start it."""
    _only_in_rehearsal()
    step = STEPS.get(request.POST.get("by", ""), timedelta(0))
    if days := request.POST.get("days", ""):
        step = timedelta(days=min(int(days), 3650)) if days.isdigit() else step
    running = {"stop": False, "start": True}.get(request.POST.get("run", ""))
    moved = move_clock(by=step, machine_now=datetime.now(UTC), running=running)
    messages.success(
        request, _("Service time is now {at}.").format(at=f"{moved:%Y-%m-%d %H:%M} UTC")
    )
    return redirect("rehearsal")
