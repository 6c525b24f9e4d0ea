"""The acts a staff member may take on one candidate's test."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from concours.board.acts import Act
from concours.board.examination import forms
from concours.board.examination.marks_forms import ExemptForm, PauseForm
from concours.selection.authority import Actor
from concours.services.examination import door, proctor, requests, results, seats, sittings


def _end(actor: Actor, code: str, *, at: datetime, seen: str) -> None:
    sittings.submit_sitting(actor, code, at=at, ended_by="proctor")


ACTS = (
    Act(
        command="examination.move_seat",
        action="examination.move_seat",
        rule="examination.seats",
        title=_("Move a seat"),
        explain=_("The new seat is taken and the old one given back together."),
        button=_("Move the seat"),
        form=forms.MoveSeatForm,
        run=seats.move_seat,
        done=_("The seat was moved; the candidate is told."),
    ),
    Act(
        command="examination.cancel_seat",
        action="examination.cancel_seat",
        rule="examination.seats",
        title=_("Give a seat back for the candidate"),
        explain=_("The seat is free for others at once."),
        button=_("Give the seat back"),
        form=forms.SeenForm,
        run=seats.cancel_seat,
        done=_("The seat was given back."),
    ),
    Act(
        command="examination.record_no_show",
        action="examination.record_no_show",
        rule="examination.attendance",
        title=_("Record that the candidate did not appear"),
        explain=_(
            "The candidacy ends, as it was good for this window only. No waiting time follows."
        ),
        button=_("Record the absence"),
        form=forms.SeenForm,
        run=door.record_no_show,
        done=_("The absence was recorded; the candidate is told."),
    ),
    Act(
        command="examination.excuse",
        action="examination.reverse",
        rule="examination.attendance",
        title=_("Excuse an absence"),
        explain=_("The file opens again and another seat may be taken in the window."),
        button=_("Excuse the absence"),
        form=forms.WhyForm,
        run=results.excuse_no_show,
        done=_("The absence was excused; the candidate is told."),
    ),
    Act(
        command="examination.end_sitting",
        action="examination.end_sitting",
        rule="examination.form",
        title=_("End a sitting"),
        explain=_("What the service holds is submitted as it stands."),
        button=_("End the sitting"),
        form=forms.SeenForm,
        run=_end,
        done=_("The sitting was ended."),
        warning=_("The candidate cannot go on afterwards."),
    ),
    Act(
        command="examination.add_minutes",
        action="examination.add_minutes",
        rule="examination.form",
        title=_("Give time back"),
        explain=_(
            "The open section of this candidate ends so many minutes later; between two sections, the time of the next one begins so much later."
        ),
        button=_("Give the minutes"),
        form=forms.MinutesForm,
        run=sittings.add_minutes,
        done=_("The minutes were given."),
    ),
    Act(
        command="examination.void",
        action="examination.reverse",
        rule="examination.retake",
        title=_("Declare a sitting void"),
        explain=_("It counts for nothing, no waiting time follows, and another seat may be taken."),
        button=_("Declare it void"),
        form=forms.WhyForm,
        run=results.void_sitting,
        done=_("The sitting is void; the candidate is told."),
    ),
    Act(
        command="examination.correct_score",
        action="examination.score",
        rule="examination.scale",
        title=_("Score again"),
        explain=_("The answers are scored again by the key and the base scale that stand now."),
        button=_("Score again"),
        form=forms.WhyForm,
        run=results.rescore,
        done=_("The scores were corrected."),
    ),
    Act(
        command="examination.decide_rescoring",
        action="examination.decide_rescoring",
        rule="examination.rescoring_answer",
        title=_("Score again on request"),
        explain=_("The answers are scored by the key in force; scores that differ are entered."),
        button=_("Score again and answer"),
        form=forms.WhyForm,
        run=requests.decide_rescoring,
        done=_("The request is answered; the candidate is told."),
    ),
    Act(
        command="examination.pause_sitting",
        action="examination.pause_sitting",
        rule="examination.form",
        title=_("Pause a sitting"),
        explain=_("The clock of the open section stops, and no answer is taken."),
        button=_("Pause"),
        form=PauseForm,
        run=proctor.pause,
        done=_("The sitting is paused."),
    ),
    Act(
        command="examination.resume_sitting",
        action="examination.resume_sitting",
        rule="examination.form",
        title=_("Let a sitting go on"),
        explain=_("The clock runs again; the section ends as much later as the pause was long."),
        button=_("Go on"),
        form=forms.SeenForm,
        run=proctor.resume,
        done=_("The sitting goes on."),
    ),
    Act(
        command="examination.exempt_lockdown",
        action="examination.exempt_lockdown",
        rule="examination.attendance",
        title=_("Exempt from the locked browser"),
        explain=_("This candidate may sit in another browser."),
        button=_("Exempt"),
        form=ExemptForm,
        run=proctor.exempt,
        done=_("The candidate is exempt."),
    ),
    Act(
        command="examination.decide",
        action="examination.decide",
        rule="examination.cut",
        title=_("Decide the result"),
        explain=_(
            "The result follows from scores, cut and essay. Nobody is told before the hold is over."
        ),
        button=_("Decide the result"),
        form=forms.SeenForm,
        run=results.decide_result,
        done=_("The result was decided."),
    ),
    Act(
        command="examination.reverse",
        action="examination.reverse",
        rule="examination.cut",
        title=_("Reverse the result"),
        explain=_("A new entry takes the result's place; the old one stays in the record."),
        button=_("Reverse the result"),
        form=forms.ReverseForm,
        run=results.reverse_result,
        done=_("The result was reversed; the candidate is told."),
    ),
    Act(
        command="examination.decide_appeal",
        action="appeal.decide",
        rule="examination.appeal",
        title=_("Decide the appeal against the result"),
        explain=_("Upheld, the result is reversed in the same act."),
        button=_("Decide the appeal"),
        form=forms.AppealForm,
        run=results.decide_appeal,
        done=_("The appeal was decided; the candidate is told."),
    ),
)
