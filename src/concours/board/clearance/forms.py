"""Forms of the compartments' desks. They check shape, never policy."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from concours.board.application.forms import authority_field
from concours.pages.forms import DateField, Form, SeenField

REASONS = {"widget": forms.Textarea({"rows": 6}), "max_length": 20_000}


class SeenForm(Form):
    """A decision that needs nothing but the version of its page."""

    seen = SeenField()


class MedicalForm(SeenForm):
    """The class found, the day of the examination, the reasons."""

    medical_class = forms.ChoiceField(label=_("Class"), widget=forms.RadioSelect)
    examined_on = DateField(label=_("Day of the examination"))
    reasons = forms.CharField(label=_("Reasons, for this compartment only"), **REASONS)  # type: ignore[arg-type]

    def __init__(self, *args: Any, classes: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["medical_class"].choices = classes  # type: ignore[attr-defined]


class SecurityForm(SeenForm):
    """Outcome, guidelines and reasons."""

    outcome = forms.ChoiceField(label=_("Outcome"), widget=forms.RadioSelect)
    guidelines = forms.MultipleChoiceField(
        label=_("Guidelines"),
        help_text=_("Needed for anything but a plain grant."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reasons = forms.CharField(label=_("Reasons, for this compartment only"), **REASONS)  # type: ignore[arg-type]

    def __init__(
        self,
        *args: Any,
        outcomes: list[tuple[str, str]],
        guidelines: list[tuple[str, str]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["outcome"].choices = outcomes  # type: ignore[attr-defined]
        self.fields["guidelines"].choices = guidelines  # type: ignore[attr-defined]


class WaitForm(SeenForm):
    """On whom a clearance waits."""

    on = forms.ChoiceField(
        label=_("Waits on"),
        widget=forms.RadioSelect,
        choices=[
            ("candidate", _("The candidate")),
            ("board", _("The board")),
            ("third_party", _("Somebody else")),
        ],
    )


class WaiverForm(SeenForm):
    """Granted or refused, with reasons."""

    granted = forms.TypedChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Grant the waiver")), ("no", _("Refuse the waiver"))],
        coerce=lambda value: value == "yes",
    )
    reasons = forms.CharField(label=_("Reasons, for this compartment only"), **REASONS)  # type: ignore[arg-type]


class AppealForm(SeenForm):
    """The appeal panel's votes and reasons."""

    votes_for = forms.IntegerField(
        label=_("Votes to uphold the appeal"),
        min_value=0,
        max_value=9,
        widget=forms.NumberInput({"class": "govuk-input--width-2"}),
    )
    votes_against = forms.IntegerField(
        label=_("Votes to dismiss it"),
        min_value=0,
        max_value=9,
        widget=forms.NumberInput({"class": "govuk-input--width-2"}),
    )
    reasons = forms.CharField(label=_("Reasons"), **REASONS)  # type: ignore[arg-type]


class ExtendForm(SeenForm):
    """Which date, until when, why."""

    what = forms.ChoiceField(
        label=_("Which date"),
        widget=forms.RadioSelect,
        choices=[("documents", _("Medical documents")), ("forms", _("Security forms"))],
    )
    until = DateField(label=_("New last day"))
    authority = authority_field()
    ground = forms.ChoiceField(
        label=_("Ground"),
        widget=forms.RadioSelect,
        choices=[
            ("illness", _("Illness")),
            ("records_late", _("Records come late")),
            ("abroad", _("Examined abroad")),
            ("board", _("Delay of the board")),
        ],
    )
