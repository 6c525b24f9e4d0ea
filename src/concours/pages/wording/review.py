"""Words of the step review: its name, its actions, its entries and outcomes."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, Promise | str] = {
    "review": _("Final review"),
    "review.open": _("Open the review"),
    "review.recuse": _("Step aside"),
    "review.vote": _("Vote"),
    "review.read": _("Read the file"),
    "review.reply": _("Reply to the notice of intent"),
    "review.decide": _("Record the decision"),
    "review.appeal": _("Appeal"),
    "review.decide_appeal": _("Decide the appeal"),
    "review.lapse": _("Let a review date pass"),
}
