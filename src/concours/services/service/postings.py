"""First postings of a class: asked for here, proposed by the worker, signed as one act."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from concours.kernel.errors import OutOfDate, RuleRefused
from concours.kernel.period import add_months
from concours.ledger.draft import Draft, Json
from concours.records.ledger_store import read_many
from concours.records.models import Job, OfficerStanding, Post
from concours.selection.authority import Actor, require
from concours.selection.candidacy import Candidacy
from concours.selection.fold import fold_candidacy
from concours.selection.service import time_abroad
from concours.selection.service_state import Service
from concours.services.casefile import OpenFile, decide_on, open_file
from concours.services.competitions import binding_edition
from concours.services.jobs import enqueue
from concours.services.persons import read_person
from concours.services.refresh import competitions_of
from concours.services.service.acts import assign, posts_of, run_code

PROPOSE = "service.propose_postings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a proposal is made from, in codes: officers with wishes and bars, posts with places."""

    officers: tuple[Mapping[str, Any], ...]
    posts: tuple[Mapping[str, Any], ...]

    @property
    def run(self) -> str:
        """The name of the run these inputs give."""
        body: Json = {"officers": list(self.officers), "posts": list(self.posts)}
        return run_code(body)


def inputs_of(class_file: str) -> Inputs:
    """The trained officers of a class without a post, and the places left on its list."""
    files = _to_post(class_file)
    posts = posts_of(class_file)
    barred = _barred(files, posts)
    given = list(
        OfficerStanding.objects.filter(class_file=class_file)
        .exclude(post="")
        .values_list("post", flat=True)
    )
    return Inputs(
        officers=tuple(
            {"code": code, "wishes": dict(service_of(file).wishes), "barred": barred[code]}
            for code, file in sorted(files.items())
        ),
        posts=tuple(
            {"code": p.code, "places": max(0, p.places - given.count(p.code)), "need": p.need}
            for p in posts
        ),
    )


def _to_post(class_file: str) -> dict[str, Candidacy]:
    codes = list(
        OfficerStanding.objects.filter(class_file=class_file, state="to_post")
        .order_by("file")
        .values_list("file", flat=True)
    )
    return {code: fold_candidacy(facts) for code, facts in read_many(codes).items()}


def service_of(file: Candidacy) -> Service:
    """The folded service of a candidacy, whatever its process calls the step."""
    return next((s for s in file.steps.values() if isinstance(s, Service)), Service())


def _barred(files: Mapping[str, Candidacy], posts: tuple[Post, ...]) -> dict[str, dict[str, str]]:
    """The posts each officer may not have: six years abroad would be passed."""
    competitions = competitions_of(files)
    found: dict[str, dict[str, str]] = {}
    for code, file in files.items():
        edition = binding_edition(competitions[file.competition], file)
        step = next(plan.id for plan in edition.steps if plan.kind == "service")
        person = read_person(file.person)
        found[code] = {
            post.code: "too_long_abroad"
            for post in posts
            if post.abroad
            and time_abroad(
                edition,
                step=step,
                person=person,
                start=post.starts_on,
                end=add_months(post.starts_on, post.months),
            )
            == "refused"
        }
    return found


def ask_for_proposal(actor: Actor, class_file: str) -> int:
    """Let the worker propose postings for a class: the solver never runs in a page."""
    open_file(actor, "class", class_file, "service.assign")
    return enqueue(PROPOSE, {"class": class_file}, asked_by=actor.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedRow:
    """One proposed posting with the posts wished for more, each with its reason and loss."""

    officer: str
    post: str
    wish: str
    passed: tuple[Mapping[str, Any], ...]

    @property
    def loss(self) -> int:
        """What meeting the officer's best wish would cost the class."""
        return max((int(one["loss"]) for one in self.passed), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The newest proposal for a class: how far it is, and whether its inputs still hold."""

    state: str
    run: str
    current: bool
    rows: tuple[PostedRow, ...]
    refused: str
    remedy: str


def proposal_of(actor: Actor, class_file: str) -> Proposal | None:
    """The newest proposal asked for; None where none was."""
    require(actor, "service.assign")
    job = Job.objects.filter(name=PROPOSE, arguments={"class": class_file}).order_by("-pk").first()
    if job is None:
        return None
    found = job.progress
    run = str(found.get("run", ""))
    return Proposal(
        state=job.state,
        run=run,
        current=bool(run) and run == inputs_of(class_file).run,
        rows=tuple(
            PostedRow(
                officer=row["officer"],
                post=row["post"],
                wish=row["wish"],
                passed=tuple(row["passed"]),
            )
            for row in found.get("posted", ())
        ),
        refused=str(found.get("refused", "")),
        remedy=str(found.get("remedy", "")),
    )


@transaction.atomic
def sign(actor: Actor, class_file: str, *, run: str, at: datetime) -> int:
    """Make the proposal of ``run`` the officers' postings; refused when its inputs have changed."""
    proposal = proposal_of(actor, class_file)
    if proposal is None or not proposal.rows:
        raise RuleRefused(
            "nobody_to_post", remedy="There is no proposal, or nobody in it waits for a post."
        )
    if proposal.run != run or not proposal.current:
        raise OutOfDate(
            "proposal_has_changed", remedy="Wishes or posts have changed. Ask for a new proposal."
        )
    decide_on(actor, "class", class_file, "service.assign", _closing(proposal), at=at)
    for row in proposal.rows:
        assign(actor, row.officer, post=row.post, run=run, loss=row.loss, at=at)
    return len(proposal.rows)


def _closing(proposal: Proposal) -> Callable[[OpenFile], tuple[Draft, ...]]:
    def command(found: OpenFile) -> tuple[Draft, ...]:
        body: dict[str, Json] = {"run": proposal.run, "count": len(proposal.rows)}
        return (Draft(file=found.code, step="", kind="class.postings_found", body=body),)

    return command
