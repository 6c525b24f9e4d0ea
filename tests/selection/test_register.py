"""The register: points after placement, rank as a law, the clock to the day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.selection.clearance_strategies import EDITION, PAST, PLACED, Way, cleared, placed

from concours.kernel.errors import BadInput, RuleRefused
from concours.kernel.period import add_months
from concours.policy.edition import load_edition
from concours.policy.register_clock import RegisterClock, Stop, ends_on
from concours.policy.tie_chain import Contender, TieChain
from concours.selection.fold import fold_candidacy
from concours.selection.register import Sibling, lapse_clock, place, restore, set_do_not_call
from concours.selection.register_clock import refuse_stop, request_stop, resume_clock, stop_clock
from concours.selection.register_forecast import forecast
from concours.selection.register_points import (
    Finding,
    claim_points,
    correct_points,
    decide_points,
)
from concours.selection.register_score import changes, rank_with, ranking, score_on
from concours.selection.register_state import callable_on
from concours.selection.road import is_stuck, openings

STEP = "register"
E22 = load_edition("us_foreign_service", "2022")
E24 = load_edition("us_foreign_service", "2024")
LATER = PLACED + timedelta(days=5)


def points(
    way: Way,
    claim: str,
    finding: Finding,
    *,
    granted: bool = True,
    at: datetime = LATER,
    siblings: tuple[Sibling, ...] = (),
) -> Way:
    """Claim points and have the claim decided."""
    way.do(
        claim_points(
            way.file(),
            way.edition,
            step=STEP,
            at=at,
            claim=claim,
            person=way.person(),
            commitment=PAST,
        ),
        at,
    )
    way.do(
        decide_points(
            way.file(),
            way.edition,
            step=STEP,
            at=at,
            claim=claim,
            granted=granted,
            finding=finding,
            person=way.person(),
            siblings=siblings,
        ),
        at,
    )
    return way


def total(way: Way, on: date = LATER.date()) -> Fraction:
    """The score as it stands."""
    return score_on(way.register(), way.edition, step=STEP, on=on).total


def test_nobody_is_placed_before_the_review_is_passed() -> None:
    way = cleared()
    with pytest.raises(RuleRefused) as refused:
        way.place()
    assert refused.value.numbers == {"step": "review"}


def test_no_points_exist_before_the_register() -> None:
    way = cleared()
    with pytest.raises(RuleRefused) as refused:
        claim_points(
            way.file(),
            EDITION,
            step=STEP,
            at=PLACED,
            claim="veterans",
            person=way.person(),
            commitment=PAST,
        )
    assert refused.value.code == "not_on_the_register"
    assert refused.value.rule == "register.claims_after_placement"


def test_placement_starts_with_the_exact_oral_mean_and_eighteen_months() -> None:
    way = placed()
    state = way.register()
    assert (state.placed_on, state.ends_on) == (date(2017, 11, 1), date(2019, 5, 1))
    assert total(way) == Fraction(21, 4)


def test_veterans_points_are_decided_once_for_a_person() -> None:
    way = points(placed(), "veterans", Finding(preference="ten_point"))
    assert total(way) == Fraction(21, 4) + Fraction(7, 40)
    assert way.person().preference == "ten_point"
    with pytest.raises(RuleRefused, match="preference_already_decided"):
        claim_points(
            way.file(),
            EDITION,
            step=STEP,
            at=LATER,
            claim="veterans",
            person=way.person(),
            commitment=PAST,
        )


def test_a_preference_counts_on_the_persons_other_registers() -> None:
    way = placed(2)
    other = Sibling(file=way.file(way.files[1]), edition=EDITION, step=STEP)
    points(way, "veterans", Finding(preference="five_point"), siblings=(other,))
    assert way.register(way.files[1]).preference == "five_point"


def test_a_preference_found_before_counts_from_placement() -> None:
    way = cleared().seat().vote(True, True, True)
    person = replace(way.person(), preference="five_point", preference_seq=9)
    (draft,) = place(
        way.file(), EDITION, step=STEP, at=PLACED, oral="21/4", seed="s", person=person
    )
    assert (draft.body["preference"], draft.body["score"]) == ("five_point", "427/80")


def test_a_higher_language_result_replaces_the_lower() -> None:
    way = points(placed(), "language", Finding(language="korean", test="speaking", level="2"))
    assert total(way) - Fraction(21, 4) == Fraction(1, 4)
    points(way, "language", Finding(language="korean", test="speaking", level="3"))
    assert total(way) - Fraction(21, 4) == Fraction(38, 100)


def test_a_refused_claim_changes_no_score_and_a_failed_test_cannot_be_granted() -> None:
    way = placed()
    finding = Finding(language="korean", test="speaking", level="2")
    points(way, "language", finding, granted=False)
    assert total(way) == Fraction(21, 4)
    with pytest.raises(BadInput, match="failed_test_granted"):
        points(way, "language", Finding(language="korean", test="speaking", level="failed"))


def test_experience_is_no_claim_before_2024() -> None:
    with pytest.raises(BadInput) as refused:
        points(placed(), "experience", Finding(months=60))
    assert refused.value.code == "code_not_in_list"


def test_from_2024_points_are_capped_at_055_and_a_failed_second_test_loses() -> None:
    way = placed()
    way.edition = E24
    on = date(2024, 10, 1)
    points(way, "language", Finding(language="korean", test="telephone", level="passed"))
    points(way, "experience", Finding(months=48))
    points(way, "language", Finding(language="korean", test="second", level="3"))
    points(way, "veterans", Finding(preference="ten_point"))
    score = score_on(way.register(), E24, step=STEP, on=on)
    assert (score.points, score.cut_off) == (Fraction(55, 100), Fraction(175, 1000))
    before = score_on(way.register(), E24, step=STEP, on=date(2024, 9, 30))
    assert before.points == Fraction(38, 100) + Fraction(175, 1000)
    points(
        way, "language", Finding(language="korean", test="second", level="failed"), granted=False
    )
    assert score_on(way.register(), E24, step=STEP, on=on).language == 0


def test_a_points_decision_is_reversed_with_a_ground_and_the_score_follows() -> None:
    way = points(placed(), "language", Finding(language="korean", test="speaking", level="3"))
    wrong = Finding(language="korean", test="speaking", level="3")

    def correct(
        claim: str, finding: Finding, granted: bool, ground: str = "false_evidence"
    ) -> None:
        way.do(
            correct_points(
                way.file(),
                way.edition,
                step=STEP,
                at=LATER,
                claim=claim,
                granted=granted,
                finding=finding,
                ground=ground,
                authority="board",
                person=way.person(),
                siblings=(),
            ),
            LATER,
        )

    with pytest.raises(BadInput, match="no_such_result"):
        correct("language", replace(wrong, level="2"), False)
    with pytest.raises(BadInput, match="no_such_ground"):
        correct("language", wrong, False, "because")
    correct("language", wrong, False)
    assert total(way) == Fraction(21, 4)
    with pytest.raises(RuleRefused, match="nothing_to_correct"):
        correct("veterans", Finding(preference="five_point"), True)
    points(way, "veterans", Finding(), granted=False)
    correct("veterans", Finding(preference="five_point"), True, "new_evidence")
    assert total(way) == Fraction(21, 4) + Fraction(875, 10000)
    assert way.person().preference == "five_point"


def test_too_few_months_are_no_experience() -> None:
    way = placed()
    way.edition = E24
    with pytest.raises(RuleRefused) as refused:
        points(way, "experience", Finding(months=47))
    assert refused.value.numbers == {"found": "47", "needed": "48"}


def test_what_would_change_a_score_lists_only_gains() -> None:
    way = points(placed(), "language", Finding(language="korean", test="speaking", level="2"))
    found = {c.detail: c.gain for c in changes(way.register(), EDITION, step=STEP, on=LATER.date())}
    assert found == {
        "five_point": Fraction(875, 10000),
        "ten_point": Fraction(175, 1000),
        "priority.speaking.3": Fraction(13, 100),
    }


CONTENDERS = st.lists(
    st.builds(
        Contender,
        file=st.text("ABCDEF", min_size=4, max_size=4),
        score=st.fractions(min_value=5, max_value=8, max_denominator=40),
        placed_at=st.datetimes(datetime(2016, 1, 1), datetime(2016, 1, 5), timezones=st.just(UTC)),
        lot=st.text("0123456789abcdef", min_size=2, max_size=2),
    ),
    max_size=12,
    unique_by=lambda c: c.file,
)
CHAIN = EDITION.value("register.tie_chain", TieChain)


@given(contenders=CONTENDERS, shuffled=st.randoms(use_true_random=False))
def test_ranks_are_one_to_n_whatever_order_the_places_come_in(contenders, shuffled) -> None:
    found = ranking(CHAIN, contenders=contenders)
    assert [r.rank for r in found] == list(range(1, len(contenders) + 1))
    mixed = list(contenders)
    shuffled.shuffle(mixed)
    assert ranking(CHAIN, contenders=mixed) == found
    assert [r.score for r in found] == sorted((c.score for c in contenders), reverse=True)


@given(contenders=CONTENDERS.filter(bool), more=st.fractions(0, 2, max_denominator=40))
def test_a_higher_score_never_costs_a_rank(contenders, more) -> None:
    one = contenders[0]
    now = rank_with(CHAIN, contenders=contenders, file=one.file, score=one.score)
    then = rank_with(CHAIN, contenders=contenders, file=one.file, score=one.score + more)
    assert then <= now


CLOCK = EDITION.value("register.clock", RegisterClock)


@given(
    placed_on=st.dates(date(2010, 1, 1), date(2030, 12, 31)),
    lengths=st.lists(st.tuples(st.integers(0, 12), st.integers(1, 300)), max_size=4),
)
def test_the_order_of_stops_never_matters_and_each_moves_the_end(placed_on, lengths) -> None:
    stops = [
        Stop(start=placed_on, months=m)
        if m
        else Stop(start=placed_on, end=placed_on + timedelta(days=d))
        for m, d in lengths
    ]
    end = ends_on(CLOCK, placed_on=placed_on, stops=stops)
    assert ends_on(CLOCK, placed_on=placed_on, stops=reversed(stops)) == end
    days = sum(s.days for s in stops)
    assert end == add_months(placed_on, 18 + sum(s.months for s in stops)) + timedelta(days=days)
    for n in range(len(stops)):
        assert ends_on(CLOCK, placed_on=placed_on, stops=stops[:n] + stops[n + 1 :]) < end


def stop(way: Way, ground: str, start: date, at: datetime = LATER, **plain) -> Way:
    """Stop the clock."""
    way.do(
        stop_clock(
            way.file(),
            way.edition,
            step=STEP,
            at=at,
            ground=ground,
            start=start,
            person=way.person(),
            commitment=PAST,
            **plain,
        ),
        at,
    )
    return way


def test_a_stop_of_ten_months_moves_the_end_by_ten_months() -> None:
    way = stop(placed(), "federal_service_abroad", date(2018, 1, 1), months=10)
    assert way.register().ends_on == date(2020, 3, 1)
    assert callable_on(way.register(), day=date(2018, 6, 1)) == "clock_stopped"
    assert callable_on(way.register(), day=date(2018, 11, 1)) == ""


def test_more_than_twenty_four_months_abroad_in_all_are_refused() -> None:
    way = placed()
    with pytest.raises(RuleRefused) as refused:
        stop(way, "federal_service_abroad", date(2018, 1, 1), months=25)
    assert (refused.value.code, refused.value.numbers) == ("stops_too_long", {"most_months": "24"})
    stop(way, "federal_service_abroad", date(2018, 1, 1), months=12)
    earlier = (("federal_service_abroad", Stop(start=date(2018, 1, 1), months=12)),)
    with pytest.raises(RuleRefused, match="stops_too_long"):
        stop(way, "federal_service_abroad", date(2019, 6, 1), months=13, earlier=earlier)
    stop(way, "military_service", date(2019, 6, 1), months=13, earlier=earlier)


def test_the_ground_of_a_stop_is_not_in_the_ledger() -> None:
    way = stop(placed(), "military_service", date(2018, 1, 1), months=3)
    body = way.world.read(way.code)[-2].body
    assert set(body) == {"rule", "start", "ends_on", "commitment", "months"}


def test_a_hiring_freeze_is_no_ground_and_stops_may_not_overlap() -> None:
    way = placed()
    with pytest.raises(RuleRefused, match="ground_not_listed"):
        stop(way, "hiring_freeze", date(2018, 1, 1), months=3)
    stop(way, "military_service", date(2018, 1, 1), months=3)
    with pytest.raises(RuleRefused, match="stops_overlap"):
        stop(way, "military_service", date(2018, 3, 1), end=date(2018, 4, 2))
    with pytest.raises(RuleRefused, match="stop_outside_the_clock"):
        stop(way, "military_service", date(2021, 3, 1), months=1)


def test_coming_back_early_counts_only_the_days_used() -> None:
    way = stop(placed(), "military_service", date(2018, 1, 1), months=12)
    way.do(resume_clock(way.file(), EDITION, step=STEP, at=LATER, on=date(2018, 3, 1)), LATER)
    assert way.register().ends_on == date(2019, 5, 1) + timedelta(days=59)


def test_from_2022_there_is_one_deferment_on_all_registers() -> None:
    way = placed(2)
    way.edition = E22
    other = Sibling(file=way.file(way.files[1]), edition=E22, step=STEP)
    stop(way, "peace_corps", date(2018, 3, 1), months=10, siblings=(other,))
    assert way.register().ends_on == date(2020, 3, 1)
    assert way.register(way.files[1]).ends_on == date(2020, 3, 1)
    assert way.person().deferments == (10,)
    with pytest.raises(RuleRefused, match="deferment_already_used"):
        stop(way, "fulbright", date(2019, 6, 1), months=6)


def test_a_deferment_of_twenty_five_months_is_refused() -> None:
    way = placed()
    way.edition = E22
    with pytest.raises(RuleRefused) as refused:
        stop(way, "peace_corps", date(2018, 3, 1), months=25)
    assert refused.value.numbers == {"used": "0", "months": "25", "most_months": "24"}


def test_a_requested_stop_waits_for_the_registrar_and_may_be_refused() -> None:
    way = placed()
    way.do(request_stop(way.file(), EDITION, step=STEP, at=LATER, commitment=PAST), LATER)
    waits = {o.command for o in openings(way.file(), EDITION, at=LATER) if o.awaited}
    assert waits == {"register.refuse_stop", "register.await_offer"}
    way.do(refuse_stop(way.file(), EDITION, step=STEP, at=LATER, commitment=PAST), LATER)
    assert way.register().stop_asked_at is None


def test_do_not_call_leaves_the_clock_running() -> None:
    way = placed()
    end = way.register().ends_on
    way.do(set_do_not_call(way.file(), EDITION, step=STEP, at=LATER, chosen=True), LATER)
    assert way.register().ends_on == end
    assert callable_on(way.register(), day=LATER.date()) == "do_not_call"


def test_the_clock_runs_out_at_the_start_of_its_day() -> None:
    way = placed()
    end = datetime(2019, 5, 1, 4, tzinfo=UTC)
    before, after = end - timedelta(microseconds=1), end + timedelta(days=3)
    assert not any(
        o.command == "register.lapse_clock" for o in openings(way.file(), EDITION, at=before)
    )
    assert lapse_clock(way.file(), EDITION, step=STEP, at=before, due_on=end) == ()
    way.do(lapse_clock(way.file(), EDITION, step=STEP, at=after, due_on=end), after)
    closed = way.file().closed
    assert closed is not None
    assert (closed.reason, closed.on) == ("register_clock_ended", end)
    drafts = restore(
        way.file(),
        EDITION,
        step=STEP,
        at=after,
        until=date(2019, 11, 1),
        ground="interest_of_service",
        authority="board",
    )
    way.do(drafts, after)
    assert way.file().closed is None
    assert way.register().ends_on == date(2019, 11, 1)


def test_a_new_last_day_survives_a_later_stop() -> None:
    way = placed()
    end = datetime(2019, 5, 1, 4, tzinfo=UTC)
    way.do(lapse_clock(way.file(), EDITION, step=STEP, at=end, due_on=end), end)
    drafts = restore(
        way.file(),
        EDITION,
        step=STEP,
        at=end,
        until=date(2019, 11, 1),
        ground="error",
        authority="board",
    )
    way.do(drafts, end)
    stop(way, "military_service", date(2019, 6, 1), at=end, months=2)
    assert way.register().ends_on == date(2020, 1, 1)


def test_the_register_replays_without_its_bodies_and_is_never_stuck() -> None:
    way = points(placed(), "veterans", Finding(preference="ten_point"))
    facts = list(way.world.read(way.code))
    fold_candidacy([replace(f, body={}) if f.step == STEP else f for f in facts])
    assert not is_stuck(way.file(), EDITION, at=LATER)


@given(
    rank=st.integers(1, 60),
    offers=st.integers(0, 200),
    above=st.integers(0, 100),
    left=st.integers(0, 600),
)
def test_a_better_rank_and_more_time_never_lower_the_chance(rank, offers, above, left) -> None:
    on = date(2018, 1, 1)
    known = {"offers": offers, "arrivals_above": above, "months_back": 12.0, "on": on}
    now = forecast(rank=rank, ends_on=on + timedelta(days=left), **known).percent
    assert 0 <= now <= 100
    assert forecast(rank=rank + 1, ends_on=on + timedelta(days=left), **known).percent <= now
    if above == 0:
        longer = forecast(rank=rank, ends_on=on + timedelta(days=left + 30), **known).percent
        assert longer >= now


def test_without_offers_nobody_is_forecast_to_be_called() -> None:
    on = date(2018, 1, 1)
    found = forecast(
        rank=1, offers=0, arrivals_above=0, months_back=12.0, on=on, ends_on=date(2019, 1, 1)
    )
    assert found.percent == 0
