"""Taking decisions of the clearances back, as acts on one file."""

from django.utils.translation import gettext_lazy as _

from concours.board.acts import Act
from concours.board.application.forms import TakeBackForm
from concours.services.clearance import reversals

ACTS = (
    Act(
        command="clearance.reverse_offer",
        action="clearance.reverse",
        rule="clearance.forms",
        title=_("Take the conditional offer back"),
        explain=_(
            "Both clearances close before anything in them is decided. The registrar may make the offer again."
        ),
        button=_("Take the offer back"),
        form=TakeBackForm,
        run=reversals.reverse_offer,
        done=_("The conditional offer was taken back; the candidate is told."),
        warning=_(
            "Forms and documents sent in so far no longer count, and no date runs: a new offer begins them anew. The documents themselves stay with their desk."
        ),
    ),
    Act(
        command="clearance.reverse_medical",
        action="clearance.reverse",
        rule="clearance.medical",
        title=_("Take the medical decision back"),
        explain=_("The medical adjudicator decides again. The first decision stays in the record."),
        button=_("Take the decision back"),
        form=TakeBackForm,
        run=reversals.reverse_medical,
        done=_("The medical decision was taken back; the candidate is told."),
        warning=_(
            "A request for a waiver falls with it. If the candidacy ended because no waiver was asked for, it opens again."
        ),
    ),
    Act(
        command="clearance.reverse_waiver",
        action="clearance.reverse",
        rule="clearance.medical",
        title=_("Take the decision on the waiver back"),
        explain=_(
            "The waiver officer decides again on the same request. Final means that the candidate cannot appeal; an error is put right all the same."
        ),
        button=_("Take the decision back"),
        form=TakeBackForm,
        run=reversals.reverse_waiver,
        done=_("The decision on the waiver was taken back; the candidate is told."),
        warning=_("A candidacy that ended with the refusal opens again."),
    ),
    Act(
        command="clearance.reverse_security",
        action="clearance.reverse",
        rule="clearance.guidelines",
        title=_("Take the security decision back"),
        explain=_(
            "The security adjudicator decides again. The first decision stays in the record."
        ),
        button=_("Take the decision back"),
        form=TakeBackForm,
        run=reversals.reverse_security,
        done=_("The security decision was taken back; the candidate is told."),
        warning=_(
            "After a denial the candidacy opens again. After a grant the step is no longer passed."
        ),
    ),
)
