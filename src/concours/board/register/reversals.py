"""Taking an unanswered offer or a placement on the register back, as acts on one file."""

from django.utils.translation import gettext_lazy as _

from concours.board.acts import Act
from concours.board.application.forms import TakeBackForm
from concours.services.register import reversals

ACTS = (
    Act(
        command="register.reverse_offer",
        action="register.reverse_offer",
        rule="register.offer_open",
        title=_("Take the open offer back"),
        explain=_(
            "The offer falls before it is answered. The candidate stays on the register and may be called again."
        ),
        button=_("Take the offer back"),
        form=TakeBackForm,
        run=reversals.reverse_offer,
        done=_("The offer was taken back; the candidate is told."),
        warning=_(
            "It counts as no decline. The clock has run on meanwhile, and the place in the class may go to somebody else at once."
        ),
    ),
    Act(
        command="register.reverse_placement",
        action="register.reverse_placement",
        rule="register.clock",
        title=_("Take the place on the register back"),
        explain=_(
            "The place goes, so that what it stands on can be decided again. Declines stay counted."
        ),
        button=_("Take the place back"),
        form=TakeBackForm,
        run=reversals.reverse_placement,
        done=_("The place was taken back; the candidate is told."),
        warning=_(
            "The clock and the points of this place fall with it; a new placement begins them anew. A veterans' preference found for the person stays."
        ),
    ),
)
