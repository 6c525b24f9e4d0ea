"""Words of the step service: its name, its actions, its entries and outcomes."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, Promise | str] = {
    "service": _("Service"),
    "service.appoint": _("Appoint"),
    "service.record_training": _("Record the training result"),
    "service.rank_preferences": _("Rank posting preferences"),
    "service.assign": _("Assign a first posting"),
    "service.hand_over": _("Hand over to personnel"),
}
