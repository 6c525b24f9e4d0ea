"""Forms of the final review. They check shape, never policy."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from concours.board.clearance.forms import SeenForm
from concours.pages.words import label


class OathForm(SeenForm):
    """The oath, signed by ticking it."""

    sworn = forms.BooleanField(
        label=_(
            "I will judge this file on what it holds and on nothing else, keep it to myself, and stand back if I know the person."
        ),
        error_messages={"required": _("Sign the oath to go on")},
    )


class VoteForm(SeenForm):
    """One member's vote."""

    suitable = forms.TypedChoiceField(
        label=_("Your vote"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Suitable")), ("no", _("Unsuitable"))],
        coerce=lambda value: value == "yes",
    )
    factors = forms.MultipleChoiceField(
        label=_("On these factors"),
        help_text=_("Needed for unsuitable, none for suitable."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reasons = forms.CharField(
        label=_("Reasons, factor by factor"),
        widget=forms.Textarea({"rows": 8}),
        max_length=20_000,
    )

    def __init__(self, *args: Any, factors: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["factors"].choices = factors  # type: ignore[attr-defined]


class RecuseForm(SeenForm):
    """Why a member stands back."""

    ground = forms.ChoiceField(label=_("Ground"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, grounds: tuple[str, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["ground"].choices = [(g, label(g)) for g in grounds]  # type: ignore[attr-defined]


class PanelForm(SeenForm):
    """The members of a panel."""

    members = forms.MultipleChoiceField(label=_("Members"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, free: tuple[str, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["members"].choices = [(code, code) for code in free]  # type: ignore[attr-defined]


class ReplaceForm(SeenForm):
    """Who leaves and who comes."""

    out = forms.ChoiceField(label=_("Member who stood back"), widget=forms.RadioSelect)
    into = forms.ChoiceField(label=_("New member"), widget=forms.RadioSelect)

    def __init__(
        self, *args: Any, recused: tuple[str, ...], free: tuple[str, ...], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["out"].choices = [(code, code) for code in recused]  # type: ignore[attr-defined]
        self.fields["into"].choices = [(code, code) for code in free]  # type: ignore[attr-defined]


class AppealForm(SeenForm):
    """Outcome and reasons of an appeal."""

    outcome = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    reasons = forms.CharField(
        label=_("Reasons"), widget=forms.Textarea({"rows": 6}), max_length=20_000
    )

    def __init__(self, *args: Any, outcomes: tuple[str, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["outcome"].choices = [(o, label(o)) for o in outcomes]  # type: ignore[attr-defined]
