"""Forms of one's own service, and of the public entry estimate."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from concours.pages.forms import Choice, Form, SeenField
from concours.pages.words import spoken


class EstimateForm(Form):
    """Education and years of qualifying experience."""

    education = forms.ChoiceField(
        label=_("Your highest completed education"), widget=forms.RadioSelect
    )
    years = forms.RegexField(
        label=_("Years of qualifying professional experience"),
        help_text=_("Such as 9 or 5.9. Full years count."),
        regex=r"^\d{1,2}(\.\d{1,2})?$",
        widget=forms.TextInput({"class": "govuk-input--width-4", "inputmode": "decimal"}),
        error_messages={"invalid": _("Write years as a number such as 9 or 5.9")},
    )

    def __init__(self, *args: Any, educations: tuple[tuple[str, str], ...], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["education"].choices = [(code, spoken(title)) for code, title in educations]  # type: ignore[attr-defined]


class WishForm(Form):
    """A wish for each post of the list."""

    seen = SeenField()

    def __init__(self, *args: Any, posts: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        for code, title in posts:
            self.fields[f"wish_{code}"] = forms.ChoiceField(
                label=title,
                widget=forms.RadioSelect,
                choices=[
                    ("high", Choice(_("High"))),
                    ("medium", Choice(_("Medium"))),
                    ("low", Choice(_("Low"))),
                ],
            )

    def wishes(self) -> dict[str, str]:
        """The wishes by post."""
        return {
            name.removeprefix("wish_"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("wish_")
        }
