"""Offers and classes: rank order, roll-down, declines, acceptance that closes, rescission that re-opens."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.selection.clearance_strategies import (
    CALLED,
    CLASS,
    CLASS_DAY,
    EDITION,
    Way,
    accepted,
    placed,
)

from concours.kernel.errors import BadInput, RuleRefused
from concours.selection.candidacy import require_open
from concours.selection.class_plan import (
    ClassPlan,
    Place,
    fold_class,
    next_offers,
    plan_class,
    resize_class,
    swear_in,
)
from concours.selection.register import Sibling, lapse_clock
from concours.selection.register_clock import stop_clock
from concours.selection.register_offers import (
    decline_offer,
    lapse_offer,
    make_offer,
    offer_due,
    rescind,
)
from concours.selection.register_score import Ranked
from concours.selection.road import is_stuck, openings

STEP = "register"


def decline(way: Way, at: datetime) -> Way:
    """Decline the open offer."""
    way.do(
        decline_offer(way.file(), EDITION, step=STEP, at=at, plan=way.plan, person=way.person()),
        at,
    )
    return way


def second_class(way: Way, code: str, at: datetime) -> ClassPlan:
    """Another class with one place."""
    way.do(
        plan_class(
            code,
            title="Another",
            process="us_foreign_service",
            starts_on=CLASS_DAY,
            sizes={way.file().track: 1},
            appointment="career",
        ),
        at,
    )
    return fold_class(way.world.read(code))


def test_an_offer_is_open_to_the_end_of_day_fourteen() -> None:
    way = placed().plan_class().call()
    due = offer_due(way.file(), EDITION, step=STEP)
    assert due == datetime(2018, 1, 15, 5, tzinfo=UTC)
    with pytest.raises(RuleRefused) as refused:
        way.accept(at=due)
    assert refused.value.code == "offer_lapsed"


def test_silence_is_a_decline_and_the_first_keeps_the_place() -> None:
    way = placed().plan_class().call()
    due = offer_due(way.file(), EDITION, step=STEP)
    assert due is not None
    late = due + timedelta(days=2)
    with pytest.raises(RuleRefused, match="offer_still_open"):
        lapse_offer(
            way.file(),
            EDITION,
            step=STEP,
            at=due - timedelta(seconds=1),
            plan=way.plan,
            person=way.person(),
        )
    way.do(
        lapse_offer(way.file(), EDITION, step=STEP, at=late, plan=way.plan, person=way.person()),
        late,
    )
    state = way.register()
    assert (state.declines, state.removed, state.offer) == (1, "", None)
    assert state.offers[0].answered_at == due
    assert way.file().closed is None
    assert [p.answer for p in way.plan.places] == ["lapsed"]


def test_the_second_decline_removes_and_ends_the_candidacy() -> None:
    way = decline(placed().plan_class().call(), CALLED + timedelta(days=1))
    at = CALLED + timedelta(days=30)
    other = second_class(way, "CLAS-0000-0002", at)
    from_plan = Ranked(file=way.code, rank=1, of=9, score=Fraction(21, 4))
    way.do(make_offer(way.file(), EDITION, step=STEP, at=at, plan=other, ranked=from_plan), at)
    plan = fold_class(way.world.read("CLAS-0000-0002"))
    way.do(decline_offer(way.file(), EDITION, step=STEP, at=at, plan=plan, person=way.person()), at)
    closed = way.file().closed
    assert closed is not None
    assert (closed.reason, way.register().removed) == ("register_second_decline", "second_decline")
    assert way.person().declines == (way.code, way.code)


def test_nobody_gets_two_offers_for_one_class() -> None:
    way = decline(placed().plan_class().call(), CALLED + timedelta(days=1))
    with pytest.raises(RuleRefused, match="already_asked"):
        way.call(at=CALLED + timedelta(days=2))


def test_an_open_offer_outlives_the_clock() -> None:
    way = placed().plan_class()
    at = datetime(2019, 4, 25, 15, tzinfo=UTC)
    way.call(at=at)
    after_clock = datetime(2019, 5, 3, 15, tzinfo=UTC)
    end = datetime(2019, 5, 1, 4, tzinfo=UTC)
    assert lapse_clock(way.file(), EDITION, step=STEP, at=after_clock, due_on=end) == ()
    way.accept(at=after_clock)
    assert way.register().passed is True


def test_a_lapsed_offer_after_the_clock_takes_the_place_with_it() -> None:
    way = placed().plan_class()
    way.call(at=datetime(2019, 4, 25, 15, tzinfo=UTC))
    late = datetime(2019, 5, 20, 15, tzinfo=UTC)
    way.do(
        lapse_offer(way.file(), EDITION, step=STEP, at=late, plan=way.plan, person=way.person()),
        late,
    )
    (lapse,) = [o for o in openings(way.file(), EDITION, at=late) if o.lapse]
    assert lapse.due_on == datetime(2019, 5, 10, 4, tzinfo=UTC)
    way.do(lapse_clock(way.file(), EDITION, step=STEP, at=late, due_on=lapse.due_on), late)
    closed = way.file().closed
    assert closed is not None
    assert closed.on == lapse.due_on


def test_accepting_one_closes_the_persons_other_candidacies() -> None:
    way = placed(2).plan_class().call()
    other = way.files[1]
    way.accept(siblings=(Sibling(file=way.file(other), edition=EDITION, step=STEP),))
    closed = way.file(other).closed
    assert closed is not None
    assert closed.reason == "accepted_elsewhere"
    with pytest.raises(RuleRefused, match="candidacy_closed"):
        require_open(way.file(other))


def test_a_limited_appointment_closes_nothing() -> None:
    way = placed(2).plan_class()
    fact = way.world.facts[CLASS][0]
    way.world.facts[CLASS][0] = replace(fact, body={**fact.body, "appointment": "limited"})
    way.call()
    other = way.files[1]
    way.accept(siblings=(Sibling(file=way.file(other), edition=EDITION, step=STEP),))
    assert way.file(other).closed is None


def test_rescinding_gives_back_the_place_the_others_and_the_time() -> None:
    way = placed(2).plan_class().call()
    other = way.files[1]
    signed = CALLED + timedelta(days=3)
    way.accept(at=signed, siblings=(Sibling(file=way.file(other), edition=EDITION, step=STEP),))
    at = signed + timedelta(days=40)
    drafts = rescind(
        way.file(),
        EDITION,
        step=STEP,
        at=at,
        plan=way.plan,
        person=way.person(),
        siblings=(Sibling(file=way.file(other), edition=EDITION, step=STEP),),
        ground="freeze",
        authority="board",
    )
    way.do(drafts, at)
    for code in way.files:
        assert way.file(code).closed is None
        assert way.register(code).ends_on == date(2019, 5, 1) + timedelta(days=40)
    assert way.register().passed is None
    assert way.person().accepted == ""
    assert not is_stuck(way.file(), EDITION, at=at)


def test_time_given_back_survives_a_later_stop() -> None:
    way = accepted()
    at = CALLED + timedelta(days=43)
    way.do(
        rescind(
            way.file(),
            EDITION,
            step=STEP,
            at=at,
            plan=way.plan,
            person=way.person(),
            siblings=(),
            ground="freeze",
            authority="board",
        ),
        at,
    )
    way.do(
        stop_clock(
            way.file(),
            EDITION,
            step=STEP,
            at=at,
            ground="military_service",
            start=date(2018, 6, 1),
            months=2,
            person=way.person(),
            commitment="c",
        ),
        at,
    )
    assert way.register().ends_on == date(2019, 7, 1) + timedelta(days=40)


RANKED = st.integers(0, 30).map(
    lambda n: tuple(
        Ranked(file=f"F{i:02}", rank=i + 1, of=n, score=Fraction(7) - i) for i in range(n)
    )
)


@given(
    ranked=RANKED,
    size=st.integers(1, 12),
    answers=st.lists(st.sampled_from(["accepted", "declined", ""]), max_size=30),
    barred=st.sets(st.integers(0, 29)),
)
def test_offers_go_down_the_register_and_never_exceed_the_class(
    ranked, size, answers, barred
) -> None:
    plan = ClassPlan(file="C", starts_on=CLASS_DAY, sizes={"consular": size})
    bars = {f"F{i:02}": "do_not_call" for i in barred}
    replies = iter(answers)
    for _ in range(40):
        called = next_offers(plan, track="consular", ranked=ranked, barred=bars)
        if not called:
            break
        assert len(called) <= plan.free("consular")
        asked = {p.candidacy for p in plan.places}
        best = [r.file for r in ranked if r.file not in asked and r.file not in bars]
        assert [r.file for r in called] == best[: len(called)]
        new = tuple(
            Place(
                candidacy=r.file,
                track="consular",
                rank=r.rank,
                score="7",
                at=CALLED,
                answer=next(replies, "accepted"),
            )
            for r in called
        )
        plan = replace(plan, places=(*plan.places, *new))
        assert plan.taken("consular") <= size


def test_a_class_cannot_shrink_below_the_places_taken() -> None:
    way = placed().plan_class(size=2).call()
    with pytest.raises(RuleRefused) as refused:
        resize_class(way.plan, sizes={way.file().track: 0})
    assert refused.value.numbers["taken"] == "1"
    way.do(resize_class(way.plan, sizes={way.file().track: 1}), CALLED)
    assert way.plan.sizes == {way.file().track: 1}


def test_a_full_track_gets_no_more_offers() -> None:
    way = placed(2).plan_class(size=1).call()
    with pytest.raises(RuleRefused, match="no_place_left"):
        way.call(way.files[1], rank=2)


def test_only_those_who_accepted_are_sworn_in_and_not_before_the_first_day() -> None:
    way = accepted()
    with pytest.raises(BadInput, match="not_of_this_class"):
        swear_in(way.plan, present=("CAND-9999-9999",), on=CLASS_DAY)
    with pytest.raises(RuleRefused, match="class_not_begun"):
        swear_in(way.plan, present=(way.code,), on=CLASS_DAY - timedelta(days=1))
    way.do(
        swear_in(way.plan, present=(way.code,), on=CLASS_DAY), datetime(2018, 3, 5, 15, tzinfo=UTC)
    )
    assert way.plan.sworn_in == (way.code,)
    with pytest.raises(RuleRefused, match="class_sworn_in"):
        resize_class(way.plan, sizes={way.file().track: 3})
