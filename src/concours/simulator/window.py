"""One test window: its competition, its sessions, its applicants, up to the seats they hold."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from concours.policy.age_window import AgeWindow, judge_age_to_test
from concours.selection.application import start_application, submit_application
from concours.selection.application_eligibility import Claim, judge_eligibility
from concours.selection.competition import (
    CHECKLIST,
    Calendar,
    approve_competition,
    draft_competition,
    publish_competition,
    set_base_scale,
    set_needs,
    submit_competition,
    tick,
)
from concours.selection.examination_seats import reserve_seat
from concours.selection.person import open_person
from concours.selection.session import fold_session, plan_session
from concours.simulator.cohort import Cohort, at_hour
from concours.simulator.content import declarations_of, digest_of, sections_of
from concours.simulator.home import REHEARSAL
from concours.simulator.people import Invented

BASE_SCALE = {
    "job_knowledge": ("36.2", "7.1"),
    "english_expression": ("41.5", "8.4"),
    "biographic": ("46.8", "9.3"),
}
SEATS = 60
AGE = "application.age"


@dataclass(slots=True)
class Window:
    """A competition under way. ``codes`` are its candidacies, ``sessions`` its session files."""

    title: str
    competition: str
    calendar: Calendar
    needs: dict[str, int]
    sessions: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    seats: dict[str, int] = field(default_factory=dict)


def open_window(
    cohort: Cohort, *, title: str, starts: date, needs: dict[str, int], people: int
) -> Window:
    """Draft, approve and publish a competition, and plan sessions for so many people."""
    calendar = Calendar(
        window=f"{starts:%Y-%m}",
        registration_opens=starts - timedelta(days=35),
        seats_from=starts - timedelta(days=30),
        test_starts=starts,
        test_ends=starts + timedelta(days=7),
    )
    code = cohort.new_code()
    at = at_hour(calendar.registration_opens - timedelta(days=40), 10, cohort.edition.zone)
    policy, authority = cohort.staff["policy-officer"], cohort.staff["appointing-authority"]
    registrar = cohort.staff["registrar"]
    running = cohort.world.competition
    cohort.act(
        draft_competition(
            code,
            title=title,
            process=cohort.edition.process,
            edition=cohort.edition.edition,
            edition_digest=cohort.edition.digest,
            calendar=calendar,
        ),
        by=policy,
        role="policy_officer",
        at=at,
    )
    cohort.act(
        set_base_scale(running(code), scale=BASE_SCALE), by=policy, role="policy_officer", at=at
    )
    cohort.act(
        set_needs(running(code), needs=needs), by=authority, role="appointing_authority", at=at
    )
    for item in CHECKLIST:
        cohort.act(
            tick(running(code), item=item, done=True), by=policy, role="policy_officer", at=at
        )
    cohort.act(submit_competition(running(code)), by=policy, role="policy_officer", at=at)
    approved = approve_competition(running(code), by=authority.code, approved=True)
    cohort.act(approved, by=authority, role="appointing_authority", at=at + timedelta(days=2))
    published = publish_competition(running(code))
    cohort.act(published, by=registrar, role="registrar", at=at + timedelta(days=3))
    window = Window(title=title, competition=code, calendar=calendar, needs=needs)
    rooms = max(1, -(-people // (2 * len(REHEARSAL.centres) * (SEATS - 20))))
    for room in range(1, rooms + 1):
        _plan_sessions(cohort, window, str(room), at + timedelta(days=4))
    return window


def _plan_sessions(cohort: Cohort, window: Window, room: str, at: datetime) -> None:
    """Two sessions of one room in every centre."""
    for place, centre in enumerate(REHEARSAL.centres):
        for half in (0, 1):
            code = cohort.new_code()
            day = window.calendar.test_starts + timedelta(days=1 + place + half)
            drafts = plan_session(
                code,
                cohort.edition,
                step="examination",
                competition=window.competition,
                calendar=window.calendar,
                centre=centre.code,
                room=room,
                zone=centre.zone,
                starts_at=at_hour(day, 9 if half == 0 else 13, centre.zone),
                seats=SEATS,
                accessible=2,
            )
            cohort.act(
                drafts, by=cohort.staff["test-administrator"], role="test_administrator", at=at
            )
            window.sessions.append(code)


def apply_all(cohort: Cohort, window: Window, people: Sequence[Invented]) -> None:
    """Everybody applies at a chance moment while registration is open; who is late is not in."""
    opens = at_hour(window.calendar.registration_opens, 9, cohort.edition.zone)
    for person in people:
        at = cohort.later(opens, least=0.2, most=28)
        if cohort.past(at):
            _apply(cohort, window, person, at)


def _apply(cohort: Cohort, window: Window, person: Invented, at: datetime) -> None:
    code, own = cohort.new_code(), cohort.new_code()
    world, edition = cohort.world, cohort.edition
    cohort.act(open_person(own), by="system", role="system", at=at - timedelta(minutes=20))
    started = start_application(
        code,
        edition,
        step="application",
        at=at,
        competition=world.competition(window.competition),
        person=world.person(own),
    )
    cohort.act(started, by=own, role="candidate", at=at)
    cohort.people[code] = person
    window.codes.append(code)
    submitted_at = cohort.later(at, least=0.05, most=4)
    if person.eager < 0.04 or not cohort.past(submitted_at):
        return
    sections = {name: digest_of(text) for name, text in sections_of(person).items()}
    submitted = submit_application(
        cohort.file(code),
        edition,
        step="application",
        at=submitted_at,
        digest=digest_of(sections),
        sections=sections,
        track=person.track,
    )
    cohort.act(submitted, by=own, role="candidate", at=submitted_at)
    _judge(cohort, window, code, person, cohort.later(submitted_at, least=0.5, most=2.5))


def claim_of(person: Invented) -> Claim:
    """What the application says, as the eligibility rules read it."""
    return Claim(
        born=person.born,
        citizenships=frozenset({REHEARSAL.citizen_of} if person.citizen else {"XXA"}),
        declared=declarations_of(person),
    )


def _judge(cohort: Cohort, window: Window, code: str, person: Invented, at: datetime) -> None:
    if not cohort.past(at):
        return
    found = judge_eligibility(
        cohort.file(code),
        cohort.edition,
        step="application",
        at=at,
        claim=claim_of(person),
        calendar=window.calendar,
    )
    cohort.act(found, by="system", role="system", at=at)
    cohort.tell_all(code, at + timedelta(minutes=61))
    if cohort.file(code).closed is None:
        opens = at_hour(window.calendar.seats_from, 9, cohort.edition.zone)
        begin = max(at + timedelta(hours=2), opens)
        _reserve(cohort, window, code, person, cohort.later(begin, least=0.02, most=2.5))


def seat_label(place: int) -> str:
    """The label of a seat by its place from 0: ten to a row, A1 to A10, B1 ..."""
    return f"{chr(ord('A') + place // 10)}{place % 10 + 1}"


def _is_of_age(cohort: Cohort, person: Invented, begins: datetime) -> bool:
    """Whether the person is old enough on the day of a session; who turns of age in the window waits."""
    rule, cite = cohort.edition.value(AGE, AgeWindow), cohort.edition.rule(AGE).cite
    verdict = judge_age_to_test(rule, born=person.born, on=begins.date(), name=AGE, cite=cite)
    return verdict.allowed


def _reserve(cohort: Cohort, window: Window, code: str, person: Invented, at: datetime) -> None:
    if person.eager < 0.07 or not cohort.past(at):
        return
    first = int(cohort.chance.integers(len(window.sessions)))
    for turn in range(len(window.sessions)):
        session = window.sessions[(first + turn) % len(window.sessions)]
        taken = window.seats.get(session, 0)
        begins = cohort.world.folded(session, fold_session).starts_at
        if begins is None or not _is_of_age(cohort, person, begins):
            continue
        if taken < SEATS - 2 and at < begins - timedelta(days=1):
            break
    else:
        return
    window.seats[session] = taken + 1
    drafts = reserve_seat(
        cohort.file(code),
        cohort.edition,
        step="examination",
        at=at,
        session=cohort.world.folded(session, fold_session),
        seat=seat_label(taken + 2),
        born=person.born,
    )
    cohort.act(drafts, by=cohort.file(code).person, role="candidate", at=at)
    cohort.tell_all(code, at)
