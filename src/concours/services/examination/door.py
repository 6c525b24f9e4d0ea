"""The door: who is expected, who is let in, who did not appear."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from concours.ledger.draft import Draft
from concours.policy.identity_check import IdentityCheck
from concours.records import personal
from concours.records.ledger_store import read_facts
from concours.records.models import CandidacyStanding, ExaminationStanding, Person, SessionStanding
from concours.selection import examination_seats as rules
from concours.selection.authority import Actor, holds
from concours.selection.examination import Examination
from concours.selection.session import fold_session
from concours.services.case import Case, decide, open_candidacy
from concours.services.casefile import open_file
from concours.services.competitions import read_competition
from concours.services.examination.sessions import (
    MANAGE,
    SessionRow,
    edition_of,
    session_rows_of,
    test_step,
)
from concours.services.files import unknown_file

CHECK_IN = "examination.check_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One candidate expected at a session. ``name`` is for the door only, and not exported."""

    code: str
    seat: str
    name: str
    checked_in: bool
    sitting: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorPage:
    """A session as the proctor sees it."""

    session: SessionRow
    version: str
    expected: tuple[Expected, ...]
    incident_minutes: int
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInPage:
    """One candidate at the door: the name as registered, and what they may show."""

    code: str
    version: str
    name: str
    seat: str
    session: str
    starts_at: datetime | None
    documents: tuple[str, ...]
    checked_in_at: datetime | None
    turned_away: int


def door_page(actor: Actor, session: str) -> DoorPage:
    """Everybody expected in a session, by seat: for the proctor, and for who plans sessions."""
    found = open_file(actor, "session", session, CHECK_IN if holds(actor, CHECK_IN) else MANAGE)
    rows = list(ExaminationStanding.objects.filter(session=session).order_by("seat", "file"))
    names = registered_names([row.file for row in rows]) if holds(actor, "file.names") else {}
    edition = edition_of(read_competition(found.state.competition))
    standing = list(SessionStanding.objects.filter(file=session))
    return DoorPage(
        session=session_rows_of(standing)[0],
        version=found.version,
        expected=tuple(
            Expected(
                code=row.file,
                seat=row.seat,
                name=names.get(row.file, ""),
                checked_in=row.checked_in,
                sitting=row.sitting,
                outcome=row.outcome,
            )
            for row in rows
        ),
        incident_minutes=found.state.incident_minutes,
        documents=tuple(edition.value(f"{found.state.step}.door", IdentityCheck).documents),
    )


def check_in_page(actor: Actor, code: str, *, at: datetime) -> CheckInPage:
    """The candidate whose confirmation was shown or scanned."""
    case = open_candidacy(actor, code, "examination.check_in", at=at)
    step = test_step(case.edition)
    state = case.candidacy.state(step, Examination)
    seat = state.seat
    return CheckInPage(
        code=code,
        version=case.version,
        name=registered_names([code]).get(code, ""),
        seat=seat.seat if seat else "",
        session=seat.session if seat else "",
        starts_at=seat.starts_at if seat else None,
        documents=tuple(case.edition.value(f"{step}.door", IdentityCheck).documents),
        checked_in_at=state.checked_in_at,
        turned_away=state.turned_away,
    )


def check_in(
    actor: Actor,
    code: str,
    *,
    document: str,
    has_photograph: bool,
    expires: date | None,
    name_matches: bool,
    at: datetime,
    seen: str | None = None,
) -> Case:
    """Check a candidate's identity at the door of the session they hold a seat in."""

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        seat = case.candidacy.state(step, Examination).seat
        if seat is None:
            raise unknown_file()
        session = open_file(actor, "session", seat.session, "examination.check_in").state
        return rules.check_in(
            case.candidacy,
            case.edition,
            step=step,
            at=at,
            session=session,
            document=document,
            has_photograph=has_photograph,
            expires=expires,
            name_matches=name_matches,
        )

    return decide(actor, code, "examination.check_in", command, at=at, seen=seen)


def record_no_show(actor: Actor, code: str, *, at: datetime, seen: str | None = None) -> Case:
    """Record that a candidate did not appear, once the door has closed."""

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        return rules.record_no_show(case.candidacy, case.edition, step=step, at=at)

    return decide(actor, code, "examination.record_no_show", command, at=at, seen=seen)


def start_is_held(session: str) -> bool:
    """Whether nobody in this session may begin without being allowed."""
    return fold_session(read_facts(session)).start_held


def registered_names(codes: Sequence[str]) -> dict[str, str]:
    """The registered names behind some candidacies: three queries, however many."""
    persons = dict(CandidacyStanding.objects.filter(file__in=codes).values_list("file", "person"))
    rows = Person.objects.filter(file__in=set(persons.values()))
    sealed = {
        file: None if name is None else bytes(name)
        for file, name in rows.values_list("file", "full_name")
    }
    ordered = sorted(sealed)
    opened = personal.open_many("person.full_name", [(p, sealed[p]) for p in ordered])
    names = dict(zip(ordered, opened, strict=True))
    return {code: names.get(person, "") for code, person in persons.items()}
