"""Taking decisions of service back, as acts on one file: the last one first."""

from django.utils.translation import gettext_lazy as _

from concours.board.acts import Act
from concours.board.application.forms import TakeBackForm
from concours.services.service import reversals

ACTS = (
    Act(
        command="service.reverse_appointment",
        action="service.reverse",
        rule="service.entry_class",
        title=_("Take the appointment back"),
        explain=_(
            "The accepted place in the class stays until the appointing authority takes the offer back too."
        ),
        button=_("Take the appointment back"),
        form=TakeBackForm,
        run=reversals.reverse_appointment,
        done=_("The appointment was taken back; the officer is told."),
        warning=_("Entry class and step fall with it; appointing again reckons them anew."),
    ),
    Act(
        command="service.reverse_training",
        action="service.reverse",
        rule="service.training",
        title=_("Take the newest training result back"),
        explain=_(
            "The newest result no longer counts, and what the training as a whole came to falls with it."
        ),
        button=_("Take the result back"),
        form=TakeBackForm,
        run=reversals.reverse_training,
        done=_("The result was taken back; the officer is told."),
        warning=_("An officer whom this result separated is in training again."),
    ),
    Act(
        command="service.reverse_posting",
        action="service.reverse",
        rule="service.abroad",
        title=_("Take the posting back"),
        explain=_("The newest posting no longer counts, nor its time abroad."),
        button=_("Take the posting back"),
        form=TakeBackForm,
        run=reversals.reverse_posting,
        done=_("The posting was taken back; the officer is told."),
        warning=_("The officer waits for a post again when it was the only one."),
    ),
    Act(
        command="service.reverse_hand_over",
        action="service.reverse",
        rule="service.retention",
        title=_("Take the hand-over back"),
        explain=_(
            "The file opens again with its posting. Tell personnel yourself: what was sent to them is not called back."
        ),
        button=_("Take the hand-over back"),
        form=TakeBackForm,
        run=reversals.reverse_hand_over,
        done=_("The hand-over was taken back; the officer is told."),
        warning=_("The time until personal data is erased begins again with the next hand-over."),
    ),
)
