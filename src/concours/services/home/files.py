"""The case desk: finding files, and one file on one timeline with what may be done now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from concours.kernel.errors import BadInput
from concours.kernel.identifiers import read_code
from concours.ledger.draft import Fact
from concours.policy.edition import Edition
from concours.records.name_search import find as persons_named
from concours.selection.authority import Actor, holds, require
from concours.selection.come_due import come_due, forward
from concours.selection.opening import Opening
from concours.selection.road import Milestone, openings, road
from concours.selection.steps import WORDS
from concours.services.case import Case, open_candidacy
from concours.services.findings import findings_of
from concours.services.listing import ListPage, ListQuery
from concours.services.ordering import ordered
from concours.services.standing_at import standing_at

ORDERS = {
    "file": "file",
    "track": "track",
    "step": "step",
    "status": "status",
    "since": "since",
    "due": "due_on",
}
SEARCH_MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """One candidacy in the list, by code; no list shows a name."""

    file: str
    track: str
    step: str
    status: str
    outcome: str
    since: datetime | None
    due_on: datetime | None
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry on the timeline: what, when, by whom in which role, why."""

    receipt: str
    kind: str
    words: str
    at: datetime
    on: datetime
    actor: str
    role: str
    step: str
    findings: tuple[tuple[str, str], ...]
    rule: str
    rule_question: str
    cite: str
    told_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """The events of one step, newest first; ``title`` is the step's, or "" for the file's own."""

    step: str
    title: str
    events: tuple[Event, ...]
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePage:
    """One candidacy as a reader may see it, with the commands open to them now."""

    code: str
    version: str
    competition: str
    edition: str
    track: str
    closed: bool
    reason: str
    milestones: tuple[Milestone, ...]
    current: str
    events: tuple[Event, ...]
    chapters: tuple[Chapter, ...]
    openings: tuple[Opening, ...]
    awaited: tuple[Opening, ...]


def file_list(
    actor: Actor, query: ListQuery, *, at: datetime, competition: str = ""
) -> ListPage[FileRow]:
    """Candidacies as they stand at ``at``; found by code, or by a name where allowed.

    A name finds files without showing which name they have; looking for one needs
    the permission to see names.
    """
    require(actor, "file.search")
    rows = standing_at(at)
    if competition:
        rows = rows.filter(competition=competition)
    for column in ("step", "status", "track", "owner"):
        if value := query.filters.get(column):
            rows = rows.filter(**{column: value})
    if query.search:
        rows = _searched(actor, rows, query.search)
    order = ORDERS.get(query.order, "file")
    chosen = ordered(rows, order, descending=query.descending, unique="file")[
        query.start : query.end
    ]
    return ListPage(
        rows=[
            FileRow(
                file=r.file,
                track=r.track,
                step=r.step,
                status=r.status,
                outcome=r.reason or r.outcome,
                since=r.since,
                due_on=r.due_on,
                owner=r.owner,
            )
            for r in chosen
        ],
        total=rows.count(),
    )


def _searched(actor: Actor, rows, text: str):  # type: ignore[no-untyped-def]
    try:
        return rows.filter(file=read_code(text))
    except BadInput:
        if not holds(actor, "file.names"):
            return rows.filter(file__startswith=text.upper())
        return rows.filter(person__in=persons_named(text, limit=SEARCH_MOST))


def file_page(actor: Actor, code: str, *, at: datetime) -> FilePage:
    """One file for staff: timeline with citations, and every command open to this role now."""
    return page_of(open_candidacy(actor, code, "file.read", at=at), actor, at=at)


def own_file_page(actor: Actor, code: str, *, at: datetime) -> FilePage:
    """The candidate's own file, up to the last decision they were told of."""
    return page_of(open_candidacy(actor, code, "file.read_own", at=at), actor, at=at)


def page_of(case: Case, actor: Actor, *, at: datetime) -> FilePage:
    """A case as a page, for its reader."""
    due = come_due(case.candidacy, case.edition, at=at)
    whole = forward(case.candidacy, due, at=at)
    shown = case.as_shown()
    if case.role != "candidate":  # who decides sees what has come due; a candidate, what is told
        shown = forward(shown, due, at=at)
    way = road(shown, case.edition, at=at)
    # What is legal is asked of the whole file; what the reader has not been told of is not theirs to do.
    legal = {(o.command, o.step) for o in openings(whole, case.edition, at=at)}
    all_open = tuple(
        o for o in openings(shown, case.edition, at=at) if (o.command, o.step) in legal
    )
    mine = tuple(o for o in all_open if _may(actor, o, case.role))
    events = _events(case.visible, case)
    return FilePage(
        code=case.code,
        version=case.version,
        competition=case.competition.title,
        edition=case.edition.edition,
        track=shown.track,
        closed=shown.closed is not None,
        reason=shown.closed.reason if shown.closed else "",
        milestones=way.milestones,
        current=way.current,
        events=events,
        chapters=_chapters(events, case.edition),
        openings=mine,
        awaited=tuple(o for o in all_open if o.awaited),
    )


def _chapters(events: Sequence[Event], edition: Edition) -> tuple[Chapter, ...]:
    """The timeline by step, the step with the newest event first."""
    titles = {plan.id: plan.title for plan in edition.steps}
    found: dict[str, list[Event]] = {}
    for event in events:
        found.setdefault(event.step, []).append(event)
    return tuple(
        Chapter(step=step, title=titles.get(step, ""), events=tuple(some), last_at=some[0].at)
        for step, some in found.items()
    )


def _may(actor: Actor, opening: Opening, role: str) -> bool:
    if role == "candidate":
        return opening.owner == "candidate" and holds(actor, opening.action)
    return holds(actor, opening.action) and opening.owner != "candidate"


def _events(facts: Sequence[Fact], case: Case) -> tuple[Event, ...]:
    told = case.candidacy.told
    return tuple(
        Event(
            receipt=case.digests[fact.seq - 1][:16],
            kind=fact.kind,
            words=WORDS.get(fact.kind, fact.kind),
            at=fact.at,
            on=fact.on,
            actor=fact.actor if case.role != "candidate" else "",
            role=fact.role,
            step=fact.step,
            findings=findings_of(fact),
            rule=rule if (rule := str(fact.body.get("rule", ""))) in case.edition.rules else "",
            rule_question=_question(case.edition, fact),
            cite=_cite(case.edition, fact),
            told_at=told[fact.seq].at if fact.seq in told else None,
        )
        for fact in reversed(facts)
        if fact.kind != "candidacy.told"
    )


def _question(edition: Edition, fact: Fact) -> str:
    rule = edition.rules.get(str(fact.body.get("rule", "")))
    return rule.question if rule else ""


def _cite(edition: Edition, fact: Fact) -> str:
    rule = edition.rules.get(str(fact.body.get("rule", "")))
    return str(rule.cite) if rule else ""
