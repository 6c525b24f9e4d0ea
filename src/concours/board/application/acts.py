"""The acts a staff member may take on one application."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from concours.board.acts import Act
from concours.board.application import forms
from concours.selection.authority import Actor
from concours.services.application import exceptions
from concours.services.withdrawal import withdraw


def _admit_late(actor: Actor, code: str, *, at: datetime, **answers: Any) -> str:
    late = exceptions.admit_late(actor, code, at=at, **answers)[1]
    return _now("Late entry code, shown once: %(late)s") % {"late": late}


def _correct(
    actor: Actor, code: str, *, answer: str, value: str, at: datetime, **answers: Any
) -> None:
    section, _dot, name = answer.partition(".")
    exceptions.correct_answer(
        actor, code, section=section, name=name, value=value, at=at, **answers
    )


ACTS = (
    Act(
        command="application.grant_extension",
        action="application.grant_extension",
        rule="application.windows",
        title=_("Grant an extension"),
        explain=_("This applicant may send the application until the end of the day you give."),
        button=_("Grant the extension"),
        form=forms.UntilForm,
        run=exceptions.grant_extension,
        done=_("The extension was granted; the applicant is told."),
    ),
    Act(
        command="application.admit_late",
        action="application.admit_late",
        rule="application.windows",
        title=_("Admit a late application"),
        explain=_(
            "This makes a code that lets this applicant send the application once after the window has closed."
        ),
        button=_("Make a late entry code"),
        form=forms.UntilForm,
        run=_admit_late,
        done=_("The late entry was recorded."),
        warning=_("The code is shown once. The record holds only its digest."),
    ),
    Act(
        command="application.reopen_section",
        action="application.reopen_section",
        rule="application.sections",
        title=_("Open a section again"),
        explain=_("The applicant may fill in this section again and send it. Never the track."),
        button=_("Open the section"),
        form=forms.SectionUntilForm,
        run=exceptions.reopen_section,
        done=_("The section is open; the applicant is told."),
    ),
    Act(
        command="application.correct",
        action="candidacy.correct",
        rule="application.sections",
        title=_("Correct an answer"),
        explain=_(
            "Put one answer right on the applicant's behalf. What it replaces stays provable by its digest."
        ),
        button=_("Correct the answer"),
        form=forms.CorrectionForm,
        run=_correct,
        done=_("The answer was corrected; the applicant is told."),
    ),
    Act(
        command="application.withdraw",
        action="application.withdraw",
        rule="",
        title=_("Withdraw for the candidate"),
        explain=_("The candidate asked the board to withdraw the candidacy."),
        button=_("Withdraw the candidacy"),
        form=forms.WithdrawForm,
        run=withdraw,
        done=_("The candidacy was withdrawn; what it held is free."),
        warning=_("The seat and everything else it holds is given to others at once."),
    ),
    Act(
        command="application.undo_withdrawal",
        action="application.undo_withdrawal",
        rule="",
        title=_("Undo a withdrawal"),
        explain=_("The candidacy opens again. A seat is taken anew, if one is free."),
        button=_("Undo the withdrawal"),
        form=forms.WhyForm,
        run=exceptions.undo_withdrawal,
        done=_("The withdrawal was undone."),
    ),
    Act(
        command="application.reverse",
        action="appeal.decide",
        rule="application.judging",
        title=_("Reverse the finding of eligibility"),
        explain=_("A new entry takes the finding's place; the old one stays in the record."),
        button=_("Reverse the finding"),
        form=forms.ReverseForm,
        run=exceptions.reverse_eligibility,
        done=_("The finding was reversed; the applicant is told."),
    ),
    Act(
        command="application.decide_appeal",
        action="appeal.decide",
        rule="application.appeal",
        title=_("Decide the appeal against eligibility"),
        explain=_("Upheld, the applicant is eligible and the file opens again."),
        button=_("Decide the appeal"),
        form=forms.AppealForm,
        run=exceptions.decide_appeal,
        done=_("The appeal was decided; the applicant is told."),
    ),
)
