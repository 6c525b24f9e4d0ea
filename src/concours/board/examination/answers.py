"""Answers of one sitting: late ones and the decision on them, and its timeline for appeals."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from concours.board.application.forms import WhyForm
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.deciding import answered
from concours.pages.forms import status_of
from concours.services.acts import act_page
from concours.services.examination.late import decide_late, late_page
from concours.services.examination.timeline import timeline as replay

LATE = "examination.decide_late"


class LateForm(WhyForm):
    """Whether they count, why, and on whose authority."""

    take = forms.ChoiceField(
        label=_("Do the late answers count?"),
        widget=forms.RadioSelect,
        choices=[
            ("yes", _("They count like answers given in time")),
            ("no", _("They stay in the record and count for nothing")),
        ],
    )
    field_order = ("take", "reason", "authority")

    def clean_take(self) -> bool:
        """Yes or no as the command takes it."""
        return bool(self.cleaned_data["take"] == "yes")


@require_http_methods(["GET", "HEAD", "POST"])
def late(request: HttpRequest, code: str) -> HttpResponse:
    """The late answers of a sitting, without what was answered, and the decision on them."""
    actor, at = actor_of(request), service_now()
    page = late_page(actor, code, at=at)
    about = act_page(actor, code, command=LATE, action=LATE, rule="examination.late_answers", at=at)
    form = LateForm(request.POST or None, initial={"seen": page.version})
    if answered(request, form, lambda said: decide_late(actor, code, at=at, **said)):
        messages.success(request, _("The late answers were decided on."))
        return redirect("board:file", code)
    context = {"page": page, "about": about, "form": form}
    return render(request, "board/examination/late.html", context, status=status_of(form))


@require_safe
def timeline(request: HttpRequest, code: str) -> HttpResponse:
    """Every acknowledged save of a sitting, in order, beside the record's digest."""
    page = replay(actor_of(request), code, at=service_now())
    return render(request, "board/examination/timeline.html", {"page": page})
