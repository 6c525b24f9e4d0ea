"""The public road: the steps of the process, open competitions, odds and waiting times."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from concours.kernel.period import day_of
from concours.policy.edition import load_edition
from concours.policy.figures import Figure, Rate, Time, figures_of
from concours.records.models import CompetitionStanding
from concours.services.rules.pages import DEFAULT_EDITION
from concours.services.rules.pages import DEFAULT_PROCESS as PROCESS


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCompetition:
    """A published competition with its dates. ``takes_applications`` is for the day asked."""

    file: str
    title: str
    edition: str
    window: str
    registration_opens: date
    last_day: date
    seats_from: date
    test_starts: date
    test_ends: date
    takes_applications: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicStep:
    """One step of the road, with what was published about it."""

    number: int
    id: str
    title: str
    figures: tuple[Figure, ...]
    rates: tuple[Rate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """What the front page shows."""

    competitions: tuple[OpenCompetition, ...]
    steps: tuple[PublicStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadPage:
    """The road with dates, odds and waiting times."""

    steps: tuple[PublicStep, ...]
    competitions: tuple[OpenCompetition, ...]
    times: tuple[Time, ...]
    offered: Rate | None
    summary: str
    edition: str


def _steps(edition: str) -> tuple[PublicStep, ...]:
    figures = figures_of(PROCESS)
    return tuple(
        PublicStep(
            number=number,
            id=plan.id,
            title=plan.title,
            figures=tuple(f for f in figures.figures if f.step == plan.id),
            rates=tuple(r for r in figures.rates if r.step == plan.id),
        )
        for number, plan in enumerate(load_edition(PROCESS, edition).steps, start=1)
    )


def open_competitions(*, at: datetime) -> tuple[OpenCompetition, ...]:
    """Published competitions whose test is still to come or under way, soonest first."""
    zone = load_edition(PROCESS, DEFAULT_EDITION).zone
    today = day_of(at, zone)
    rows = CompetitionStanding.objects.filter(status="published", test_ends__gte=today).order_by(
        "test_starts", "file"
    )[:20]
    return tuple(
        OpenCompetition(
            file=row.file,
            title=row.title,
            edition=row.edition,
            window=row.window,
            registration_opens=_stated(row.registration_opens),
            last_day=_stated(row.test_starts) - timedelta(days=1),
            seats_from=_stated(row.seats_from),
            test_starts=_stated(row.test_starts),
            test_ends=_stated(row.test_ends),
            takes_applications=_stated(row.registration_opens) <= today < _stated(row.test_starts),
        )
        for row in rows
    )


def home_page(*, at: datetime) -> HomePage:
    """The front page: what is open now, and the steps in a line each."""
    return HomePage(competitions=open_competitions(at=at), steps=_steps(DEFAULT_EDITION))


def road_page(*, at: datetime) -> RoadPage:
    """The road page: every step with published odds, and how long it takes."""
    figures = figures_of(PROCESS)
    edition = load_edition(PROCESS, DEFAULT_EDITION)
    return RoadPage(
        steps=_steps(DEFAULT_EDITION),
        competitions=open_competitions(at=at),
        times=tuple(figures.times),
        offered=next((r for r in figures.rates if r.step == "service"), None),
        summary=edition.summary,
        edition=edition.title,
    )


def _stated(day: date | None) -> date:
    """A date that every published competition has."""
    if day is None:
        raise ValueError("a published competition lacks a date")
    return day
