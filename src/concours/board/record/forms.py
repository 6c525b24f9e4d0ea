"""Forms of acts on the record that cannot be undone. They check shape, never policy."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from concours.pages.forms import Form, SeenField


class HoldForm(Form):
    """Set or lift a hold, why, and by which order."""

    seen = SeenField()
    held = forms.TypedChoiceField(
        label=_("Personal data"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Keep it")), ("no", _("Lift the hold"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
    )
    reason = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)
    authority = forms.CharField(
        label=_("Number of the order or request it rests on"),
        help_text=_("Letters, digits and . / - only; no name."),
        max_length=40,
        widget=forms.TextInput({"class": "govuk-input--width-20", "dir": "ltr"}),
    )

    def __init__(self, *args: Any, reasons: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].choices = reasons  # type: ignore[attr-defined]


class ProposalForm(Form):
    """Reason, and the number of the order or request."""

    seen = SeenField()
    reason = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)
    authority = forms.CharField(
        label=_("Number of the order or request it rests on"),
        help_text=_("Letters, digits and . / - only; no name."),
        max_length=40,
        widget=forms.TextInput({"class": "govuk-input--width-20", "dir": "ltr"}),
    )

    def __init__(self, *args: Any, reasons: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].choices = reasons  # type: ignore[attr-defined]


class WithdrawalForm(Form):
    """Nothing to fill in but the version of the page."""

    seen = SeenField()


class FinalForm(Form):
    """The file's code typed again."""

    seen = SeenField()
    typed = forms.CharField(
        label=_("Type the code of the file, to confirm"),
        help_text=_("This cannot be undone."),
        max_length=20,
        widget=forms.TextInput({"class": "govuk-input--width-20", "dir": "ltr"}),
    )

    def __init__(self, *args: Any, code: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.code = code

    def clean_typed(self) -> str:
        """The code as the page shows it; anything else is no confirmation."""
        typed: str = self.cleaned_data["typed"].strip().upper()
        if typed != self.code:
            raise forms.ValidationError(_("This is not the code of the file on this page."))
        return typed

    def clean(self) -> dict[str, Any]:
        """What the act is given: the typed code is no part of it."""
        found: dict[str, Any] = super().clean() or {}
        found.pop("typed", None)
        return found
