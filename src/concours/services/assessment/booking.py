"""Invitations and places: invited by the board, booked and moved by the candidate, one place each."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from icalendar import Calendar, Event

from concours.kernel.citation import Citation
from concours.kernel.errors import BadInput, RuleRefused
from concours.ledger.draft import Draft
from concours.policy.exercises import Exercises
from concours.policy.moves import Moves
from concours.records.models import AssessmentDay, AssessmentPlace, DaySession
from concours.selection.assessment import (
    Place,
    book,
    check_in,
    claim_of,
    invite,
    join_waiting_list,
    judge_absence,
    lapse_of,
    move,
    readmit,
    release_place,
)
from concours.selection.assessment_state import Assessment
from concours.selection.authority import Actor
from concours.services.assessment.days import season_of, under_the_same_rules
from concours.services.case import Case, decide, open_candidacy
from concours.services.files import unknown_file
from concours.services.narratives.writing import step_of

KIND = "assessment"


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeDay:
    """A day with free places, as the candidate may choose it."""

    code: str
    place: str
    address: str
    starts_at: datetime
    zone: str
    free: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSession:
    """One exercise on the candidate's own timetable."""

    exercise: str
    title: str
    room: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingPage:
    """A candidate's invitation and place. ``claim`` is certain, waiting_list, lapsed or "" (not invited)."""

    code: str
    version: str
    claim: str
    season_ends: date | None
    lapses_at: datetime | None
    booked: FreeDay | None
    moves_left: int
    waiting_since: datetime | None
    checked_in: bool
    can_book: bool
    can_move: bool
    can_wait: bool
    days: tuple[FreeDay, ...]
    exercises: tuple[tuple[str, int], ...]
    timetable: tuple[OwnSession, ...]
    cite: Citation
    rule: str
    edition: str


def free_days(competition: str, *, after: datetime, before: datetime | None) -> list[FreeDay]:
    """The open days with a free place that a competition's candidates may book, the next first."""
    rows = AssessmentDay.objects.filter(
        competition__in=under_the_same_rules(competition),
        state__in=("open",),
        starts_at__gt=after,
    )
    if before is not None:
        rows = rows.filter(starts_at__lt=before)
    rows = rows.annotate(free=Count("places", filter=Q(places__candidacy__isnull=True)))
    return [
        _free_day(row, row.free) for row in rows.filter(free__gt=0).order_by("starts_at", "code")
    ]


def _free_day(row: AssessmentDay, free: int) -> FreeDay:
    return FreeDay(
        code=row.code,
        place=row.place,
        address=row.address,
        starts_at=row.starts_at,
        zone=row.zone,
        free=free,
    )


def booking_page(actor: Actor, code: str, *, at: datetime) -> BookingPage:
    """The candidate's own invitation: what it is worth, the place taken or the free days."""
    case = open_candidacy(actor, code, "assessment.book", at=at)
    step = step_of(case.edition, KIND)
    file = case.as_shown()
    state = file.state(step, Assessment)
    lapse = lapse_of(file, case.edition, step=step)
    told = state.invited_seq in file.told
    worth = claim_of(file, case.edition, step=step, at=at) if told else ""
    undecided = file.closed is None and state.decision is None and state.checked_in_at is None
    booked = None
    if state.booking is not None:
        row = AssessmentDay.objects.filter(pk=state.booking.day).first()
        booked = _free_day(row, 0) if row else None
    moves = case.edition.value(f"{step}.moves", Moves)
    left = max(0, moves.times - state.moves)
    not_begun = state.booking is not None and at < state.booking.starts_at
    can_move = undecided and not_begun and left > 0
    can_book = undecided and told and state.booking is None and worth == "certain"
    rule = case.edition.rule(f"{step}.invitation")
    exercises = case.edition.value(f"{step}.exercises", Exercises).items
    return BookingPage(
        code=code,
        version=case.version,
        claim=worth,
        season_ends=state.season_ends,
        lapses_at=lapse,
        booked=booked,
        moves_left=left,
        waiting_since=state.waiting_since,
        checked_in=state.checked_in_at is not None,
        can_book=can_book,
        can_move=can_move,
        can_wait=undecided
        and told
        and state.booking is None
        and state.waiting_since is None
        and worth in ("certain", "waiting_list"),
        days=tuple(
            d
            for d in (
                free_days(file.competition, after=at, before=lapse) if can_book or can_move else ()
            )
            if booked is None or d.code != booked.code
        ),
        exercises=tuple((item.title, item.minutes) for item in exercises),
        timetable=_timetable(code, {item.code: item.title for item in exercises}),
        cite=rule.cite,
        rule=rule.id,
        edition=case.edition.edition,
    )


def _timetable(code: str, titles: dict[str, str]) -> tuple[OwnSession, ...]:
    rows = DaySession.objects.filter(candidacy=code).order_by("starts_at", "exercise")
    return tuple(
        OwnSession(
            exercise=row.exercise,
            title=titles.get(row.exercise, row.exercise),
            room=row.room,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
        )
        for row in rows
    )


def _place(day: str) -> tuple[AssessmentDay, Place]:
    row = AssessmentDay.objects.filter(pk=day, state="open").first()
    if row is None:
        raise BadInput("no_such_day", remedy="Choose a day from the list.", field="day")
    return row, Place(day=row.code, place=row.place, starts_at=row.starts_at)


def _take(row: AssessmentDay, candidacy: str, at: datetime) -> None:
    """Claim one free place by a conditional update: whoever changes the row has it."""
    free = row.places.filter(candidacy__isnull=True).order_by("number").values_list("pk", flat=True)
    for pk in list(free):
        try:
            with transaction.atomic():
                taken = AssessmentPlace.objects.filter(pk=pk, candidacy__isnull=True).update(
                    candidacy=candidacy, taken_at=at
                )
        except IntegrityError as error:
            raise RuleRefused("already_booked", remedy="This candidacy has a place.") from error
        if taken:
            return
    raise RuleRefused(
        "day_is_full",
        remedy="Somebody took the last place. Choose another day or join the waiting list.",
        field="day",
    )


def free_place(candidacy: str) -> None:
    """Give a candidacy's place back, for instance when it is withdrawn."""
    AssessmentPlace.objects.filter(candidacy=candidacy).update(candidacy=None, taken_at=None)
    DaySession.objects.filter(candidacy=candidacy).delete()


def give_back_place(case: Case) -> tuple[Draft, ...]:
    """What a withdrawal gives back: the place on an assessment day, if one is held."""
    found: tuple[Draft, ...] = ()
    for plan in case.edition.steps:
        if plan.kind == KIND:
            found += release_place(case.candidacy, step=plan.id, reason="withdrawn")
    if found:
        free_place(case.code)
    return found


def book_day(actor: Actor, code: str, *, day: str, at: datetime, seen: str | None) -> Case:
    """Book a place on a day: the place and its entry stand or fall together."""

    def command(case: Case) -> tuple[Draft, ...]:
        _require_same_rules(case, day)
        row, place = _place(day)
        drafts = book(
            case.candidacy, case.edition, step=step_of(case.edition, KIND), at=at, place=place
        )
        _take(row, code, at)
        return drafts

    return decide(actor, code, "assessment.book", command, at=at, seen=seen)


def move_day(actor: Actor, code: str, *, day: str, at: datetime, seen: str | None) -> Case:
    """Move to another day. A scheduler's move does not use up the candidate's one."""

    def command(case: Case) -> tuple[Draft, ...]:
        _require_same_rules(case, day)
        row, place = _place(day)
        drafts = move(
            case.candidacy,
            case.edition,
            step=step_of(case.edition, KIND),
            at=at,
            place=place,
            by_board=case.role != "candidate",
        )
        free_place(code)
        _take(row, code, at)
        return drafts

    return decide(actor, code, "assessment.move", command, at=at, seen=seen)


def _require_same_rules(case: Case, day: str) -> None:
    allowed = under_the_same_rules(case.candidacy.competition)
    if not AssessmentDay.objects.filter(pk=day, competition__in=allowed).exists():
        raise BadInput("no_such_day", remedy="Choose a day from the list.", field="day")


def wait_for_place(actor: Actor, code: str, *, at: datetime, seen: str | None) -> Case:
    """Join the waiting list."""

    def command(case: Case) -> tuple[Draft, ...]:
        step = step_of(case.edition, KIND)
        return join_waiting_list(case.candidacy, case.edition, step=step, at=at)

    return decide(actor, code, "assessment.book", command, at=at, seen=seen)


def offer_day(actor: Actor, code: str, *, day: str, at: datetime, seen: str | None) -> Case:
    """Give somebody on the waiting list a place that is free."""

    def command(case: Case) -> tuple[Draft, ...]:
        _require_same_rules(case, day)
        row, place = _place(day)
        step = step_of(case.edition, KIND)
        drafts = book(case.candidacy, case.edition, step=step, at=at, place=place, offered=True)
        _take(row, code, at)
        return drafts

    return decide(actor, code, "assessment.manage_days", command, at=at, seen=seen)


def invite_one(actor: Actor, code: str, *, at: datetime, seen: str | None = None) -> Case:
    """Invite one candidate to the season of their competition."""

    def command(case: Case) -> tuple[Draft, ...]:
        return inviting(case, at=at)

    return decide(actor, code, "assessment.invite", command, at=at, seen=seen)


def inviting(case: Case, *, at: datetime) -> tuple[Draft, ...]:
    """The invitation of one file to the season of its competition."""
    ends = season_of(case.competition)
    step = step_of(case.edition, KIND)
    if ends is None:
        raise case.edition.refusal(
            f"{step}.invitation",
            "season_not_set",
            remedy="Set the season of the competition first.",
        )
    return invite(case.candidacy, case.edition, step=step, at=at, season_ends=ends)


def record_presence(
    actor: Actor, code: str, *, present: bool, excuse: str, at: datetime, seen: str | None
) -> Case:
    """Record that a candidate came, or what follows from not coming."""

    def command(case: Case) -> tuple[Draft, ...]:
        step = step_of(case.edition, KIND)
        if present:
            return check_in(case.candidacy, case.edition, step=step, at=at)
        drafts = judge_absence(case.candidacy, case.edition, step=step, at=at, excuse=excuse)
        free_place(code)
        return drafts

    return decide(actor, code, "assessment.record_attendance", command, at=at, seen=seen)


def admit_again(
    actor: Actor, code: str, *, ground: str, authority: str, at: datetime, seen: str | None
) -> Case:
    """Undo the end of a candidacy for absence."""

    def command(case: Case) -> tuple[Draft, ...]:
        step = step_of(case.edition, KIND)
        return readmit(
            case.candidacy, case.edition, step=step, at=at, ground=ground, authority=authority
        )

    return decide(actor, code, "assessment.reverse", command, at=at, seen=seen)


def calendar_file(actor: Actor, code: str, *, at: datetime, origin: str) -> bytes:
    """The booked day as a calendar entry; the same entry is updated when the place moves."""
    page = booking_page(actor, code, at=at)
    if page.booked is None:
        raise unknown_file()
    event: Any = Event()
    event.add("uid", f"assessment-{code}@concours")
    event.add("sequence", _sequence(code, at=at, actor=actor))
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", page.booked.starts_at.astimezone(UTC))
    event.add("dtend", page.booked.starts_at.astimezone(UTC) + timedelta(hours=11))
    event.add("summary", f"Oral assessment {code}")
    event.add("location", f"{page.booked.place}, {page.booked.address}")
    event.add("url", f"{origin}/candidacy/{code}/")
    calendar: Any = Calendar()
    calendar.add("prodid", "-//Concours//Oral assessment//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _sequence(code: str, *, at: datetime, actor: Actor) -> int:
    """How often the booking has changed, which a calendar compares."""
    case = open_candidacy(actor, code, "assessment.book", at=at)
    return sum(fact.kind in ("assessment.booked", "assessment.moved") for fact in case.visible) - 1
