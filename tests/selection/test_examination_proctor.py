"""The proctor's acts on one sitting, and the law of the time left."""

from copy import copy
from datetime import timedelta
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.selection.examination_strategies import EDITION, TEST, Road, eligible

from concours.kernel.errors import BadInput, RuleRefused
from concours.selection.examination import Examination
from concours.selection.examination_proctor import (
    allow_start,
    exempt_from_lockdown,
    pause_sitting,
    record_irregularity,
    resume_sitting,
)
from concours.selection.examination_sitting import (
    add_minutes,
    lock_section,
    open_section,
    open_sitting,
    require_answerable,
    submit_sitting,
)
from concours.selection.session import hold_start, room_irregularity, room_message
from concours.selection.sitting_clock import section_clock
from concours.simulator.world import World

STEP, FIRST = "examination", "job_knowledge"
PLAIN = {"step": STEP}


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


def inside() -> Road:
    return eligible().reserve().let_in()


GRANTED = {"1": "reader", "5/4": "extra_time_25", "3/2": "extra_time_50"}


def in_first_section(factor: str = "1") -> Road:
    road = eligible().reserve().grant(GRANTED[factor]).let_in()
    do(road, open_sitting, TEST)
    do(road, open_section, TEST, section=FIRST)
    return road


def do(road: Road, command, at, **plain):
    road.do(command(road.now, EDITION, **PLAIN, at=at, **plain), at)


def state(road: Road) -> Examination:
    return road.now.state(STEP, Examination)


ACTS = st.lists(
    st.tuples(st.sampled_from(("pause", "resume", "give")), st.integers(1, 400), st.integers(1, 9)),
    max_size=12,
)


@cache
def begun(factor: str) -> Road:
    return in_first_section(factor)


@settings(max_examples=40, deadline=None)
@given(acts=ACTS, factor=st.sampled_from(("1", "5/4", "3/2")), wait=st.integers(0, 3_000))
def test_time_left_is_base_plus_granted_plus_incident_minus_used(acts, factor, wait):
    road = copy(begun(factor))
    road.world = World(facts={file: list(facts) for file, facts in road.world.facts.items()})
    at, given_on_the_day = TEST, 0
    for verb, seconds, extra in acts:
        at += timedelta(seconds=seconds)
        sitting = state(road).sitting
        runs = at < sitting.sections[FIRST].ends_at and sitting.paused_at is None
        if verb == "pause" and runs:
            do(road, pause_sitting, at, reason="noise")
        elif verb == "resume" and sitting.paused_at is not None:
            do(road, resume_sitting, at)
        elif verb == "give":
            do(road, add_minutes, at, section=FIRST, minutes=extra, reason="noise")
            given_on_the_day += extra
    at += timedelta(seconds=wait)
    clock = section_clock(road.world.read(road.file), step=STEP, section=FIRST, at=at)
    sitting = state(road).sitting
    whole = minutes(float(40 * Fraction(factor)))
    assert (clock.base, clock.base + clock.granted) == (minutes(40), whole)
    assert clock.incident == minutes(given_on_the_day)
    stopped = sitting.paused_at or at
    assert clock.left == max(timedelta(0), sitting.sections[FIRST].ends_at - stopped)
    assert clock.left == max(timedelta(0), whole + clock.incident - clock.used)
    assert clock.paused == (sitting.paused_at is not None)


def test_a_pause_stops_the_clock_and_takes_no_answer():
    road = in_first_section()
    do(road, pause_sitting, TEST + minutes(10), reason="fire_alarm")
    refused("sitting_paused", require_answerable, road, TEST + minutes(11), section=FIRST)
    do(road, resume_sitting, TEST + minutes(35))
    assert state(road).sitting.sections[FIRST].ends_at == TEST + minutes(65)
    last = TEST + minutes(65) + timedelta(seconds=29)
    assert require_answerable(road.now, EDITION, **PLAIN, at=last, section=FIRST)


def test_a_sitting_ended_during_a_pause_used_no_time_of_it():
    road = in_first_section()
    do(road, pause_sitting, TEST + minutes(10), reason="power_cut")
    do(road, submit_sitting, TEST + minutes(90), answers="d", counts={}, ended_by="proctor")
    clock = section_clock(
        road.world.read(road.file), step=STEP, section=FIRST, at=TEST + minutes(95)
    )
    assert (clock.used, clock.left) == (minutes(10), minutes(30))


def test_only_running_time_can_be_paused():
    road = inside()
    refused("no_sitting", pause_sitting, road, TEST, reason="noise")
    do(road, open_sitting, TEST)
    refused("no_time_running", pause_sitting, road, TEST, reason="noise")
    do(road, open_section, TEST, section=FIRST)
    refused("no_time_running", pause_sitting, road, TEST + minutes(40), reason="noise")
    refused("not_paused", resume_sitting, road, TEST)
    with pytest.raises(BadInput):
        pause_sitting(road.now, EDITION, **PLAIN, at=TEST, reason="because")
    do(road, lock_section, TEST, section=FIRST)
    assert section_clock(road.world.read(road.file), step=STEP, section="essay", at=TEST) is None


def test_while_the_start_is_held_only_who_is_allowed_begins():
    road = inside()
    refused("start_held", open_sitting, road, TEST, held=True)
    road.do(allow_start(road.now, EDITION, step=STEP), TEST)
    do(road, open_sitting, TEST, held=True)
    assert state(road).sitting is not None
    session = road.session_now()
    road.do(hold_start(session, held=True), TEST)
    assert road.session_now().start_held is True
    with pytest.raises(RuleRefused):
        hold_start(road.session_now(), held=True)


def test_an_irregularity_stands_in_both_files_with_a_code_from_its_category():
    road = in_first_section()
    plain = {"session": road.session, "category": "examinee"}
    road.do(record_irregularity(road.now, EDITION, step=STEP, what="talking", **plain), TEST)
    with pytest.raises(BadInput):
        record_irregularity(road.now, EDITION, step=STEP, what="screen", **plain)
    road.do(room_irregularity(road.session_now(), category="staff", what="absent"), TEST)
    road.do(room_message(road.session_now(), digest="d"), TEST)
    found = road.session_now().irregularities
    assert [(i.category, i.what, i.candidacy) for i in found] == [
        ("examinee", "talking", road.file),
        ("staff", "absent", ""),
    ]
    assert state(road).irregularities == 1


def test_nobody_is_exempt_from_the_locked_browser_twice_or_without_a_known_reason():
    road = inside()
    plain = {"authority": "board"}
    with pytest.raises(BadInput):
        exempt_from_lockdown(road.now, EDITION, step=STEP, reason="asked", **plain)
    road.do(
        exempt_from_lockdown(road.now, EDITION, step=STEP, reason="key_mismatch", **plain), TEST
    )
    assert state(road).exempt_from_lockdown is True
    with pytest.raises(RuleRefused):
        exempt_from_lockdown(road.now, EDITION, step=STEP, reason="key_mismatch", **plain)


def refused(code: str, command, road: Road, at, **plain) -> None:
    with pytest.raises(RuleRefused) as found:
        command(road.now, EDITION, **PLAIN, at=at, **plain)
    assert found.value.code == code
