"""Words of the step examination: its name, its actions, its entries and outcomes."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, Promise | str] = {
    "examination": _("Officer test"),
    "examination.manage_sessions": _("Manage centres and sessions"),
    "examination.reserve_seat": _("Reserve a seat"),
    "examination.move_seat": _("Move a seat"),
    "examination.cancel_seat": _("Cancel a seat"),
    "examination.check_in": _("Check in"),
    "examination.sit": _("Sit the test"),
    "examination.end_sitting": _("End a sitting"),
    "examination.add_minutes": _("Give time back"),
    "examination.record_no_show": _("Record a no-show"),
    "examination.import_answers": _("Import answer sheets"),
    "examination.score": _("Score the test"),
    "examination.mark_essay": _("Mark an essay"),
    "examination.settle_essay": _("Settle an essay"),
    "examination.decide": _("Decide the result"),
    "examination.reverse": _("Reverse the result"),
}
