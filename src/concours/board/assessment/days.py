"""The scheduler's desk: seasons, days, assessors and plans. A view parses, writes once, reads once, and answers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from concours.board.assessment.forms import AssessorsForm, DayForm, SeasonForm, SeenForm
from concours.kernel.errors import NotPermitted, Refusal
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.forms import add_refusal, status_of
from concours.pages.lists import Cell, Column, Filter, ListSpec, export, show_list, wants_export
from concours.pages.words import label
from concours.selection.authority import holds, require
from concours.services.assessment import days as desk
from concours.services.assessment.plans import ask_for_day_plan, day_plan_status
from concours.services.listing import ListQuery
from concours.services.panels.examiners import holders_of

both = require_http_methods(["GET", "HEAD", "POST"])

DESKS = (
    ("assessment.manage_days", "board:assessment_days"),
    ("assessment.rate", "board:assessment_rating"),
    ("assessment.decide", "board:assessment_deciding"),
)

DAYS: ListSpec[desk.DayRow] = ListSpec(
    caption=gettext_lazy("Assessment days"),
    default_order="starts",
    search=gettext_lazy("Search by city or the first letters of a day's code."),
    empty=gettext_lazy("No day has been opened."),
    filters=[
        Filter(
            key="state",
            title=gettext_lazy("State"),
            choices=[(s, label(f"day.{s}")) for s in ("open", "planned", "held", "cancelled")],
        )
    ],
    columns=[
        Column(
            key="code",
            title=gettext_lazy("Day"),
            value=lambda r: Cell(value=r.code, href=reverse("board:assessment_day", args=[r.code])),
            sort=True,
            heads_row=True,
        ),
        Column(key="starts", title=gettext_lazy("Begins"), value=lambda r: r.starts_at, sort=True),
        Column(key="place", title=gettext_lazy("City"), value=lambda r: r.place, sort=True),
        Column(key="taken", title=gettext_lazy("Booked"), value=lambda r: r.taken, numeric=True),
        Column(key="places", title=gettext_lazy("Places"), value=lambda r: r.places, numeric=True),
        Column(
            key="assessors",
            title=gettext_lazy("Assessors"),
            value=lambda r: r.assessors,
            numeric=True,
        ),
        Column(key="state", title=gettext_lazy("State"), value=lambda r: label(f"day.{r.state}")),
    ],
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The desks of the oral assessment open to this role, and the seasons."""
    actor = actor_of(request)
    desks = [(action, address) for action, address in DESKS if holds(actor, action)]
    if not desks:
        raise NotPermitted("not_permitted", remedy="Your role has no desk in this step.")
    seasons = desk.season_pages(actor) if holds(actor, "assessment.manage_days") else ()
    return render(request, "board/assessment/home.html", {"desks": desks, "seasons": seasons})


@both
def season(request: HttpRequest, competition: str) -> HttpResponse:
    """Choose until when a place is certain."""
    actor, at = actor_of(request), service_now()
    require(actor, "assessment.manage_days")
    form = SeasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            desk.set_season(actor, competition, ends=form.cleaned_data["ends"], at=at)
            messages.success(request, _("The season is set."))
            return redirect("board:assessment_home")
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"form": form, "competition": competition}
    return render(request, "board/assessment/season.html", context, status=status_of(form))


@both
def add(request: HttpRequest, competition: str) -> HttpResponse:
    """Open a day."""
    actor, at = actor_of(request), service_now()
    require(actor, "assessment.manage_days")
    form = DayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            code = desk.add_day(actor, competition=competition, at=at, **form.cleaned_data)
            return redirect("board:assessment_day", code)
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"form": form, "competition": competition}
    return render(request, "board/assessment/add_day.html", context, status=status_of(form))


@require_safe
def days(request: HttpRequest) -> HttpResponseBase:
    """Every assessment day."""
    actor = actor_of(request)

    def fetch(query: ListQuery):  # type: ignore[no-untyped-def]
        return desk.day_list(actor, query)

    if wants_export(request, DAYS):
        return export(request, DAYS, fetch, filename="assessment-days")
    return render(request, "board/assessment/days.html", {"list": show_list(request, DAYS, fetch)})


@both
def day(request: HttpRequest, day: str) -> HttpResponse:
    """One day: bookings, assessors, groups and timetable; asking the worker for a plan."""
    actor = actor_of(request)
    page = desk.day_page(actor, day)
    form = SeenForm(request.POST or None, initial={"seen": page.code})
    if request.method == "POST" and form.is_valid():
        ask_for_day_plan(actor, day, at=service_now())
        messages.success(request, _("The plan is being made. Reload this page in a moment."))
        return redirect("board:assessment_day", day)
    context = {"page": page, "form": form, "plan": day_plan_status(day)}
    return render(request, "board/assessment/day.html", context)


@both
def assessors(request: HttpRequest, day: str) -> HttpResponse:
    """Say who assesses on a day."""
    actor = actor_of(request)
    page = desk.day_page(actor, day)
    form = AssessorsForm(
        request.POST or None,
        holders=holders_of("assessor"),
        initial={"accounts": list(page.assessors)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            desk.set_assessors(actor, day, accounts=form.cleaned_data["accounts"])
            messages.success(request, _("Saved."))
            return redirect("board:assessment_day", day)
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"page": page, "form": form}
    return render(request, "board/assessment/assessors.html", context, status=status_of(form))
