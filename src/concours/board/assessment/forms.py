"""Forms of the oral assessment's desks."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from concours.board.application.forms import authority_field
from concours.board.assessment.words import EXCUSES
from concours.pages.forms import Choice, DateField, Form, SeenField
from concours.pages.templatetags.words import instant
from concours.pages.words import label
from concours.services.assessment.booking import FreeDay


class SeenForm(Form):
    """Nothing to fill in but the version of the page."""

    seen = SeenField()


class SeasonForm(Form):
    """The last day on which a place is certain."""

    ends = DateField(label=_("A place is certain until"))


class DayForm(Form):
    """A new assessment day."""

    place = forms.CharField(label=_("City"), max_length=80)
    address = forms.CharField(label=_("Address"), max_length=300)
    day = DateField(label=_("Day"))
    starts = forms.TimeField(
        label=_("First exercise begins, board's clock"),
        widget=forms.TextInput({"class": "govuk-input--width-5"}),
        help_text=_("For example 07:00"),
    )
    places = forms.IntegerField(label=_("Places"), min_value=1, max_value=60)
    rooms = forms.IntegerField(label=_("Rooms"), min_value=1, max_value=60)


class AssessorsForm(Form):
    """Who assesses on a day, by account code."""

    accounts = forms.MultipleChoiceField(
        label=_("Assessors"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, holders: Iterable[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["accounts"].choices = [(h, h) for h in holders]  # type: ignore[attr-defined]


class ChooseDayForm(Form):
    """A day with a free place for one candidate."""

    seen = SeenField()
    day = forms.ChoiceField(label=_("Day"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, days: Iterable[FreeDay], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["day"].choices = [  # type: ignore[attr-defined]
            (d.code, Choice(format_html("{} · {}", instant(d.starts_at), d.place), str(d.free)))
            for d in days
        ]


class AttendanceForm(Form):
    """Whether a candidate came, and the accepted excuse if not."""

    seen = SeenField()
    present = forms.ChoiceField(
        label=_("Did the candidate come?"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Yes, and the identity document was checked")), ("no", _("No"))],
    )
    excuse = forms.ChoiceField(
        label=_("Accepted excuse, if the candidate did not come"),
        choices=[("", _("None")), *((code, label(code)) for code in EXCUSES)],
        required=False,
    )


class GroundForm(Form):
    """A coded ground for an exception, of those that may be true of the file."""

    seen = SeenField()
    ground = forms.ChoiceField(label=_("Ground"), widget=forms.RadioSelect)
    authority = authority_field()

    def __init__(self, *args: Any, grounds: Iterable[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["ground"].choices = [(g, label(g)) for g in grounds]  # type: ignore[attr-defined]


class ReversalForm(GroundForm):
    """The other outcome, for a coded ground."""

    outcome = forms.ChoiceField(
        label=_("New outcome"),
        widget=forms.RadioSelect,
        choices=[("passed", _("Passed")), ("failed", _("Not passed"))],
    )


class AppealForm(GroundForm):
    """An appeal upheld or dismissed, for a coded ground."""

    outcome = forms.ChoiceField(
        label=_("Decision on the appeal"),
        widget=forms.RadioSelect,
        choices=[("upheld", _("Upheld: the result is reversed")), ("dismissed", _("Dismissed"))],
    )


class SheetForm(Form):
    """One rating for each dimension the exercise shows, and reasons."""

    def __init__(
        self,
        *args: Any,
        items: Iterable[tuple[str, str, str]],
        lowest: int,
        highest: int,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.codes = []
        for code, title, hint in items:
            self.codes.append(code)
            self.fields[code] = forms.ChoiceField(
                label=title,
                help_text=hint,
                choices=[(str(n), str(n)) for n in range(lowest, highest + 1)],
                widget=forms.RadioSelect,
                required=False,
            )
        self.fields["reasons"] = forms.CharField(
            label=_("Reasons"),
            help_text=_("Kept encrypted; the record holds only a seal on them."),
            widget=forms.Textarea({"rows": 4}),
            required=False,
            max_length=4_000,
        )
        # A sheet may be saved unfinished, never locked so: "(optional)" would mislead.
        for field in self.fields.values():
            field.optional_unsaid = True  # type: ignore[attr-defined]

    def ratings(self) -> dict[str, int]:
        """What was rated so far."""
        found = {code: self.cleaned_data.get(code) for code in self.codes}
        return {code: int(rating) for code, rating in found.items() if rating}
