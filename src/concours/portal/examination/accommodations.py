"""Asking for other conditions at the test, and what was decided."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.deciding import answered
from concours.pages.fields import CountedTextField
from concours.pages.forms import Form, SeenField, status_of
from concours.pages.words import label
from concours.services.examination.accommodations import (
    LONGEST,
    ask_accommodation,
    own_accommodations,
)


class AskForm(Form):
    """What is needed, and why in the candidate's words."""

    seen = SeenField()
    wants = forms.MultipleChoiceField(
        label=gettext_lazy("What do you need?"), widget=forms.CheckboxSelectMultiple
    )
    text = CountedTextField(
        label=gettext_lazy("Why, and what shows it? Name the document and who wrote it"),
        limit=LONGEST,
    )

    def __init__(self, *args: Any, codes: tuple[str, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["wants"].choices = [(c, label(c)) for c in codes]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """The request, its answer, and the minutes of each section as granted."""
    actor, at = actor_of(request), service_now()
    page = own_accommodations(actor, code, at=at)
    form = AskForm(request.POST or None, codes=page.codes, initial={"seen": page.version})
    if answered(request, form, lambda said: ask_accommodation(actor, code, at=at, **said)):
        messages.success(request, _("Your request was made. You will be told the answer."))
        return redirect("portal:examination_ask_accommodation", code)
    context = {"page": page, "form": form}
    template = "portal/examination/accommodations.html"
    return render(request, template, context, status=status_of(form))
