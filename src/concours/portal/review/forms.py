"""Forms of one's own final review."""

from django import forms
from django.utils.translation import gettext_lazy as _

from concours.pages.forms import Form, SeenField


class ReplyForm(Form):
    """A reply or an appeal in one's own words."""

    seen = SeenField()
    text = forms.CharField(
        label=_("Your words"),
        widget=forms.Textarea({"rows": 12}),
        max_length=30_000,
        error_messages={"required": _("Write what the panel should know")},
    )
