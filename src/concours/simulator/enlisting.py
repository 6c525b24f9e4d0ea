"""The register, points, classes, offers, appointment, training."""

from datetime import date, datetime, timedelta
from fractions import Fraction

from concours.kernel.errors import RuleRefused
from concours.policy.tie_chain import Contender, TieChain
from concours.selection.assessment_state import Assessment
from concours.selection.candidacy import Candidacy
from concours.selection.class_plan import ClassPlan, fold_class, next_offers, plan_class, swear_in
from concours.selection.register import place
from concours.selection.register_offers import accept_offer, decline_offer, make_offer
from concours.selection.register_points import Finding, claim_points, decide_points
from concours.selection.register_score import Ranked, ranking, score_on
from concours.selection.register_state import Register, callable_on
from concours.selection.review_state import Review
from concours.selection.service import appoint, record_training
from concours.simulator.cohort import Cohort, at_hour
from concours.simulator.content import digest_of
from concours.simulator.people import TRACKS
from concours.simulator.window import Window

REGISTER = "register"
SERVICE = "service"
MODULES = ("orientation", "language", "tradecraft")


def place_all(cohort: Cohort, window: Window) -> None:
    """Place whoever passed the review, and decide the veterans' claims."""
    for code in window.codes:
        file = cohort.file(code)
        if file.closed is not None or not file.state("review", Review).passed:
            continue
        at = (file.last_at or cohort.base) + timedelta(days=1)
        if not cohort.past(at):
            continue
        oral = file.state("assessment", Assessment).decision
        drafts = place(
            file,
            cohort.edition,
            step=REGISTER,
            at=at,
            oral=oral.score if oral else "0",
            seed=digest_of({"lots": window.calendar.window}),
            person=cohort.world.person(file.person),
        )
        cohort.act(drafts, by="system", role="system", at=at)
        cohort.tell_all(code, at + timedelta(hours=1))
        _claim(cohort, code, at + timedelta(days=3))


def _claim(cohort: Cohort, code: str, at: datetime) -> None:
    person = cohort.people[code]
    if person.preference == "none" or not cohort.past(at):
        return
    file = cohort.file(code)
    claimed = claim_points(
        file,
        cohort.edition,
        step=REGISTER,
        at=at,
        claim="veterans",
        person=cohort.world.person(file.person),
        commitment=digest_of({"evidence": code}),
    )
    cohort.act(claimed, by=file.person, role="candidate", at=at)
    decided = at + timedelta(days=4)
    if cohort.past(decided):
        drafts = decide_points(
            cohort.file(code),
            cohort.edition,
            step=REGISTER,
            at=decided,
            claim="veterans",
            granted=True,
            finding=Finding(preference=person.preference),
            person=cohort.world.person(file.person),
            siblings=(),
        )
        cohort.act(drafts, by=cohort.staff["registrar"], role="registrar", at=decided)
        cohort.tell_all(code, decided + timedelta(hours=1))


def _standing(cohort: Cohort, track: str, at: datetime) -> list[Candidacy]:
    return [
        file
        for code in cohort.people
        if (file := cohort.file(code)).track == track
        and file.closed is None
        and file.state(REGISTER, Register).placed_at is not None
        and file.last_at is not None
        and file.last_at <= at
    ]


def _ranked(cohort: Cohort, files: list[Candidacy], at: datetime) -> tuple[Ranked, ...]:
    today = at.date()
    contenders = []
    for file in files:
        state = file.state(REGISTER, Register)
        if state.placed_at is not None and state.placed_at <= at and state.accepted_at is None:
            score: Fraction = score_on(state, cohort.edition, step=REGISTER, on=today).total
            contenders.append(
                Contender(file=file.file, score=score, placed_at=state.placed_at, lot=state.lot)
            )
    chain = cohort.edition.value(f"{REGISTER}.tie_chain", TieChain)
    return ranking(chain, contenders=contenders)


def hold_class(
    cohort: Cohort, *, title: str, called: datetime, starts_on: date, sizes: dict[str, int]
) -> str | None:
    """Plan a class, offer in rank order, take answers, swear in, begin training."""
    if not cohort.past(called):
        return None
    code = cohort.new_code()
    planned = plan_class(
        code,
        title=title,
        process=cohort.edition.process,
        starts_on=starts_on,
        sizes=sizes,
        appointment="career",
    )
    authority = cohort.staff["appointing-authority"]
    cohort.act(planned, by=authority, role="appointing_authority", at=called)
    moment = called + timedelta(minutes=1)
    for track in TRACKS:
        _offer(cohort, code, track, moment)
    for file in [p.candidacy for p in plan_of(cohort, code).places]:
        _answer(cohort, code, file, cohort.later(moment, least=1, most=11))
    _begin(cohort, code, starts_on)
    return code


def plan_of(cohort: Cohort, code: str) -> ClassPlan:
    """A class's file, folded."""
    return cohort.world.folded(code, fold_class)


def _offer(cohort: Cohort, code: str, track: str, at: datetime) -> None:
    files = _standing(cohort, track, at)
    barred = {
        f.file: reason
        for f in files
        if (reason := callable_on(f.state(REGISTER, Register), day=at.date()))
    }
    ranked = _ranked(cohort, files, at)
    for one in next_offers(plan_of(cohort, code), track=track, ranked=ranked, barred=barred):
        drafts = make_offer(
            cohort.file(one.file),
            cohort.edition,
            step=REGISTER,
            at=at,
            plan=plan_of(cohort, code),
            ranked=one,
        )
        cohort.act(drafts, by=cohort.staff["registrar"], role="registrar", at=at)
        cohort.tell_all(one.file, at)


def _answer(cohort: Cohort, code: str, file: str, at: datetime) -> None:
    last = cohort.world.read(code)[-1].at
    at = max(at, last + timedelta(minutes=1))
    if not cohort.past(at):
        return
    person = cohort.people[file]
    holder = cohort.file(file).person
    given = {
        "step": REGISTER,
        "at": at,
        "plan": plan_of(cohort, code),
        "person": cohort.world.person(holder),
    }
    if person.eager < 0.24:
        drafts = decline_offer(cohort.file(file), cohort.edition, **given)  # type: ignore[arg-type]
    else:
        drafts = accept_offer(cohort.file(file), cohort.edition, siblings=(), **given)  # type: ignore[arg-type]
    cohort.act(drafts, by=holder, role="candidate", at=at)
    cohort.tell_all(file, at)


def _begin(cohort: Cohort, code: str, starts_on: date) -> None:
    """Appoint on the first day whoever accepted and may be; then training, module by module."""
    at = at_hour(starts_on, 9, cohort.edition.zone)
    if not cohort.past(at):
        return
    present = []
    for place_taken in plan_of(cohort, code).accepted:
        file, person = place_taken.candidacy, cohort.people[place_taken.candidacy]
        try:
            drafts = appoint(
                cohort.file(file),
                cohort.edition,
                step=SERVICE,
                at=at,
                plan=plan_of(cohort, code),
                born=person.born,
                claims=frozenset({"preference_eligible"} if person.preference != "none" else ()),
                education=person.degree,
                years=str(person.years),
                offered_on=place_taken.at.date(),
                commitment=digest_of({"education": person.degree, "years": person.years}),
            )
        except RuleRefused:
            continue
        cohort.act(drafts, by=cohort.staff["registrar"], role="registrar", at=at)
        cohort.tell_all(file, at + timedelta(minutes=1))
        present.append(file)
    if present:
        sworn = swear_in(plan_of(cohort, code), present=present, on=starts_on)
        cohort.act(
            sworn, by=cohort.staff["registrar"], role="registrar", at=at + timedelta(minutes=2)
        )
    for file in present:
        for number, module in enumerate(MODULES):
            done = at + timedelta(days=(42, 130, 205)[number])
            if cohort.past(done):
                result = record_training(
                    cohort.file(file),
                    cohort.edition,
                    step=SERVICE,
                    at=done,
                    module=module,
                    result="passed",
                )
                cohort.act(
                    result, by=cohort.staff["training-officer"], role="training_officer", at=done
                )
                cohort.tell_all(file, done + timedelta(hours=1))
