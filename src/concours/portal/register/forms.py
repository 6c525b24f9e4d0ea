"""Forms of one's own place on the register."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from concours.pages.forms import Form, SeenField


class SeenForm(Form):
    """A decision that needs nothing but the version of its page."""

    seen = SeenField()


class ClaimForm(SeenForm):
    """A claim for points, with its evidence."""

    claim = forms.ChoiceField(label=_("What you claim points for"), widget=forms.RadioSelect)
    evidence = forms.CharField(
        label=_("Your evidence"),
        help_text=_(
            "For a language: which language, which test, when and with what result. For preference: the papers that prove it."
        ),
        widget=forms.Textarea({"rows": 6}),
        max_length=10_000,
    )

    def __init__(self, *args: Any, claims: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["claim"].choices = claims  # type: ignore[attr-defined]


class StopForm(SeenForm):
    """A request to stop the clock."""

    ground = forms.ChoiceField(label=_("Ground"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("From when, until when, and on what papers"),
        widget=forms.Textarea({"rows": 6}),
        max_length=10_000,
    )

    def __init__(self, *args: Any, grounds: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["ground"].choices = grounds  # type: ignore[attr-defined]
