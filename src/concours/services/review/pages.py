"""What the review pages show: the candidate's, a member's, the registrar's, the appeals officer's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from concours.kernel.citation import Citation
from concours.kernel.errors import NotPermitted
from concours.policy.code_list import CodeList
from concours.policy.quorum import Quorum
from concours.records.models import ReviewSeat, ReviewSheet
from concours.selection.authority import Actor, require
from concours.selection.review import APPEAL_OUTCOMES, RECUSAL_GROUNDS, appeal_due, reply_due
from concours.selection.review_state import Review
from concours.selection.road import openings
from concours.services.case import Case, open_candidacy
from concours.services.compartments import Particulars, particulars
from concours.services.home.files import Event, page_of
from concours.services.listing import ListPage, ListQuery
from concours.services.ordering import ordered
from concours.services.panels.examiners import holders_of
from concours.services.review.acts import assessors_of, state_of, step_of, turn_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReviewPage:
    """The candidate's page: where the review stands, the notice, the reply, the appeal."""

    code: str
    version: str
    stage: str
    since: datetime | None
    outcome: str
    factors: tuple[str, ...]
    votes_for: int | None
    votes_against: int | None
    reply_due: datetime | None
    replied_at: datetime | None
    appeal_due: datetime | None
    appeal: str
    cite: Citation
    rule: str
    commands: frozenset[str]


def own_review_page(actor: Actor, code: str, *, at: datetime) -> OwnReviewPage:
    """The candidate's own review, up to what they were told."""
    case = open_candidacy(actor, code, "file.read_own", at=at)
    shown, step = case.as_shown(), step_of(case)
    state = shown.state(step, Review)
    legal = {o.command for o in openings(case.candidacy, case.edition, at=at)}
    mine = {
        o.command
        for o in openings(shown, case.edition, at=at)
        if o.owner == "candidate" and o.step == step and o.command in legal
    }
    result = _result(case)
    rule = case.edition.rule(f"{step}.panel")
    return OwnReviewPage(
        code=code,
        version=case.version,
        stage=_stage(state),
        since=state.turn_at or state.opened_at,
        outcome=str(result.get("outcome", "")),
        factors=tuple(result.get("factors", ())),
        votes_for=result.get("votes_for"),
        votes_against=result.get("votes_against"),
        reply_due=reply_due(shown, case.edition, step=step) if not state.heard else None,
        replied_at=state.replied_at,
        appeal_due=appeal_due(shown, case.edition, step=step) if shown.closed else None,
        appeal=state.appeal,
        cite=rule.cite,
        rule=rule.id,
        commands=frozenset(mine),
    )


def _result(case: Case) -> dict[str, Any]:
    """The body of the newest finding the reader may see."""
    for fact in reversed(case.visible):
        if fact.kind in ("review.decided", "review.intent_found"):
            return dict(fact.body)
    return {}


def _stage(state: Review) -> str:
    """not_started, under_way, notice, replied, suitable, unsuitable."""
    if state.passed is not None:
        return "suitable" if state.passed else "unsuitable"
    if state.heard:
        return "replied"
    if state.intent_at is not None:
        return "notice"
    return "under_way" if state.opened_at is not None else "not_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRow:
    """One file on a member's desk."""

    file: str
    state: str
    since: datetime | None
    due_on: datetime | None
    late: bool


ORDERS = {"file": "file", "state": "state", "since": "since", "due": "due_on"}


def desk_list(actor: Actor, query: ListQuery, *, at: datetime) -> ListPage[SeatRow]:
    """The files on whose panel the actor sits."""
    require(actor, "review.read")
    rows = ReviewSeat.objects.filter(member=actor.code)
    if state := query.filters.get("state"):
        rows = rows.filter(state=state)
    if query.search:
        rows = rows.filter(file__startswith=query.search.upper())
    order = ORDERS.get(query.order, "due_on")
    chosen = ordered(rows, order, descending=query.descending, unique="file")[
        query.start : query.end
    ]
    return ListPage(
        rows=[
            SeatRow(
                file=row.file,
                state=row.state,
                since=row.since,
                due_on=row.due_on,
                late=row.due_on is not None and row.due_on < at,
            )
            for row in chosen
        ],
        total=rows.count(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPage:
    """The whole file except medical records, as a member of its panel reads it."""

    code: str
    version: str
    sworn: bool
    voted: bool
    votes_in: int
    members: int
    round: int
    stage: str
    may_vote: bool
    may_recuse: bool
    events: tuple[Event, ...]
    reply: str
    security: tuple[Particulars, ...]
    factors: tuple[tuple[str, str], ...]
    grounds: tuple[str, ...]


def member_page(actor: Actor, code: str, *, at: datetime) -> MemberPage:
    """The file for a seated member. Anybody else, and before the oath the file itself, is refused.

    Entries and particulars of the medical clearance are left out by the query,
    not by the page.
    """
    case = open_candidacy(actor, code, "review.read", at=at)
    state, step = state_of(case), step_of(case)
    if actor.code not in state.seated:
        raise NotPermitted(
            "not_on_this_panel", remedy="Only the members of this file's panel read it."
        )
    sworn = actor.code in state.oaths
    sheets = ReviewSheet.objects.filter(
        file=code, turn=turn_of(state), member__in=state.seated
    ).values_list("member", flat=True)
    awaited = {o.command for o in openings(case.candidacy, case.edition, at=at)}
    voted = actor.code in set(sheets)
    return MemberPage(
        code=code,
        version=case.version,
        sworn=sworn,
        voted=voted,
        votes_in=len(sheets),
        members=len(state.members),
        round=state.round,
        stage=_stage(state),
        may_vote=sworn and not voted and "review.vote" in awaited,
        may_recuse="review.recuse" in awaited,
        events=_readable(case, actor, at) if sworn else (),
        reply=_reply(code) if sworn else "",
        security=particulars(code, compartment="security", kinds=("decision",)) if sworn else (),
        factors=tuple(case.edition.value(f"{step}.factors", CodeList).codes.items()),
        grounds=RECUSAL_GROUNDS,
    )


def _readable(case: Case, actor: Actor, at: datetime) -> tuple[Event, ...]:
    """The timeline without what the panel is never shown."""
    withheld = case.edition.value(f"{step_of(case)}.panel", Quorum).withheld
    hidden = {"clearance.medical_decided", "clearance.waiver_requested", "clearance.waiver_decided"}
    hidden |= {"clearance.documents_sent", "clearance.extended"}
    events = page_of(case, actor, at=at).events
    if "medical" not in withheld:
        return events
    return tuple(
        event
        for event in events
        if event.kind not in hidden and ("compartment", "medical") not in event.findings
    )


def _reply(code: str) -> str:
    found = particulars(code, compartment="review", kinds=("reply",))
    return str(found[-1].content.get("text", "")) if found else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelPage:
    """Who sits and who may: for the registrar or scheduler. No vote and no reason."""

    code: str
    version: str
    stage: str
    members: tuple[tuple[str, bool, bool], ...]
    needed: int
    free: tuple[str, ...]
    barred: int
    cite: Citation
    commands: frozenset[str]


def panel_page(actor: Actor, code: str, *, at: datetime) -> PanelPage:
    """The panel of a file, and the examiners who may join it."""
    case = open_candidacy(actor, code, "review.open", at=at)
    state, step = state_of(case), step_of(case)
    holders = set(holders_of("suitability_examiner"))
    barred = holders & (assessors_of(case.candidacy.person) | (state.sat - set(state.members)))
    return PanelPage(
        code=code,
        version=case.version,
        stage=_stage(state),
        members=tuple((m, m in state.oaths, m in state.recused) for m in state.members),
        needed=case.edition.value(f"{step}.panel", Quorum).members,
        free=tuple(sorted(holders - barred - set(state.members))),
        barred=len(barred),
        cite=case.edition.rule(f"{step}.panel").cite,
        commands=frozenset(
            o.command for o in openings(case.candidacy, case.edition, at=at) if o.step == step
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealPage:
    """An appeal against the final review, for the officer who decides it."""

    code: str
    version: str
    outcome: str
    factors: tuple[str, ...]
    grounds: str
    reply: str
    outcomes: tuple[str, ...]
    cite: Citation


def appeal_page(actor: Actor, code: str, *, at: datetime) -> AppealPage:
    """The appeal, its grounds and the decision appealed against, while it is lodged."""
    case = open_candidacy(actor, code, "review.decide_appeal", at=at)
    if state_of(case).appeal != "lodged":
        raise case.edition.refusal(
            f"{step_of(case)}.appeal", "no_appeal_lodged", remedy="There is no appeal to decide."
        )
    found = particulars(code, compartment="review", kinds=("appeal",))
    result = _result(case)
    return AppealPage(
        code=code,
        version=case.version,
        outcome=str(result.get("outcome", "")),
        factors=tuple(result.get("factors", ())),
        grounds=str(found[-1].content.get("grounds", "")) if found else "",
        reply=_reply(code),
        outcomes=APPEAL_OUTCOMES,
        cite=case.edition.rule(f"{step_of(case)}.appeal").cite,
    )
