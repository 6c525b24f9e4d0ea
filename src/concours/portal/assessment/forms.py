"""Choosing an assessment day."""

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from concours.pages.forms import Choice, Form, SeenField
from concours.pages.templatetags.words import instant
from concours.services.assessment.booking import FreeDay


class DayForm(Form):
    """The days with free places, as radios; the version of the page they stood on."""

    seen = SeenField()
    day = forms.ChoiceField(label=_("Choose a day"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, days: tuple[FreeDay, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["day"].choices = [  # type: ignore[attr-defined]
            (
                day.code,
                Choice(
                    format_html("{} · {}", instant(day.starts_at), day.place),
                    ngettext("{n} place free", "{n} places free", day.free).format(n=day.free),
                ),
            )
            for day in days
        ]


class SeenForm(Form):
    """Nothing to fill in but the version of the page."""

    seen = SeenField()
