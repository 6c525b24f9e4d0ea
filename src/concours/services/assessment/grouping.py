"""Planning a day's groups, teams and timetable, in the worker: the solver is imported here and in no page."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from concours.kernel.errors import BadInput, Refusal, RuleRefused
from concours.ledger.draft import Draft
from concours.planning.assessment_day import DayPlan, DayShape, Group, plan_day
from concours.planning.day_clock import Session, Work
from concours.policy.edition import Edition
from concours.policy.exercises import Exercises
from concours.policy.group_shape import GroupShape
from concours.records.ledger_store import read_facts, read_many
from concours.records.models import AssessmentDay, DaySession
from concours.selection.assessment_result import form_group
from concours.selection.authority import Actor, require
from concours.selection.candidacy import Candidacy
from concours.selection.fold import fold_candidacy
from concours.selection.panel import declare_conflict, dissolve_panel, fold_panel, form_panel
from concours.services.assessment.plans import PLAN
from concours.services.casefile import record
from concours.services.competitions import read_competition
from concours.services.files import new_code, unknown_file
from concours.services.jobs import Running, handler
from concours.services.narratives.desk import edition_of
from concours.services.panels.examiners import computed_conflicts, holders_of


def _shape(edition: Edition, step: str, day: AssessmentDay) -> DayShape:
    rule = edition.value(f"{step}.group", GroupShape)
    local = day.starts_at.astimezone(ZoneInfo(day.zone))
    return DayShape(
        smallest=rule.smallest,
        largest=rule.largest,
        team=rule.assessors,
        interviewers=rule.interviewers,
        opens=local.hour * 60 + local.minute,
        closes=day.closes_minute,
        pause=day.pause,
        rooms=day.rooms,
    )


def _works(edition: Edition, step: str) -> tuple[Work, ...]:
    """The scored exercises held on this day; one held apart has a day of its own."""
    items = edition.value(f"{step}.exercises", Exercises).items
    return tuple(
        Work(code=i.code, form=i.form, minutes=i.minutes) for i in items if i.scored and not i.apart
    )


def _before(day: AssessmentDay) -> DayPlan | None:
    """The plan that stands, so that a new one changes as little of it as possible."""
    rows = list(DaySession.objects.filter(day=day).order_by("group", "candidacy", "exercise"))
    if not rows:
        return None
    midnight = _midnight(day)
    panels = {row.group: row.panel for row in rows}
    groups = tuple(
        Group(
            number=number,
            candidates=tuple(sorted({r.candidacy for r in rows if r.group == number})),
            assessors=fold_panel(read_facts(panel)).members,
        )
        for number, panel in sorted(panels.items())
    )
    sessions = []
    seen: set[tuple[int, str]] = set()
    for row in rows:
        whole_group = row.exercise == "group"
        if whole_group and (row.group, row.exercise) in seen:
            continue
        seen.add((row.group, row.exercise))
        members = next(g.candidates for g in groups if g.number == row.group)
        sessions.append(
            Session(
                exercise=row.exercise,
                group=row.group,
                candidates=members if whole_group else (row.candidacy,),
                assessors=(),
                room=row.room,
                starts=int((row.starts_at - midnight).total_seconds()) // 60,
                ends=int((row.ends_at - midnight).total_seconds()) // 60,
            )
        )
    return DayPlan(groups=groups, sessions=tuple(sessions))


def _midnight(day: AssessmentDay) -> datetime:
    local = day.starts_at.astimezone(ZoneInfo(day.zone))
    return day.starts_at - timedelta(hours=local.hour, minutes=local.minute)


@transaction.atomic
def plan(actor: Actor, code: str, *, at: datetime) -> DayPlan:
    """Plan a day and form its groups: conflicts found, teams, clocks, entries and timetable in one act.

    Planned again, each group gets a new panel; what can stay as it was stays.
    Raises RuleRefused with the reason when no plan exists.
    """
    require(actor, "assessment.manage_days")
    day = AssessmentDay.objects.select_for_update().filter(pk=code).first()
    if day is None:
        raise unknown_file()
    if day.state not in ("open", "planned") or at >= day.starts_at:
        raise RuleRefused("day_has_begun", remedy="A day is planned before it begins.")
    edition = edition_of(read_competition(day.competition))
    step = day.step
    booked = sorted(c for c in day.places.values_list("candidacy", flat=True) if c)
    if not booked:
        raise BadInput("nobody_booked", remedy="Nobody has booked this day yet.")
    files = {c: fold_candidacy(facts) for c, facts in read_many(booked).items()}
    team = list(day.assessors.order_by("account").values_list("account", flat=True))
    ties = computed_conflicts(team, booked)
    found = plan_day(
        candidates=booked,
        assessors=team,
        barred={(tie.member, tie.candidacy) for tie in ties},
        exercises=_works(edition, step),
        shape=_shape(edition, step, day),
        before=_before(day),
    )
    _give_back(actor, day, at=at)
    chairs = holders_of("chair")
    for group in found.groups:
        chair = next((c for c in chairs if c not in group.assessors), "")
        if not chair:
            raise RuleRefused(
                "no_chair", remedy="Nobody who may chair is free: give somebody the chair's role."
            )
        _form(actor, edition, day, group, found.sessions, files, ties, chair=chair, at=at)
    AssessmentDay.objects.filter(pk=code).update(state="planned")
    return found


def _give_back(actor: Actor, day: AssessmentDay, *, at: datetime) -> None:
    """Dissolve the groups of the plan that stood, so that nobody keeps a list that is no longer theirs."""
    old = DaySession.objects.filter(day=day).order_by().values_list("panel", flat=True).distinct()
    for code in sorted(old):
        drafts = dissolve_panel(fold_panel(read_facts(code)), reason="planned_again")
        record(actor, "assessment.manage_days", drafts, at=at)
    DaySession.objects.filter(day=day).delete()


def _form(
    actor: Actor,
    edition: Edition,
    day: AssessmentDay,
    group: Group,
    sessions: Sequence[Session],
    files: Mapping[str, Candidacy],
    ties: Sequence[Any],
    *,
    chair: str,
    at: datetime,
) -> None:
    """One group: its panel's file, conflicts of its members on record, and its timetable."""
    panel_code = new_code()
    step = day.step
    formed = form_panel(
        panel_code,
        competition=day.competition,
        step=step,
        track="",
        members=group.assessors,
        chair=chair,
    )
    record(actor, "assessment.manage_days", formed, at=at)
    panel = fold_panel(read_facts(panel_code))
    drafts: list[Draft] = []
    mine = [t for t in ties if t.member in group.assessors and t.candidacy in group.candidates]
    for tie in mine:
        drafts += declare_conflict(
            panel,
            edition,
            member=tie.member,
            candidacy=tie.candidacy,
            relation=tie.relation,
            source="computed",
        )
    aware = replace(panel, barred=frozenset((t.member, t.candidacy) for t in mine))
    held = [s for s in sessions if s.group == group.number]
    interviewers = {
        s.candidates[0]: s.assessors
        for s in held
        if len(s.assessors) != len(group.assessors) and s.assessors
    }
    drafts += form_group(
        aware,
        edition,
        step=step,
        at=at,
        files={c: files[c] for c in group.candidates},
        interviewers=interviewers,
        day=day.code,
    )
    record(actor, "assessment.manage_days", drafts, at=at)
    _keep_timetable(day, panel_code, group, held)


def _keep_timetable(day: AssessmentDay, panel: str, group: Group, held: Sequence[Session]) -> None:
    """The group's sessions as rows, one a candidate."""
    midnight = _midnight(day)
    DaySession.objects.bulk_create(
        DaySession(
            day=day,
            panel=panel,
            group=group.number,
            candidacy=candidate,
            exercise=s.exercise,
            room=s.room,
            starts_at=midnight + timedelta(minutes=s.starts),
            ends_at=midnight + timedelta(minutes=s.ends),
        )
        for s in held
        for candidate in s.candidates
    )


@handler(PLAN)
def plan_job(arguments: Mapping[str, Any], running: Running) -> None:
    """The worker's side of asking for a day's plan; a refusal is the job's result, not its failure."""
    actor = Actor(code=str(arguments["actor"]), roles=frozenset({"scheduler"}))
    try:
        with transaction.atomic():
            at = datetime.fromisoformat(str(arguments["at"]))
            found = plan(actor, str(arguments["day"]), at=at)
            running.save({"groups": len(found.groups), "changed": found.changed})
    except Refusal as refusal:
        running.save({"refused": refusal.code, "remedy": refusal.remedy})
