"""Classes and offers: plan, call in rank order, answer, lapse, rescind, swear in."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from concours.kernel.errors import RuleRefused
from concours.ledger.draft import Draft
from concours.policy.edition import load_edition, shipped_editions
from concours.records.ledger_store import read_facts
from concours.records.models import ClassPlace, RegisterPlace
from concours.selection import class_plan, register_offers
from concours.selection.authority import Actor
from concours.selection.class_plan import ClassPlan, fold_class
from concours.selection.register_score import Ranked
from concours.selection.register_state import Register
from concours.services.case import Case, decide, moved_on
from concours.services.casefile import OpenFile, decide_on, open_file, record
from concours.services.files import new_code
from concours.services.register.acts import person_of, siblings_of, step_of
from concours.services.register.ranks import ranked_now, today


def plan_class(
    actor: Actor,
    *,
    title: str,
    process: str,
    starts_on: date,
    sizes: Mapping[str, int],
    appointment: str,
    at: datetime,
) -> str:
    """Plan a class; returns its file code."""
    code = new_code()
    drafts = class_plan.plan_class(
        code,
        title=title,
        process=process,
        starts_on=starts_on,
        sizes=sizes,
        appointment=appointment,
    )
    record(actor, "register.plan_class", drafts, at=at)
    return code


def resize_class(
    actor: Actor, code: str, *, sizes: Mapping[str, int], at: datetime, seen: str | None = None
) -> OpenFile:
    """Change the number of places of a class."""

    def command(found: OpenFile) -> Sequence[Draft]:
        return class_plan.resize_class(found.state, sizes=sizes)

    return decide_on(actor, "class", code, "register.plan_class", command, at=at, seen=seen)


def read_class(code: str) -> ClassPlan:
    """The class of this file as it stands; an empty one for no such file."""
    return fold_class(read_facts(code))


def barred_today(process: str, track: str, *, on: date) -> dict[str, str]:
    """The places that cannot be called on a day, each with the reason."""
    rows = RegisterPlace.objects.filter(process=process, track=track, live=True)
    found = {}
    for row in rows.only(
        "file", "do_not_call", "stopped_from", "stopped_until", "offer_class", "ends_on"
    ):
        if row.offer_class:
            found[row.file] = "offer_open"
        elif row.do_not_call:
            found[row.file] = "do_not_call"
        elif row.stopped_from and row.stopped_until and row.stopped_from <= on < row.stopped_until:
            found[row.file] = "clock_stopped"
    return found


def to_call(plan: ClassPlan, *, track: str, at: datetime) -> tuple[Ranked, ...]:
    """Whom the free places of a track would go to now: a dry run of the call."""
    edition = load_edition(plan.process, _newest(plan.process))
    step = next(p.id for p in edition.steps if p.kind == "register")
    on = today(edition, at)
    ranked = ranked_now(edition, step=step, process=plan.process, track=track, on=on)
    barred = barred_today(plan.process, track, on=on)
    return class_plan.next_offers(plan, track=track, ranked=ranked, barred=barred)


def _newest(process: str) -> str:
    """The newest edition of the process: one tie chain must order a register of several editions."""
    return [edition for known, edition in shipped_editions() if known == process][-1]


@transaction.atomic
def call_track(
    actor: Actor, code: str, *, track: str, at: datetime, seen: str | None = None
) -> int:
    """Offer the free places of a track to the best ranked who may be called; returns how many.

    ``seen`` is the version of the class the page showed: a call made meanwhile is OutOfDate.
    """
    found = open_file(actor, "class", code, "register.make_offers")
    if seen is not None and seen != found.version:
        raise moved_on()
    called = to_call(found.state, track=track, at=at)
    if not called:
        raise RuleRefused(
            "nobody_to_call",
            remedy="No place of this track is free, or nobody on its register may be called.",
            field="track",
        )
    for ranked in called:
        _offer(actor, code, ranked, at)
    return len(called)


def _offer(actor: Actor, code: str, ranked: Ranked, at: datetime) -> None:
    def command(case: Case) -> Sequence[Draft]:
        plan = read_class(code)
        case.relies_on[code] = plan.seq
        return register_offers.make_offer(
            case.candidacy, case.edition, step=step_of(case), at=at, plan=plan, ranked=ranked
        )

    decide(actor, ranked.file, "register.make_offers", command, at=at)


def plan_of(case: Case) -> ClassPlan:
    """The class whose offer is open on this file. RuleRefused when none is."""
    state = case.candidacy.state(step_of(case), Register)
    if state.offer is None:
        raise RuleRefused("no_open_offer", remedy="There is no offer to answer.")
    plan = read_class(state.offer.class_file)
    case.relies_on[plan.file] = plan.seq
    return plan


def answer_offer(
    actor: Actor, code: str, *, accepted: bool, at: datetime, seen: str | None = None
) -> Case:
    """Accept or decline the open offer. Accepting closes the person's other candidacies."""

    def command(case: Case) -> Sequence[Draft]:
        plan, person = plan_of(case), person_of(case)
        if not accepted:
            return register_offers.decline_offer(
                case.candidacy,
                case.edition,
                step=step_of(case),
                at=at,
                plan=plan,
                person=person,
            )
        return register_offers.accept_offer(
            case.candidacy,
            case.edition,
            step=step_of(case),
            at=at,
            plan=plan,
            person=person,
            siblings=siblings_of(case, person),
        )

    return decide(actor, code, "register.answer_offer", command, at=at, seen=seen)


def lapse_offer(actor: Actor, code: str, *, at: datetime) -> Case:
    """Record that an offer's last day passed; what the worker does, late or not."""

    def command(case: Case) -> Sequence[Draft]:
        return register_offers.lapse_offer(
            case.candidacy,
            case.edition,
            step=step_of(case),
            at=at,
            plan=plan_of(case),
            person=person_of(case),
        )

    return decide(actor, code, "register.lapse_offer", command, at=at, settle=False)


def rescind(
    actor: Actor, code: str, *, ground: str, authority: str, at: datetime, seen: str | None = None
) -> Case:
    """Take an accepted offer back; the person's other candidacies and time come back."""

    def command(case: Case) -> Sequence[Draft]:
        state, person = case.candidacy.state(step_of(case), Register), person_of(case)
        plan = read_class(state.accepted_class)
        case.relies_on[plan.file] = plan.seq
        return register_offers.rescind(
            case.candidacy,
            case.edition,
            step=step_of(case),
            at=at,
            plan=plan,
            person=person,
            siblings=siblings_of(case, person),
            ground=ground,
            authority=authority,
        )

    return decide(actor, code, "register.rescind", command, at=at, seen=seen)


def give_back_class_place(case: Case) -> tuple[Draft, ...]:
    """What a withdrawal gives back of a class: an open offer or an accepted place."""
    step = next((plan.id for plan in case.edition.steps if plan.kind == "register"), "")
    state = case.candidacy.state(step, Register) if step else Register()
    held = state.offer.class_file if state.offer else state.accepted_class
    if not held:
        return ()
    plan = read_class(held)
    case.relies_on[plan.file] = plan.seq
    return register_offers.give_back_place(
        case.candidacy, case.edition, step=step, plan=plan, person=person_of(case)
    )


def swear_in(
    actor: Actor,
    code: str,
    *,
    present: Sequence[str],
    on: date,
    at: datetime,
    seen: str | None = None,
) -> OpenFile:
    """Record who of a class was sworn in."""

    def command(found: OpenFile) -> Sequence[Draft]:
        return class_plan.swear_in(found.state, present=present, on=on)

    return decide_on(actor, "class", code, "register.swear_in", command, at=at, seen=seen)


def offers_made(track: str, *, since: datetime) -> int:
    """How many places of a track were offered since an instant, in all classes."""
    return ClassPlace.objects.filter(track=track, offered_at__gte=since).count()
