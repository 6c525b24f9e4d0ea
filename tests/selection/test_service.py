"""Service: appointed by age, clearance and table; trained; posted within six years abroad."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.selection.clearance_strategies import (
    CALLED,
    CLASS_DAY,
    EDITION,
    PASSED_ALL,
    PAST,
    Way,
    accepted,
    placed,
)

from concours.kernel.errors import BadInput, RuleRefused
from concours.kernel.period import day_end
from concours.selection.clearance_state import Clearance
from concours.selection.fold import fold_candidacy
from concours.selection.person import Person
from concours.selection.register_state import Register
from concours.selection.road import is_stuck, openings
from concours.selection.service import appoint, assign, hand_over, rank_preferences

STEP = "service"
DONE = datetime(2018, 10, 1, 15, tzinfo=UTC)
POSTS = frozenset({"lima", "oslo", "accra"})


def post(way: Way, *, months: int = 24, abroad: bool = True, person: Person | None = None) -> Way:
    """Assign Lima from 15 October 2018."""
    way.do(
        assign(
            way.file(),
            EDITION,
            step=STEP,
            at=DONE,
            post="lima",
            abroad=abroad,
            start=date(2018, 10, 15),
            months=months,
            person=person or way.person(),
            run="",
        ),
        DONE,
    )
    return way


def test_a_bachelor_with_nine_years_enters_at_five_step_ten() -> None:
    way = accepted().appoint()
    state = way.service
    assert (state.grade, state.grade_step, state.table) == ("FP-5", 10, "SOP 134A6")


def test_years_count_whole_and_the_last_two_of_six_share_a_step() -> None:
    for years, step in (("5.9", 10), ("5", 10)):
        assert accepted().appoint(years=years).service.grade_step == step
    assert accepted().appoint(education="none", years="4").service.grade_step == 5
    assert accepted().appoint(education="none", years="5").service.grade_step == 5


def test_the_age_on_the_day_of_appointment_decides() -> None:
    accepted().appoint(born=date(1958, 3, 6))
    with pytest.raises(RuleRefused) as refused:
        accepted().appoint(born=date(1958, 3, 5))
    assert refused.value.code == "past_the_ceiling"
    assert refused.value.numbers == {"age": "60", "bound": "60"}
    accepted().appoint(born=date(1958, 3, 5), claims=frozenset({"five_point"}))


def test_an_expired_clearance_bars_the_first_day_of_training() -> None:
    way = accepted()
    state = way.file().state("clearance", Clearance)
    expired = replace(state, medical=replace(state.medical, until=date(2018, 3, 5)))
    file = way.file().with_state("clearance", expired)
    with pytest.raises(RuleRefused) as refused:
        appoint(
            file,
            EDITION,
            step=STEP,
            at=CALLED + timedelta(days=9),
            plan=way.plan,
            born=date(1990, 1, 1),
            claims=frozenset(),
            education="bachelor",
            years="1",
            offered_on=CALLED.date(),
            commitment=PAST,
        )
    assert refused.value.code == "clearance_not_good_on_first_day"
    assert refused.value.rule == "clearance.medical_validity"
    assert refused.value.numbers == {"clearance": "medical", "first_day": "2018-03-05"}


def test_nobody_is_appointed_without_an_accepted_place() -> None:
    with pytest.raises(RuleRefused, match="earlier_step_not_passed"):
        placed().plan_class().call().appoint()


def test_the_appointment_is_due_on_the_day_the_accepted_class_starts() -> None:
    way = accepted()
    waits = [o for o in openings(way.file(), EDITION, at=CALLED) if o.command == "service.appoint"]
    assert [o.due_on for o in waits] == [day_end(CLASS_DAY, EDITION.zone)]
    assert waits[0].due_on > way.file().state("register", Register).accepted_at + timedelta(days=30)


def test_one_failed_module_may_be_repeated_and_a_second_failure_separates() -> None:
    way = accepted().appoint().train(("language", "failed"), ("language", "passed"))
    assert way.file().closed is None
    way = accepted().appoint().train(("language", "failed"), ("language", "failed"))
    closed = way.file().closed
    assert closed is not None
    assert (closed.reason, way.service.passed) == ("training_failed", False)


def test_a_passed_module_is_not_recorded_again() -> None:
    with pytest.raises(BadInput, match="module_already_passed"):
        accepted().appoint().train(("language", "passed"), ("language", "failed"))


def test_wishes_are_from_the_list_and_close_with_the_assignment() -> None:
    way = accepted().appoint()
    with pytest.raises(BadInput, match="post_not_on_the_list"):
        rank_preferences(
            way.file(), EDITION, step=STEP, at=DONE, wishes={"rome": "high"}, posts=POSTS
        )
    way.do(
        rank_preferences(
            way.file(),
            EDITION,
            step=STEP,
            at=CALLED + timedelta(days=11),
            wishes={"lima": "high"},
            posts=POSTS,
        ),
        CALLED + timedelta(days=11),
    )
    post(way.train(*PASSED_ALL))
    assert way.service.postings[0].wish == "high"
    with pytest.raises(RuleRefused, match="already_assigned"):
        rank_preferences(
            way.file(), EDITION, step=STEP, at=DONE, wishes={"oslo": "high"}, posts=POSTS
        )


def test_no_posting_before_the_training_is_finished() -> None:
    with pytest.raises(RuleRefused, match="training_not_finished"):
        post(accepted().appoint())


def test_six_years_abroad_are_allowed_to_the_day_and_not_one_month_more() -> None:
    earlier = replace(accepted().person(), posted_abroad=((date(2014, 10, 15), date(2018, 9, 1)),))
    way = post(accepted().appoint().train(*PASSED_ALL), person=earlier)
    assert way.world.read(way.code)[-2].body["time_abroad"] == "warned"
    with pytest.raises(RuleRefused) as refused:
        post(accepted().appoint().train(*PASSED_ALL), months=25, person=earlier)
    assert refused.value.numbers == {"until": "2020-11-15", "most_years": "6"}
    post(accepted().appoint().train(*PASSED_ALL), months=25, abroad=False, person=earlier)


def test_the_hand_over_ends_the_candidacy_well() -> None:
    way = post(accepted().appoint().train(*PASSED_ALL))
    assert not is_stuck(way.file(), EDITION, at=DONE)
    way.do(hand_over(way.file(), EDITION, step=STEP, at=DONE), DONE)
    closed = way.file().closed
    assert closed is not None
    assert closed.reason == "entered_service"
    left = [o.command for o in openings(way.file(), EDITION, at=DONE)]
    assert left == ["service.reverse_hand_over"]


def test_the_service_replays_without_its_bodies() -> None:
    way = post(accepted().appoint().train(*PASSED_ALL))
    facts = list(way.world.read(way.code))
    fold_candidacy([replace(f, body={}) if f.step == STEP else f for f in facts])
