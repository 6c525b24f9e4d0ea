"""Service: appointment with entry class and step, training, wishes, first posting, hand-over."""

from collections.abc import Mapping
from datetime import date, datetime

from concours.kernel.errors import BadInput, RuleRefused
from concours.kernel.period import add_months, day_of
from concours.kernel.verdict import Verdict
from concours.ledger.draft import Draft, Json
from concours.policy.age_window import AgeWindow, judge_age_to_appoint
from concours.policy.edition import Edition
from concours.policy.entry_table import EntryTable, entry_class
from concours.policy.time_abroad import TimeAbroad, judge_time_abroad
from concours.policy.training import Training, require_result, standing
from concours.selection.candidacy import Candidacy, close, require_open
from concours.selection.class_plan import ClassPlan
from concours.selection.clearance_state import Clearance, good_on
from concours.selection.person import Person
from concours.selection.progress import require_all_before
from concours.selection.register_state import Register
from concours.selection.service_state import Service

SEPARATED = "training_failed"
ENTERED = "entered_service"
WISHES = ("high", "medium", "low")


def service_entry(file: Candidacy, step: str, kind: str, **body: Json) -> Draft:
    """One entry of this step: ``kind`` without its prefix, the rest is the body."""
    return Draft(file=file.file, step=step, kind=f"service.{kind}", body=body)


def _require_appointed(file: Candidacy, *, step: str) -> Service:
    require_open(file)
    state = file.state(step, Service)
    if state.appointed_at is None:
        raise RuleRefused("not_appointed", remedy="The appointment comes first.")
    return state


def _require_clearances(file: Candidacy, edition: Edition, *, day: date) -> None:
    """Both clearances must be good on the first day of training."""
    for plan in edition.steps:
        if plan.kind != "clearance":
            continue
        expired = good_on(file.state(plan.id, Clearance), day=day)
        if expired:
            raise edition.refusal(
                f"{plan.id}.{expired[0]}_validity",
                "clearance_not_good_on_first_day",
                remedy="The clearance must be renewed before the first day of training.",
                clearance=", ".join(expired),
                first_day=day.isoformat(),
            )


def _require_place(file: Candidacy, plan: ClassPlan) -> date:
    """The first day of the class in which this candidate accepted a place."""
    place = next((p for p in plan.places if p.candidacy == file.file), None)
    if place is None or place.answer != "accepted" or plan.starts_on is None:
        raise RuleRefused(
            "no_accepted_place",
            remedy="Only somebody who accepted a place in this class is appointed.",
        )
    return plan.starts_on


def _require_age(
    edition: Edition, *, step: str, born: date, claims: frozenset[str], on: date
) -> Verdict:
    """The verdict on the age on the day of appointment; refused when it bars it."""
    rule = edition.rule(f"{step}.age")
    verdict = judge_age_to_appoint(
        edition.value(rule.id, AgeWindow),
        born=born,
        on=on,
        claims=claims,
        name=rule.id,
        cite=rule.cite,
    )
    if not verdict.allowed:
        raise edition.refusal(
            rule.id,
            verdict.reason,
            remedy="The age on the day of appointment decides; another class may fit.",
            age=verdict.found,
            bound=verdict.bound,
        )
    return verdict


def appoint(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    plan: ClassPlan,
    born: date,
    claims: frozenset[str],
    education: str,
    years: str,
    offered_on: date,
    commitment: str,
) -> tuple[Draft, ...]:
    """Appoint to the class on its first day, in the class and step the table in force gives.

    ``born`` and the proof of education and years are read from the application
    and stay there; the entry commits to them. The table is that of the day of
    the offer. Refused by age and by an expired clearance.
    """
    require_open(file)
    require_all_before(file, edition, step=step)
    if file.state(step, Service).appointed_at is not None:
        raise RuleRefused("already_appointed", remedy="The officer has been appointed.")
    first_day = _require_place(file, plan)
    verdict = _require_age(edition, step=step, born=born, claims=claims, on=first_day)
    _require_clearances(file, edition, day=first_day)
    found = entry_class(
        edition.value(f"{step}.entry_class", EntryTable),
        education=education,
        years=years,
        on=offered_on,
    )
    return (
        service_entry(
            file,
            step,
            "appointed",
            rule=f"{step}.entry_class",
            age=verdict.found,
            age_reason=verdict.reason,
            appointed_on=first_day.isoformat(),
            grade=found.grade,
            grade_step=found.step,
            table=found.table,
            education=found.education,
            years=found.years,
            commitment=commitment,
            **{"class": plan.file},
        ),
    )


def record_training(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, module: str, result: str
) -> tuple[Draft, ...]:
    """Record a module's result. A failed module is repeated once; failing again separates."""
    state = _require_appointed(file, step=step)
    rule = edition.value(f"{step}.training", Training)
    if state.trained_at is not None:
        raise RuleRefused("training_finished", remedy="The training is finished.")
    require_result(rule, results=state.results, module=module, result=result)
    results = (*state.results, (module, result))
    found = service_entry(
        file,
        step,
        "training_found",
        rule=f"{step}.training",
        module=module,
        result=result,
        attempt=sum(1 for name, _ in results if name == module),
    )
    outcome = standing(rule, results=results)
    if outcome == "under_way":
        return (found,)
    decided = service_entry(
        file, step, "training_decided", rule=f"{step}.training", outcome=outcome
    )
    if outcome == "passed":
        return (found, decided)
    return (found, decided, close(file, step=step, reason=SEPARATED))


def rank_preferences(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    wishes: Mapping[str, str],
    posts: frozenset[str],
) -> tuple[Draft, ...]:
    """Say which posts of the list are wished for; may be said again until a post is assigned."""
    state = _require_appointed(file, step=step)
    if state.postings:
        raise RuleRefused("already_assigned", remedy="A post has been assigned; wishes are closed.")
    unknown = sorted(set(wishes) - posts)
    if unknown:
        raise BadInput(
            "post_not_on_the_list", remedy=f"Not on the list: {', '.join(unknown)}.", field="wishes"
        )
    odd = sorted(set(wishes.values()) - set(WISHES))
    if odd:
        raise BadInput("no_such_wish", remedy=f"A wish is {', '.join(WISHES)}.", field="wishes")
    body: dict[str, Json] = dict(sorted(wishes.items()))
    return (service_entry(file, step, "preferences_ranked", wishes=body),)


def offer_day(file: Candidacy, edition: Edition) -> date | None:
    """The board's day on which the newest offer was made: tables of entry and pay go by it."""
    for plan in edition.steps:
        offers = file.state(plan.id, Register).offers if plan.kind == "register" else ()
        if offers:
            return day_of(offers[-1].at, edition.zone)
    return None


def time_abroad(edition: Edition, *, step: str, person: Person, start: date, end: date) -> str:
    """ "fine", "warned" or "refused" for a tour abroad, after the person's earlier ones."""
    spans = [(begun, ended or start) for begun, ended in person.posted_abroad]
    return judge_time_abroad(
        edition.value(f"{step}.abroad", TimeAbroad), spans=spans, tour=(start, end)
    )


def _require_time_abroad(
    edition: Edition, *, step: str, person: Person, start: date, end: date
) -> str:
    """ "fine" or "warned" for a tour abroad; refused when it makes too many years."""
    limit = time_abroad(edition, step=step, person=person, start=start, end=end)
    if limit == "refused":
        raise edition.refusal(
            f"{step}.abroad",
            "too_long_abroad",
            remedy="A break of twelve months at home comes first, or a shorter tour.",
            field="months",
            until=end.isoformat(),
            most_years=str(edition.value(f"{step}.abroad", TimeAbroad).most_years),
        )
    return limit


def assign(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    post: str,
    abroad: bool,
    start: date,
    months: int,
    person: Person,
    run: str,
    loss: int = 0,
) -> tuple[Draft, ...]:
    """Assign a post for so many months. A tour that makes more than six years abroad is refused.

    ``run`` names the optimisation this came from ("" for an assignment by
    hand), ``loss`` what meeting the officer's best wish would have cost the class.
    """
    state = _require_appointed(file, step=step)
    if state.trained_at is None:
        raise RuleRefused(
            "training_not_finished", remedy="The training is finished before the first posting."
        )
    if months < 1:
        raise BadInput("tour_too_short", remedy="A tour lasts a month or more.", field="months")
    end = add_months(start, months)
    if any(start < one.end and one.start < end for one in state.postings):
        raise RuleRefused(
            "tours_overlap", remedy="The officer has another post at that time.", field="start"
        )
    limit = "fine"
    if abroad:
        limit = _require_time_abroad(edition, step=step, person=person, start=start, end=end)
    assigned = service_entry(
        file,
        step,
        "assigned",
        rule=f"{step}.abroad",
        post=post,
        abroad=abroad,
        wish=state.wishes.get(post, "low"),
        time_abroad=limit,
        run=run,
        loss=loss,
        **{"from": start.isoformat(), "to": end.isoformat()},
    )
    if not abroad:
        return (assigned,)
    posted = Draft(
        file=person.file,
        step="",
        kind="person.posting_found",
        body={"from": start.isoformat(), "to": end.isoformat()},
    )
    return (assigned, posted)


def hand_over(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> tuple[Draft, ...]:
    """Hand the file over to personnel: the selection has done its work, and the candidacy ends."""
    state = _require_appointed(file, step=step)
    if not state.postings:
        raise RuleRefused("not_posted", remedy="The first posting comes before the hand-over.")
    on = day_of(at, edition.zone)
    return (
        service_entry(file, step, "handed_over", rule=f"{step}.retention", on=on.isoformat()),
        close(file, step=step, reason=ENTERED),
    )
