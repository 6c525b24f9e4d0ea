"""Decisions of service taken back: of one officer, and of a whole class."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from concours.kernel.errors import RuleRefused
from concours.ledger.draft import Draft
from concours.records.ledger_store import read_many
from concours.records.models import OfficerStanding
from concours.selection import class_reversal, service_reversal
from concours.selection.authority import Actor
from concours.selection.class_plan import ClassPlan
from concours.selection.fold import fold_candidacy
from concours.selection.service_reversal import posting_of
from concours.services.case import Case, decide
from concours.services.casefile import OpenFile, decide_on, open_file
from concours.services.persons import read_person
from concours.services.register.offers import read_class
from concours.services.reversing import decide_again, take_back
from concours.services.service.acts import state_of, step_of
from concours.services.service.postings import service_of

ACTION = "service.reverse"
CLASS_ACTION = "class.reverse"


def reverse_hand_over(
    actor: Actor, code: str, *, at: datetime, seen: str | None, **why: str
) -> Case:
    """Take the hand-over to personnel back."""
    rule = service_reversal.reverse_hand_over
    return take_back(actor, code, rule, kind="service", action=ACTION, at=at, seen=seen, **why)


def reverse_training(
    actor: Actor, code: str, *, at: datetime, seen: str | None, **why: str
) -> Case:
    """Take the newest training result back."""
    rule = service_reversal.reverse_training
    return take_back(actor, code, rule, kind="service", action=ACTION, at=at, seen=seen, **why)


def reverse_appointment(
    actor: Actor, code: str, *, reason: str, authority: str, at: datetime, seen: str | None
) -> Case:
    """Take the appointment back; the class is asked whether the officer was sworn in."""

    def command(case: Case) -> Sequence[Draft]:
        plan = read_class(state_of(case).class_file)
        if plan.file:
            case.relies_on[plan.file] = plan.seq
        return service_reversal.reverse_appointment(
            case.candidacy,
            case.edition,
            step=step_of(case),
            at=at,
            plan=plan,
            reason=reason,
            authority=authority,
        )

    return decide(actor, code, ACTION, command, at=at, seen=seen)


def reverse_posting(
    actor: Actor, code: str, *, reason: str, authority: str, at: datetime, seen: str | None
) -> Case:
    """Take one officer's newest posting back."""
    return _posting(actor, code, ACTION, "", at, seen, reason=reason, authority=authority)


def _posting(
    actor: Actor,
    code: str,
    action: str,
    run: str,
    at: datetime,
    seen: str | None,
    *,
    reason: str,
    authority: str,
) -> Case:
    def command(case: Case) -> Sequence[Draft]:
        person = read_person(case.candidacy.person)
        case.relies_on[person.file] = person.seq
        return service_reversal.reverse_posting(
            case.candidacy,
            case.edition,
            step=step_of(case),
            at=at,
            person=person,
            reason=reason,
            authority=authority,
            run=run,
        )

    return decide_again(actor, code, action, command, at=at, seen=seen)


def posted_by(plan: ClassPlan) -> tuple[str, ...]:
    """The officers of a class whose posting of its signed run still stands."""
    codes = OfficerStanding.objects.filter(class_file=plan.file).order_by("file")
    files = read_many(list(codes.values_list("file", flat=True)))
    return tuple(
        code
        for code, facts in sorted(files.items())
        if plan.postings_run
        and posting_of(service_of(fold_candidacy(facts)), run=plan.postings_run) is not None
    )


@transaction.atomic
def reverse_class_postings(
    actor: Actor, class_file: str, *, reason: str, authority: str, at: datetime, seen: str | None
) -> int:
    """Take the postings of a class's signed run back, all or none; returns how many officers it reached.

    Refused while one of them has been handed over to personnel.
    """
    officers = posted_by(open_file(actor, "class", class_file, CLASS_ACTION).state)
    gone = list(
        OfficerStanding.objects.filter(file__in=officers, state="handed_over").order_by("file")
    )
    if gone:
        raise RuleRefused(
            "officers_handed_over",
            remedy="Take their hand-over back first: "
            + ", ".join(row.file for row in gone[:5])
            + ".",
            numbers={"handed_over": str(len(gone)), "officers": str(len(officers))},
        )
    run = ""

    def command(found: OpenFile) -> Sequence[Draft]:
        nonlocal run
        run = found.state.postings_run
        return class_reversal.reverse_postings(
            found.state, officers=len(officers), reason=reason, authority=authority
        )

    decide_on(actor, "class", class_file, CLASS_ACTION, command, at=at, seen=seen)
    for code in officers:
        _posting(actor, code, CLASS_ACTION, run, at, None, reason=reason, authority=authority)
    return len(officers)


def reverse_swearing_in(
    actor: Actor,
    class_file: str,
    *,
    who: Sequence[str],
    reason: str,
    authority: str,
    at: datetime,
    seen: str | None,
) -> OpenFile:
    """Take the oath of some or all officers of a class back."""

    def command(found: OpenFile) -> Sequence[Draft]:
        return class_reversal.reverse_swearing_in(
            found.state, who=who, reason=reason, authority=authority
        )

    return decide_on(actor, "class", class_file, CLASS_ACTION, command, at=at, seen=seen)
