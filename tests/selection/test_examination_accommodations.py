"""Other conditions at the test: who decides, what time they give, and until when."""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.selection.examination_strategies import EDITION, RESERVED, TEST, Road, eligible

from concours.kernel.errors import BadInput, RuleRefused
from concours.policy.accommodations import Accommodations
from concours.selection.accommodation import Accommodation
from concours.selection.examination import Examination
from concours.selection.examination_accommodations import (
    ask_accommodation,
    decide_accommodation,
    openings,
    reverse_accommodation,
)
from concours.selection.examination_proctor import pause_sitting
from concours.selection.examination_sitting import open_section, open_sitting
from concours.selection.sitting_clock import section_clock
from concours.simulator.world import World

STEP = "examination"
HERE = {"step": STEP}
CODES = EDITION.value("examination.accommodations", Accommodations).codes
WHY = {"reason": "board_error", "authority": "board"}


def ask(road: Road, *wants: str, at=RESERVED) -> None:
    drafts = ask_accommodation(
        road.now, EDITION, **HERE, at=at, wants=wants, commitment="commitment"
    )
    road.do(drafts, at)


def extra(codes) -> int:
    """How many of them are grants of extra time: one at most is."""
    return sum(code.startswith("extra_time") for code in codes)


def known(road: Road) -> Accommodation:
    return road.now.state(STEP, Examination).accommodation


def commands(road: Road) -> list[tuple[str, str, bool]]:
    found = openings(road.now, EDITION, **HERE, at=RESERVED)
    return [(o.command.partition(".")[2], o.owner, o.awaited) for o in found]


def refused(code: str, command, *args, **plain) -> None:
    with pytest.raises((RuleRefused, BadInput)) as found:
        command(*args, **plain)
    assert found.value.code == code


@pytest.fixture(scope="module")
def inside() -> dict:
    return dict(eligible().reserve().world.facts)


@settings(max_examples=30, deadline=None)
@given(
    wants=st.sets(st.sampled_from(CODES), min_size=1).filter(lambda codes: extra(codes) < 2),
    granted=st.sets(st.sampled_from(CODES)).filter(lambda codes: extra(codes) < 2),
    wait=st.integers(0, 9_000),
)
def test_the_time_left_has_the_factor_of_what_was_granted_and_of_nothing_else(
    inside, wants, granted, wait
):
    road = Road()
    road.world = World(facts={file: list(facts) for file, facts in inside.items()})
    ask(road, *wants)
    drafts = decide_accommodation(road.now, EDITION, **HERE, granted=granted, reason="need_shown")
    road.do(drafts, RESERVED)
    found = known(road)
    assert set(found.granted) == granted
    assert found.outcome == (
        "refused" if not granted else "granted" if granted >= wants else "granted_in_part"
    )
    factors = {"extra_time_25": "5/4", "extra_time_50": "3/2", "extra_time_100": "2"}
    factor = next((Fraction(factors[c]) for c in granted if c in factors), Fraction(1))
    road.let_in()
    road.do(open_sitting(road.now, EDITION, **HERE, at=TEST), TEST)
    road.do(open_section(road.now, EDITION, **HERE, at=TEST, section="job_knowledge"), TEST)
    at = TEST + timedelta(seconds=wait)
    clock = section_clock(road.world.read(road.file), step=STEP, section="job_knowledge", at=at)
    whole = timedelta(minutes=float(40 * factor))
    assert (clock.base, clock.base + clock.granted) == (timedelta(minutes=40), whole)
    assert clock.left == max(timedelta(0), whole - (at - TEST))


some = st.sets(st.sampled_from(CODES)).filter(lambda codes: extra(codes) < 2)


@settings(max_examples=30, deadline=None)
@given(rounds=st.lists(st.tuples(some.filter(bool), some), min_size=2, max_size=4))
def test_no_answer_to_a_further_request_takes_away_what_was_granted(inside, rounds):
    road = Road()
    road.world = World(facts={file: list(facts) for file, facts in inside.items()})
    others: set[str] = set()
    factor = Fraction(1)
    for wants, granted in rounds:
        ask(road, *wants)
        drafts = decide_accommodation(
            road.now, EDITION, **HERE, granted=granted, reason="need_shown"
        )
        road.do(drafts, RESERVED)
        found = known(road)
        others |= {code for code in granted if not extra([code])}
        assert {code for code in found.granted if not extra([code])} == others
        assert found.factor >= factor
        assert (found.outcome == "refused") is (not granted)
        factor = found.factor


def test_a_request_is_asked_answered_replaced_and_asked_again_until_the_sitting():
    road = eligible().reserve()
    assert commands(road) == [("ask_accommodation", "candidate", False)]
    ask(road, "extra_time_100", "reader")
    assert commands(road) == [("decide_accommodation", "test_administrator", True)]
    assert known(road).due_on == RESERVED.replace(hour=4) + timedelta(days=11)
    refused("asked_already", ask, road, "reader")
    plain = {"granted": ("extra_time_50",), **HERE}
    refused("unknown_reason", decide_accommodation, road.now, EDITION, **plain, reason="liked")
    road.do(decide_accommodation(road.now, EDITION, **plain, reason="need_shown"), RESERVED)
    assert (known(road).outcome, known(road).factor) == ("granted_in_part", Fraction(3, 2))
    assert commands(road) == [
        ("ask_accommodation", "candidate", False),
        ("reverse_accommodation", "appeals_officer", False),
    ]
    refused("nothing_to_reverse", reverse_accommodation, road.now, EDITION, **plain, **WHY)
    ask(road, "reader")
    assert known(road).granted == ("extra_time_50",)
    more = {"granted": (), **HERE}
    road.do(decide_accommodation(road.now, EDITION, **more, reason="other_means_serve"), RESERVED)
    assert (known(road).outcome, known(road).factor) == ("refused", Fraction(3, 2))
    assert known(road).granted == ("extra_time_50",)
    fewer = {"granted": ("reader",), **HERE}
    road.do(reverse_accommodation(road.now, EDITION, **fewer, **WHY), RESERVED)
    assert (known(road).granted, known(road).factor) == (("reader",), Fraction(1))
    road.let_in()
    road.do(open_sitting(road.now, EDITION, **HERE, at=TEST), TEST)
    assert commands(road) == []
    refused("sitting_begun", ask, road, "reader", at=TEST)
    refused("sitting_begun", reverse_accommodation, road.now, EDITION, **more, **WHY)


def test_the_record_holds_codes_and_a_commitment_and_no_reason_of_the_candidate():
    road = eligible().grant("extra_time_25", "separate_room")
    asked, decided = road.world.read(road.file)[-2:]
    assert sorted(asked.body) == ["commitment", "due_on", "rule", "wants"]
    assert sorted(decided.body) == [
        "about",
        "factor",
        "granted",
        "of_request",
        "outcome",
        "reason",
        "rule",
    ]


def test_nobody_asks_before_being_found_eligible_or_for_what_is_not_in_the_rule():
    refused("not_eligible_yet", ask, Road().start().submit(), "reader")
    refused("code_not_in_list", ask, eligible(), "a_longer_pencil")
    refused("nothing_asked", ask, eligible())
    refused("extra_time_twice", ask, eligible(), "extra_time_25", "extra_time_50")
    refused(
        "no_request_pending",
        decide_accommodation,
        eligible().now,
        EDITION,
        **HERE,
        granted=(),
        reason="need_shown",
    )


def test_only_who_was_granted_it_has_breaks_that_stop_the_clock():
    at = TEST + timedelta(minutes=5)
    for granted in (("stop_clock_breaks",), ("large_print",)):
        road = eligible().reserve().grant(*granted).let_in()
        road.do(open_sitting(road.now, EDITION, **HERE, at=TEST), TEST)
        road.do(open_section(road.now, EDITION, **HERE, at=TEST, section="job_knowledge"), TEST)
        plain = {**HERE, "at": at, "reason": "granted_break"}
        if granted == ("large_print",):
            refused("break_not_granted", pause_sitting, road.now, EDITION, **plain)
        else:
            road.do(pause_sitting(road.now, EDITION, **plain), at)
            assert road.now.state(STEP, Examination).sitting.paused_at == at
