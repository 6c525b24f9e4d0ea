"""The timetable of an assessment day: who is where from when to when."""

from collections.abc import Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from concours.kernel.errors import RuleRefused

QUIET_ROOM = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One exercise to be held: ``form`` is group, interview or alone."""

    code: str
    form: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One exercise held. Minutes after midnight, the end excluded. Room 0 is the quiet room,
    where candidates work alone side by side."""

    exercise: str
    group: int
    candidates: tuple[str, ...]
    assessors: tuple[str, ...]
    room: int
    starts: int
    ends: int

    @property
    def key(self) -> tuple[str, tuple[str, ...]]:
        """What makes it the same session in two plans."""
        return (self.exercise, self.candidates)


@dataclass(frozen=True, slots=True)
class _Planned:
    """A session whose clock the solver sets."""

    work: Work
    group: int
    candidates: tuple[str, ...]
    assessors: tuple[str, ...]
    start: cp_model.IntVar


Team = tuple[int, tuple[str, ...], tuple[str, ...]]


def _sessions(
    model: cp_model.CpModel,
    teams: Sequence[Team],
    exercises: Sequence[Work],
    interviewers: int,
    opens: int,
    closes: int,
) -> list[_Planned]:
    """Every session of every group; interviews are dealt to the team's pairs in turn."""
    found = []
    for number, candidates, assessors in teams:
        pairs = [
            assessors[i : i + interviewers]
            for i in range(0, len(assessors) - interviewers + 1, interviewers)
        ]
        for work in exercises:
            last = closes - work.minutes
            if last < opens:
                raise _too_long()
            if work.form == "group":
                start = model.new_int_var(opens, last, "")
                found.append(_Planned(work, number, candidates, assessors, start))
                continue
            for place, candidate in enumerate(candidates):
                start = model.new_int_var(opens, last, "")
                team = pairs[place % len(pairs)] if work.form == "interview" else ()
                found.append(_Planned(work, number, (candidate,), team, start))
    return found


def _too_long() -> RuleRefused:
    return RuleRefused(
        "day_too_short",
        remedy="The exercises do not fit between opening and closing: lengthen the day, add rooms, or take fewer candidates.",
    )


def timetable(
    *,
    teams: Sequence[Team],
    exercises: Sequence[Work],
    interviewers: int,
    opens: int,
    closes: int,
    pause: int,
    rooms: int,
    before: Sequence[Session] = (),
) -> tuple[Session, ...]:
    """The shortest day on which nobody is in two places and rooms suffice.

    With ``before``, sessions keep their clock first, and the day is short second.
    Raises RuleRefused when the exercises do not fit.
    """
    model = cp_model.CpModel()
    planned = _sessions(model, teams, exercises, interviewers, opens, closes)
    for who in sorted({w for p in planned for w in (*p.candidates, *p.assessors)}):
        model.add_no_overlap(
            model.new_fixed_size_interval_var(p.start, p.work.minutes + pause, "")
            for p in planned
            if who in p.candidates or who in p.assessors
        )
    in_rooms = [p for p in planned if p.assessors]
    model.add_cumulative(
        [model.new_fixed_size_interval_var(p.start, p.work.minutes, "") for p in in_rooms],
        [1] * len(in_rooms),
        rooms,
    )
    end = model.new_int_var(opens, closes, "")
    model.add_max_equality(end, [p.start + p.work.minutes for p in planned])
    starts = {session.key: session.starts for session in before}
    moved = []
    for p in planned:
        old = starts.get((p.work.code, p.candidates))
        if old is not None:
            shifted = model.new_bool_var("")
            model.add(p.start == old).only_enforce_if(shifted.negated())
            moved.append(shifted)
    spread = sum(p.start - opens for p in planned)
    horizon = (closes - opens) * len(planned)
    model.minimize(sum(moved) * (closes + 1) * (horizon + 1) + end * (horizon + 1) + spread)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = 4.0
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise _too_long()
    timed = sorted(
        ((solver.value(p.start), p) for p in planned),
        key=lambda found: (found[0], found[1].work.code, found[1].group, found[1].candidates),
    )
    return _in_rooms(timed)


def _in_rooms(timed: Sequence[tuple[int, _Planned]]) -> tuple[Session, ...]:
    """Give each session the lowest room free at its start; the number of rooms suffices by the model."""
    free_from: dict[int, int] = {}
    found = []
    for starts, p in timed:
        room = QUIET_ROOM
        if p.assessors:
            room = next(n for n in range(1, len(timed) + 2) if free_from.get(n, 0) <= starts)
            free_from[room] = starts + p.work.minutes
        found.append(
            Session(
                exercise=p.work.code,
                group=p.group,
                candidates=p.candidates,
                assessors=p.assessors,
                room=room,
                starts=starts,
                ends=starts + p.work.minutes,
            )
        )
    return tuple(found)
