"""Forms of the eligibility desk and the exceptions desk."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from concours.kernel.period import day_end
from concours.pages.forms import DateField, Form, SeenField
from concours.pages.words import label
from concours.pages.zone import board_zone
from concours.selection.application_exceptions import (
    AUTHORITIES,
    CORRECTABLE,
    EXCEPTION_REASONS,
    WITHDRAWAL_REASONS,
)


def coded(codes: frozenset[str]) -> Any:
    """Choices of codes in their words, in one order; made when the form is shown."""
    return lambda: [(code, label(code)) for code in sorted(codes)]


def authority_field(*, required: bool = True) -> forms.ChoiceField:
    """On whose authority an exceptional act rests; the board is one, beside persons and a court."""
    return forms.ChoiceField(
        label=_("On whose authority"),
        widget=forms.RadioSelect,
        choices=lambda: [(code, label(f"authority.{code}")) for code in sorted(AUTHORITIES)],
        required=required,
    )


class SeenForm(Form):
    """A decision without questions: only the version the reader saw."""

    seen = SeenField()


class WhyForm(SeenForm):
    """Reason and authority, which every exceptional act must give."""

    reason = forms.ChoiceField(
        label=_("Reason"), widget=forms.RadioSelect, choices=coded(EXCEPTION_REASONS)
    )
    authority = authority_field()


class TakeBackForm(WhyForm):
    """The same, with a word that the consequences were read."""

    sure = forms.BooleanField(
        label=_("I have read what falls with this decision, and take it back"),
    )

    def clean(self) -> dict[str, Any]:
        """What the act is given: the tick itself is no part of it."""
        found: dict[str, Any] = super().clean() or {}
        found.pop("sure", None)
        return found


class UntilForm(WhyForm):
    """The same, with the last day."""

    until = DateField(label=_("Last day"))

    def clean_until(self) -> datetime:
        """The end of that day in the board's zone."""
        return day_end(self.cleaned_data["until"], board_zone().key).astimezone(UTC)


class SectionUntilForm(UntilForm):
    """The same, with the section to open."""

    section = forms.ChoiceField(
        label=_("Section"), widget=forms.RadioSelect, choices=coded(CORRECTABLE)
    )


class CorrectionForm(WhyForm):
    """One answer put right."""

    answer = forms.ChoiceField(
        label=_("Answer to correct"),
        widget=forms.RadioSelect,
        choices=[
            ("identity.full_name", _("Full name")),
            ("identity.birth_date", _("Date of birth (year-month-day)")),
            ("contact.address", _("Postal address")),
            ("contact.telephone", _("Telephone number")),
            ("veteran.claim", _("Veterans' preference (none, five_point, ten_point)")),
        ],
    )
    value = forms.CharField(label=_("What it should say"), max_length=500)


class WithdrawForm(SeenForm):
    """A withdrawal the candidate asked the board for."""

    reason = forms.ChoiceField(
        label=_("Reason the candidate gave"),
        widget=forms.RadioSelect,
        choices=coded(WITHDRAWAL_REASONS),
    )


class ReverseForm(WhyForm):
    """The finding it should have been."""

    eligible = forms.TypedChoiceField(
        label=_("Reverse to"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Eligible")), ("no", _("Not eligible"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
    )


class AppealForm(WhyForm):
    """The outcome of an appeal."""

    upheld = forms.TypedChoiceField(
        label=_("Outcome of the appeal"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Upheld")), ("no", _("Dismissed"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
    )
