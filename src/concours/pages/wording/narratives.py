"""Words of the step narratives: its name, its actions, its entries and outcomes."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, Promise | str] = {
    "narratives": _("Narratives and panel"),
    "narratives.draft": _("Write the narratives"),
    "narratives.submit": _("Send the narratives"),
    "narratives.extend": _("Extend the deadline"),
    "narratives.allocate": _("Allocate files to readers"),
    "narratives.declare_conflict": _("Declare a conflict"),
    "narratives.rate": _("Rate a file"),
    "narratives.adjudicate": _("Settle a disagreement"),
    "narratives.decide": _("Decide the result"),
    "narratives.reverse": _("Reverse the result"),
    "narratives.check_deadline": _("Check the deadline"),
    "narratives.admit_late": _("Admit late narratives"),
    "narratives.run_without": _("Run the panel without one member"),
}
