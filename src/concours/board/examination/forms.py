"""Forms of the test administrator, the proctor, the markers and the chair."""

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from concours.board.application.forms import AppealForm, SeenForm, WhyForm, coded
from concours.pages.forms import DateField, Form
from concours.pages.words import label
from concours.selection.session import INCIDENTS
from concours.services.examination.rooms import RoomRow
from concours.services.examination.sessions import CentreRow

__all__ = ["AppealForm", "SeenForm", "WhyForm"]

YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class SessionForm(Form):
    """A session to plan, in the clock of its centre."""

    centre = forms.ChoiceField(label=_("Test centre"))
    room = forms.CharField(
        label=_("Room"), max_length=40, widget=forms.TextInput({"class": "govuk-input--width-10"})
    )
    day = DateField(label=_("Day"))
    hour = forms.TimeField(
        label=_("Begins at"),
        help_text=_("In the clock of the centre, such as 09:00."),
        widget=forms.TextInput({"class": "govuk-input--width-5"}),
    )
    seats = forms.IntegerField(
        label=_("Seats"),
        min_value=1,
        max_value=2000,
        widget=forms.TextInput({"class": "govuk-input--width-5", "inputmode": "numeric"}),
    )
    accessible = forms.IntegerField(
        label=_("Of these, step-free"),
        min_value=0,
        max_value=2000,
        initial=0,
        widget=forms.TextInput({"class": "govuk-input--width-5", "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, centres: tuple[CentreRow, ...] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.zones = {centre.code: centre.zone for centre in centres}
        self.fields["centre"].choices = [  # type: ignore[attr-defined]
            (centre.code, f"{centre.city}, {centre.name}") for centre in centres
        ]

    def starts_at(self) -> datetime:
        """The instant the session begins."""
        found = self.cleaned_data
        zone = ZoneInfo(self.zones[found["centre"]])
        return _instant(found["day"], found["hour"], zone)


class MoveSessionForm(SeenForm):
    """Another hour for a session."""

    day = DateField(label=_("New day"))
    hour = forms.TimeField(
        label=_("Begins at"), widget=forms.TextInput({"class": "govuk-input--width-5"})
    )
    reason = forms.ChoiceField(
        label=_("Reason"),
        widget=forms.RadioSelect,
        choices=[
            ("room_lost", _("The room is not available")),
            ("staff_missing", _("Staff are not available")),
            ("weather", _("Weather")),
            ("emergency", _("An emergency")),
        ],
    )

    def starts_at(self, zone: str) -> datetime:
        """The instant the session begins, by its centre's clock."""
        return _instant(self.cleaned_data["day"], self.cleaned_data["hour"], ZoneInfo(zone))


def _instant(day: Any, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, tzinfo=zone).astimezone(UTC)


class CentreForm(Form):
    """A test centre."""

    code = forms.SlugField(label=_("Short name"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=100)
    city = forms.CharField(label=_("City"), max_length=100)
    country = forms.RegexField(label=_("Country, three letters"), regex=r"^[A-Z]{3}$", max_length=3)
    zone = forms.CharField(
        label=_("Time zone"), max_length=60, help_text=_("Such as America/New_York.")
    )
    address = forms.CharField(label=_("Address"), max_length=300)
    step_free = forms.ChoiceField(
        label=_("Is it step-free?"), widget=forms.RadioSelect, choices=YES_NO
    )
    abroad = forms.ChoiceField(
        label=_("Is it at a post abroad?"), widget=forms.RadioSelect, choices=YES_NO
    )
    sits_on = DateField(
        label=_("Does it sit on one day only?"),
        help_text=_("Leave empty for a centre that sits on any day of the window."),
        required=False,
    )
    rooms = forms.CharField(
        label=_("Rooms"),
        help_text=_("One a line: name; seats; of these step-free. Such as: Hall 1; 50; 4"),
        widget=forms.Textarea({"rows": 4}),
        required=False,
    )

    def clean_rooms(self) -> tuple[RoomRow, ...]:
        """The rooms as typed, one a line."""
        rooms = []
        for number, line in enumerate(self.cleaned_data["rooms"].splitlines(), start=1):
            if not line.strip():
                continue
            name, seats, accessible = ([p.strip() for p in line.split(";")] + ["", "0"])[:3]
            if not name or len(name) > 40 or not (seats + (accessible or "0")).isdecimal():
                raise forms.ValidationError(
                    _("Line %(number)s: give a name, a semicolon and the number of seats")
                    % {"number": number}
                )
            rooms.append(RoomRow(name=name, seats=int(seats), accessible=int(accessible or 0)))
        return tuple(rooms)


class CheckInForm(SeenForm):
    """What was seen at the door. Neither name nor number of the document is kept."""

    document = forms.ChoiceField(label=_("Document shown"), widget=forms.RadioSelect)
    has_photograph = forms.ChoiceField(
        label=_("Does it carry a photograph of this person?"),
        widget=forms.RadioSelect,
        choices=YES_NO,
    )
    expires = DateField(label=_("Valid until"), required=False)
    name_matches = forms.ChoiceField(
        label=_("Is the name on it exactly the registered one?"),
        widget=forms.RadioSelect,
        choices=YES_NO,
    )

    def __init__(self, *args: Any, documents: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["document"].choices = [  # type: ignore[attr-defined]
            *((code, label(code)) for code in documents),
            ("other", _("Another document")),
        ]


class MinutesForm(SeenForm):
    """Minutes for an incident."""

    reason = forms.ChoiceField(
        label=_("What happened"), widget=forms.RadioSelect, choices=coded(INCIDENTS)
    )
    minutes = forms.IntegerField(
        label=_("Minutes to give"),
        min_value=0,
        max_value=240,
        widget=forms.TextInput({"class": "govuk-input--width-5", "inputmode": "numeric"}),
    )


class ReverseForm(WhyForm):
    """The result it should have been."""

    passed = forms.TypedChoiceField(
        label=_("Reverse to"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Passed")), ("no", _("Not passed"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
    )


class SheetsForm(Form):
    """Answer sheets and their key as two files."""

    sheets = forms.FileField(label=_("Answer sheets (CSV)"))
    key = forms.FileField(
        label=_("Key (CSV)"),
        help_text=_("Columns item and key; perhaps section, and counts (yes or no)."),
    )
    person_column = forms.CharField(
        label=_("Column with the candidacy code"),
        required=False,
        max_length=60,
        help_text=_("Leave empty to give the sheets, in their order, to those who wait to sit."),
    )
    omitted = forms.CharField(
        label=_("What stands for no answer"),
        required=False,
        max_length=40,
        help_text=_("Besides an empty cell; separate two by a space."),
    )
    options = forms.CharField(
        label=_("Answers that may stand in a cell"),
        required=False,
        max_length=60,
        help_text=_("Such as A B C D E; leave empty for those of the key."),
    )
    deal = forms.ChoiceField(
        label=_("Items without a section"),
        widget=forms.RadioSelect,
        choices=[
            ("no", _("Are a mistake")),
            ("yes", _("Are shared out over the multiple-choice sections in equal blocks")),
        ],
        initial="no",
    )


class MarkForm(Form):
    """One whole mark; locked for good."""

    mark = forms.TypedChoiceField(label=_("Your mark"), widget=forms.RadioSelect, coerce=int)

    def __init__(self, *args: Any, lowest: int, highest: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["mark"].choices = [  # type: ignore[attr-defined]
            (str(n), str(n)) for n in range(lowest, highest + 1)
        ]


class MoveSeatForm(SeenForm):
    """Another session for a candidate's seat, by its file code."""

    session = forms.CharField(label=_("Code of the session"), max_length=14)
