"""Forms of the panel's desks: ratings, ties, panels, needs and exceptions."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from concours.board.application.forms import authority_field
from concours.pages.forms import DateField, Form, SeenField
from concours.pages.words import label
from concours.services.panels.examiners import RELATIONS
from concours.services.register.class_pages import tracks_of
from concours.services.rules.pages import DEFAULT_PROCESS

TRACKS = tracks_of(DEFAULT_PROCESS)


class RatingForm(Form):
    """One rating for each item (theme or dimension), and reasons; items are given by the page."""

    def __init__(
        self,
        *args: Any,
        items: Iterable[tuple[str, str]],
        lowest: int,
        highest: int,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.items = tuple(items)
        choices = [(str(n), str(n)) for n in range(lowest, highest + 1)]
        for code, title in self.items:
            self.fields[code] = forms.ChoiceField(
                label=title, choices=choices, widget=forms.RadioSelect, required=False
            )
        self.fields["reasons"] = forms.CharField(
            label=_("Reasons"),
            help_text=_("Kept encrypted; the record holds only a seal on them."),
            widget=forms.Textarea({"rows": 5}),
            required=False,
            max_length=4_000,
        )
        # A sheet may be saved unfinished, never locked so: "(optional)" would mislead.
        for field in self.fields.values():
            field.optional_unsaid = True  # type: ignore[attr-defined]

    def ratings(self) -> dict[str, int]:
        """What was rated so far."""
        found = {code: self.cleaned_data.get(code) for code, _title in self.items}
        return {code: int(rating) for code, rating in found.items() if rating}

    @staticmethod
    def initial_of(ratings: Mapping[str, int], reasons: str) -> dict[str, Any]:
        """The form's first values from a sheet as saved."""
        return {code: str(rating) for code, rating in ratings.items()} | {"reasons": reasons}


class AsideForm(Form):
    """A reader steps aside from one file."""

    relation = forms.ChoiceField(label=_("Why you step aside"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        codes = ("recognised", *RELATIONS)
        self.fields["relation"].choices = [  # type: ignore[attr-defined]
            (code, label(f"relation.{code}")) for code in codes
        ]


class TieForm(Form):
    """An examiner's own tie; what is written is kept as a keyed hash only."""

    relation = forms.ChoiceField(label=_("Kind of tie"), widget=forms.RadioSelect)
    name = forms.CharField(label=_("Name of the school, employer or person"), max_length=200)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["relation"].choices = [  # type: ignore[attr-defined]
            (code, label(f"relation.{code}")) for code in RELATIONS
        ]


class ProfileForm(Form):
    """What planning must know of one examiner."""

    account = forms.CharField(widget=forms.HiddenInput)
    track = forms.ChoiceField(
        label=_("Track"), choices=[("", ""), *((t, label(t)) for t in TRACKS)], required=False
    )
    at_most = forms.IntegerField(label=_("Files at most"), min_value=0, max_value=2_000)
    available = forms.BooleanField(label=_("Available"), required=False)


class PanelForm(Form):
    """The readers and the chair of a new panel, by account code."""

    members = forms.MultipleChoiceField(label=_("Readers"), widget=forms.CheckboxSelectMultiple)
    chair = forms.ChoiceField(label=_("Chair"), widget=forms.RadioSelect)

    def __init__(
        self, *args: Any, readers: Iterable[str], chairs: Iterable[str], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["members"].choices = [(r, r) for r in readers]  # type: ignore[attr-defined]
        self.fields["chair"].choices = [(c, c) for c in chairs]  # type: ignore[attr-defined]


class SeenForm(Form):
    """Nothing to fill in but the version of the page."""

    seen = SeenField()


class NeedForm(Form):
    """How many files of a track are wanted."""

    seen = SeenField()
    need = forms.IntegerField(label=_("Files needed"), min_value=0, max_value=100_000)


class GroundForm(Form):
    """A coded ground for an exception, of those that may be true of the file."""

    seen = SeenField()
    ground = forms.ChoiceField(label=_("Ground"), widget=forms.RadioSelect)
    authority = authority_field()

    def __init__(self, *args: Any, grounds: Iterable[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["ground"].choices = [(g, label(g)) for g in grounds]  # type: ignore[attr-defined]


class UntilForm(GroundForm):
    """A later deadline: the last day, counted to its end in the board's zone."""

    last_day = DateField(label=_("Last day"))

    def until(self) -> datetime:
        """The instant at which it is too late."""
        day = self.cleaned_data["last_day"] + timedelta(days=1)
        return datetime.combine(day, time.min, tzinfo=ZoneInfo(settings.BOARD_ZONE))


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


class WithoutForm(Form):
    """The member to leave out, and why."""

    member = forms.ChoiceField(label=_("Member to leave out"), widget=forms.RadioSelect)
    ground = forms.ChoiceField(
        label=_("Ground"),
        widget=forms.RadioSelect,
        choices=[(g, label(g)) for g in ("conflict_found", "rating_error")],
        required=False,
    )

    authority = authority_field(required=False)

    def __init__(self, *args: Any, members: Iterable[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["member"].choices = [(m, m) for m in members]  # type: ignore[attr-defined]
