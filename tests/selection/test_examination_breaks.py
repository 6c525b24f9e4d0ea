"""Breaks between sections: whose clock they have, and when the next section's time begins."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.selection.examination_strategies import EDITION, TEST, Road, eligible

from concours.kernel.errors import RuleRefused
from concours.policy.edition import load_edition, shipped_editions
from concours.policy.section_breaks import SectionBreaks
from concours.policy.test_form import TestForm
from concours.selection.examination import Examination, Sitting
from concours.selection.examination_breaks import begin_break, end_break, latest_end, running_time
from concours.selection.examination_proctor import pause_sitting, resume_sitting
from concours.selection.examination_sitting import (
    add_minutes,
    lock_section,
    open_section,
    open_sitting,
)
from concours.selection.sitting_clock import break_clock, section_clock
from concours.simulator.world import World

STEP, FIRST, SECOND = "examination", "job_knowledge", "english_expression"


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


def do(road: Road, command, at, **plain) -> None:
    road.do(command(road.now, EDITION, step=STEP, at=at, **plain), at)


def refused(code: str, command, road: Road, at, **plain) -> None:
    with pytest.raises(RuleRefused) as found:
        command(road.now, EDITION, step=STEP, at=at, **plain)
    assert found.value.code == code


def sitting(road: Road) -> Sitting:
    found = road.now.state(STEP, Examination).sitting
    assert found is not None
    return found


def after_the_first() -> Road:
    """Somebody who has just left the first section, at the hour of the session."""
    road = eligible().reserve().let_in()
    do(road, open_sitting, TEST)
    do(road, open_section, TEST, section=FIRST)
    do(road, lock_section, TEST, section=FIRST)
    return road


@pytest.fixture(scope="module")
def left() -> dict:
    return dict(after_the_first().world.facts)


def again(left: dict) -> Road:
    """The same person once more, with files of their own."""
    road = Road()
    road.world = World(facts={file: list(facts) for file, facts in left.items()})
    return road


ACTS = st.lists(st.tuples(st.sampled_from(("pause", "resume")), st.integers(1, 300)), max_size=6)


@settings(max_examples=40, deadline=None)
@given(acts=ACTS, early=st.booleans(), wait=st.integers(0, 1_500))
def test_what_is_over_a_break_counts_and_what_is_paused_does_not(left, acts, early, wait):
    road, at = again(left), TEST
    do(road, begin_break, at)
    for verb, seconds in acts:
        at += timedelta(seconds=seconds)
        rest = sitting(road).breaks[FIRST]
        if verb == "pause" and sitting(road).paused_at is None and at < rest.ends_at:
            do(road, pause_sitting, at, reason="noise")
        elif verb == "resume" and sitting(road).paused_at is not None:
            do(road, resume_sitting, at)
    at += timedelta(seconds=wait)
    rest, paused = sitting(road).breaks[FIRST], sitting(road).paused_at
    clock = break_clock(road.world.read(road.file), step=STEP, section=FIRST, at=at)
    assert (clock.base, clock.granted, clock.incident) == (minutes(10), minutes(0), minutes(0))
    assert clock.left == max(minutes(0), rest.ends_at - (paused or at))
    assert clock.paused == (paused is not None)
    if paused is not None:
        refused("sitting_paused", open_section, road, at, section=SECOND)
        refused("sitting_paused", end_break, road, at)
        do(road, resume_sitting, at)
    if early:
        do(road, end_break, at)
        at += timedelta(seconds=wait)
    ends = sitting(road).breaks[FIRST].ends_at
    do(road, open_section, at, section=SECOND)
    assert sitting(road).on_break == ""
    begun = min(at, ends)
    assert sitting(road).sections[SECOND].ends_at == begun + minutes(50)
    second = section_clock(road.world.read(road.file), step=STEP, section=SECOND, at=at)
    assert second.left == max(minutes(0), minutes(50) - (at - begun))
    assert second.left == max(minutes(0), second.base - second.used)


def test_a_break_is_taken_once_between_two_sections_and_nowhere_else():
    road = eligible().reserve().let_in()
    do(road, open_sitting, TEST)
    refused("no_break_here", begin_break, road, TEST)
    do(road, open_section, TEST, section=FIRST)
    refused("no_break_here", begin_break, road, TEST)
    do(road, lock_section, TEST, section=FIRST)
    refused("not_on_a_break", end_break, road, TEST)
    do(road, begin_break, TEST)
    refused("no_break_here", begin_break, road, TEST)
    do(road, end_break, TEST + minutes(3))
    refused("no_break_here", begin_break, road, TEST + minutes(3))
    for section in (SECOND, "biographic", "essay"):
        do(road, open_section, TEST + minutes(4), section=section)
        do(road, lock_section, TEST + minutes(4), section=section)
    refused("no_break_here", begin_break, road, TEST + minutes(4))


def test_a_break_that_nobody_begins_runs_all_the_same(left):
    road = again(left)
    late = TEST + minutes(25)
    assert latest_end(sitting(road), EDITION, step=STEP) == TEST + minutes(3 * 10 + 50 + 40 + 30)
    refused("no_break_here", begin_break, road, TEST + minutes(10))
    do(road, open_section, late, section=SECOND)
    opened = road.world.read(road.file)[-1]
    assert (opened.kind, opened.on) == ("section.opened", TEST + minutes(10))
    assert sitting(road).sections[SECOND].ends_at == TEST + minutes(60)


def test_who_begins_a_break_late_has_what_is_left_of_it(left):
    road = again(left)
    do(road, begin_break, TEST + minutes(4))
    rest = sitting(road).breaks[FIRST]
    assert (rest.begun_at, rest.ends_at) == (TEST, TEST + minutes(10))
    clock = break_clock(road.world.read(road.file), step=STEP, section=FIRST, at=TEST + minutes(4))
    assert (clock.base, clock.left) == (minutes(10), minutes(6))


@pytest.mark.parametrize("begun", [True, False])
@pytest.mark.parametrize("at", [TEST + minutes(5), TEST + minutes(20)])
def test_a_power_cut_between_two_sections_takes_nobodys_time(left, begun, at):
    road = again(left)
    if begun:
        do(road, begin_break, TEST)
    assert running_time(sitting(road), EDITION, step=STEP, at=at) == "break"
    do(road, add_minutes, at, section="", minutes=15, reason="power_cut")
    assert sitting(road).breaks[FIRST].ends_at == TEST + minutes(25)
    do(road, pause_sitting, at, reason="power_cut")
    do(road, resume_sitting, at + minutes(30))
    assert sitting(road).breaks[FIRST].ends_at == TEST + minutes(55)
    clock = break_clock(road.world.read(road.file), step=STEP, section=FIRST, at=at + minutes(30))
    assert (clock.incident, clock.paused) == (minutes(15), False)
    do(road, open_section, TEST + minutes(50), section=SECOND)
    do(road, pause_sitting, TEST + minutes(60), reason="noise")
    clock = break_clock(road.world.read(road.file), step=STEP, section=FIRST, at=TEST + minutes(70))
    assert (clock.incident, clock.paused) == (minutes(15), False)


def test_who_never_comes_back_in_time_finds_the_next_section_over_and_closes_it():
    road = after_the_first()
    do(road, begin_break, TEST)
    late = TEST + minutes(90)
    do(road, open_section, late, section=SECOND)
    facts = road.world.read(road.file)
    assert [(f.kind, f.on) for f in facts[-2:]] == [
        ("break.ended", TEST + minutes(10)),
        ("section.opened", TEST + minutes(10)),
    ]
    assert facts[-2].body["by_time"] is True
    clock = section_clock(facts, step=STEP, section=SECOND, at=late)
    assert clock.left == minutes(0)
    do(road, lock_section, late, section=SECOND)
    assert road.world.read(road.file)[-1].body["by_time"] is True


def test_breaks_of_every_shipped_edition_stand_between_two_of_its_sections():
    for process, name in shipped_editions():
        edition = load_edition(process, name)
        between = edition.value("examination.form", TestForm).sections[:-1]
        rule = edition.value("examination.breaks", SectionBreaks)
        assert (name, rule.after) == (name, between)
