"""Centres and sessions: planned, moved, cancelled, opened and closed by the test administrator."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q

from concours.kernel.errors import BadInput, RuleRefused
from concours.kernel.period import day_of
from concours.ledger.draft import Draft
from concours.policy.edition import Edition, load_edition
from concours.records.ledger_store import read_facts
from concours.records.models import (
    Centre,
    CompetitionStanding,
    ExaminationStanding,
    Seat,
    SeatWait,
    SessionStanding,
)
from concours.selection import session as rules
from concours.selection.authority import Actor, holds, require
from concours.selection.competition import Calendar, Competition
from concours.selection.examination import Examination, sections_of
from concours.selection.examination_seats import reschedule_seat
from concours.selection.examination_waiting import leave_list
from concours.selection.fold import fold_candidacy
from concours.services.case import open_candidacy
from concours.services.casefile import OpenFile, decide_on, record
from concours.services.competitions import read_competition
from concours.services.examination.rooms import RoomRow, keep_rooms, require_place, rooms_of
from concours.services.examination.session_rows import SessionRow as SessionRow
from concours.services.examination.session_rows import session_rows_of as session_rows_of
from concours.services.files import new_code, unknown_file
from concours.services.listing import ListPage, ListQuery

MANAGE = "examination.manage_sessions"


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreRow:
    """A test centre as pages show it."""

    code: str
    name: str
    city: str
    country: str
    zone: str
    address: str
    step_free: bool
    abroad: bool
    sits_on: date | None = None
    rooms: tuple[RoomRow, ...] = ()


@transaction.atomic
def add_centre(actor: Actor, row: CentreRow) -> None:
    """Add a test centre, or change what is said of it."""
    require(actor, MANAGE)
    try:
        ZoneInfo(row.zone)
    except (KeyError, ValueError) as error:
        raise BadInput(
            "unknown_zone", remedy="Give a time zone such as America/New_York.", field="zone"
        ) from error
    Centre.objects.update_or_create(
        code=row.code,
        defaults={
            "name": row.name,
            "city": row.city,
            "country": row.country,
            "zone": row.zone,
            "address": row.address,
            "step_free": row.step_free,
            "abroad": row.abroad,
            "sits_on": row.sits_on,
        },
    )
    keep_rooms(row.code, row.rooms)


def centres() -> tuple[CentreRow, ...]:
    """Every test centre with its rooms, by city."""
    found = list(Centre.objects.order_by("abroad", "city", "code"))
    rooms = rooms_of([c.code for c in found])
    return tuple(
        CentreRow(
            code=c.code,
            name=c.name,
            city=c.city,
            country=c.country,
            zone=c.zone,
            address=c.address,
            step_free=c.step_free,
            abroad=c.abroad,
            sits_on=c.sits_on,
            rooms=rooms.get(c.code, ()),
        )
        for c in found
    )


def test_step(edition: Edition) -> str:
    """The id of the process's first test."""
    return next(plan.id for plan in edition.steps if plan.kind == "examination")


def edition_of(competition: Competition) -> Edition:
    """The edition a competition pins."""
    return load_edition(competition.process, competition.edition)


def calendar_of(competition: Competition) -> Calendar:
    """The dates of a competition."""
    if competition.calendar is None:
        raise RuleRefused("no_calendar", remedy="Give the window its dates first.")
    return competition.calendar


@transaction.atomic
def plan_session(
    actor: Actor,
    *,
    competition: str,
    centre: str,
    room: str,
    starts_at: datetime,
    seats: int,
    accessible: int,
    at: datetime,
) -> str:
    """Plan a session and lay out its seats; returns its file's code."""
    require(actor, MANAGE)
    found = Centre.objects.filter(code=centre).first()
    if found is None:
        raise BadInput("no_such_centre", remedy="Choose one of the centres.", field="centre")
    running = read_competition(competition)
    edition = edition_of(running)
    code = new_code()
    step = test_step(edition)
    require_place(
        found,
        edition,
        step=step,
        room=room,
        starts_at=starts_at,
        seats=seats,
        accessible=accessible,
    )
    drafts = rules.plan_session(
        code,
        edition,
        step=step,
        competition=competition,
        calendar=calendar_of(running),
        centre=centre,
        room=room,
        zone=found.zone,
        starts_at=starts_at,
        seats=seats,
        accessible=accessible,
    )
    record(actor, MANAGE, drafts, at=at)
    lay_out_seats(code, step=step, seats=seats, accessible=accessible)
    return code


def lay_out_seats(session: str, *, step: str, seats: int, accessible: int) -> None:
    """Make the seats of a session: A1, A2 … ten to a row, the accessible ones first."""
    Seat.objects.bulk_create(
        Seat(
            session=session,
            step=step,
            label=f"{_row_letter(place // 10)}{place % 10 + 1}",
            accessible=place < accessible,
        )
        for place in range(seats)
    )


def _row_letter(row: int) -> str:
    first, second = divmod(row, 26)
    return (chr(ord("A") + first - 1) if first else "") + chr(ord("A") + second)


def move_session(
    actor: Actor, code: str, *, starts_at: datetime, reason: str, at: datetime, seen: str | None
) -> OpenFile:
    """Give a session another hour; everybody seated in it is told by the same act."""

    def command(found: OpenFile):  # type: ignore[no-untyped-def]
        running = read_competition(found.state.competition)
        edition = edition_of(running)
        centre = Centre.objects.filter(code=found.state.centre).first()
        if centre is not None:
            require_place(
                centre,
                edition,
                step=found.state.step,
                room=found.state.room,
                starts_at=starts_at,
                seats=0,
                accessible=0,
                moving=code,
            )
        drafts = rules.move_session(
            found.state,
            edition,
            at=at,
            calendar=calendar_of(running),
            starts_at=starts_at,
            reason=reason,
        )
        moved = rules.fold_session(found.facts)
        after = _moved_to(moved, starts_at)
        more: list[Draft] = []
        for holder in _holders(code):
            file = fold_candidacy(read_facts(holder))
            more += reschedule_seat(file, edition, step=found.state.step, session=after)
        return (*drafts, *more)

    return decide_on(actor, "session", code, MANAGE, command, at=at, seen=seen)


def _moved_to(session: rules.Session, starts_at: datetime) -> rules.Session:
    return replace(session, starts_at=starts_at)


def cancel_session(
    actor: Actor, code: str, *, reason: str, at: datetime, seen: str | None
) -> OpenFile:
    """Cancel an empty session and take its seats away."""

    def command(found: OpenFile):  # type: ignore[no-untyped-def]
        list(Seat.objects.select_for_update().filter(session=code).values_list("pk"))
        drafts = rules.cancel_session(found.state, reason=reason, seated=len(_holders(code)))
        Seat.objects.filter(session=code).delete()
        return (*drafts, *_off_the_list(code, step=found.state.step))

    return decide_on(actor, "session", code, MANAGE, command, at=at, seen=seen)


def _off_the_list(session: str, *, step: str) -> list[Draft]:
    """Take everybody off the waiting list of a session that will not be held."""
    waits = SeatWait.objects.filter(session=session, state__in=("waiting", "offered"))
    drafts: list[Draft] = []
    for code in waits.order_by("id").values_list("candidacy", flat=True):
        file = fold_candidacy(read_facts(code))
        if file.closed is None and session in file.state(step, Examination).waits:
            edition = edition_of(read_competition(file.competition))
            drafts += leave_list(file, edition, step=step, session=session)
    waits.update(state="passed")
    return drafts


def open_session(actor: Actor, code: str, *, at: datetime, seen: str | None = None) -> OpenFile:
    """Open the doors of a session."""

    def command(found: OpenFile):  # type: ignore[no-untyped-def]
        edition = edition_of(read_competition(found.state.competition))
        return rules.open_session(found.state, edition, at=at)

    return decide_on(actor, "session", code, "examination.check_in", command, at=at, seen=seen)


def close_session(actor: Actor, code: str, *, at: datetime, seen: str | None = None) -> OpenFile:
    """Close the doors once nobody is sitting any more."""

    def command(found: OpenFile):  # type: ignore[no-untyped-def]
        sitting = ExaminationStanding.objects.filter(session=code, sitting="open").count()
        return rules.close_session(found.state, sitting=sitting)

    return decide_on(actor, "session", code, "examination.check_in", command, at=at, seen=seen)


def live_competitions() -> list[tuple[str, str]]:
    """Competitions whose test may be under way: file and title, latest window first."""
    rows = CompetitionStanding.objects.filter(status__in=("approved", "published", "closed"))
    return list(rows.order_by("-window", "file").values_list("file", "title"))


def competition_title(code: str) -> str:
    """A competition's title; raises the answer for an unknown file where there is none."""
    found = CompetitionStanding.objects.filter(file=code).values_list("title", flat=True).first()
    if found is None:
        raise unknown_file()
    return str(found)


def choice_sections(competition: str) -> list[str]:
    """The multiple-choice sections of a competition's test, in order."""
    edition = edition_of(read_competition(competition))
    sections = sections_of(edition, test_step(edition))
    return [name for name, about in sections.items() if about.answer == "choice"]


def competition_of(actor: Actor, code: str, *, at: datetime) -> str:
    """The competition of a candidacy a staff member may score or take answers in for."""
    action = "examination.score" if holds(actor, "examination.score") else MANAGE
    return open_candidacy(actor, code, action, at=at).candidacy.competition


def sessions_of(
    competition: str,
    *,
    statuses: Sequence[str] = ("planned", "open"),
    after: datetime | None = None,
) -> tuple[SessionRow, ...]:
    """The sessions of a competition with their free seats, by time; what anybody may see."""
    found = SessionStanding.objects.filter(competition=competition, status__in=statuses)
    if after is not None:
        found = found.filter(starts_at__gt=after)
    return session_rows_of(list(found.order_by("starts_at", "centre", "file")), at=after)


def session_list(actor: Actor, query: ListQuery) -> ListPage[SessionRow]:
    """The sessions of every live competition, as the test administrator's list asks for them."""
    require(actor, "examination.check_in" if "proctor" in actor.roles else MANAGE)
    live = CompetitionStanding.objects.filter(status__in=("published", "closed", "approved"))
    found = SessionStanding.objects.filter(competition__in=live.values("file"))
    if query.search:
        found = found.filter(
            Q(file__startswith=query.search.upper()) | Q(centre__icontains=query.search)
        )
    if "status" in query.filters:
        found = found.filter(status=query.filters["status"])
    key = {"code": "file", "centre": "centre", "starts": "starts_at", "status": "status"}
    order = F(key.get(query.order, "starts_at"))
    ordered = found.order_by(order.desc() if query.descending else order.asc(), "file")
    return ListPage(
        rows=session_rows_of(list(ordered[query.start : query.end])), total=found.count()
    )


def sessions_today(actor: Actor, *, at: datetime) -> tuple[SessionRow, ...]:
    """The sessions of live competitions that begin today where they are held, by time."""
    require(actor, "examination.check_in" if "proctor" in actor.roles else MANAGE)
    live = CompetitionStanding.objects.filter(status__in=("published", "closed", "approved"))
    near = SessionStanding.objects.filter(
        competition__in=live.values("file"),
        status__in=("planned", "open"),
        starts_at__range=(at - timedelta(days=1), at + timedelta(days=1)),
    )
    rows = session_rows_of(list(near.order_by("starts_at", "centre", "file")))
    return tuple(row for row in rows if row.day == day_of(at, row.zone))


def _holders(session: str) -> list[str]:
    found = Seat.objects.filter(session=session, holder__isnull=False)
    return [str(holder) for holder in found.order_by("holder").values_list("holder", flat=True)]
