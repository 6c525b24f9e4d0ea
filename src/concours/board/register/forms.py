"""Forms of the register and of classes. They check shape, never policy."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from concours.board.application.forms import TakeBackForm, authority_field
from concours.board.clearance.forms import SeenForm
from concours.pages.forms import DateField, Form, SeenField
from concours.pages.words import label
from concours.selection.grounds import true_grounds
from concours.selection.register_points import CORRECTION_GROUNDS


class DecideForm(SeenForm):
    """Granted or not."""

    granted = forms.TypedChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Grant the points")), ("no", _("Refuse the claim"))],
        coerce=lambda value: value == "yes",
    )


class VeteransForm(DecideForm):
    """Which preference the papers prove."""

    preference = forms.ChoiceField(label=_("Preference"), widget=forms.RadioSelect, required=False)

    def __init__(self, *args: Any, preferences: tuple[str, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["preference"].choices = [(p, label(p)) for p in preferences]  # type: ignore[attr-defined]


class LanguageForm(DecideForm):
    """Which language, test and result the papers prove."""

    language = forms.RegexField(
        label=_("Language"),
        help_text=_("In English, in small letters, such as korean"),
        regex=r"^[a-z_]{2,30}$",
        error_messages={"invalid": _("Write the language in small letters, such as korean")},
    )
    test = forms.ChoiceField(label=_("Test"), widget=forms.RadioSelect)
    level = forms.ChoiceField(label=_("Result"), widget=forms.RadioSelect)

    def __init__(
        self, *args: Any, tests: tuple[str, ...], levels: tuple[str, ...], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["test"].choices = [(t, label(t)) for t in tests]  # type: ignore[attr-defined]
        self.fields["level"].choices = [(one, label(one)) for one in levels]  # type: ignore[attr-defined]


class ExperienceForm(DecideForm):
    """How many months the papers prove."""

    months = forms.IntegerField(
        label=_("Months of qualifying work"),
        min_value=0,
        max_value=96,
        widget=forms.NumberInput({"class": "govuk-input--width-3"}),
    )


class CorrectForm(SeenForm):
    """Which claim, what is true of it, and on what ground."""

    claim = forms.ChoiceField(label=_("Claim"), widget=forms.RadioSelect)
    granted = forms.TypedChoiceField(
        label=_("What is right"),
        widget=forms.RadioSelect,
        choices=[("yes", _("The points are due")), ("no", _("The points are not due"))],
        coerce=lambda value: value == "yes",
    )
    authority = authority_field()
    ground = forms.ChoiceField(label=_("Ground"), widget=forms.RadioSelect)
    preference = forms.ChoiceField(label=_("Preference"), widget=forms.RadioSelect, required=False)
    language = forms.SlugField(
        label=_("Language"),
        help_text=_("In English, in small letters, such as korean"),
        required=False,
    )
    test = forms.ChoiceField(label=_("Test"), widget=forms.RadioSelect, required=False)
    level = forms.ChoiceField(label=_("Result"), widget=forms.RadioSelect, required=False)
    months = forms.IntegerField(
        label=_("Months of qualifying work"), min_value=0, max_value=96, required=False
    )

    def __init__(
        self,
        *args: Any,
        claims: list[tuple[str, str]],
        preferences: tuple[str, ...],
        tests: tuple[str, ...],
        levels: tuple[str, ...],
        upheld: bool,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        choices = {"preference": preferences, "test": tests, "level": levels}
        choices["ground"] = true_grounds(CORRECTION_GROUNDS, upheld=upheld)
        self.fields["claim"].choices = claims  # type: ignore[attr-defined]
        for name, codes in choices.items():
            self.fields[name].choices = [(code, label(code)) for code in codes]  # type: ignore[attr-defined]


class StopForm(SeenForm):
    """A stop: its ground, its start, and months or an end."""

    ground = forms.ChoiceField(label=_("Ground"), widget=forms.RadioSelect)
    start = DateField(label=_("First day"))
    months = forms.IntegerField(
        label=_("Whole months"),
        help_text=_("Or give an end below."),
        min_value=0,
        max_value=240,
        required=False,
        widget=forms.NumberInput({"class": "govuk-input--width-3"}),
    )
    end = DateField(label=_("First day on which the clock runs again"), required=False)

    def __init__(self, *args: Any, grounds: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["ground"].choices = grounds  # type: ignore[attr-defined]


class RefuseForm(SeenForm):
    """Reasons for a refusal."""

    reasons = forms.CharField(
        label=_("Reasons"), widget=forms.Textarea({"rows": 5}), max_length=10_000
    )


class DayForm(SeenForm):
    """A day from which something holds."""

    on = DateField(label=_("First day on which the clock runs again"))


class RestoreForm(SeenForm):
    """A new last day and the ground."""

    until = DateField(label=_("Off the register on"))
    authority = authority_field()
    ground = forms.ChoiceField(label=_("Ground"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, upheld: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        words = {
            "interest_of_service": _("Interest of the Service"),
            "error": _("Removed in error"),
            "appeal": _("Upheld on appeal"),
        }
        found = true_grounds(tuple(words), upheld=upheld)
        self.fields["ground"].choices = [(one, words[one]) for one in found]  # type: ignore[attr-defined]


class RescindForm(SeenForm):
    """Why an accepted offer is taken back."""

    authority = authority_field()
    ground = forms.ChoiceField(
        label=_("Ground"),
        widget=forms.RadioSelect,
        choices=[
            ("hiring_freeze", _("Hiring freeze")),
            ("class_cancelled", _("The class is cancelled")),
            ("error", _("Offered in error")),
        ],
    )


class SizesForm(Form):
    """The places of each track."""

    def __init__(self, *args: Any, tracks: tuple[str, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        for track in tracks:
            self.fields[f"size_{track}"] = forms.IntegerField(
                label=label(track),
                min_value=0,
                max_value=500,
                initial=0,
                widget=forms.NumberInput({"class": "govuk-input--width-3"}),
            )

    def sizes(self) -> dict[str, int]:
        """Places by track."""
        return {
            name.removeprefix("size_"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("size_")
        }


class ResizeForm(SizesForm):
    """Other places for a class."""

    seen = SeenField()


class ClassForm(SizesForm):
    """A new class."""

    title = forms.CharField(label=_("Title"), max_length=100)
    starts_on = DateField(label=_("First day of training"))


class SwearForm(SeenForm):
    """Who took the oath, and when."""

    present = forms.MultipleChoiceField(label=_("Sworn in"), widget=forms.CheckboxSelectMultiple)
    on = DateField(label=_("Day"))

    def __init__(self, *args: Any, accepted: tuple[str, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["present"].choices = [(code, code) for code in accepted]  # type: ignore[attr-defined]


class OathBackForm(TakeBackForm):
    """Whose oath is taken back, why and on whose authority."""

    who = forms.MultipleChoiceField(
        label=_("Whose oath is taken back"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, sworn_in: tuple[str, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["who"].choices = [(code, code) for code in sworn_in]  # type: ignore[attr-defined]


class AsOfForm(Form):
    """Two days to compare."""

    on = DateField(label=_("As it stood at the end of"))
    since = DateField(label=_("Movements since"))
