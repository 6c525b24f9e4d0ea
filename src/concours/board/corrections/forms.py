"""Forms of bulk corrections."""

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from concours.pages.forms import Form
from concours.pages.words import label
from concours.selection.application_exceptions import AUTHORITIES, EXCEPTION_REASONS
from concours.services.corrections.kinds import CORRECTIONS

lazy_label = lazy(label, str)


class ProposeForm(Form):
    """A CSV file with one row a candidacy, and why."""

    competition = forms.ChoiceField(label=_("Competition"))
    what = forms.ChoiceField(
        label=_("What is corrected"),
        choices=[
            (c.what, f"{c.what}: candidacy{''.join(', ' + n for n in c.columns)}")
            for c in CORRECTIONS.values()
        ],
    )
    file = forms.FileField(
        label=_("File"), help_text=_("CSV in UTF-8; the first row names the columns above")
    )
    reason = forms.ChoiceField(
        label=_("Reason"), choices=[(r, lazy_label(r)) for r in sorted(EXCEPTION_REASONS)]
    )
    authority = forms.ChoiceField(
        label=_("By authority of"),
        choices=[(a, lazy_label(f"authority.{a}")) for a in sorted(AUTHORITIES)],
    )

    def __init__(self, *args: Any, competitions: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["competition"].choices = competitions  # type: ignore[attr-defined]
