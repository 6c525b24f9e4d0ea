"""Forms of a candidate's challenge to an item."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from concours.pages.fields import CountedTextField
from concours.pages.forms import Form, SeenField
from concours.pages.words import label, spoken
from concours.selection.examination_challenges import CHALLENGE_GROUNDS
from concours.services.examination.requests import LONGEST, RequestsPage


class ChallengeForm(Form):
    """Which item, on what ground, and why in the candidate's words."""

    seen = SeenField()
    section = forms.ChoiceField(label=_("Section"), widget=forms.RadioSelect)
    item = forms.IntegerField(
        label=_("Number of the item"),
        min_value=1,
        max_value=500,
        widget=forms.TextInput({"class": "govuk-input--width-3", "inputmode": "numeric"}),
    )
    ground = forms.ChoiceField(
        label=_("What is wrong with it?"),
        widget=forms.RadioSelect,
        choices=lambda: [(code, label(code)) for code in sorted(CHALLENGE_GROUNDS)],
    )
    argument = CountedTextField(label=_("Why? Name your source if you have one"), limit=LONGEST)

    def __init__(self, *args: Any, page: RequestsPage, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["section"].choices = [  # type: ignore[attr-defined]
            (name, spoken(title)) for name, title, _items in page.sections
        ]
