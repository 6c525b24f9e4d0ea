"""Forms of the application's sections. They check shape, never policy."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from concours.pages.forms import Choice, DateField, Form, SeenField
from concours.pages.words import spoken

ENTRIES = 3
LANGUAGES = 4
DEGREES = [
    ("", _("Choose")),
    ("secondary", _("Secondary school")),
    ("bachelor", _("Bachelor's degree")),
    ("master", _("Master's degree")),
    ("doctorate", _("Doctorate")),
    ("law", _("Law degree")),
]
LEVELS = [("", _("Choose")), *((str(n), str(n)) for n in range(6))]
YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class SectionForm(Form):
    """One section. `content` is what is kept; `initial_of` is its inverse."""

    def content(self) -> dict[str, Any]:
        """What is kept of this section."""
        return dict(self.cleaned_data)

    @classmethod
    def initial_of(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        """What the fields show for what is kept."""
        return dict(content)


class IdentityForm(SectionForm):
    """Who somebody is, as their identity document says it."""

    full_name = forms.CharField(
        label=_("Full name"),
        max_length=200,
        help_text=_("Exactly as on the identity document you will show at the door."),
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    birth_date = DateField(label=_("Date of birth"), autocomplete="bday")
    citizenships = forms.CharField(
        label=_("Citizenship"),
        max_length=40,
        help_text=_("Three-letter country codes, such as FRA. Put a comma between two."),
        widget=forms.TextInput({"class": "govuk-input--width-10"}),
    )

    def clean_citizenships(self) -> list[str]:
        """Country codes in capitals, each once."""
        found = [c.strip().upper() for c in self.cleaned_data["citizenships"].split(",")]
        codes = sorted({c for c in found if c})
        if not codes or any(len(c) != 3 or not c.isalpha() for c in codes):
            raise forms.ValidationError(_("Enter country codes of three letters, such as FRA"))
        return codes

    def content(self) -> dict[str, Any]:
        return {
            "full_name": self.cleaned_data["full_name"],
            "birth_date": self.cleaned_data["birth_date"].isoformat(),
            "citizenships": self.cleaned_data["citizenships"],
        }

    @classmethod
    def initial_of(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        born = str(content.get("birth_date", ""))
        return {
            **content,
            "birth_date": date.fromisoformat(born) if born else None,
            "citizenships": ", ".join(content.get("citizenships", [])),
        }


class ContactForm(SectionForm):
    """Where somebody is reached."""

    address = forms.CharField(
        label=_("Postal address"), max_length=500, widget=forms.Textarea({"rows": 4})
    )
    telephone = forms.CharField(
        label=_("Telephone number"),
        max_length=40,
        widget=forms.TextInput({"class": "govuk-input--width-20", "autocomplete": "tel"}),
    )


class RepeatedForm(SectionForm):
    """A section of several entries of the same fields; an empty entry is left out."""

    count = ENTRIES
    parts: Mapping[str, forms.Field] = {}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for place in range(1, self.count + 1):
            for name, field in self.parts.items():
                self.fields[f"{name}_{place}"] = _numbered(field, place)

    def content(self) -> dict[str, Any]:
        entries = [
            {name: self.cleaned_data.get(f"{name}_{place}", "") for name in self.parts}
            for place in range(1, self.count + 1)
        ]
        kept = [{k: str(v) for k, v in e.items()} for e in entries if any(e.values())]
        return {"entries": kept}

    @classmethod
    def initial_of(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        return {
            f"{name}_{place}": value
            for place, entry in enumerate(content.get("entries", []), start=1)
            for name, value in entry.items()
        }


def _numbered(field: forms.Field, place: int) -> forms.Field:
    """A copy of a field for one entry, with the entry's number in its label."""
    fresh = field.__deepcopy__({})
    fresh.label = f"{field.label} ({place})"
    fresh.required = False
    return fresh


class EducationForm(RepeatedForm):
    """Schools and degrees, the highest first."""

    parts = {
        "degree": forms.ChoiceField(label=_("Degree"), choices=DEGREES),
        "field": forms.CharField(label=_("Subject"), max_length=100),
        "institution": forms.CharField(label=_("School or university"), max_length=150),
        "year": forms.RegexField(label=_("Year"), regex=r"^\d{4}$", max_length=4),
    }


class EmploymentForm(RepeatedForm):
    """Work, the latest first."""

    parts = {
        "employer": forms.CharField(label=_("Employer"), max_length=150),
        "title": forms.CharField(label=_("Your post"), max_length=100),
        "country": forms.CharField(label=_("Country"), max_length=60),
        "from_year": forms.RegexField(label=_("From year"), regex=r"^\d{4}$", max_length=4),
        "to_year": forms.RegexField(label=_("To year"), regex=r"^\d{4}$", max_length=4),
        "duties": forms.CharField(
            label=_("What you did"), max_length=1000, widget=forms.Textarea({"rows": 3})
        ),
    }


class LanguagesForm(RepeatedForm):
    """Languages with a level the applicant gives themselves."""

    count = LANGUAGES
    parts = {
        "language": forms.CharField(label=_("Language"), max_length=60),
        "level": forms.ChoiceField(label=_("Speaking level, 0 to 5"), choices=LEVELS),
    }


class VeteranForm(SectionForm):
    """A claim to veterans' preference; points are given on the register, with evidence."""

    claim = forms.ChoiceField(
        label=_("Do you claim veterans' preference?"),
        widget=forms.RadioSelect,
        choices=[
            ("none", _("No")),
            ("five_point", Choice(_("Yes, five-point preference"))),
            ("ten_point", Choice(_("Yes, ten-point preference"))),
        ],
    )


class TrackForm(SectionForm):
    """The one choice of track."""

    heading = "track"

    def __init__(self, *args: Any, tracks: tuple[Any, ...] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["track"] = forms.ChoiceField(
            label=_("Choose your career track"),
            help_text=_("You choose once. It is locked when you send the application."),
            widget=forms.RadioSelect,
            choices=[
                (track.id, Choice(spoken(track.title), spoken(track.work))) for track in tracks
            ],
            error_messages={"required": _("Select a career track")},
        )


class DeclarationsForm(SectionForm):
    """What an applicant agrees to, and what they declare not to be."""

    def __init__(
        self, *args: Any, declarations: tuple[tuple[str, str, bool], ...] = (), **options: Any
    ) -> None:
        super().__init__(*args, **options)
        for code, words, _needed in declarations:
            self.fields[code] = forms.ChoiceField(
                label=spoken(words),
                widget=forms.RadioSelect,
                choices=YES_NO,
                error_messages={
                    "required": _("Select yes or no: %(words)s") % {"words": spoken(words)}
                },
            )

    def content(self) -> dict[str, Any]:
        return {code: value == "yes" for code, value in self.cleaned_data.items()}

    @classmethod
    def initial_of(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        return {code: "yes" if value else "no" for code, value in content.items()}


class EqualityForm(SectionForm):
    """Questions for statistics; nobody who decides ever sees an answer."""

    sex = forms.ChoiceField(
        label=_("Sex"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("f", _("Female")), ("m", _("Male")), ("", _("Prefer not to say"))],
    )
    origin = forms.CharField(
        label=_("Ethnic or racial origin, in your own words"), required=False, max_length=100
    )
    disability = forms.ChoiceField(
        label=_("Do you have a disability?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[*YES_NO, ("", _("Prefer not to say"))],
    )


SECTION_FORMS: Mapping[str, type[SectionForm]] = {
    "identity": IdentityForm,
    "contact": ContactForm,
    "education": EducationForm,
    "employment": EmploymentForm,
    "languages": LanguagesForm,
    "veteran": VeteranForm,
    "declarations": DeclarationsForm,
    "track": TrackForm,
    "equality": EqualityForm,
}


class SendForm(Form):
    """Sending: the version the applicant read, and a late entry code where they have one."""

    seen = SeenField()
    late_code = forms.CharField(
        label=_("Late entry code"),
        required=False,
        max_length=20,
        help_text=_("Only if the registrar gave you one."),
        widget=forms.TextInput({"class": "govuk-input--width-20"}),
    )


class WithdrawForm(Form):
    """Why somebody withdraws, if they wish to say."""

    seen = SeenField()
    reason = forms.ChoiceField(
        label=_("Why do you withdraw?"),
        widget=forms.RadioSelect,
        choices=[
            ("other_post", _("I have taken another post")),
            ("study", _("I go on studying")),
            ("health", _("For reasons of health")),
            ("personal", _("For personal reasons")),
            ("not_said", _("I prefer not to say")),
        ],
    )


class SeenForm(Form):
    """A decision without questions: only the version the reader saw."""

    seen = SeenField()


class EligibilityCheckForm(Form):
    """What the eligibility check asks; nothing of it is kept."""

    born = DateField(label=_("Your date of birth"))
    tested_on = DateField(label=_("The day you would sit the test"))
    citizen = forms.ChoiceField(
        label="",
        widget=forms.RadioSelect,
        choices=YES_NO,
    )
    preference = forms.ChoiceField(
        label=_("Are you entitled to veterans' preference?"),
        widget=forms.RadioSelect,
        choices=YES_NO,
    )

    def __init__(
        self,
        *args: Any,
        citizenship: str,
        declarations: tuple[tuple[str, str, bool], ...] = (),
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["citizen"].label = spoken(citizenship)
        for code, words, _needed in declarations:
            self.fields[code] = forms.ChoiceField(
                label=spoken(words), widget=forms.RadioSelect, choices=YES_NO
            )
