"""Decisions on a place on the register. A view parses, writes once, reads once, and answers."""

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from concours.board.clearance.forms import SeenForm
from concours.board.register import forms
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.deciding import Known, answered, decision_page
from concours.pages.words import label
from concours.selection.register_points import Finding
from concours.services.register import acts, offers
from concours.services.register.pages import PlacePage, place_page

both = require_http_methods(["GET", "HEAD", "POST"])


def known_of(page: PlacePage) -> list[Known]:
    """What is known of a place, with its compartment's records where the reader decides on them."""
    rows = [
        Known(key=_("Track"), value=label(page.track)),
        Known(key=_("Rank"), value=f"{page.rank} / {page.of}" if page.rank else ""),
        Known(key=_("Score"), value=str(page.score.total) if page.score else ""),
        Known(key=_("Off the register on"), value=page.ends_on),
        Known(key=_("Offers declined"), value=page.declines),
    ]
    for record in page.records:
        text = "; ".join(f"{label(k)}: {v}" for k, v in record.content.items() if v not in ("", 0))
        rows.append(Known(key=label(record.kind), value=text))
    return rows


def _decide(
    request: HttpRequest,
    code: str,
    action: str,
    build: Callable[[PlacePage], django_forms.Form],
    act: Callable[[dict[str, Any]], object],
    *,
    title: str,
    button: str,
    done: str,
    rule: str,
    warning: str = "",
) -> HttpResponse:
    """One decision on a place: what is known, the form, the rule."""
    page = place_page(actor_of(request), code, action, at=service_now())
    form = build(page)
    if answered(request, form, act):
        messages.success(request, done)
        return redirect("board:register_home")
    cite = page.cites.get(rule.removeprefix("register."))
    return decision_page(
        request,
        title=title,
        known=known_of(page),
        form=form,
        label=button,
        code=code,
        back={"href": reverse("board:register_home"), "text": _("Registers")},
        cite=cite,
        rule=rule,
        warning=warning,
    )


@both
def place(request: HttpRequest, code: str) -> HttpResponse:
    """Place a candidate on the register."""
    actor, at = actor_of(request), service_now()
    return _decide(
        request,
        code,
        "register.place",
        lambda page: SeenForm(request.POST or None, initial={"seen": page.version}),
        lambda given: acts.place(actor, code, at=at, seen=given["seen"]),
        title=_("Place on the register"),
        button=_("Place"),
        done=_("The candidate stands on the register."),
        rule="register.clock",
    )


def _finding(request: HttpRequest, code: str, claim: str, given: dict[str, Any]) -> object:
    """Decide a claim from what the form says was found."""
    seen, granted = given.pop("seen"), given.pop("granted")
    return acts.decide_points(
        actor_of(request),
        code,
        claim=claim,
        granted=granted,
        finding=Finding(**given),
        at=service_now(),
        seen=seen,
    )


@both
def veterans(request: HttpRequest, code: str) -> HttpResponse:
    """Decide a claim of preference."""
    return _decide(
        request,
        code,
        "register.decide_points",
        lambda page: forms.VeteransForm(
            request.POST or None, preferences=page.preferences, initial={"seen": page.version}
        ),
        lambda given: _finding(request, code, "veterans", given),
        title=_("Veterans' preference"),
        button=_("Decide"),
        done=_("The claim is decided."),
        rule="register.veterans_points",
        warning=_("Decided once for a person; it counts on all their registers."),
    )


@both
def language(request: HttpRequest, code: str) -> HttpResponse:
    """Decide a claim for a language."""
    return _decide(
        request,
        code,
        "register.decide_points",
        lambda page: forms.LanguageForm(
            request.POST or None,
            tests=page.tests,
            levels=page.levels,
            initial={"seen": page.version},
        ),
        lambda given: _finding(request, code, "language", given),
        title=_("Language points"),
        button=_("Decide"),
        done=_("The claim is decided."),
        rule="register.language_points",
    )


@both
def experience(request: HttpRequest, code: str) -> HttpResponse:
    """Decide a claim for experience."""
    return _decide(
        request,
        code,
        "register.decide_points",
        lambda page: forms.ExperienceForm(request.POST or None, initial={"seen": page.version}),
        lambda given: _finding(request, code, "experience", given),
        title=_("Experience points"),
        button=_("Decide"),
        done=_("The claim is decided."),
        rule="register.experience_points",
    )


@both
def stop(request: HttpRequest, code: str) -> HttpResponse:
    """Stop the clock."""
    actor, at = actor_of(request), service_now()

    def act(given: dict[str, Any]) -> object:
        return acts.stop_clock(actor, code, at=at, **(given | {"months": given["months"] or 0}))

    return _decide(
        request,
        code,
        "register.stop_clock",
        lambda page: forms.StopForm(
            request.POST or None, grounds=list(page.grounds), initial={"seen": page.version}
        ),
        act,
        title=_("Stop the clock"),
        button=_("Stop the clock"),
        done=_("The clock is stopped."),
        rule="register.clock",
    )


@both
def refuse(request: HttpRequest, code: str) -> HttpResponse:
    """Refuse a stop that was asked for."""
    actor, at = actor_of(request), service_now()
    return _decide(
        request,
        code,
        "register.stop_clock",
        lambda page: forms.RefuseForm(request.POST or None, initial={"seen": page.version}),
        lambda given: acts.refuse_stop(actor, code, at=at, **given),
        title=_("Refuse the stop"),
        button=_("Refuse"),
        done=_("The stop is refused."),
        rule="register.clock",
    )


@both
def resume(request: HttpRequest, code: str) -> HttpResponse:
    """Start the clock again early."""
    actor, at = actor_of(request), service_now()
    return _decide(
        request,
        code,
        "register.resume_clock",
        lambda page: forms.DayForm(request.POST or None, initial={"seen": page.version}),
        lambda given: acts.resume_clock(actor, code, at=at, **given),
        title=_("Start the clock again"),
        button=_("Start"),
        done=_("The clock runs again."),
        rule="register.clock",
    )


@both
def restore(request: HttpRequest, code: str) -> HttpResponse:
    """Put a removed candidate back."""
    actor, at = actor_of(request), service_now()
    return _decide(
        request,
        code,
        "register.restore",
        lambda page: forms.RestoreForm(
            request.POST or None, upheld=page.appeal_upheld, initial={"seen": page.version}
        ),
        lambda given: acts.restore(actor, code, at=at, **given),
        title=_("Put back on the register"),
        button=_("Put back"),
        done=_("The candidate stands on the register again."),
        rule="register.clock",
    )


@both
def rescind(request: HttpRequest, code: str) -> HttpResponse:
    """Take an accepted offer back."""
    actor, at = actor_of(request), service_now()
    return _decide(
        request,
        code,
        "register.rescind",
        lambda page: forms.RescindForm(request.POST or None, initial={"seen": page.version}),
        lambda given: offers.rescind(actor, code, at=at, **given),
        title=_("Take an accepted offer back"),
        button=_("Take it back"),
        done=_("The offer is taken back; other candidacies re-open and the time does not count."),
        rule="register.acceptance",
    )
