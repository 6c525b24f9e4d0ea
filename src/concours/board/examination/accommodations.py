"""Other conditions at the test: the request with its reasons, its decision, and another in its place."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from concours.board.application.forms import SeenForm, WhyForm, coded
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.deciding import Known, answered, decision_page
from concours.pages.words import label
from concours.selection.examination_accommodations import REASONS
from concours.services.examination import accommodations as services
from concours.services.examination.accommodations import AccommodationPage

both = require_http_methods(["GET", "HEAD", "POST"])


def _granted() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=gettext_lazy("What is granted?"),
        help_text=gettext_lazy("Tick nothing to grant nothing. Extra time is granted once."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class DecideForm(SeenForm):
    """What is granted of a request, and why."""

    granted = _granted()
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), widget=forms.RadioSelect, choices=coded(REASONS)
    )


class ReplaceForm(WhyForm):
    """What is granted from now on, why, and on whose authority."""

    granted = _granted()
    field_order = ("granted", "reason", "authority")


@both
def decide(request: HttpRequest, code: str) -> HttpResponse:
    """The request that waits, and the decision on it."""
    actor, at = actor_of(request), service_now()
    page = services.accommodation_request(actor, code, at=at)
    if not page.open_now:
        messages.success(request, _("No request waits on this file."))
        return redirect("board:examination_home")
    form = _form(DecideForm, request, page, page.known.wants)

    def act(said: dict[str, Any]) -> None:
        services.decide_accommodation(actor, code, at=at, **said)

    if answered(request, form, act):
        messages.success(request, _("The request is decided; the candidate is told."))
        return redirect("board:examination_home")
    known = [
        Known(key=_("Asked for"), value=_words(page.known.wants)),
        Known(
            key=_("In force and staying so, whatever is decided here"),
            value=_words(page.known.granted),
        ),
        Known(key=_("In the candidate's words"), value=page.reasons),
    ]
    title = _("Decide on conditions at the test")
    return _page(request, page, form, title=title, label=_("Decide"), known=known)


@both
def replace(request: HttpRequest, code: str) -> HttpResponse:
    """The decision in force, and another one in its place."""
    actor, at = actor_of(request), service_now()
    page = services.accommodation_in_force(actor, code, at=at)
    form = _form(ReplaceForm, request, page, page.known.granted)

    def act(said: dict[str, Any]) -> None:
        services.reverse_accommodation(actor, code, at=at, **said)

    if answered(request, form, act):
        messages.success(request, _("The decision was replaced; the candidate is told."))
        return redirect("board:file", code)
    known = [
        Known(key=_("Asked for"), value=_words(page.known.wants)),
        Known(key=_("Granted now"), value=_words(page.known.granted)),
    ]
    title = _("Replace a decision on conditions at the test")
    return _page(request, page, form, title=title, label=_("Replace the decision"), known=known)


def _form(
    kind: type[SeenForm], request: HttpRequest, page: AccommodationPage, chosen: tuple[str, ...]
) -> SeenForm:
    form = kind(request.POST or None, initial={"seen": page.version, "granted": list(chosen)})
    field: Any = form.fields["granted"]
    field.choices = [(code, label(code)) for code in page.codes]
    return form


def _words(codes: tuple[str, ...]) -> str:
    return ", ".join(str(label(code)) for code in codes) or _("Nothing")


def _page(
    request: HttpRequest,
    page: AccommodationPage,
    form: SeenForm,
    *,
    title: str,
    label: str,
    known: list[Known],
) -> HttpResponse:
    return decision_page(
        request,
        title=title,
        code=page.code,
        form=form,
        label=label,
        known=known,
        cite=page.cite,
        rule=page.rule,
        back={"href": reverse("board:examination_home"), "text": _("The test")},
    )
