"""What the service pages show: an officer's own, the appointment desk, training, postings, estimate."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from concours.kernel.citation import Citation
from concours.kernel.errors import BadInput, RuleRefused
from concours.kernel.period import day_of
from concours.policy.edition import Edition, load_edition, shipped_editions
from concours.policy.entry_table import EntryClass, EntryTable, entry_class, table_on
from concours.policy.pay_table import PayTable, pay_for
from concours.policy.training import Training
from concours.records.models import OfficerStanding, Post
from concours.selection.authority import Actor, require
from concours.selection.class_plan import ClassPlan
from concours.selection.opening import Opening
from concours.selection.road import openings
from concours.selection.service import offer_day
from concours.selection.service_state import Service
from concours.services.case import Case, open_candidacy
from concours.services.casefile import open_file
from concours.services.listing import ListPage, ListQuery
from concours.services.ordering import ordered
from concours.services.register.offers import read_class
from concours.services.service.acts import accepted_class, posts_of, step_of
from concours.services.service.postings import Proposal, proposal_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Where somebody would enter, how that comes about, and the pay where a table says it."""

    entry: EntryClass
    education: str
    table_since: date
    pay: int | None
    currency: str
    pay_open: str
    cite: Citation
    rule: str
    edition: str


def educations(process: str) -> tuple[tuple[str, str], ...]:
    """The levels of education of the newest entry table, with their words."""
    edition, step = _newest(process)
    return tuple(edition.value(f"{step}.entry_class", EntryTable).educations.items())


def _newest(process: str) -> tuple[Edition, str]:
    name = [edition for known, edition in shipped_editions() if known == process][-1]
    edition = load_edition(process, name)
    return edition, next(plan.id for plan in edition.steps if plan.kind == "service")


def estimate(process: str, *, education: str, years: str, on: date) -> Estimate:
    """The public entry estimate; needs no account and keeps nothing."""
    edition, step = _newest(process)
    return _estimate(edition, step, education=education, years=years, on=on)


def _estimate(edition: Edition, step: str, *, education: str, years: str, on: date) -> Estimate:
    table = edition.value(f"{step}.entry_class", EntryTable)
    found = entry_class(table, education=education, years=years, on=on)
    rule = edition.rule(f"{step}.entry_class")
    pay, currency, left_open = None, "", edition.rule(f"{step}.pay").open
    try:
        known = edition.value(f"{step}.pay", PayTable)
        pay, currency = pay_for(known, grade=found.grade, step=found.step, on=on), known.currency
    except (RuleRefused, BadInput):
        pay = None
    return Estimate(
        entry=found,
        education=table.educations[education],
        table_since=table_on(table, on=on).since,
        pay=pay,
        currency=currency,
        pay_open=left_open,
        cite=rule.cite,
        rule=rule.id,
        edition=edition.edition,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleRow:
    """One module of the training: its results so far."""

    code: str
    title: str
    weeks: int | None
    results: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnServicePage:
    """An officer's own page: entry class with its calculation, training, wishes, posting."""

    code: str
    version: str
    state: Service
    estimate: Estimate | None
    modules: tuple[ModuleRow, ...]
    centre: str
    months: int
    posts: tuple[Post, ...]
    wishes: Mapping[str, str]
    loss: int
    cites: Mapping[str, Citation]
    commands: frozenset[str]


def own_service_page(actor: Actor, code: str, *, at: datetime) -> OwnServicePage:
    """The officer's own service, up to what they were told."""
    case = open_candidacy(actor, code, "file.read_own", at=at)
    shown, step, edition = case.as_shown(), step_of(case), case.edition
    state = shown.state(step, Service)
    legal = {o.command for o in openings(case.candidacy, edition, at=at)}
    training = edition.value(f"{step}.training", Training)
    return OwnServicePage(
        code=code,
        version=case.version,
        state=state,
        estimate=_estimate(
            edition,
            step,
            education=state.education,
            years=str(state.years),
            on=offer_day(shown, edition) or day_of(state.appointed_at, edition.zone),
        )
        if state.appointed_at is not None and state.education
        else None,
        modules=_modules(training, state),
        centre=training.centre,
        months=training.months,
        posts=posts_of(state.class_file) if state.class_file else (),
        wishes=state.wishes,
        loss=_loss(case),
        cites={name: edition.rule(f"{step}.{name}").cite for name in ("training", "abroad")},
        commands=frozenset(
            o.command
            for o in openings(shown, edition, at=at)
            if o.owner == "candidate" and o.step == step and o.command in legal
        ),
    )


def _modules(training: Training, state: Service) -> tuple[ModuleRow, ...]:
    return tuple(
        ModuleRow(
            code=code,
            title=module.title,
            weeks=module.weeks,
            results=tuple(result for name, result in state.results if name == code),
        )
        for code, module in training.modules.items()
    )


def _loss(case: Case) -> int:
    """What meeting the officer's best wish would have cost the class, from the posting's entry."""
    for fact in reversed(case.visible):
        if fact.kind == "service.assigned":
            loss = fact.body.get("loss", 0)
            return loss if isinstance(loss, int) else 0
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerPage:
    """One officer for the registrar or the training officer."""

    code: str
    version: str
    state: Service
    plan: ClassPlan | None
    modules: tuple[ModuleRow, ...]
    educations: tuple[tuple[str, str], ...]
    posts: tuple[Post, ...]
    commands: tuple[Opening, ...]
    cites: Mapping[str, Citation]


def officer_page(actor: Actor, code: str, action: str, *, at: datetime) -> OfficerPage:
    """An officer's file as somebody holding ``action`` needs it to decide."""
    case = open_candidacy(actor, code, action, at=at)
    step, edition = step_of(case), case.edition
    state = case.candidacy.state(step, Service)
    klass = state.class_file or accepted_class(case)
    return OfficerPage(
        code=code,
        version=case.version,
        state=state,
        plan=read_class(klass) if klass else None,
        modules=_modules(edition.value(f"{step}.training", Training), state),
        educations=tuple(edition.value(f"{step}.entry_class", EntryTable).educations.items()),
        posts=posts_of(klass) if klass else (),
        commands=tuple(o for o in openings(case.candidacy, edition, at=at) if o.step == step),
        cites={
            name: edition.rule(f"{step}.{name}").cite
            for name in ("entry_class", "age", "training", "abroad", "retention")
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerRow:
    """One officer in the list, by code."""

    file: str
    class_file: str
    grade: str
    passed: int
    failed: int
    state: str
    post: str
    since: datetime


ORDERS = {"file": "file", "class": "class_file", "grade": "grade", "since": "since"}


def officer_list(actor: Actor, query: ListQuery) -> ListPage[OfficerRow]:
    """Officers in training and service."""
    require(actor, "service.record_training")
    rows = OfficerStanding.objects.all()
    if state := query.filters.get("state"):
        rows = rows.filter(state=state)
    if query.search:
        rows = rows.filter(file__startswith=query.search.upper())
    order = ORDERS.get(query.order, "since")
    chosen = ordered(rows, order, descending=query.descending, unique="file")[
        query.start : query.end
    ]
    return ListPage(
        rows=[
            OfficerRow(
                file=row.file,
                class_file=row.class_file,
                grade=f"{row.grade}/{row.grade_step}",
                passed=row.modules_passed,
                failed=row.modules_failed,
                state=row.state,
                post=row.post,
                since=row.since,
            )
            for row in chosen
        ],
        total=rows.count(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PostsPage:
    """A class's list of posts, and the newest proposal for it."""

    code: str
    title: str
    posts: tuple[Post, ...]
    proposal: Proposal | None


def posts_page(actor: Actor, class_file: str) -> PostsPage:
    """The posts of a class for whoever assigns them."""
    found = open_file(actor, "class", class_file, "service.assign")
    return PostsPage(
        code=class_file,
        title=found.state.title,
        posts=posts_of(class_file),
        proposal=proposal_of(actor, class_file),
    )
