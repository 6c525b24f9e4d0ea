"""Setting the final review aside, as an act on one file."""

from django.utils.translation import gettext_lazy as _

from concours.board.acts import Act
from concours.board.application.forms import TakeBackForm
from concours.services.review import reversals

ACTS = (
    Act(
        command="review.reverse",
        action="review.reverse",
        rule="review.panel",
        title=_("Set the final review aside"),
        explain=_(
            "A panel of other members reads the file and votes. A finding of suitable does not turn into its opposite by this."
        ),
        button=_("Set the review aside"),
        form=TakeBackForm,
        run=reversals.reverse_review,
        done=_("The review was set aside; the candidate is told."),
        warning=_(
            "Votes, notice and decision of the present panel count for nothing. A candidacy that ended with the decision opens again."
        ),
    ),
)
