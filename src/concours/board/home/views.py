"""What waits for staff, files and figures. A view reads the request, makes one call, and answers."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from concours.board.home.desks import PROPOSALS, desks_of, proposal_href
from concours.board.home.lists import files_for, tasks_for
from concours.pages import charts
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.commands import command_links, road_steps
from concours.pages.lists import export, show_list, wants_export
from concours.selection.authority import holds, require
from concours.services.home.files import file_list, file_page
from concours.services.home.second import proposals_for
from concours.services.home.tasks import funnel as read_funnel
from concours.services.home.tasks import task_list, waiting
from concours.services.listing import ListQuery
from concours.services.watch import watched_files


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """What waits for the actor's roles, oldest first."""
    actor, at = actor_of(request), service_now()
    require(actor, "board.enter")
    spec = tasks_for(actor)

    def fetch(query: ListQuery):  # type: ignore[no-untyped-def]
        return task_list(actor, query, at=at)

    if wants_export(request, spec):
        return export(request, spec, fetch, filename="waiting")
    found = waiting(actor, at=at)
    figures = [
        {"label": _("Waiting for you"), "value": found.mine},
        {"label": _("Late"), "value": found.late},
        {"label": _("Open files"), "value": found.open},
        {
            "label": _("Stuck"),
            "value": found.stuck,
            "href": reverse("board:watch") if holds(actor, "funnel.read") else "",
        },
    ]
    context = {
        "figures": figures,
        "list": show_list(request, spec, fetch),
        "proposals": [(PROPOSALS[p.what], proposal_href(p), p) for p in proposals_for(actor)],
        "roles": sorted(actor.roles),
        "desks": desks_of(actor),
    }
    return render(request, "board/home/home.html", context)


@require_safe
def files(request: HttpRequest) -> HttpResponseBase:
    """Every candidacy by code, step, status and track."""
    actor, at = actor_of(request), service_now()

    def fetch(query: ListQuery):  # type: ignore[no-untyped-def]
        return file_list(actor, query, at=at)

    spec = files_for(actor)
    if wants_export(request, spec):
        return export(request, spec, fetch, filename="files")
    return render(request, "board/home/files.html", {"list": show_list(request, spec, fetch)})


@require_safe
def file(request: HttpRequest, code: str) -> HttpResponse:
    """One file: its road, its timeline with citations, and the commands open to this role now."""
    actor = actor_of(request)
    page = file_page(actor, code, at=service_now())
    links = command_links("board", code, page.openings)
    context = {
        "page": page,
        "links": links,
        "may_destroy": holds(actor, "record.confirm_destruction"),
        "may_erase": holds(actor, "person.propose_erasure"),
        "may_confirm_erasure": holds(actor, "person.confirm_erasure"),
        "may_hold": holds(actor, "person.hold"),
        "may_replay": holds(actor, "examination.timeline"),
        "steps": road_steps(page.milestones, page.current, links, awaited=page.awaited),
    }
    return render(request, "board/home/file.html", context)


@require_safe
def funnel(request: HttpRequest) -> HttpResponse:
    """The funnel of a competition as picture and table, and by track."""
    actor, competition = actor_of(request), request.GET.get("competition", "")
    found = read_funnel(actor, competition, at=service_now())
    chart = charts.funnel(
        key="funnel",
        title=_("Candidacies that began each step"),
        summary=_("How many candidacies of this competition have begun each step."),
        head=_("Step"),
        rows=[(row.title, row.begun) for row in found.rows],
    )
    return render(request, "board/home/funnel.html", {"page": found, "chart": chart})


@require_safe
def watch(request: HttpRequest) -> HttpResponse:
    """Files that nobody is expected to act on, or that are late."""
    found = watched_files(actor_of(request), at=service_now())
    return render(request, "board/home/watch.html", {"files": found})
