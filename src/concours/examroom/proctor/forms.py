"""Forms of the proctor's desk: each asks for a code and gives a reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from concours.pages.forms import Form, SeenField
from concours.pages.words import label
from concours.selection.examination_answers import SWAP_REASONS
from concours.selection.examination_proctor import IRREGULARITIES, PAUSES
from concours.selection.session import INCIDENTS
from concours.services.examination.proctor import LONGEST

LARGEST = 4_000_000
"""Bytes; thousands of answers and an essay in every version fit."""


def _coded(codes: Any) -> Any:
    return lambda: [(code, label(code)) for code in sorted(codes)]


class SeenForm(Form):
    """An act without questions."""

    seen = SeenField()


class PauseForm(SeenForm):
    """Why a clock is stopped."""

    reason = forms.ChoiceField(
        label=_("What happened"), widget=forms.RadioSelect, choices=_coded(PAUSES)
    )


class IncidentForm(SeenForm):
    """What happened, and the minutes given for it."""

    reason = forms.ChoiceField(
        label=_("What happened"), widget=forms.RadioSelect, choices=_coded(INCIDENTS)
    )
    minutes = forms.IntegerField(
        label=_("Minutes to give"),
        min_value=0,
        max_value=120,
        widget=forms.TextInput({"class": "govuk-input--width-3", "inputmode": "numeric"}),
    )


class RoomPauseForm(SeenForm):
    """Why everybody's clock is stopped, or which of these pauses ends."""

    reason = forms.ChoiceField(
        label=_("What happened"), widget=forms.RadioSelect, choices=_coded(INCIDENTS)
    )


class SwapForm(SeenForm):
    """Why somebody goes to another machine."""

    reason = forms.ChoiceField(
        label=_("Why another machine"), widget=forms.RadioSelect, choices=_coded(SWAP_REASONS)
    )


class IrregularityForm(Form):
    """What was irregular, by category."""

    what = forms.ChoiceField(
        label=_("What was irregular"),
        choices=lambda: [
            (label(category), [(f"{category}.{code}", label(code)) for code in codes])
            for category, codes in IRREGULARITIES.items()
        ],
    )

    def clean(self) -> dict[str, Any]:
        """Category and code apart."""
        found: dict[str, Any] = super().clean() or {}
        category, dot, what = str(found.get("what", "")).partition(".")
        return {"category": category, "what": what} if dot else found


class MessageForm(Form):
    """A short message."""

    text = forms.CharField(label=_("Message"), max_length=LONGEST)


class HandOverForm(Form):
    """The file a candidate's device wrote because it had no network to the end."""

    file = forms.FileField(label=_("Hand-over file"))

    def clean_file(self) -> Any:
        """A file of a size such a device writes."""
        found = self.cleaned_data["file"]
        if found.size > LARGEST:
            raise forms.ValidationError(_("This file is larger than any hand-over file"))
        return found
