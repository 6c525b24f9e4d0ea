"""Words of the step application: its name, its actions, its entries and outcomes."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, Promise | str] = {
    "application": _("Apply"),
    "application.draft": _("Fill in the application"),
    "application.submit": _("Send the application"),
    "application.choose_track": _("Choose a career track"),
    "application.withdraw": _("Withdraw"),
    "application.undo_withdrawal": _("Undo a withdrawal"),
    "application.judge": _("Decide eligibility"),
    "application.grant_extension": _("Grant an extension"),
    "application.reopen_section": _("Re-open a section"),
    "application.admit_late": _("Admit a late application"),
}
