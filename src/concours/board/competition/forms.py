"""Forms of a competition's life. They check shape, never policy."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from concours.pages.forms import DateField, Form, SeenField
from concours.pages.words import label
from concours.services.rules.pages import DEFAULT_PROCESS, editions_of


class DraftForm(Form):
    """A new competition: its title, edition and dates."""

    title = forms.CharField(label=_("Title"), max_length=120)
    edition = forms.ChoiceField(label=_("Edition"))
    window = forms.RegexField(
        label=_("Window"),
        regex=r"^\d{4}-(0[1-9]|1[0-2])$",
        help_text=_("Year and month of the test, such as 2027-02"),
        error_messages={"invalid": _("Write the window as year and month, such as 2027-02")},
    )
    registration_opens = DateField(label=_("Registration opens"))
    seats_from = DateField(label=_("Seats from"))
    test_starts = DateField(label=_("First day of the test"))
    test_ends = DateField(label=_("Last day of the test"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["edition"].choices = [(e, e) for e in editions_of(DEFAULT_PROCESS)]  # type: ignore[attr-defined]


class ActForm(Form):
    """A decision that needs nothing but the version of the page."""

    seen = SeenField()


class NeedsForm(ActForm):
    """How many officers each track needs."""

    def __init__(self, *args: Any, tracks: tuple[str, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        for track in tracks:
            self.fields[f"need_{track}"] = forms.IntegerField(
                label=label(track), min_value=0, max_value=10_000
            )

    def needs(self) -> dict[str, int]:
        """The needs by track."""
        return {
            name.removeprefix("need_"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("need_")
        }


class ScaleForm(ActForm):
    """Mean and standard deviation of each section on the base scale, as exact text."""

    def __init__(self, *args: Any, sections: tuple[str, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        for section in sections:
            for part, text in (("mean", _("mean")), ("sd", _("standard deviation"))):
                self.fields[f"{part}_{section}"] = forms.RegexField(
                    label=f"{label(section)}, {text}",
                    regex=r"^\d{1,4}(\.\d{1,6})?$",
                    error_messages={"invalid": _("Write a number such as 38.25")},
                )

    def scale(self) -> dict[str, tuple[str, str]]:
        """(mean, sd) by section."""
        sections = [n.removeprefix("mean_") for n in self.fields if n.startswith("mean_")]
        return {s: (self.cleaned_data[f"mean_{s}"], self.cleaned_data[f"sd_{s}"]) for s in sections}


class AmendForm(ActForm):
    """Another edition for steps that have not begun."""

    edition = forms.ChoiceField(label=_("Edition"))
    steps = forms.MultipleChoiceField(
        label=_("For candidacies that have not begun"), widget=forms.CheckboxSelectMultiple
    )
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, steps: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["edition"].choices = [(e, e) for e in editions_of(DEFAULT_PROCESS)]  # type: ignore[attr-defined]
        self.fields["steps"].choices = steps  # type: ignore[attr-defined]
