"""Laws of planning and repairing an assessment day."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concours.kernel.errors import RuleRefused
from concours.planning.assessment_day import DayShape, plan_day
from concours.planning.day_clock import Work

EXERCISES = (
    Work(code="group", form="group", minutes=90),
    Work(code="interview", form="interview", minutes=90),
    Work(code="case_management", form="alone", minutes=90),
)
SHAPE = DayShape(
    smallest=3, largest=6, team=4, interviewers=2, opens=420, closes=1080, pause=15, rooms=6
)


def people(letter, count):
    return [f"{letter}{n:02}" for n in range(count)]


def planned(candidates, assessors, barred=frozenset(), shape=SHAPE, **more):
    return plan_day(
        candidates=candidates,
        assessors=assessors,
        barred=barred,
        exercises=EXERCISES,
        shape=shape,
        **more,
    )


def assert_sound(plan, candidates, assessors, barred, shape=SHAPE):
    placed = sorted(c for g in plan.groups for c in g.candidates)
    assert placed == sorted(candidates)
    serving = [a for g in plan.groups for a in g.assessors]
    assert len(set(serving)) == len(serving)
    for group in plan.groups:
        assert shape.smallest <= len(group.candidates) <= shape.largest
        assert len(group.assessors) == shape.team
        assert not {(a, c) for a in group.assessors for c in group.candidates} & set(barred)
    for who in (*candidates, *serving):
        mine = sorted(
            (s.starts, s.ends) for s in plan.sessions if who in s.candidates or who in s.assessors
        )
        assert all(later[0] >= earlier[1] + shape.pause for earlier, later in pairwise(mine))
    for candidate in candidates:
        held = sorted(s.exercise for s in plan.sessions if candidate in s.candidates)
        assert held == ["case_management", "group", "interview"]
    for session in plan.sessions:
        assert shape.opens <= session.starts < session.ends <= shape.closes
        at_once = [s.room for s in plan.sessions if s.room and s.starts <= session.starts < s.ends]
        assert len(set(at_once)) == len(at_once) <= shape.rooms


@settings(max_examples=8, deadline=None)
@given(count=st.integers(3, 12), data=st.data())
def test_a_day_places_everybody_without_conflict_or_clash(count, data):
    # twelve assessors less the four at most in conflict still make two teams
    candidates, assessors = people("c", count), people("a", 12)
    pairs = [(a, c) for a in assessors for c in candidates]
    barred = data.draw(st.frozensets(st.sampled_from(pairs), max_size=4))
    plan = planned(candidates, assessors, barred)
    assert_sound(plan, candidates, assessors, barred)


def test_the_day_of_six_is_as_short_as_its_interviews_allow():
    plan = planned(people("c", 6), people("a", 4))
    # two pairs hold six interviews in three rounds, beside one group exercise: 4 x 90 + 3 x 15
    assert max(s.ends for s in plan.sessions) == 420 + 4 * 90 + 3 * 15


def test_friends_are_never_in_one_group():
    plan = planned(people("c", 6), people("a", 8), apart={("c00", "c01")})
    groups = {c: g.number for g in plan.groups for c in g.candidates}
    assert groups["c00"] != groups["c01"]


def test_the_same_day_gives_the_same_plan():
    one = planned(people("c", 7), people("a", 8), {("a00", "c00")})
    other = planned(people("c", 7)[::-1], people("a", 8)[::-1], {("a00", "c00")})
    assert one == other


def test_an_assessor_who_falls_ill_is_replaced_and_nothing_else_moves():
    before = planned(people("c", 6), people("a", 4))
    after = planned(people("c", 6), [*people("a", 4)[1:], "b00"], before=before)
    assert after.groups == (replace(before.groups[0], assessors=("a01", "a02", "a03", "b00")),)
    assert (after.changed, after.moved_sessions) == (0, 0)


def test_a_candidate_who_leaves_moves_nobody_else():
    before = planned(people("c", 8), people("a", 8))
    after = planned(people("c", 8)[:-1], people("a", 8), before=before)
    assert (after.changed, after.moved_sessions) == (0, 0)


@pytest.mark.parametrize(
    ("count", "assessors", "code"),
    [(2, 8, "no_group_size_fits"), (7, 7, "too_few_assessors")],
)
def test_why_no_plan_exists_is_said(count, assessors, code):
    with pytest.raises(RuleRefused) as refused:
        planned(people("c", count), people("a", assessors))
    assert refused.value.code == code


def test_a_candidate_in_conflict_with_too_many_is_named():
    barred = {("a00", "c01")}
    with pytest.raises(RuleRefused) as refused:
        planned(people("c", 3), people("a", 4), barred)
    assert (refused.value.code, refused.value.field) == ("conflicts_of_one", "c01")


def test_a_day_that_is_too_short_is_refused():
    with pytest.raises(RuleRefused) as refused:
        planned(people("c", 6), people("a", 4), shape=replace(SHAPE, closes=420 + 300))
    assert refused.value.code == "day_too_short"
