"""After the test: challenging an item, asking for re-scoring, the score report."""

from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from concours.pages.actor import actor_of
from concours.pages.charts import BarsChart, bars
from concours.pages.clock import service_now
from concours.pages.deciding import answered, decision_page
from concours.pages.documents import pdf_of
from concours.pages.forms import status_of
from concours.pages.words import spoken
from concours.portal.examination.forms import SeenForm
from concours.portal.examination.marks_forms import ChallengeForm
from concours.services.examination import requests
from concours.services.examination.score_report import ScoreReport, score_report

both = require_http_methods(["GET", "HEAD", "POST"])


@both
def challenge(request: HttpRequest, code: str) -> HttpResponse:
    """Challenge an item; what was challenged before stands above the form."""
    actor, at = actor_of(request), service_now()
    page = requests.requests_page(actor, code, at=at)
    form = ChallengeForm(request.POST or None, page=page, initial={"seen": page.version})

    def act(said: dict[str, Any]) -> None:
        requests.challenge_item(actor, code, at=at, **said)

    if answered(request, form, act):
        messages.success(request, _("Your challenge was lodged. You will be told the answer."))
        return redirect("portal:examination_challenge_item", code)
    titles = {name: spoken(title) for name, title, _items in page.sections}
    context = {
        "page": page,
        "form": form,
        "rows": [
            (titles.get(c.section, c.section), page.seen[c.section, c.item], c)
            for c in page.challenges
        ],
        "open": page.challenge_until is not None and at < page.challenge_until,
    }
    return render(request, "portal/examination/challenge.html", context, status=status_of(form))


@both
def rescoring(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for one's answers to be scored again."""
    actor, at = actor_of(request), service_now()
    page = requests.requests_page(actor, code, at=at)
    form = SeenForm(request.POST or None, initial={"seen": page.version})

    def act(said: dict[str, Any]) -> None:
        requests.request_rescoring(actor, code, at=at, seen=said["seen"])

    if answered(request, form, act):
        messages.success(request, _("Your request was lodged. You will be told the answer."))
        return redirect("portal:examination_result", code)
    return decision_page(
        request,
        title=_("Ask for your answers to be scored again"),
        lead=_(
            "Your answers are counted once more against the key in force. You can ask once. A result of passed is never taken away by it."
        ),
        form=form,
        label=_("Ask for re-scoring"),
        code=code,
        rule="examination.rescoring",
        back={
            "href": reverse("portal:examination_result", args=[code]),
            "text": _("The result of your test"),
        },
    )


@require_safe
def report(request: HttpRequest, code: str) -> HttpResponse:
    """The score report with a picture of each section's subjects."""
    page = score_report(actor_of(request), code, at=service_now())
    context = {"page": page, "charts": _pictures(page), "scores": _scores(page)}
    return render(request, "portal/examination/report.html", context)


@require_safe
def report_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The same as a tagged PDF file."""
    page = score_report(actor_of(request), code, at=service_now())
    html = render_to_string("portal/examination/report_print.html", {"page": page}, request)
    return HttpResponse(
        pdf_of(html),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="scores-{code}.pdf"'},
    )


def _scores(page: ScoreReport) -> BarsChart | None:
    if not page.result.sections:
        return None
    return bars(
        key="sections",
        title=_("Your scaled scores"),
        summary=_("Each section beside 50, the mean of the base scale."),
        head=_("Section"),
        series=[_("You"), _("Mean of the base scale")],
        rows=[
            (spoken(s.title), [Fraction(s.scaled), Fraction(s.mean)]) for s in page.result.sections
        ],
        places=2,
    )


def _pictures(page: ScoreReport) -> list[BarsChart]:
    return [
        bars(
            key=f"subjects-{place}",
            title=spoken(section.title),
            summary=_("Right answers by subject, among the items that count."),
            head=_("Subject"),
            series=[_("Right"), _("Items")],
            rows=[(spoken(s.title), [s.right, s.items]) for s in section.subjects],
        )
        for place, section in enumerate(page.sections, start=1)
    ]
