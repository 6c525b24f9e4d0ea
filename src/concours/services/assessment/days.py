"""Assessment days: set up by the scheduler, with places, assessors and the season's end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, Q

from concours.kernel.errors import BadInput, RuleRefused
from concours.kernel.period import as_utc, day_of
from concours.ledger.draft import Draft
from concours.records.models import (
    AssessmentDay,
    AssessmentPlace,
    CandidacyStanding,
    CompetitionStanding,
    DayAssessor,
    DaySession,
    PanelStanding,
)
from concours.selection.authority import Actor, require
from concours.selection.competition import Competition
from concours.services.casefile import OpenFile, decide_on
from concours.services.competitions import read_competition
from concours.services.files import new_code, unknown_file
from concours.services.listing import ListPage, ListQuery
from concours.services.narratives.desk import edition_of
from concours.services.narratives.writing import step_of
from concours.services.ordering import ordered
from concours.services.panels.examiners import holders_of

SEASON = "assessment.season_ends"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRow:
    """One day in the scheduler's list."""

    code: str
    competition: str
    place: str
    starts_at: datetime
    zone: str
    places: int
    taken: int
    assessors: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One exercise of one candidate on the day's timetable, by codes."""

    candidacy: str
    group: int
    exercise: str
    room: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPage:
    """One day: who is booked, who assesses, its groups and timetable."""

    code: str
    competition: str
    place: str
    address: str
    starts_at: datetime
    zone: str
    state: str
    places: int
    booked: tuple[str, ...]
    assessors: tuple[str, ...]
    panels: tuple[str, ...]
    sessions: tuple[Session, ...]
    rooms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonPage:
    """A competition's season: its last day of certain places, and who still waits for an invitation."""

    competition: str
    title: str
    season_ends: date | None
    to_invite: int
    invited: int


def under_the_same_rules(competition: str) -> list[str]:
    """The competitions whose days this one's candidates may book: itself, and others that
    are live under the same process and edition.

    A group needs several candidates, and the windows of a year follow each other:
    their candidates meet on one day, as long as the same rules hold for all of them.
    Days of a competition that is still drafted, or put away, are its own.
    """
    own = CompetitionStanding.objects.filter(file=competition)
    rows = CompetitionStanding.objects.filter(
        process__in=own.values("process"),
        edition__in=own.values("edition"),
        status__in=("published", "closed"),
    )
    return sorted({competition, *rows.values_list("file", flat=True)})


def season_of(competition: Competition) -> date | None:
    """The last day on which a place is certain; None while it is not set."""
    text = competition.settings.get(SEASON)
    return date.fromisoformat(text) if isinstance(text, str) else None


def season_pages(actor: Actor) -> tuple[SeasonPage, ...]:
    """Every live competition with candidates in this step."""
    require(actor, "assessment.manage_days")
    found = []
    for head in CompetitionStanding.objects.filter(status__in=("published", "closed")).order_by(
        "file"
    ):
        competition = read_competition(head.file)
        step = step_of(edition_of(competition), "assessment")
        here = CandidacyStanding.objects.filter(
            competition=head.file, step=step, closed_on__isnull=True
        )
        count = here.aggregate(waiting=Count("pk", filter=Q(owner="scheduler")), all=Count("pk"))
        found.append(
            SeasonPage(
                competition=head.file,
                title=head.title,
                season_ends=season_of(competition),
                to_invite=count["waiting"],
                invited=count["all"] - count["waiting"],
            )
        )
    return tuple(found)


def set_season(
    actor: Actor, competition: str, *, ends: date, at: datetime, seen: str | None = None
) -> None:
    """Choose the season: until this day a place is certain for whoever is invited."""

    def command(found: OpenFile) -> tuple[Draft, ...]:
        state: Competition = found.state
        edition = edition_of(state)
        if ends < day_of(at, edition.zone):
            raise BadInput("season_is_over", remedy="Choose a day to come.", field="ends")
        body = {"name": SEASON, "value": ends.isoformat()}
        return (Draft(file=competition, step="", kind="competition.setting_found", body=body),)

    decide_on(
        actor, "competition", competition, "assessment.manage_days", command, at=at, seen=seen
    )


@transaction.atomic
def add_day(
    actor: Actor,
    *,
    competition: str,
    place: str,
    address: str,
    day: date,
    starts: time,
    places: int,
    rooms: int,
    at: datetime,
) -> str:
    """Open a day with numbered places; returns its code."""
    require(actor, "assessment.manage_days")
    found = read_competition(competition)
    if not found.edition:
        raise unknown_file()
    edition = edition_of(found)
    starts_at = as_utc(datetime.combine(day, starts, tzinfo=ZoneInfo(edition.zone)))
    if starts_at <= at:
        raise BadInput("day_has_begun", remedy="Choose a day to come.", field="day")
    if not 1 <= places <= 60:
        raise BadInput("places_out_of_range", remedy="Give 1 to 60 places.", field="places")
    if not 1 <= rooms <= 60:
        raise BadInput("rooms_out_of_range", remedy="Give 1 to 60 rooms.", field="rooms")
    row = AssessmentDay.objects.create(
        code=new_code(),
        competition=competition,
        step=step_of(edition, "assessment"),
        place=place,
        address=address,
        zone=edition.zone,
        starts_at=starts_at,
        rooms=rooms,
    )
    AssessmentPlace.objects.bulk_create(
        AssessmentPlace(day=row, number=number) for number in range(1, places + 1)
    )
    return row.code


@transaction.atomic
def set_assessors(actor: Actor, code: str, *, accounts: Sequence[str]) -> None:
    """Say who assesses on a day. Refused for accounts that are no assessors, and once planned."""
    require(actor, "assessment.manage_days")
    row = AssessmentDay.objects.filter(pk=code).first()
    if row is None:
        raise unknown_file()
    if row.state not in ("open", "planned"):
        raise RuleRefused("day_is_over", remedy="This day has been held or cancelled.")
    if not set(accounts) <= set(holders_of("assessor")):
        raise BadInput(
            "no_such_assessor", remedy="Choose assessors from the list.", field="accounts"
        )
    DayAssessor.objects.filter(day=row).exclude(account__in=list(accounts)).delete()
    have = set(DayAssessor.objects.filter(day=row).values_list("account", flat=True))
    DayAssessor.objects.bulk_create(
        DayAssessor(day=row, account=account) for account in sorted(set(accounts) - have)
    )


def day_list(actor: Actor, query: ListQuery) -> ListPage[DayRow]:
    """Every assessment day, the next ones first."""
    require(actor, "assessment.manage_days")
    rows = AssessmentDay.objects.all()
    if query.search:
        rows = rows.filter(
            Q(code__startswith=query.search.upper()) | Q(place__icontains=query.search)
        )
    if state := query.filters.get("state"):
        rows = rows.filter(state=state)
    order = {"starts": "starts_at", "place": "place", "code": "code"}.get(query.order, "starts_at")
    counted = rows.annotate(
        n_places=Count("places", distinct=True),
        n_taken=Count("places", filter=Q(places__candidacy__isnull=False), distinct=True),
        n_assessors=Count("assessors", distinct=True),
    )
    chosen = ordered(counted, order, descending=query.descending, unique="code")
    return ListPage(
        rows=[
            DayRow(
                code=row.code,
                competition=row.competition,
                place=row.place,
                starts_at=row.starts_at,
                zone=row.zone,
                places=row.n_places,
                taken=row.n_taken,
                assessors=row.n_assessors,
                state=row.state,
            )
            for row in chosen[query.start : query.end]
        ],
        total=rows.count(),
    )


def day_page(actor: Actor, code: str) -> DayPage:
    """One day for the scheduler, all in codes."""
    require(actor, "assessment.manage_days")
    row = AssessmentDay.objects.filter(pk=code).first()
    if row is None:
        raise unknown_file()
    places = list(row.places.order_by("number").values_list("candidacy", flat=True))
    sessions = DaySession.objects.filter(day=row).order_by("starts_at", "exercise", "candidacy")
    return DayPage(
        code=row.code,
        competition=row.competition,
        place=row.place,
        address=row.address,
        starts_at=row.starts_at,
        zone=row.zone,
        state=row.state,
        places=len(places),
        booked=tuple(sorted(c for c in places if c)),
        assessors=tuple(row.assessors.order_by("account").values_list("account", flat=True)),
        panels=tuple(
            PanelStanding.objects.filter(
                file__in=sessions.order_by().values_list("panel", flat=True).distinct()
            )
            .order_by("file")
            .values_list("file", flat=True)
        ),
        sessions=tuple(
            Session(
                candidacy=s.candidacy,
                group=s.group,
                exercise=s.exercise,
                room=s.room,
                starts_at=s.starts_at,
                ends_at=s.ends_at,
            )
            for s in sessions
        ),
        rooms=row.rooms,
    )
