"""The reader's and the chair's desks, blind. A view parses, writes once, reads once, and answers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from concours.board.narratives.forms import AsideForm, RatingForm
from concours.kernel.errors import Refusal
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.forms import add_refusal, status_of
from concours.pages.lists import Cell, Column, Filter, ListSpec, show_list
from concours.pages.words import label
from concours.services.listing import ListQuery
from concours.services.narratives.chair import chair_list as waiting_for_chair
from concours.services.narratives.chair import chair_page, settle
from concours.services.narratives.reading import ReadingRow, rate, reading_page, step_aside
from concours.services.narratives.reading import reading_list as read_list

both = require_http_methods(["GET", "HEAD", "POST"])

READINGS: ListSpec[ReadingRow] = ListSpec(
    caption=gettext_lazy("Files to read"),
    default_order="candidacy",
    search=gettext_lazy("Search by the first letters of a file code."),
    empty=gettext_lazy("No file has been given to you."),
    filters=[
        Filter(
            key="state",
            title=gettext_lazy("State"),
            choices=[(s, label(f"sheet.{s}")) for s in ("open", "locked", "entered")],
        )
    ],
    columns=[
        Column(
            key="candidacy",
            title=gettext_lazy("File"),
            value=lambda r: Cell(
                value=r.candidacy,
                href=reverse("board:narratives_rate", args=[r.candidacy]) if r.readable else "",
            ),
            sort=True,
            heads_row=True,
        ),
        Column(key="track", title=gettext_lazy("Track"), value=lambda r: label(r.track)),
        Column(
            key="state",
            title=gettext_lazy("Your sheet"),
            value=lambda r: Cell(
                value=label(f"sheet.{r.state}"),
                tag="blue" if r.state in ("to_read", "begun") else "",
            ),
        ),
    ],
    export=False,
)


@require_safe
def reading_list(request: HttpRequest) -> HttpResponse:
    """The files this reader has been given."""
    actor = actor_of(request)

    def fetch(query: ListQuery):  # type: ignore[no-untyped-def]
        return read_list(actor, query)

    return render(
        request, "board/narratives/reading_list.html", {"list": show_list(request, READINGS, fetch)}
    )


@both
def read(request: HttpRequest, code: str) -> HttpResponse:
    """One masked file with the reader's own sheet: save it, or lock it for good."""
    actor = actor_of(request)
    page = reading_page(actor, code)
    form = RatingForm(
        request.POST or None,
        items=[(item.code, item.title) for item, _text in page.file.narratives],
        lowest=page.lowest,
        highest=page.highest,
        initial=RatingForm.initial_of(page.ratings, page.reasons),
    )
    if request.method == "POST" and form.is_valid():
        lock = "lock" in request.POST
        try:
            rate(
                actor,
                code,
                ratings=form.ratings(),
                reasons=form.cleaned_data["reasons"],
                lock=lock,
                at=service_now(),
            )
            messages.success(request, _("Your sheet is locked.") if lock else _("Saved."))
            return redirect("board:narratives_reading" if lock else request.path)
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"page": page, "form": form}
    return render(request, "board/narratives/read.html", context, status=status_of(form))


@both
def aside(request: HttpRequest, code: str) -> HttpResponse:
    """Step aside from one file; somebody else reads it."""
    actor = actor_of(request)
    page = reading_page(actor, code)
    form = AsideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            step_aside(actor, code, relation=form.cleaned_data["relation"], at=service_now())
            messages.success(request, _("Thank you. You no longer read this file."))
            return redirect("board:narratives_reading")
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"page": page, "form": form}
    return render(request, "board/narratives/aside.html", context, status=status_of(form))


@require_safe
def chair_list(request: HttpRequest) -> HttpResponse:
    """The files of this chair's panels on which readers disagree."""
    rows = waiting_for_chair(actor_of(request))
    return render(request, "board/narratives/chair_list.html", {"rows": rows})


@both
def chair(request: HttpRequest, code: str) -> HttpResponse:
    """The themes in disagreement, with what each reader gave and why; the chair's own ratings."""
    actor = actor_of(request)
    page = chair_page(actor, code)
    form = RatingForm(
        request.POST or None,
        items=[(d.code, d.title) for d in page.disputed],
        lowest=page.lowest,
        highest=page.highest,
    )
    if request.method == "POST" and form.is_valid():
        try:
            settle(
                actor,
                code,
                ratings=form.ratings(),
                reasons=form.cleaned_data["reasons"],
                at=service_now(),
            )
            messages.success(request, _("Settled."))
            return redirect("board:narratives_chair")
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"page": page, "form": form}
    return render(request, "board/narratives/chair.html", context, status=status_of(form))
