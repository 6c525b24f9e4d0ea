"""Words of the step register: its name, its actions, its entries and outcomes."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, Promise | str] = {
    "register": _("Register and class"),
    "register.place": _("Place on the register"),
    "register.claim_points": _("Claim points"),
    "register.decide_points": _("Decide points"),
    "register.stop_clock": _("Stop the clock"),
    "register.resume_clock": _("Resume the clock"),
    "register.set_do_not_call": _("Set do not call"),
    "register.remove": _("Remove from the register"),
    "register.restore": _("Restore to the register"),
    "register.read": _("Read the register"),
    "register.plan_class": _("Plan a class"),
    "register.make_offers": _("Make offers"),
    "register.answer_offer": _("Answer the offer"),
    "register.lapse_offer": _("Let an offer lapse"),
    "register.rescind": _("Rescind an appointment"),
    "register.request_stop": _("Ask to stop the clock"),
    "register.swear_in": _("Swear in"),
}
