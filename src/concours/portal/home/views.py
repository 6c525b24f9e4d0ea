"""The candidate's own pages. A view reads the request, makes one call, and answers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.commands import command_href, command_links, road_steps
from concours.services.home.files import own_file_page
from concours.services.home.own import own_candidacies
from concours.services.ledger.downloads import download
from concours.services.notices.messages import message_page, read_message
from concours.services.own_data import own_data_copy


@require_safe
def candidate_home(request: HttpRequest) -> HttpResponse:
    """Every candidacy of this person, and what each waits for."""
    actor = actor_of(request)
    rows = [
        (row, command_href("portal", row.command, row.file) if row.command else "")
        for row in own_candidacies(actor, at=service_now())
    ]
    return render(request, "portal/home/candidate_home.html", {"rows": rows})


@require_safe
def candidacy(request: HttpRequest, code: str) -> HttpResponse:
    """The road of one candidacy: where it stands, what to do, every decision with its reason."""
    page = own_file_page(actor_of(request), code, at=service_now())
    links = command_links("portal", code, page.openings)
    context = {
        "page": page,
        "links": links,
        "steps": road_steps(
            page.milestones, page.current, links, awaited=page.awaited, face="portal", code=code
        ),
        "next": [c for c in links if c.awaited],
    }
    return render(request, "portal/home/candidacy.html", context)


@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """What this person was told, newest first."""
    number = request.GET.get("page", "1")
    page = message_page(actor_of(request), page=int(number) if number.isdigit() else 1)
    return render(request, "portal/home/messages.html", {"page": page})


@require_safe
def message(request: HttpRequest, message_id: int) -> HttpResponse:
    """One message; opening it marks it read."""
    found = read_message(actor_of(request), message_id, at=service_now())
    return render(request, "portal/home/message.html", {"message": found})


@require_safe
def record(request: HttpRequest, code: str) -> HttpResponse:
    """The record of one candidacy, with proofs, as a file to verify anywhere."""
    content = download(actor_of(request), code, at=service_now())
    return _attachment(content, f"record-{code}.json")


@require_safe
def data_copy(request: HttpRequest) -> HttpResponse:
    """A copy of everything the service holds about this person."""
    return _attachment(own_data_copy(actor_of(request), at=service_now()), "my-data.json")


def _attachment(content: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
