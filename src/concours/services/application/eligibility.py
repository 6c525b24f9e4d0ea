"""Judging eligibility from what was declared, one file or all that wait."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from concours.kernel.errors import RuleRefused
from concours.kernel.verdict import Verdict
from concours.ledger.draft import Draft
from concours.policy.declaration import Declaration
from concours.policy.edition import Edition
from concours.records.models import CandidacyStanding
from concours.selection.application_eligibility import (
    Claim,
    eligibility_verdicts,
    judge_eligibility,
)
from concours.selection.authority import Actor, require
from concours.services.application.sections import (
    SALT,
    application_step,
    commitment_of,
    read_sections,
)
from concours.services.case import Case, decide, open_candidacy
from concours.services.listing import ListPage, ListQuery
from concours.services.ordering import ordered

PREFERENCES = frozenset({"five_point", "ten_point"})


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityRow:
    """One file at the eligibility desk."""

    code: str
    track: str
    since: datetime | None
    due_on: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityPage:
    """What a registrar sees before deciding: every rule's verdict on what was declared."""

    code: str
    version: str
    verdicts: tuple[Verdict, ...]
    eligible: bool
    judged: bool
    judge_by: datetime | None
    track: str


def claim_of(case: Case, sections: Mapping[str, Mapping[str, Any]] | None = None) -> Claim:
    """What the applicant declared, with a commitment to each value that stays out of the ledger.

    ``sections`` are those of the application where the caller has read them.

    Raises RuleRefused when the birth date is not there (erased, or never typed).
    """
    found = read_sections(case.code, case.candidacy.person) if sections is None else sections
    identity, declared = found.get("identity", {}), found.get("declarations", {})
    born = str(identity.get("birth_date", ""))
    if not born:
        raise RuleRefused(
            "input_missing", remedy="The birth date is not there any more; this cannot be judged."
        )
    salt = str(identity.get(SALT, ""))
    citizenships = identity.get("citizenships", [])
    veteran = found.get("veteran", {})
    claims = {"preference_eligible"} if veteran.get("claim") in PREFERENCES else set()
    return Claim(
        born=date.fromisoformat(born),
        citizenships=frozenset(str(c) for c in citizenships),
        declared=_answers(case.edition, application_step(case), declared),
        claims=frozenset(claims),
        commitments={
            "birth_date": commitment_of(born, salt),
            "citizenships": commitment_of(",".join(sorted(map(str, citizenships))), salt),
        },
    )


def _answers(edition: Edition, step: str, declared: Mapping[str, object]) -> dict[str, bool]:
    """The declarations as yes or no; an item nobody answered is left out."""
    items: list[str] = []
    for name in (f"{step}.conditions", f"{step}.bars"):
        if edition.has(name):
            items += edition.value(name, Declaration).items
    return {item: bool(declared[item]) for item in items if item in declared}


def judge(actor: Actor, code: str, *, at: datetime, seen: str | None = None) -> Case:
    """Decide the eligibility of one applicant by the rules of their edition."""

    def command(case: Case) -> tuple[Draft, ...]:
        return judging(case, claim_of(case), at=at)

    return decide(actor, code, "application.judge", command, at=at, seen=seen)


def judging(case: Case, claim: Claim, *, at: datetime) -> tuple[Draft, ...]:
    """The finding on one file, from what its applicant declared."""
    calendar = case.competition.calendar
    if calendar is None:
        raise RuleRefused("no_calendar", remedy="This competition has no dates yet.")
    return judge_eligibility(
        case.candidacy,
        case.edition,
        step=application_step(case),
        at=at,
        claim=claim,
        calendar=calendar,
    )


def eligibility_page(actor: Actor, code: str, *, at: datetime) -> EligibilityPage:
    """The verdicts a decision now would record."""
    case = open_candidacy(actor, code, "application.judge", at=at)
    step = application_step(case)
    state = case.candidacy.steps.get(step)
    calendar = case.competition.calendar
    tested_on = calendar.test_ends if calendar else at.date()
    verdicts = eligibility_verdicts(
        case.edition, step=step, claim=claim_of(case), tested_on=tested_on
    )
    return EligibilityPage(
        code=code,
        version=case.version,
        verdicts=verdicts,
        eligible=all(v.allowed for v in verdicts),
        judged=state is not None and state.finding is not None,
        judge_by=state.judge_by if state else None,
        track=case.candidacy.track,
    )


def waiting() -> QuerySet[CandidacyStanding]:
    """The rows of applications that wait for a decision on eligibility."""
    return CandidacyStanding.objects.filter(step="application", status="board")


def eligibility_list(actor: Actor, query: ListQuery) -> ListPage[EligibilityRow]:
    """Files that wait for a decision on eligibility, in the order asked for."""
    require(actor, "application.judge")
    found = waiting()
    if query.search:
        found = found.filter(file__startswith=query.search.upper())
    if "track" in query.filters:
        found = found.filter(track=query.filters["track"])
    columns = {"code": "file", "track": "track", "since": "since", "due": "due_on"}
    order = columns.get(query.order, "since")
    rows = ordered(found, order, descending=query.descending, unique="file")[
        query.start : query.end
    ]
    return ListPage(
        rows=[
            EligibilityRow(code=r.file, track=r.track, since=r.since, due_on=r.due_on) for r in rows
        ],
        total=found.count(),
    )
