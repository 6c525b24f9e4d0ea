"""The form of an appeal: why the decision should be different, in one's own words."""

from django.utils.translation import gettext_lazy as _

from concours.pages.fields import CountedTextField
from concours.pages.forms import Form, SeenField
from concours.services.appeal_grounds import LIMIT


class AppealForm(Form):
    """Grounds of an appeal against a result or a finding."""

    seen = SeenField()
    grounds = CountedTextField(
        limit=LIMIT,
        label=_("Why should the decision be different?"),
        help_text=_(
            "Say what you think is wrong and what shows it. Whoever decides the appeal reads this, nobody else. It is kept with your data, not in the record."
        ),
        error_messages={"required": _("Write why the decision should be different")},
    )
