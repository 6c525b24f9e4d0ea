"""Forms of appointment, training and postings. They check shape, never policy."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from concours.board.clearance.forms import SeenForm
from concours.pages.forms import DateField, Form
from concours.pages.words import label


class AppointForm(SeenForm):
    """Education and years proven, and by what."""

    education = forms.ChoiceField(label=_("Highest completed education"), widget=forms.RadioSelect)
    years = forms.RegexField(
        label=_("Years of qualifying professional experience"),
        regex=r"^\d{1,2}(\.\d{1,2})?$",
        widget=forms.TextInput({"class": "govuk-input--width-4", "inputmode": "decimal"}),
        error_messages={"invalid": _("Write years as a number such as 9 or 5.9")},
    )
    proof = forms.CharField(
        label=_("On what papers this rests"), widget=forms.Textarea({"rows": 4}), max_length=5_000
    )

    def __init__(self, *args: Any, educations: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["education"].choices = educations  # type: ignore[attr-defined]


class TrainingForm(SeenForm):
    """A module and its result."""

    module = forms.ChoiceField(label=_("Module"), widget=forms.RadioSelect)
    result = forms.ChoiceField(
        label=_("Result"),
        widget=forms.RadioSelect,
        choices=[("passed", _("Passed")), ("failed", _("Failed"))],
    )

    def __init__(self, *args: Any, modules: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["module"].choices = modules  # type: ignore[attr-defined]


class AssignForm(SeenForm):
    """A post of the list."""

    post = forms.ChoiceField(label=_("Post"), widget=forms.RadioSelect)

    def __init__(
        self, *args: Any, posts: list[tuple[str, str]], wishes: dict[str, str], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["post"].choices = [  # type: ignore[attr-defined]
            (code, f"{title} · {label(wishes.get(code, 'low'))}") for code, title in posts
        ]


class PostForm(Form):
    """A post for a class's list."""

    code = forms.SlugField(label=_("Code"), max_length=40)
    title = forms.CharField(label=_("Post"), max_length=100)
    abroad = forms.TypedChoiceField(
        label=_("Where"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Abroad")), ("no", _("At home"))],
        coerce=lambda value: value == "yes",
    )
    places = forms.IntegerField(label=_("Places"), min_value=1, max_value=50)
    need = forms.IntegerField(
        label=_("Need"),
        help_text=_("0 to 100: weighed with wishes, of which high counts 100 and medium 40."),
        min_value=0,
        max_value=100,
    )
    starts_on = DateField(label=_("First day"))
    months = forms.IntegerField(label=_("Months"), min_value=1, max_value=72)


class SignForm(Form):
    """The run whose proposal is signed."""

    run = forms.CharField(widget=forms.HiddenInput)
