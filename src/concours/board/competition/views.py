"""A competition's life. A view reads the request, makes one call to write and one to read."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from concours.board.competition.forms import ActForm, AmendForm, DraftForm, NeedsForm, ScaleForm
from concours.board.competition.lists import COMPETITIONS
from concours.kernel.errors import Refusal
from concours.kernel.period import day_end
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.forms import add_refusal, status_of
from concours.pages.lists import export, show_list, wants_export
from concours.policy.edition import load_edition
from concours.selection.authority import Actor, require
from concours.selection.competition import Calendar
from concours.services.competition import life
from concours.services.competition.pages import competition_list, competition_page
from concours.services.listing import ListQuery
from concours.services.rules.pages import DEFAULT_PROCESS


@require_safe
def competitions(request: HttpRequest) -> HttpResponseBase:
    """Every competition."""
    actor = actor_of(request)

    def fetch(query: ListQuery):  # type: ignore[no-untyped-def]
        return competition_list(actor, query)

    if wants_export(request, COMPETITIONS):
        return export(request, COMPETITIONS, fetch, filename="competitions")
    view = show_list(request, COMPETITIONS, fetch)
    return render(request, "board/competition/competitions.html", {"list": view})


@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest) -> HttpResponse:
    """Draft a competition from an edition."""
    actor = actor_of(request)
    require(actor, "competition.draft")
    form = DraftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        title, edition = given.pop("title"), given.pop("edition")
        try:
            code = life.draft(
                actor, title=title, edition=edition, calendar=Calendar(**given), at=service_now()
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("board:competition", code=code)
    return render(request, "board/competition/draft.html", {"form": form}, status=status_of(form))


@require_safe
def competition(request: HttpRequest, code: str) -> HttpResponse:
    """One competition: what was chosen, what is missing, what may be done next."""
    return render(
        request,
        "board/competition/competition.html",
        {"page": competition_page(actor_of(request), code)},
    )


Act = Callable[[Actor, str, str | None], None]


def _act(request: HttpRequest, code: str, act: Act, done: str) -> HttpResponse:
    """Take one decision from a button that carries the version of its page."""
    form = ActForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else None
    act(actor_of(request), code, seen)
    messages.success(request, done)
    return redirect("board:competition", code=code)


@require_POST
def submit(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for approval."""
    return _act(
        request,
        code,
        lambda a, c, s: life.submit(a, c, at=service_now(), seen=s),
        _("Submitted. A second person approves it."),
    )


@require_POST
def approve(request: HttpRequest, code: str) -> HttpResponse:
    """Approve, or send back to its drafter."""
    approved = request.POST.get("answer") == "approve"
    return _act(
        request,
        code,
        lambda a, c, s: life.approve(a, c, approved=approved, at=service_now(), seen=s),
        _("Approved.") if approved else _("Sent back."),
    )


@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Open it to the public."""
    return _act(
        request,
        code,
        lambda a, c, s: life.publish(a, c, at=service_now(), seen=s),
        _("Published. Its edition is pinned from here to the end."),
    )


@require_POST
def close(request: HttpRequest, code: str) -> HttpResponse:
    """Take no new applications."""
    return _act(
        request,
        code,
        lambda a, c, s: life.close(a, c, at=service_now(), seen=s),
        _("Closed to new applications."),
    )


@require_POST
def archive(request: HttpRequest, code: str) -> HttpResponse:
    """Put it away."""
    return _act(
        request, code, lambda a, c, s: life.archive(a, c, at=service_now(), seen=s), _("Archived.")
    )


@require_POST
def tick(request: HttpRequest, code: str) -> HttpResponse:
    """Tick or untick an item of the checklist."""
    item, done = request.POST.get("item", ""), request.POST.get("done") == "yes"
    return _act(
        request,
        code,
        lambda a, c, s: life.tick(a, c, item=item, done=done, at=service_now(), seen=s),
        _("The checklist was changed."),
    )


@require_http_methods(["GET", "POST"])
def needs(request: HttpRequest, code: str) -> HttpResponse:
    """How many officers each track needs."""
    actor = actor_of(request)
    require(actor, "competition.set_cut")
    page = competition_page(actor, code)
    given = {f"need_{t}": n for t, n in page.needs if n is not None}
    form = NeedsForm(
        request.POST or None, tracks=page.tracks, initial={"seen": page.version, **given}
    )
    if request.method == "POST" and form.is_valid():
        try:
            life.set_needs(
                actor, code, needs=form.needs(), at=service_now(), seen=form.cleaned_data["seen"]
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("board:competition", code=code)
    return render(
        request,
        "board/competition/needs.html",
        {"page": page, "form": form},
        status=status_of(form),
    )


@require_http_methods(["GET", "POST"])
def scale(request: HttpRequest, code: str) -> HttpResponse:
    """The base scale on which T-scores are computed."""
    actor = actor_of(request)
    require(actor, "competition.draft")
    page = competition_page(actor, code)
    given = {f"mean_{n}": m for n, m, _sd in page.base_scale} | {
        f"sd_{n}": sd for n, _m, sd in page.base_scale
    }
    form = ScaleForm(
        request.POST or None, sections=page.sections, initial={"seen": page.version, **given}
    )
    if request.method == "POST" and form.is_valid():
        try:
            life.set_base_scale(
                actor, code, scale=form.scale(), at=service_now(), seen=form.cleaned_data["seen"]
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("board:competition", code=code)
    return render(
        request,
        "board/competition/scale.html",
        {"page": page, "form": form},
        status=status_of(form),
    )


def _amend(actor: Actor, code: str, given: dict[str, Any], at: datetime) -> None:
    edition = given["edition"]
    life.amend(
        actor,
        code,
        edition=edition,
        steps=tuple(given["steps"]),
        from_on=day_end(at.date(), load_edition(DEFAULT_PROCESS, edition).zone),
        at=at,
        seen=given["seen"],
    )


def _digest_of(edition: str, steps: Sequence[str], files: Sequence[str]) -> str:
    """Names what a preview showed: another choice, or another candidacy touched, is shown again."""
    return hashlib.sha256(repr((edition, sorted(steps), sorted(files))).encode()).hexdigest()


@require_http_methods(["GET", "POST"])
def amend(request: HttpRequest, code: str) -> HttpResponse:
    """Change the edition for steps not yet begun; first show whom it touches."""
    actor, at = actor_of(request), service_now()
    require(actor, "competition.amend")
    page = competition_page(actor, code)
    plans = [(p.id, p.title) for p in load_edition(DEFAULT_PROCESS, page.edition).steps]
    form = AmendForm(request.POST or None, steps=plans, initial={"seen": page.version})
    touched, shown = None, ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        touched = life.affected_by(code, steps=tuple(given["steps"]), edition=given["edition"])
        shown = _digest_of(given["edition"], given["steps"], [one.file for one in touched])
        if given["confirmed"] and request.POST.get("shown") == shown:
            try:
                _amend(actor, code, given, at)
            except Refusal as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("Amended. Everybody it touches is told by letter."))
                return redirect("board:competition", code=code)
    context = {"page": page, "form": form, "touched": touched, "shown": shown}
    return render(request, "board/competition/amend.html", context, status=status_of(form))
