"""What is done in service: appoint, record training, wish, assign, hand over."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from concours.kernel.errors import BadInput
from concours.ledger.canonical import canonical
from concours.ledger.draft import Draft, Json
from concours.records import personal
from concours.records.models import Person, Post
from concours.selection import service
from concours.selection.authority import Actor, require
from concours.selection.register_state import Register
from concours.selection.service_state import Service
from concours.services import compartments
from concours.services.case import Case, decide
from concours.services.files import kind_of_file, unknown_file
from concours.services.persons import read_person
from concours.services.register.offers import read_class


def step_of(case: Case) -> str:
    """The id of the process's service step."""
    return next(plan.id for plan in case.edition.steps if plan.kind == "service")


def state_of(case: Case) -> Service:
    """The folded service."""
    return case.candidacy.state(step_of(case), Service)


def birth_date_of(person: str) -> date:
    """The person's date of birth. Raises BadInput where it was never given or is erased."""
    row = Person.objects.filter(file=person).first()
    text = personal.open_text(person, "person.birth_date", row.birth_date) if row else ""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(
            "birth_date_missing",
            remedy="The application holds no date of birth to check the age by.",
        ) from error


def accepted_class(case: Case) -> str:
    """The class in which the candidate accepted a place; "" where none."""
    for plan in case.edition.steps:
        if plan.kind == "register":
            return case.candidacy.state(plan.id, Register).accepted_class
    return ""


def _offered_on(case: Case) -> date:
    """The day of the accepted offer: pay and entry tables go by it."""
    found = service.offer_day(case.candidacy, case.edition)
    if found is None:
        raise BadInput("no_accepted_offer", remedy="There is no accepted offer in this file.")
    return found


def appoint(
    actor: Actor,
    code: str,
    *,
    education: str,
    years: str,
    proof: str,
    at: datetime,
    seen: str | None = None,
) -> Case:
    """Appoint to the class accepted; ``proof`` says on what papers education and years rest."""

    def command(case: Case) -> Sequence[Draft]:
        person = read_person(case.candidacy.person)
        plan = read_class(accepted_class(case))
        case.relies_on[person.file] = person.seq
        born = birth_date_of(person.file)
        commitment = compartments.keep(
            person=person.file,
            file=code,
            step=step_of(case),
            compartment="register",
            kind="appointment",
            content={
                "born": born.isoformat(),
                "education": education,
                "years": years,
                "proof": proof,
            },
            by=actor.code,
            at=at,
        )
        return service.appoint(
            case.candidacy,
            case.edition,
            step=step_of(case),
            at=at,
            plan=plan,
            born=born,
            claims=frozenset({person.preference}),
            education=education,
            years=years,
            offered_on=_offered_on(case),
            commitment=commitment,
        )

    return decide(actor, code, "service.appoint", command, at=at, seen=seen)


def record_training(
    actor: Actor, code: str, *, module: str, result: str, at: datetime, seen: str | None = None
) -> Case:
    """Record a module's result."""

    def command(case: Case) -> Sequence[Draft]:
        return service.record_training(
            case.candidacy, case.edition, step=step_of(case), at=at, module=module, result=result
        )

    return decide(actor, code, "service.record_training", command, at=at, seen=seen)


def posts_of(class_file: str) -> tuple[Post, ...]:
    """The posts on a class's list, by code."""
    return tuple(Post.objects.filter(class_file=class_file).order_by("code"))


def rank_preferences(
    actor: Actor, code: str, *, wishes: Mapping[str, str], at: datetime, seen: str | None = None
) -> Case:
    """The officer's wishes among the posts of the class's list."""

    def command(case: Case) -> Sequence[Draft]:
        posts = frozenset(post.code for post in posts_of(state_of(case).class_file))
        return service.rank_preferences(
            case.candidacy, case.edition, step=step_of(case), at=at, wishes=wishes, posts=posts
        )

    return decide(actor, code, "service.rank_preferences", command, at=at, seen=seen)


def assign(
    actor: Actor,
    code: str,
    *,
    post: str,
    at: datetime,
    run: str = "",
    loss: int = 0,
    seen: str | None = None,
) -> Case:
    """Assign a post of the class's list to one officer, by hand or from a run."""

    def command(case: Case) -> Sequence[Draft]:
        found = Post.objects.filter(class_file=state_of(case).class_file, code=post).first()
        if found is None:
            raise BadInput(
                "post_not_on_the_list", remedy="Choose a post of the list.", field="post"
            )
        person = read_person(case.candidacy.person)
        case.relies_on[person.file] = person.seq
        return service.assign(
            case.candidacy,
            case.edition,
            step=step_of(case),
            at=at,
            post=found.code,
            abroad=found.abroad,
            start=found.starts_on,
            months=found.months,
            person=person,
            run=run,
            loss=loss,
        )

    return decide(actor, code, "service.assign", command, at=at, seen=seen)


def hand_over(actor: Actor, code: str, *, at: datetime, seen: str | None = None) -> Case:
    """Hand the file over to personnel."""

    def command(case: Case) -> Sequence[Draft]:
        return service.hand_over(case.candidacy, case.edition, step=step_of(case), at=at)

    return decide(actor, code, "service.hand_over", command, at=at, seen=seen)


def add_post(
    actor: Actor,
    class_file: str,
    *,
    code: str,
    title: str,
    abroad: bool,
    places: int,
    need: int,
    starts_on: date,
    months: int,
) -> None:
    """Put a post on a class's list, or change it while nobody has it."""
    require(actor, "service.assign")
    if kind_of_file(class_file) != "class":
        raise unknown_file()
    Post.objects.update_or_create(
        class_file=class_file,
        code=code,
        defaults={
            "title": title,
            "abroad": abroad,
            "places": places,
            "need": need,
            "starts_on": starts_on,
            "months": months,
        },
    )


def run_code(inputs: Json) -> str:
    """The digest that names one run of the posting optimisation, from its inputs."""
    return hashlib.sha256(canonical(inputs).encode()).hexdigest()[:16]
