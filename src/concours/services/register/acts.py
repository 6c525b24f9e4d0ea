"""What is done about a place on the register: one function a decision, one transaction each."""

from collections.abc import Sequence
from datetime import date, datetime

from concours.kernel.errors import BadInput
from concours.ledger.draft import Draft
from concours.policy.register_clock import Stop
from concours.records.ledger_store import read_many
from concours.selection import register, register_clock, register_points
from concours.selection.assessment_state import Assessment
from concours.selection.authority import Actor
from concours.selection.fold import fold_candidacy
from concours.selection.person import Person
from concours.selection.register import Sibling
from concours.services import compartments
from concours.services.case import Case, decide
from concours.services.competitions import binding_edition
from concours.services.persons import read_person
from concours.services.refresh import competitions_of


def step_of(case: Case) -> str:
    """The id of the process's register step."""
    return next(plan.id for plan in case.edition.steps if plan.kind == "register")


def person_of(case: Case) -> Person:
    """The person's file behind a case; a race on it makes the decision again."""
    found = read_person(case.candidacy.person)
    case.relies_on[found.file] = found.seq
    return found


def siblings_of(case: Case, person: Person) -> tuple[Sibling, ...]:
    """The person's other candidacies, each with the edition it pins; races on them are noticed."""
    codes = [code for code in sorted(person.candidacies) if code != case.code]
    files = {code: fold_candidacy(facts) for code, facts in read_many(codes).items()}
    competitions = competitions_of(files)
    found = []
    for code, file in files.items():
        case.relies_on[code] = file.seq
        edition = binding_edition(competitions[file.competition], file)
        step = next((p.id for p in edition.steps if p.kind == "register"), "")
        if step:
            found.append(Sibling(file=file, edition=edition, step=step))
    return tuple(found)


def _keep(case: Case, actor: Actor, kind: str, at: datetime, **content: object) -> str:
    return compartments.keep(
        person=case.candidacy.person,
        file=case.code,
        step=step_of(case),
        compartment="register",
        kind=kind,
        content=content,
        by=actor.code,
        at=at,
    )


def _oral(case: Case) -> str:
    """The exact overall mean of the oral assessment."""
    for plan in case.edition.steps:
        if plan.kind == "assessment":
            decision = case.candidacy.state(plan.id, Assessment).decision
            if decision is not None and decision.score:
                return decision.score
    raise BadInput("no_oral_score", remedy="The oral assessment has no score in this file.")


def place(actor: Actor, code: str, *, at: datetime, seen: str | None = None) -> Case:
    """Place the candidate on the register of their track."""

    def command(case: Case) -> Sequence[Draft]:
        seed = case.competition.settings.get("lot_seed") or case.competition.edition_digest
        return register.place(
            case.candidacy,
            case.edition,
            step=step_of(case),
            at=at,
            oral=_oral(case),
            seed=f"{case.candidacy.competition}/{seed}",
            person=person_of(case),
        )

    return decide(actor, code, "register.place", command, at=at, seen=seen)


def claim_points(
    actor: Actor, code: str, *, claim: str, evidence: str, at: datetime, seen: str | None = None
) -> Case:
    """Claim points; what is written as evidence stays in the register's table."""

    def command(case: Case) -> Sequence[Draft]:
        person = person_of(case)
        commitment = _keep(case, actor, f"claim_{claim}", at, claim=claim, evidence=evidence)
        return register_points.claim_points(
            case.candidacy,
            case.edition,
            step=step_of(case),
            at=at,
            claim=claim,
            person=person,
            commitment=commitment,
        )

    return decide(actor, code, "register.claim_points", command, at=at, seen=seen)


def decide_points(
    actor: Actor,
    code: str,
    *,
    claim: str,
    granted: bool,
    finding: register_points.Finding,
    at: datetime,
    seen: str | None = None,
) -> Case:
    """Decide a claim from its evidence; a preference counts on all the person's registers."""

    def command(case: Case) -> Sequence[Draft]:
        person = person_of(case)
        siblings = siblings_of(case, person) if claim == "veterans" else ()
        return register_points.decide_points(
            case.candidacy,
            case.edition,
            step=step_of(case),
            at=at,
            claim=claim,
            granted=granted,
            finding=finding,
            person=person,
            siblings=siblings,
        )

    return decide(actor, code, "register.decide_points", command, at=at, seen=seen)


def correct_points(
    actor: Actor,
    code: str,
    *,
    claim: str,
    granted: bool,
    finding: register_points.Finding,
    ground: str,
    authority: str,
    at: datetime,
    seen: str | None = None,
) -> Case:
    """Reverse a points decision, with a ground; a preference on all the person's registers."""

    def command(case: Case) -> Sequence[Draft]:
        person = person_of(case)
        return register_points.correct_points(
            case.candidacy,
            case.edition,
            step=step_of(case),
            at=at,
            claim=claim,
            granted=granted,
            finding=finding,
            ground=ground,
            authority=authority,
            person=person,
            siblings=siblings_of(case, person),
        )

    return decide(actor, code, "register.correct_points", command, at=at, seen=seen)


def request_stop(
    actor: Actor, code: str, *, ground: str, text: str, at: datetime, seen: str | None = None
) -> Case:
    """Ask for a stop of the clock; ground and words stay in the register's table."""

    def command(case: Case) -> Sequence[Draft]:
        commitment = _keep(case, actor, "stop_request", at, ground=ground, text=text)
        return register_clock.request_stop(
            case.candidacy, case.edition, step=step_of(case), at=at, commitment=commitment
        )

    return decide(actor, code, "register.request_stop", command, at=at, seen=seen)


def refuse_stop(
    actor: Actor, code: str, *, reasons: str, at: datetime, seen: str | None = None
) -> Case:
    """Say no to a stop that was asked for."""

    def command(case: Case) -> Sequence[Draft]:
        commitment = _keep(case, actor, "stop_refusal", at, reasons=reasons)
        return register_clock.refuse_stop(
            case.candidacy, case.edition, step=step_of(case), at=at, commitment=commitment
        )

    return decide(actor, code, "register.stop_clock", command, at=at, seen=seen)


def _earlier_stops(code: str) -> tuple[tuple[str, Stop], ...]:
    """The stops granted before with their grounds, from the register's table."""
    return tuple(
        (
            str(record.content["ground"]),
            Stop(
                start=date.fromisoformat(record.content["start"]),
                months=int(record.content.get("months", 0)),
                end=date.fromisoformat(record.content["end"])
                if record.content.get("end")
                else None,
            ),
        )
        for record in compartments.particulars(code, compartment="register", kinds=("stop",))
    )


def stop_clock(
    actor: Actor,
    code: str,
    *,
    ground: str,
    start: date,
    months: int,
    end: date | None,
    at: datetime,
    seen: str | None = None,
) -> Case:
    """Stop the clock on a ground of the edition, or grant the one deferment."""

    def command(case: Case) -> Sequence[Draft]:
        person = person_of(case)
        earlier = _earlier_stops(code)
        commitment = _keep(
            case,
            actor,
            "stop",
            at,
            ground=ground,
            start=start.isoformat(),
            months=months,
            end=end.isoformat() if end else "",
        )
        return register_clock.stop_clock(
            case.candidacy,
            case.edition,
            step=step_of(case),
            at=at,
            ground=ground,
            start=start,
            months=months,
            end=end,
            earlier=earlier,
            person=person,
            siblings=siblings_of(case, person),
            commitment=commitment,
        )

    return decide(actor, code, "register.stop_clock", command, at=at, seen=seen)


def resume_clock(
    actor: Actor, code: str, *, on: date, at: datetime, seen: str | None = None
) -> Case:
    """Start the clock again before the granted end."""

    def command(case: Case) -> Sequence[Draft]:
        return register_clock.resume_clock(
            case.candidacy, case.edition, step=step_of(case), at=at, on=on
        )

    return decide(actor, code, "register.resume_clock", command, at=at, seen=seen)


def set_do_not_call(
    actor: Actor, code: str, *, chosen: bool, at: datetime, seen: str | None = None
) -> Case:
    """Ask not to be called for now, or to be called again."""

    def command(case: Case) -> Sequence[Draft]:
        return register.set_do_not_call(
            case.candidacy, case.edition, step=step_of(case), at=at, chosen=chosen
        )

    return decide(actor, code, "register.set_do_not_call", command, at=at, seen=seen)


def restore(
    actor: Actor,
    code: str,
    *,
    until: date,
    ground: str,
    authority: str,
    at: datetime,
    seen: str | None = None,
) -> Case:
    """Put a removed candidate back on the register to a new last day."""

    def command(case: Case) -> Sequence[Draft]:
        return register.restore(
            case.candidacy,
            case.edition,
            step=step_of(case),
            at=at,
            until=until,
            ground=ground,
            authority=authority,
        )

    return decide(actor, code, "register.restore", command, at=at, seen=seen)
