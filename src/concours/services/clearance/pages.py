"""What the clearance pages show: the candidate's own, and each desk's in its compartment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from concours.kernel.citation import Citation
from concours.policy.edition import Edition
from concours.policy.medical_scheme import MedicalScheme
from concours.records import personal
from concours.records.models import ClearanceStanding, Document
from concours.selection.authority import Actor, require
from concours.selection.clearance import documents_due, forms_due
from concours.selection.clearance_second import security_appeal_due, waiver_due
from concours.selection.clearance_state import COMPARTMENTS, Clearance, waited_days
from concours.selection.opening import Opening
from concours.selection.road import openings
from concours.services.case import Case, open_candidacy
from concours.services.clearance.acts import step_of
from concours.services.compartments import Particulars, particulars
from concours.services.documents import OpenDocument, open_document
from concours.services.listing import ListPage, ListQuery
from concours.services.ordering import ordered

READS = {"medical": "clearance.read_medical", "security": "clearance.read_security"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One uploaded document, by its name in clear."""

    code: str
    name: str
    media_type: str
    size: int
    uploaded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One clearance as its reader may see it."""

    name: str
    outcome: str
    waiver: str
    papers_at: datetime | None
    due_on: datetime | None
    decided_at: datetime | None
    until: date | None
    waits_on: str
    waited: Mapping[str, int]
    uploads: tuple[Upload, ...]
    rule: str
    question: str
    cite: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearancePage:
    """Both clearances of one's own file, and what may be done now."""

    code: str
    version: str
    offered_at: datetime | None
    passed: bool | None
    closed_reason: str
    sides: tuple[Side, ...]
    waiver_due: datetime | None
    appeal_due: datetime | None
    appeal: str
    medical_class: str
    class_title: str
    commands: frozenset[str]


def own_clearance_page(actor: Actor, code: str, *, at: datetime) -> ClearancePage:
    """The candidate's page: what to do by when, on whom it waits, how it came out."""
    case = open_candidacy(actor, code, "file.read_own", at=at)
    shown, step = case.as_shown(), step_of(case)
    state = shown.state(step, Clearance)
    legal = {o.command for o in openings(case.candidacy, case.edition, at=at)}
    mine = {
        o.command
        for o in openings(shown, case.edition, at=at)
        if o.owner == "candidate" and o.step == step and o.command in legal
    }
    decided = _told_class(case, state)
    return ClearancePage(
        code=code,
        version=case.version,
        offered_at=state.offered_at,
        passed=state.passed,
        closed_reason=shown.closed.reason if shown.closed else "",
        sides=tuple(_side(case, state, name, at) for name in COMPARTMENTS)
        if state.offered_at
        else (),
        waiver_due=waiver_due(shown, case.edition, step=step),
        appeal_due=security_appeal_due(shown, case.edition, step=step),
        appeal=state.appeal,
        medical_class=decided,
        class_title=_class_title(case.edition, step, decided),
        commands=frozenset(mine),
    )


def _told_class(case: Case, state: Clearance) -> str:
    """The medical class, once its decision was told; "" before."""
    if not state.medical.decided_seq or state.medical.decided_seq not in case.candidacy.told:
        return ""
    found = [
        p
        for p in particulars(case.code, compartment="medical", kinds=("decision",))
        if state.medical.decided_at is not None and p.at <= state.medical.decided_at
    ]
    return str(found[-1].content.get("medical_class", "")) if found else ""


def _class_title(edition: Edition, step: str, medical_class: str) -> str:
    schemes = edition.value(f"{step}.medical", MedicalScheme).schemes
    found = schemes[-1].classes.get(medical_class)
    return found.title if found else ""


def _side(case: Case, state: Clearance, name: str, at: datetime) -> Side:
    step = step_of(case)
    side = state.medical if name == "medical" else state.security
    rule = case.edition.rule(f"{step}.{'medical' if name == 'medical' else 'guidelines'}")
    due = (documents_due if name == "medical" else forms_due)(
        case.candidacy, case.edition, step=step
    )
    return Side(
        name=name,
        outcome=side.outcome,
        waiver=state.waiver if name == "medical" else "",
        papers_at=side.papers_at,
        due_on=due if side.papers_at is None else None,
        decided_at=side.decided_at,
        until=side.until,
        waits_on=side.waits[-1].on if side.waits and side.waits[-1].until is None else "",
        waited=waited_days(side, at=at, zone=case.edition.zone),
        uploads=_uploads(case.code, name),
        rule=rule.id,
        question=rule.question,
        cite=rule.cite,
    )


def _uploads(code: str, compartment: str) -> tuple[Upload, ...]:
    rows = list(
        Document.objects.filter(
            file=code, compartment=compartment, removed_at__isnull=True
        ).order_by("uploaded_at", "code")
    )
    names = personal.open_many("document.name", [(row.person, row.name) for row in rows])
    return tuple(
        Upload(
            code=row.code,
            name=name,
            media_type=row.media_type,
            size=row.size,
            uploaded_at=row.uploaded_at,
        )
        for row, name in zip(rows, names, strict=True)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRow:
    """One file on a desk: by code, with what it waits for."""

    file: str
    state: str
    waits_on: str
    since: datetime
    due_on: datetime | None
    late: bool


ORDERS = {"file": "file", "state": "state", "since": "since", "due": "due_on"}


def desk_list(
    actor: Actor, query: ListQuery, *, compartment: str, at: datetime, states: tuple[str, ...] = ()
) -> ListPage[DeskRow]:
    """The files of one compartment, the longest waiting first; for its own readers only."""
    require(actor, READS[compartment])
    rows = ClearanceStanding.objects.filter(compartment=compartment)
    if states:
        rows = rows.filter(state__in=states)
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
            DeskRow(
                file=row.file,
                state=row.state,
                waits_on=row.waits_on,
                since=row.since,
                due_on=row.due_on,
                late=row.due_on is not None and row.due_on < at,
            )
            for row in chosen
        ],
        total=rows.count(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompartmentPage:
    """One file in one compartment: its side, its records in clear, its commands."""

    code: str
    version: str
    compartment: str
    side: Side
    records: tuple[Particulars, ...]
    commands: tuple[Opening, ...]
    classes: tuple[tuple[str, str], ...]
    guidelines: tuple[tuple[str, str], ...]
    outcomes: tuple[tuple[str, str], ...]


def compartment_page(actor: Actor, code: str, *, compartment: str, at: datetime) -> CompartmentPage:
    """A compartment's view of a file. The other compartment's desk gets the unknown file's answer."""
    case = open_candidacy(actor, code, READS[compartment], at=at)
    return _page(case, compartment, at)


def appeal_page(actor: Actor, code: str, *, at: datetime) -> CompartmentPage:
    """The security compartment's view for the officer who records the appeal panel's votes.

    Only while an appeal is lodged: otherwise the officer has no business in the compartment.
    """
    case = open_candidacy(actor, code, "clearance.decide_security_appeal", at=at)
    state = case.candidacy.state(step_of(case), Clearance)
    if state.appeal != "lodged":
        raise case.edition.refusal(
            f"{step_of(case)}.appeal_panel",
            "no_appeal_lodged",
            remedy="The compartment opens to an appeal only while one is lodged.",
        )
    return _page(case, "security", at)


def _page(case: Case, compartment: str, at: datetime) -> CompartmentPage:
    step = step_of(case)
    state = case.candidacy.state(step, Clearance)
    scheme = case.edition.value(f"{step}.medical", MedicalScheme).schemes[-1]
    lists: dict[str, Any] = {
        name: tuple(case.edition.rule(f"{step}.{name}").value.codes.items())  # type: ignore[union-attr]
        for name in ("guidelines", "security_outcomes")
    }
    return CompartmentPage(
        code=case.code,
        version=case.version,
        compartment=compartment,
        side=_side(case, state, compartment, at),
        records=particulars(case.code, compartment=compartment),
        commands=tuple(o for o in openings(case.candidacy, case.edition, at=at) if o.step == step),
        classes=tuple((code, found.title) for code, found in scheme.classes.items()),
        guidelines=lists["guidelines"],
        outcomes=lists["security_outcomes"],
    )


def read_document(
    actor: Actor, code: str, document: str, *, compartment: str, at: datetime
) -> OpenDocument:
    """A document in clear, for the candidate whose it is or for its compartment's readers."""
    own = bool(actor.person) and actor.roles <= {"candidate"}
    case = open_candidacy(actor, code, "file.read_own" if own else READS[compartment], at=at)
    return open_document(document, file=case.code, compartment=compartment)
