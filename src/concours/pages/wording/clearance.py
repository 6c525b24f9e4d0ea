"""Words of the step clearance: its name, its actions, its entries and outcomes."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, Promise | str] = {
    "clearance": _("Medical and security clearance"),
    "clearance.offer_conditional": _("Make a conditional offer"),
    "clearance.submit_forms": _("Send clearance forms"),
    "clearance.extend": _("Extend the deadline"),
    "clearance.read_medical": _("Read the medical compartment"),
    "clearance.decide_medical": _("Decide medical clearance"),
    "clearance.request_waiver": _("Ask for a waiver"),
    "clearance.decide_waiver": _("Decide a waiver"),
    "clearance.read_security": _("Read the security compartment"),
    "clearance.decide_security": _("Decide security clearance"),
    "clearance.record_wait": _("Record a wait"),
    "clearance.appeal_security": _("Appeal the security decision"),
    "clearance.decide_security_appeal": _("Decide the security appeal"),
    "clearance.lapse": _("Let a clearance date pass"),
}
