"""The oral assessment: invitations, bookings, days of groups, ratings alone, integration, results."""

from datetime import date, datetime, timedelta
from fractions import Fraction

from concours.policy.shown_matrix import ShownMatrix, shows
from concours.selection.assessment import Place, book, check_in, invite
from concours.selection.assessment_result import (
    decide_assessment,
    enter_ratings,
    form_group,
    integrate,
)
from concours.selection.assessment_state import Assessment
from concours.selection.narratives_state import Narratives
from concours.selection.panel import Sheet, form_panel
from concours.simulator.cohort import Cohort, Day, Staff, at_hour
from concours.simulator.content import digest_of
from concours.simulator.home import REHEARSAL
from concours.simulator.reading import panel_of
from concours.simulator.window import Window

STEP = "assessment"
GROUP = 5
SEASON = 150
"""Working days on which a window's groups are assessed, at most."""
EXERCISES = ("group", "interview", "case_management")


def invite_all(cohort: Cohort, window: Window, *, at: datetime, season_ends: date) -> None:
    """Invite whoever passed the panel, and tell them."""
    if not cohort.past(at):
        return
    scheduler = cohort.staff["scheduler"]
    for code in window.codes:
        file = cohort.file(code)
        if file.closed is None and file.state("narratives", Narratives).passed:
            drafts = invite(file, cohort.edition, step=STEP, at=at, season_ends=season_ends)
            cohort.act(drafts, by=scheduler, role="scheduler", at=at)
            cohort.tell_all(code, at + timedelta(minutes=1))


def _invited(cohort: Cohort, window: Window) -> list[str]:
    return [
        code
        for code in window.codes
        if cohort.file(code).closed is None
        and cohort.file(code).state(STEP, Assessment).invited_at is not None
    ]


def assess_all(cohort: Cohort, window: Window, *, invited: datetime, first_day: date) -> None:
    """Bookings in the weeks after the invitation, then the groups, working day by working day."""
    waiting = _invited(cohort, window)
    # One group a working day, more at once where they would not fit into the invitation's year.
    abreast = max(1, -(-len(waiting) // (GROUP * SEASON)))
    for number, start in enumerate(range(0, len(waiting), GROUP)):
        members = waiting[start : start + GROUP]
        if len(members) < 3:
            break
        turn = number // abreast
        day = first_day + timedelta(days=turn + 2 * (turn // 5))
        starts = at_hour(day, 8, cohort.edition.zone)
        label = cohort.new_code()
        booked = []
        for code in members:
            at = cohort.later(invited + timedelta(minutes=2), least=1, most=12)
            if cohort.past(at) and at < starts:
                place = Place(day=label, place=REHEARSAL.assessment.code, starts_at=starts)
                drafts = book(cohort.file(code), cohort.edition, step=STEP, at=at, place=place)
                cohort.act(drafts, by=cohort.file(code).person, role="candidate", at=at)
                cohort.tell_all(code, at)
                booked.append(code)
        held = len(booked) >= 3 and cohort.past(starts + timedelta(hours=10))
        team = _team(cohort, number)
        cohort.days.append(
            Day(
                code=label,
                competition=window.competition,
                starts_at=starts,
                members=tuple(booked),
                team=tuple(a.code for a in team),
                held=held,
            )
        )
        if held:
            _day(cohort, window, booked, team, starts, label)


def _team(cohort: Cohort, number: int) -> list[Staff]:
    """The four assessors of the nth day."""
    assessors = cohort.holding("assessor")
    return [assessors[(4 * number + n) % len(assessors)] for n in range(4)]


def _day(
    cohort: Cohort,
    window: Window,
    members: list[str],
    team: list[Staff],
    starts: datetime,
    label: str,
) -> None:
    scheduler = cohort.staff["scheduler"]
    code = cohort.new_code()
    before = starts - timedelta(days=2)
    formed = form_panel(
        code,
        competition=window.competition,
        step=STEP,
        track="",
        members=tuple(a.code for a in team),
        chair=cohort.staff["chair"].code,
    )
    cohort.act(formed, by=scheduler, role="scheduler", at=before)
    grouped = form_group(
        panel_of(cohort, code),
        cohort.edition,
        step=STEP,
        at=before,
        files={m: cohort.file(m) for m in members},
        interviewers={
            m: tuple(a.code for a in (team[:2] if n % 2 else team[2:]))
            for n, m in enumerate(members)
        },
        day=label,
    )
    cohort.act(grouped, by=scheduler, role="scheduler", at=before)
    for member in members:
        drafts = check_in(cohort.file(member), cohort.edition, step=STEP, at=starts)
        cohort.act(drafts, by=team[0], role="assessor", at=starts)
    for member in members:
        _assess(cohort, code, member, team, starts + timedelta(hours=8))


def _assess(cohort: Cohort, group: str, code: str, team: list[Staff], at: datetime) -> None:
    person = cohort.people[code]
    matrix = cohort.edition.value(f"{STEP}.matrix", ShownMatrix)
    for exercise in EXERCISES:
        panel = panel_of(cohort, group)
        dimensions = shows(matrix, exercise)
        sheets = []
        for rater in panel.readers[(code, exercise)]:
            noise = cohort.chance.normal(0, 0.55, size=len(dimensions))
            ratings = {
                d: min(7, max(1, round(5.2 + 0.75 * person.oral + float(e))))
                for d, e in zip(dimensions, noise, strict=True)
            }
            sheets.append(
                Sheet(rater=rater, ratings=ratings, reasons=digest_of({"r": rater, "f": code}))
            )
        entered = enter_ratings(
            panel, cohort.file(code), cohort.edition, step=STEP, at=at, part=exercise, sheets=sheets
        )
        cohort.act(entered, by="system", role="system", at=at)
        agreed = {
            d: round(Fraction(sum(s.ratings[d] for s in sheets), len(sheets))) for d in dimensions
        }
        recorded = integrate(
            panel_of(cohort, group),
            cohort.file(code),
            cohort.edition,
            step=STEP,
            at=at,
            part=exercise,
            ratings=agreed,
            by=sheets[0].rater,
            reasons=digest_of({"integrated": code, "exercise": exercise}),
        )
        cohort.act(recorded, by=sheets[0].rater, role="assessor", at=at)
    result = at + timedelta(hours=1)
    decided = decide_assessment(
        panel_of(cohort, group), cohort.file(code), cohort.edition, step=STEP, at=result
    )
    cohort.act(decided, by=cohort.staff["chair"], role="chair", at=result)
    cohort.tell_all(code, result + timedelta(minutes=10))
