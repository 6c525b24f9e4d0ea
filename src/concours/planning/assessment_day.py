"""One assessment day: candidates to groups, teams to groups, rooms and clocks.

First groups and teams (no conflict between assessor and candidate, none
between candidates of a group), then the timetable. Both are CP-SAT models run
by one worker with a fixed seed to proven optimality, so the same day always
gives the same plan. A plan can be repaired: what stays the same is worth more
than anything else.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ortools.sat.python import cp_model

from concours.kernel.errors import BadInput, RuleRefused
from concours.planning.day_clock import Session, Work, timetable


@dataclass(frozen=True, slots=True, kw_only=True)
class DayShape:
    """The numbers of a day. Times in minutes after midnight; ``pause`` between two exercises."""

    smallest: int
    largest: int
    team: int
    interviewers: int
    opens: int
    closes: int
    pause: int
    rooms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group with its team."""

    number: int
    candidates: tuple[str, ...]
    assessors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """Groups, sessions in order of time, candidates left without a place, and pairs changed."""

    groups: tuple[Group, ...]
    sessions: tuple[Session, ...] = ()
    changed: int = 0
    moved_sessions: int = 0
    standing: Mapping[str, int] = field(default_factory=dict)


def _solver() -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = 20.0
    return solver


def _form(
    candidates: Sequence[str],
    assessors: Sequence[str],
    barred: Collection[tuple[str, str]],
    apart: Collection[tuple[str, str]],
    shape: DayShape,
    count: int,
    kept: Mapping[str, int],
) -> tuple[Group, ...] | None:
    """The best ``count`` groups: fewest people moved, then even sizes; None when none exist."""
    model = cp_model.CpModel()
    seat = {(c, g): model.new_bool_var("") for c in candidates for g in range(count)}
    serve = {(a, g): model.new_bool_var("") for a in assessors for g in range(count)}
    for c in candidates:
        model.add_exactly_one(seat[c, g] for g in range(count))
    for a in assessors:
        model.add_at_most_one(serve[a, g] for g in range(count))
    sizes = []
    for g in range(count):
        size = model.new_int_var(shape.smallest, shape.largest, "")
        model.add(size == sum(seat[c, g] for c in candidates))
        model.add(sum(serve[a, g] for a in assessors) == shape.team)
        sizes.append(size)
        for a in assessors:
            for c in candidates:
                if (a, c) in barred:
                    model.add_at_most_one(serve[a, g], seat[c, g])
        for one, other in apart:
            if (one, g) in seat and (other, g) in seat:
                model.add_at_most_one(seat[one, g], seat[other, g])
    most, least = model.new_int_var(0, shape.largest, ""), model.new_int_var(0, shape.largest, "")
    model.add_max_equality(most, sizes)
    model.add_min_equality(least, sizes)
    stays = [
        var for table in (seat, serve) for (who, g), var in table.items() if kept.get(who) == g + 1
    ]
    if not kept:
        for first, second in pairwise(sizes):
            model.add(first >= second)
        model.add(seat[candidates[0], 0] == 1) if not apart and not barred else None
    model.maximize((shape.largest + 1) * sum(stays) - (most - least))
    solver = _solver()
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return tuple(
        Group(
            number=g + 1,
            candidates=tuple(c for c in candidates if solver.value(seat[c, g])),
            assessors=tuple(a for a in assessors if solver.value(serve[a, g])),
        )
        for g in range(count)
    )


def _explain(
    candidates: Sequence[str],
    assessors: Sequence[str],
    barred: Collection[tuple[str, str]],
    shape: DayShape,
) -> RuleRefused:
    """Why no groups can be formed, in the plainest terms that hold."""
    groups = -(-len(candidates) // shape.largest)
    if len(candidates) < shape.smallest or groups * shape.smallest > len(candidates):
        return RuleRefused(
            "no_group_size_fits",
            remedy=f"{len(candidates)} candidates make no groups of {shape.smallest} to {shape.largest}: add or move some.",
            numbers={"candidates": str(len(candidates))},
        )
    if len(assessors) < groups * shape.team:
        return RuleRefused(
            "too_few_assessors",
            remedy=f"{groups} group(s) need {groups * shape.team} assessors; {len(assessors)} are there.",
            numbers={"needed": str(groups * shape.team), "there": str(len(assessors))},
        )
    for c in candidates:
        free = sum((a, c) not in barred for a in assessors)
        if free < shape.team:
            return RuleRefused(
                "conflicts_of_one",
                remedy=f"Only {free} assessors are free of conflict with {c}: move {c} or add assessors.",
                field=c,
                numbers={"free": str(free), "needed": str(shape.team)},
            )
    return RuleRefused(
        "conflicts_leave_no_plan",
        remedy="The conflicts taken together leave no plan: move a candidate to another day or add assessors.",
    )


def plan_day(
    *,
    candidates: Sequence[str],
    assessors: Sequence[str],
    barred: Collection[tuple[str, str]],
    apart: Collection[tuple[str, str]] = frozenset(),
    exercises: Sequence[Work],
    shape: DayShape,
    before: DayPlan | None = None,
) -> DayPlan:
    """Plan a day, or repair ``before`` with the least change of people, then of clocks.

    ``barred`` holds (assessor, candidate), ``apart`` (candidate, candidate).
    Fewest groups first. Raises RuleRefused saying why when no plan exists.
    """
    people = [*candidates, *assessors]
    if len(set(people)) != len(people) or not candidates:
        raise BadInput("bad_plan_input", remedy="Name every candidate and every assessor once.")
    candidates, assessors = sorted(candidates), sorted(assessors)
    kept = (
        {}
        if before is None
        else {
            who: group.number
            for group in before.groups
            for who in (*group.candidates, *group.assessors)
        }
    )
    least = -(-len(candidates) // shape.largest)
    most = min(len(candidates) // shape.smallest, len(assessors) // shape.team)
    order = sorted(range(least, most + 1))
    if before is not None and least <= len(before.groups) <= most:
        order = sorted(order, key=lambda n: (n != len(before.groups), n))
    for count in order:
        groups = _form(candidates, assessors, barred, apart, shape, count, kept)
        if groups is None:
            continue
        old = () if before is None else before.sessions
        sessions = timetable(
            teams=[(g.number, g.candidates, g.assessors) for g in groups],
            exercises=exercises,
            interviewers=shape.interviewers,
            opens=shape.opens,
            closes=shape.closes,
            pause=shape.pause,
            rooms=shape.rooms,
            before=old,
        )
        now = {w: g.number for g in groups for w in (*g.candidates, *g.assessors)}
        here = set(people)
        changed = sum(1 for who, number in kept.items() if who in here and now.get(who) != number)
        starts = {session.key: session.starts for session in old}
        moved = sum(1 for s in sessions if s.key in starts and starts[s.key] != s.starts)
        return DayPlan(
            groups=groups, sessions=sessions, changed=changed, moved_sessions=moved, standing=now
        )
    raise _explain(candidates, assessors, barred, shape)
