"""Words of the step assessment: its name, its actions, its entries and outcomes."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, Promise | str] = {
    "assessment": _("Oral assessment"),
    "assessment.invite": _("Invite"),
    "assessment.manage_days": _("Manage assessment days"),
    "assessment.book": _("Book a day"),
    "assessment.move": _("Move a booking"),
    "assessment.record_attendance": _("Record attendance"),
    "assessment.rate": _("Rate an exercise"),
    "assessment.integrate": _("Integrate ratings"),
    "assessment.decide": _("Decide the result"),
    "assessment.reverse": _("Reverse the result"),
    "assessment.check_invitation": _("Check the invitation"),
}
