"""Forms of marks: a change of the key, a known-mark script, answers to challenges, the locked browser."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from concours.board.application.forms import SeenForm, WhyForm, coded
from concours.pages.fields import CountedTextField
from concours.pages.forms import Choice, Form
from concours.selection.examination_proctor import EXEMPTIONS, PAUSES
from concours.selection.key_changes import REASONS, TREATMENTS
from concours.services.examination.essay_seeds import LONGEST

YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class KeyChangeForm(Form):
    """What is wrong with an item, and how it shall count."""

    reason = forms.ChoiceField(
        label=_("What is wrong with it?"), widget=forms.RadioSelect, choices=coded(REASONS)
    )
    treatment = forms.ChoiceField(label=_("How shall it count?"), widget=forms.RadioSelect)
    option = forms.ChoiceField(
        label=_("The other option, where one is right"), widget=forms.RadioSelect, required=False
    )

    def __init__(
        self,
        *args: Any,
        options: tuple[tuple[str, str], ...] = (),
        key: str = "",
        several: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        if several:
            self.fields["option"] = forms.CharField(
                label=_("All right options, such as AC, where others are right"),
                required=False,
                max_length=8,
            )
        self.fields["treatment"].choices = [  # type: ignore[attr-defined]
            (code, Choice(_TITLES[code], words)) for code, words in TREATMENTS.items()
        ]
        if not several:
            self.fields["option"].choices = [  # type: ignore[attr-defined]
                (letter, f"{letter}. {words}" if words != letter else letter)
                for letter, words in options
                if letter != key
            ]


class MeasureForm(Form):
    """By which model a run of the measurement room works."""

    model = forms.ChoiceField(
        label=_("Model of the items"),
        widget=forms.RadioSelect,
        choices=[
            ("2pl", _("Difficulty and slope (two parameters)")),
            ("1pl", _("Difficulty alone (Rasch), for small groups")),
            ("3pl", _("Difficulty, slope and guessing (three parameters), for large groups")),
        ],
        initial="2pl",
    )


_TITLES = {
    "drop": _("Drop it"),
    "credit": _("Give it to everybody"),
    "rekey": _("Change the key"),
    "accept_also": _("Accept another option too"),
}


class KeyDecisionForm(Form):
    """Approve or refuse, on the effect that the page shows."""

    effect = forms.CharField(widget=forms.HiddenInput)
    approve = forms.TypedChoiceField(
        label=_("Your decision"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Approve: score everybody again")), ("no", _("Refuse"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
    )


class ChallengeAnswerForm(WhyForm):
    """The answer to a challenge."""

    upheld = forms.TypedChoiceField(
        label=_("Is the challenge right?"),
        widget=forms.RadioSelect,
        choices=YES_NO,
        coerce=lambda value: value == "yes",
        empty_value=None,
    )


class ScriptForm(Form):
    """An essay written for the purpose, and its mark."""

    text = CountedTextField(label=_("The script"), limit=LONGEST)
    mark = forms.IntegerField(
        label=_("Its mark"),
        min_value=0,
        widget=forms.TextInput({"class": "govuk-input--width-2", "inputmode": "numeric"}),
    )


class PauseForm(SeenForm):
    """Why the clock is stopped."""

    reason = forms.ChoiceField(
        label=_("What happened"), widget=forms.RadioSelect, choices=coded(PAUSES)
    )


class ExemptForm(SeenForm):
    """Why somebody may sit without the locked browser."""

    reason = forms.ChoiceField(
        label=_("Reason"), widget=forms.RadioSelect, choices=coded(EXEMPTIONS)
    )
    authority = forms.ChoiceField(
        label=_("On whose authority"),
        widget=forms.RadioSelect,
        choices=coded(frozenset({"registrar", "board"})),
    )


class LockdownForm(Form):
    """Whether the locked browser is required, and what it knows."""

    required = forms.TypedChoiceField(
        label=_("Is the test sat in Safe Exam Browser?"),
        widget=forms.RadioSelect,
        choices=YES_NO,
        coerce=lambda value: value == "yes",
        empty_value=None,
    )
    quit_password = forms.CharField(
        label=_("Password to quit it"),
        help_text=_("Leave empty to keep the one there is. Only its hash is kept."),
        required=False,
        max_length=100,
    )
    browser_keys = forms.CharField(
        label=_("Browser exam keys, one a line"),
        help_text=_("Only these builds of the browser are let in; leave empty for every build."),
        required=False,
        widget=forms.Textarea({"rows": 4, "class": "govuk-textarea"}),
    )

    def clean_browser_keys(self) -> list[str]:
        """The keys one by one."""
        return str(self.cleaned_data.get("browser_keys", "")).split()
