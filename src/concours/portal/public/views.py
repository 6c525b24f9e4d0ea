"""Public pages. A view reads the request, makes one call, and answers."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from concours.pages.clock import service_now
from concours.services.ledger.checkpoints import checkpoint_page
from concours.services.public.road import home_page, road_page
from concours.services.rules.pages import (
    DEFAULT_EDITION,
    DEFAULT_PROCESS,
    difference_page,
    edition_page,
    editions_of,
    rule_page,
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, which competitions are open, and where to begin."""
    return render(request, "portal/public/home.html", {"page": home_page(at=service_now())})


@require_safe
def road(request: HttpRequest) -> HttpResponse:
    """The steps with dates, odds and waiting times of past competitions."""
    return render(request, "portal/public/road.html", {"page": road_page(at=service_now())})


@require_safe
def rules(request: HttpRequest, edition: str = DEFAULT_EDITION) -> HttpResponse:
    """Every rule of an edition with its source."""
    return render(request, "portal/public/rules.html", {"page": edition_page(edition)})


@require_safe
def rule(request: HttpRequest, edition: str, rule_id: str) -> HttpResponse:
    """One rule, its value line by line, and its worked cases."""
    page = rule_page(edition, rule_id)
    return render(request, "portal/public/rule.html", {"page": page, "edition": edition})


@require_safe
def changes(request: HttpRequest, old: str, new: str) -> HttpResponse:
    """What a candidate would notice between two editions."""
    return render(request, "portal/public/changes.html", {"page": difference_page(old, new)})


@require_safe
def choose_changes(request: HttpRequest) -> HttpResponse:
    """The same, with the two editions chosen in a form."""
    old = request.GET.get("old", DEFAULT_EDITION)
    new = request.GET.get("new", editions_of(DEFAULT_PROCESS)[-1])
    return changes(request, old, new)


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The signed head of the record, and how to verify one's own file."""
    return render(request, "portal/public/checkpoint.html", {"page": checkpoint_page()})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    contact = format_html('<a class="govuk-link" href="mailto:{0}">{0}</a>', settings.CONTACT)
    return render(request, "portal/public/accessibility.html", {"contact": contact})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept, why, who may see it, and when it is erased."""
    return render(request, "portal/public/privacy.html")
