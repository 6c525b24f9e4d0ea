"""Forms of one's own clearances. They check shape, never policy."""

from django import forms
from django.utils.translation import gettext_lazy as _

from concours.pages.forms import Form, SeenField


class ConfirmForm(Form):
    """A decision that needs one confirmation."""

    seen = SeenField()
    confirmed = forms.BooleanField(
        label=_("I confirm"), error_messages={"required": _("Confirm to go on")}
    )


class UploadForm(Form):
    """One document."""

    document = forms.FileField(
        label=_("Document"),
        help_text=_("PDF, JPEG or PNG, 10 MB at most. It is encrypted; only this desk reads it."),
        error_messages={"required": _("Choose a document")},
    )


class GroundsForm(Form):
    """Grounds in one's own words."""

    seen = SeenField()
    grounds = forms.CharField(
        label=_("Your grounds"),
        widget=forms.Textarea({"rows": 10}),
        max_length=20_000,
        error_messages={"required": _("Say why you appeal")},
    )
