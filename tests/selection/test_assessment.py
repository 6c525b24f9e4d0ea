"""The oral assessment: invitation and its validity, booking and moving, ratings, the exact result."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.selection.assessment_strategies import (
    BOOKED,
    EXERCISES,
    GROUP,
    GROUPED,
    INVITED,
    MATRIX,
    PLACE,
    STARTS,
    STEP,
    TEAM,
    Day,
    passed_assessment,
    present,
    sheet,
)
from tests.selection.examination_strategies import EDITION

from concours.kernel.errors import BadInput, RuleRefused
from concours.policy.edition import load_edition
from concours.selection.assessment import (
    Place,
    book,
    check_in,
    check_invitation,
    claim_of,
    invite,
    join_waiting_list,
    judge_absence,
    lapse_of,
    move,
    readmit,
)
from concours.selection.assessment_result import (
    appeal,
    check_ratings,
    decide_assessment,
    enter_ratings,
    form_group,
    reverse_result,
    settle_appeal,
)
from concours.selection.assessment_road import openings, summary
from concours.selection.fold import fold_candidacy
from concours.selection.panel import Sheet, declare_conflict, form_panel

PAST = "p" * 64
ONE = "CAND-0000-0001"
LAPSES = datetime(2017, 12, 5, 5, tzinfo=UTC)
AFTER_SEASON = datetime(2017, 6, 1, 15, tzinfo=UTC)


def code_of(call, *args, **kwargs):
    """The refusal's code of a call that must refuse."""
    with pytest.raises((RuleRefused, BadInput)) as refused:
        call(*args, **kwargs)
    return refused.value.code


def at_step(call, day, at, code=ONE, **more):
    return call(day.file(code), EDITION, step=STEP, at=at, **more)


# ---- invitation and place


def test_an_invitation_is_good_for_twelve_months_from_the_day_told():
    day = Day(1).invite()
    assert lapse_of(day.file(ONE), EDITION, step=STEP) == LAPSES
    claims = [
        claim_of(day.file(ONE), EDITION, step=STEP, at=at)
        for at in (BOOKED, AFTER_SEASON, LAPSES - timedelta(seconds=1), LAPSES)
    ]
    assert claims == ["certain", "waiting_list", "waiting_list", "lapsed"]


def test_nobody_is_invited_twice_or_to_a_season_that_is_over():
    assert (
        code_of(at_step, invite, Day(1).invite(), BOOKED, season_ends=date(2017, 5, 31))
        == "already_invited"
    )
    assert (
        code_of(at_step, invite, Day(1), INVITED, season_ends=date(2016, 12, 4)) == "season_is_over"
    )


def test_a_place_is_booked_once():
    day = Day(1).invite().book()
    assert day.state(ONE).booking.starts_at == STARTS
    assert code_of(at_step, book, day, BOOKED, place=PLACE) == "already_booked"


def test_nobody_books_before_the_invitation_has_been_told():
    day = Day(1)
    day.do(at_step(invite, day, INVITED, season_ends=date(2017, 5, 31)), INVITED)
    assert code_of(at_step, book, day, BOOKED, place=PLACE) == "not_invited"


def test_the_invitation_must_be_good_on_the_day_itself():
    day = Day(1).invite()
    late = replace(PLACE, starts_at=LAPSES)
    with pytest.raises(RuleRefused) as refused:
        at_step(book, day, BOOKED, place=late)
    assert (refused.value.code, refused.value.rule) == (
        "invitation_lapsed",
        "assessment.invitation",
    )


def test_after_the_season_a_place_comes_from_the_waiting_list_only():
    day = Day(1).invite()
    place = replace(PLACE, starts_at=datetime(2017, 9, 1, 12, tzinfo=UTC))
    assert code_of(at_step, book, day, AFTER_SEASON, place=place) == "waiting_list_only"
    day.do(at_step(join_waiting_list, day, AFTER_SEASON), AFTER_SEASON)
    assert code_of(at_step, join_waiting_list, day, AFTER_SEASON) == "already_waiting"
    day.do(at_step(book, day, AFTER_SEASON, place=place, offered=True), AFTER_SEASON)
    assert (day.state(ONE).booking.day, day.state(ONE).waiting_since) == ("DAY-1", None)


def test_a_date_moves_once_at_the_candidates_wish_and_freely_at_the_boards():
    day = Day(1).invite().book()
    other = Place(day="DAY-2", place="washington", starts_at=STARTS + timedelta(days=7))
    third = Place(day="DAY-3", place="washington", starts_at=STARTS + timedelta(days=14))
    day.do(at_step(move, day, BOOKED, place=other), BOOKED)
    with pytest.raises(RuleRefused) as refused:
        at_step(move, day, BOOKED, place=third)
    assert (refused.value.code, refused.value.rule) == ("moves_used_up", "assessment.moves")
    day.do(at_step(move, day, BOOKED, place=third, by_board=True), BOOKED)
    assert (day.state(ONE).booking.day, day.state(ONE).moves) == ("DAY-3", 1)


def test_nothing_moves_once_the_first_exercise_has_begun():
    day = Day(1).invite().book()
    later = Place(day="DAY-2", place="washington", starts_at=STARTS + timedelta(days=7))
    assert code_of(at_step, move, day, STARTS, place=later) == "first_exercise_begun"
    assert code_of(at_step, move, day, STARTS, place=later, by_board=True) == "first_exercise_begun"


def test_an_invitation_nobody_used_ends_the_candidacy_from_its_last_day():
    day = Day(1).invite()
    late = LAPSES + timedelta(days=10)
    assert (
        code_of(at_step, check_invitation, day, LAPSES - timedelta(seconds=1)) == "invitation_good"
    )
    day.do(at_step(check_invitation, day, late), late)
    closed = day.file(ONE).closed
    assert (closed.reason, closed.on, day.state(ONE).passed) == ("invitation_lapsed", LAPSES, False)


# ---- the day


def test_staying_away_ends_the_candidacy_and_an_accepted_excuse_gives_a_new_date():
    gone, ill = Day(1).invite().book(), Day(1).invite().book()
    gone.do(at_step(judge_absence, gone, STARTS, excuse="overslept"), STARTS)
    ill.do(at_step(judge_absence, ill, STARTS, excuse="serious_illness"), STARTS)
    assert gone.file(ONE).closed.reason == "assessment_not_attended"
    assert (ill.file(ONE).closed, ill.state(ONE).booking, ill.state(ONE).moves) == (None, None, 0)


def test_absence_can_be_undone_while_the_invitation_is_good():
    day = Day(1).invite().book()
    day.do(at_step(judge_absence, day, STARTS, excuse=""), STARTS)
    after = STARTS + timedelta(days=2)
    day.do(at_step(readmit, day, after, ground="excuse_accepted_late", authority="board"), after)
    assert (day.file(ONE).closed, day.state(ONE).passed, day.state(ONE).booking) == (
        None,
        None,
        None,
    )
    assert at_step(book, day, after, place=replace(PLACE, starts_at=STARTS + timedelta(days=9)))


def test_nobody_is_absent_before_the_start_or_present_on_another_day():
    day = Day(1).invite().book()
    assert (
        code_of(at_step, judge_absence, day, STARTS - timedelta(seconds=1), excuse="")
        == "not_begun"
    )
    assert code_of(at_step, check_in, day, STARTS - timedelta(days=1)) == "not_today"


def test_a_conflict_keeps_a_team_from_a_group():
    day = Day(3).invite().book()
    day.do(
        form_panel(GROUP, competition="C", step=STEP, track="", members=TEAM, chair="CHAIR-9"),
        GROUPED,
    )
    day.do(
        declare_conflict(
            day.panel,
            EDITION,
            member=TEAM[0],
            candidacy=ONE,
            relation="former_colleague",
            source="computed",
        ),
        GROUPED,
    )
    code = code_of(
        form_group,
        day.panel,
        EDITION,
        step=STEP,
        at=GROUPED,
        files={c: day.file(c) for c in day.files},
        interviewers=dict.fromkeys(day.files, TEAM[:2]),
        day="DAY-1",
    )
    assert code == "conflict_of_interest"


@pytest.mark.parametrize(
    ("count", "members", "interviewers", "code"),
    [
        (2, TEAM, TEAM[:2], "group_size"),
        (3, TEAM[:3], TEAM[:2], "team_size"),
        (3, TEAM, TEAM[:3], "interviewers"),
        (3, TEAM, (TEAM[0], "STRANGER"), "interviewers"),
    ],
)
def test_a_group_has_the_people_the_rule_asks_for(count, members, interviewers, code):
    day = Day(count).invite().book()
    day.do(
        form_panel(GROUP, competition="C", step=STEP, track="", members=members, chair="CHAIR-9"),
        GROUPED,
    )
    found = code_of(
        form_group,
        day.panel,
        EDITION,
        step=STEP,
        at=GROUPED,
        files={c: day.file(c) for c in day.files},
        interviewers=dict.fromkeys(day.files, interviewers),
        day="DAY-1",
    )
    assert found == code


# ---- ratings


def test_integration_waits_for_every_independent_sheet():
    day = present()
    assert code_of(day.integrate, ONE, "group", sheet("group", 5)) == "independent_first"
    three = [Sheet(rater=r, ratings=sheet("group", 5)) for r in TEAM[:3]]
    code = code_of(
        enter_ratings,
        day.panel,
        day.file(ONE),
        EDITION,
        step=STEP,
        at=STARTS,
        part="group",
        sheets=three,
    )
    assert code == "sheets_outstanding"


def test_two_rate_the_interview_and_four_the_rest():
    day = present()
    assert {e: len(day.panel.readers[(ONE, e)]) for e in EXERCISES} == {
        "group": 4,
        "interview": 2,
        "case_management": 4,
    }


@pytest.mark.parametrize(
    ("ratings", "code"),
    [
        (sheet("group", 5, composure=8), "off_the_scale"),
        (sheet("group", 5, composure=0), "off_the_scale"),
        (sheet("group", 5, written_communication=5), "dimension_not_shown"),
        ({d: 5 for d in sheet("group", 5) if d != "composure"}, "dimension_not_rated"),
    ],
)
def test_a_sheet_rates_exactly_the_dimensions_the_exercise_shows(ratings, code):
    assert code_of(check_ratings, EDITION, step=STEP, part="group", ratings=ratings) == code


def test_both_the_independent_and_the_integrated_ratings_stay_in_the_record():
    day = present()
    alone = [sheet("group", 4), sheet("group", 5), sheet("group", 6), sheet("group", 7)]
    day.rate(ONE, "group", *alone).integrate(ONE, "group", sheet("group", 6))
    assert [dict(s.ratings) for s in day.panel.entered[(ONE, "group")]] == alone
    assert day.panel.settled[(ONE, "group")].ratings == sheet("group", 6)
    told = [
        f
        for f in day.field.world.read(ONE)
        if f.kind in ("assessment.rated", "assessment.integrated")
    ]
    assert [sorted(f.body) for f in told] == [
        ["exercise", "panel", "rule", "sheets"],
        ["exercise", "panel", "rule"],
    ]


def test_no_result_before_every_exercise_is_integrated():
    day = present()
    day.rate(ONE, "group", *[sheet("group", 5)] * 4).integrate(ONE, "group", sheet("group", 5))
    with pytest.raises(RuleRefused) as refused:
        day.decide(ONE)
    assert refused.value.numbers == {"missing": "2"}


def with_first(exercise, *, base, raised):
    """``base`` on every dimension, one more on the first ``raised`` of them."""
    dimensions = MATRIX.shows[exercise]
    return dict.fromkeys(dimensions, base) | dict.fromkeys(dimensions[:raised], base + 1)


def test_exactly_five_and_a_quarter_passes():
    # 43/8 + 45/9 + 43/8 = 63/4, a third of which is 21/4
    day = present().assess(
        ONE,
        group=with_first("group", base=5, raised=3),
        interview=with_first("interview", base=5, raised=0),
        case_management=with_first("case_management", base=5, raised=3),
    )
    decision = day.decide(ONE).state(ONE).decision
    assert (decision.score, decision.shown, decision.outcome) == ("21/4", "5.25", "passed")


def test_what_is_shown_as_the_cut_but_lies_below_it_fails():
    # 43/8 + 46/9 + 42/8 = 1133/72; a third is 1133/216 = 5.2454, shown as 5.25
    day = present().assess(
        ONE,
        group=with_first("group", base=5, raised=3),
        interview=with_first("interview", base=5, raised=1),
        case_management=with_first("case_management", base=5, raised=2),
    )
    decision = day.decide(ONE).state(ONE).decision
    assert (decision.score, decision.shown, decision.outcome) == ("1133/216", "5.25", "failed")
    assert day.file(ONE).closed.reason == "assessment_failed"


whole = st.integers(1, 7)


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_the_result_is_the_exact_mean_of_the_exact_means(data):
    agreed = {
        e: data.draw(st.fixed_dictionaries(dict.fromkeys(MATRIX.shows[e], whole)))
        for e in EXERCISES
    }
    day = present().assess(ONE, **agreed).decide(ONE)
    means = [Fraction(sum(agreed[e].values()), len(agreed[e])) for e in EXERCISES]
    decision = day.state(ONE).decision
    assert Fraction(decision.score) == sum(means) / 3
    assert (decision.outcome == "passed") == (4 * sum(means) >= 63)
    assert (day.file(ONE).closed is None) == (decision.outcome == "passed")


def test_a_decision_carries_scores_by_exercise_and_dimension():
    day = passed_assessment()
    fact = next(f for f in day.field.world.read(ONE) if f.kind == "assessment.decided")
    assert fact.body == {
        "outcome": "passed",
        "score": "6",
        "shown": "6.00",
        "cut": "5.25",
        "rule": "assessment.cut",
        "exercises": {e: {"score": "6", "ratings": sheet(e, 6)} for e in EXERCISES},
    }


def test_a_reversal_gives_the_other_outcome():
    day = present().assess(ONE).decide(ONE)
    assert day.state(ONE).passed is False
    drafts = at_step(
        reverse_result, day, STARTS, outcome="passed", ground="rating_error", authority="board"
    )
    day.do(drafts, STARTS)
    assert (day.file(ONE).closed, day.state(ONE).passed) == (None, True)
    assert (
        code_of(
            at_step, reverse_result, day, STARTS, outcome="passed", ground="x", authority="board"
        )
        == "same_outcome"
    )


def test_an_appeal_upheld_reverses_a_failed_result():
    day = present().assess(ONE).decide(ONE)
    assert (
        code_of(at_step, appeal, day, STARTS, commitment=PAST) == "nothing_to_appeal"
    )  # not told yet
    day.tell_last(ONE, "assessment.decided", STARTS)
    day.do(at_step(appeal, day, STARTS, commitment=PAST), STARTS)
    day.do(
        at_step(settle_appeal, day, STARTS, upheld=True, ground="rating_error", authority="board"),
        STARTS,
    )
    assert (day.file(ONE).closed, day.state(ONE).passed) == (None, True)


def test_nobody_is_decided_twice():
    day = passed_assessment()
    code = code_of(decide_assessment, day.panel, day.file(ONE), EDITION, step=STEP, at=STARTS)
    assert code == "already_decided"


# ---- what comes next, and replay


def awaited(day, at):
    return [o.command for o in openings(day.file(ONE), EDITION, step=STEP, at=at) if o.awaited]


def test_an_open_file_always_waits_for_somebody_by_a_date():
    day = Day(3)
    seen = [awaited(day, INVITED)]
    day.invite()
    seen += [awaited(day, BOOKED), awaited(day, AFTER_SEASON), awaited(day, LAPSES)]
    day.book()
    seen.append(awaited(day, BOOKED))
    day.group()
    seen.append(awaited(day, GROUPED))
    day.arrive()
    seen.append(awaited(day, STARTS))
    day.rate(ONE, "group", *[sheet("group", 5)] * 4)
    seen.append(awaited(day, STARTS))
    day.integrate(ONE, "group", sheet("group", 6))
    for exercise, raters in (("interview", 2), ("case_management", 4)):
        day.rate(ONE, exercise, *[sheet(exercise, 6)] * raters)
        day.integrate(ONE, exercise, sheet(exercise, 6))
    seen.append(awaited(day, STARTS))
    day.decide(ONE)
    seen.append(awaited(day, STARTS))
    day.tell_last(ONE, "assessment.decided", STARTS)
    seen.append(awaited(day, STARTS))
    assert seen == [
        ["assessment.invite"],
        ["assessment.book"],
        ["assessment.join_waiting_list"],
        ["assessment.check_invitation"],
        ["assessment.record_attendance", "assessment.manage_days"],
        ["assessment.record_attendance"],
        ["assessment.rate"],
        ["assessment.rate", "assessment.integrate"],
        ["assessment.decide"],
        ["notice.release"],
        [],
    ]


def test_the_result_is_owed_the_same_day():
    day = present()
    for code in day.files:
        found = openings(day.file(code), EDITION, step=STEP, at=STARTS)
        assert [o.due_on for o in found if o.awaited] == [datetime(2017, 3, 2, 5, tzinfo=UTC)]


def test_every_prefix_of_a_file_replays():
    day = passed_assessment()
    facts = day.field.world.read(ONE)
    for length in range(len(facts) + 1):
        file = fold_candidacy(facts[:length])
        summary(file, EDITION, step=STEP, at=STARTS)
        openings(file, EDITION, step=STEP, at=STARTS)
    assert summary(file, EDITION, step=STEP, at=STARTS).status == "passed"


def test_destroyed_bodies_replay():
    facts = [replace(f, body={}) for f in passed_assessment().field.world.read(ONE)]
    assert fold_candidacy(facts).seq == len(facts)


def test_the_dimensions_of_2024_are_left_open_and_stop_a_rating():
    late = load_edition("us_foreign_service", "2024")
    code = code_of(check_ratings, late, step=STEP, part="group", ratings=sheet("group", 5))
    assert code == "rule_left_open"
