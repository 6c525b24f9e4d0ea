"""Answer sheets, and where scoring stands with the effect of the cut."""

import io
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from concours.board.examination.forms import SheetsForm
from concours.kernel.errors import Refusal
from concours.pages.actor import actor_of
from concours.pages.charts import bars
from concours.pages.clock import service_now
from concours.pages.forms import add_refusal, status_of
from concours.selection.authority import require
from concours.services.examination import imports, sessions
from concours.services.examination import scoring as service
from concours.services.examination.sheets import OMITTED, BadSheets, deal, read_key, read_sheets


@require_safe
def scoring(request: HttpRequest, competition: str) -> HttpResponse:
    """Where scoring stands, and what another cut would do to how many."""
    page = service.scoring_page(actor_of(request), competition)
    chart = None
    if page.effect:
        chart = bars(
            key="effect",
            title=_("What a cut would do"),
            summary=_("How many stand at or above each cut; the one in force is %(cut)s.")
            % {"cut": page.cut},
            head=_("Cut"),
            series=[_("At or above")],
            rows=[(line.cut, [line.passing]) for line in page.effect],
        )
    return render(request, "board/examination/scoring.html", {"page": page, "chart": chart})


@require_http_methods(["GET", "HEAD", "POST"])
def sheets(request: HttpRequest, competition: str) -> HttpResponse:
    """Read in answer sheets and their key; every fault is named, and nothing is half-imported."""
    actor = actor_of(request)
    require(actor, "examination.import_answers")
    form = SheetsForm(request.POST or None, request.FILES or None)
    faults: tuple[Any, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            done = _import(request, competition, form.cleaned_data)
        except BadSheets as bad:
            faults = bad.faults
            add_refusal(form, bad)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            words = _("%(sheets)s sheets of %(items)s items were taken in.")
            messages.success(request, words % {"sheets": done.sheets, "items": done.items})
            return redirect("board:examination_scoring", competition)
    context = {
        "form": form,
        "faults": faults,
        "competition": competition,
        "title": sessions.competition_title(competition),
    }
    return render(request, "board/examination/sheets.html", context, status=status_of(form))


def _import(request: HttpRequest, competition: str, found: dict[str, Any]) -> imports.Imported:
    key = read_key(_lines(found["key"]))
    if found["deal"] == "yes":
        key = deal(key, sessions.choice_sections(competition))
    read = read_sheets(
        _lines(found["sheets"]),
        key=key,
        person_column=found["person_column"],
        omitted=OMITTED | frozenset(found["omitted"].split()),
        options=found["options"].split(),
    )
    by_code = bool(found["person_column"])
    return imports.import_answers(
        actor_of(request), competition, read, by_code=by_code, at=service_now()
    )


def _lines(upload: Any) -> io.TextIOWrapper:
    return io.TextIOWrapper(upload, encoding="utf-8-sig", errors="replace", newline="")


@require_POST
def scale(request: HttpRequest, competition: str) -> HttpResponse:
    """Make everybody whose answers are in the reference group of the base scale."""
    imports.set_reference_group(actor_of(request), competition, at=service_now())
    messages.success(request, _("The base scale was set from this group."))
    return redirect("board:examination_scoring", competition)


@require_safe
def to_scoring(request: HttpRequest, code: str) -> HttpResponse:
    """From one file to the scoring of its competition: scoring is done for all together."""
    competition = sessions.competition_of(actor_of(request), code, at=service_now())
    return redirect("board:examination_scoring", competition)
