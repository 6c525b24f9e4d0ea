"""The form of one narrative: it keeps what was typed, too long or unfinished as it may be."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from concours.pages.fields import CountedTextarea
from concours.pages.forms import Form, SeenField
from concours.pages.words import label
from concours.services.narratives.writing import RELATIONS


class NarrativeForm(Form):
    """Text and verifier of one theme; what is missing is said on the list, never lost here."""

    text = forms.CharField(label=_("Your narrative"), required=False, strip=False)
    verifier_name = forms.CharField(
        label=_("Name of somebody who can confirm it"), max_length=200, required=False
    )
    verifier_contact = forms.CharField(
        label=_("How we can reach them"),
        help_text=_("An email address or a telephone number. We contact only some."),
        max_length=200,
        required=False,
    )
    relation = forms.ChoiceField(
        label=_("How they know you"),
        help_text=_("Not a relative, and nobody who works under you."),
        required=False,
    )

    def __init__(self, *args: Any, limit: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].widget = CountedTextarea(limit, {"rows": 14})
        # A draft may lack any of them, the narratives sent may not: "(optional)" would mislead.
        for field in self.fields.values():
            field.optional_unsaid = True  # type: ignore[attr-defined]
        self.fields["relation"].choices = [  # type: ignore[attr-defined]
            ("", ""),
            *((code, label(f"relation.{code}")) for code in RELATIONS),
        ]


class SubmitForm(Form):
    """The version of the checked page, given back with the submission."""

    seen = SeenField()
