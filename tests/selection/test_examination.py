"""Laws and refusals of the test: seats, the door, the sitting, scores, the essay, the result."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.selection.examination_strategies import (
    AT_THE_CUT,
    BASE_SCALE,
    EDITION,
    FIT,
    JUDGED,
    RESERVED,
    SCORED,
    TEST,
    Road,
    eligible,
    passed_examination,
    sat,
)

from concours.kernel.errors import BadInput, RuleRefused
from concours.policy.edition import load_edition
from concours.selection.application_appeals import appeal_lapses_at
from concours.selection.examination import Examination, Mark
from concours.selection.examination_result import (
    correct_score,
    decide_examination,
    record_marks,
    scale_scores,
    score_choice,
    settle_essay,
)
from concours.selection.examination_reversal import (
    appeal_examination,
    decide_examination_appeal,
    reverse_examination,
)
from concours.selection.examination_seats import (
    cancel_seat,
    check_in,
    excuse_no_show,
    lapse_window,
    move_seat,
    record_no_show,
    reschedule_seat,
    reserve_seat,
)
from concours.selection.examination_sitting import (
    add_minutes,
    lock_section,
    open_section,
    open_sitting,
    require_answerable,
    submit_sitting,
    void_sitting,
)
from concours.selection.examination_step import openings, summary
from concours.selection.fold import as_told, fold_candidacy, tell
from concours.selection.session import cancel_session, move_session, record_incident

STEP = "examination"
BECAUSE = {"reason": "board_error", "authority": "appeals_officer"}


def refused(code: str, call, *args, **plain) -> RuleRefused:
    """The refusal of this code that the call must give."""
    with pytest.raises(RuleRefused) as found:
        call(*args, **plain)
    assert found.value.code == code
    return found.value


def run(road: Road, call, at: datetime, **plain):
    """Run a command of the test on the road's file and record it."""
    return road.do(call(road.now, road.edition, step=STEP, at=at, **plain), at)


def state(road: Road) -> Examination:
    return road.now.state(STEP, Examination)


def kinds(road: Road) -> list[str]:
    return [fact.kind for fact in road.world.read(road.file)]


# seats


def test_nobody_reserves_a_seat_before_being_found_eligible():
    refused("not_eligible_yet", Road().start().submit().reserve)


def test_seats_open_thirty_days_before_the_window():
    road = Road().start(datetime(2016, 8, 29, tzinfo=UTC))
    road.submit(at=datetime(2016, 8, 30, tzinfo=UTC)).judge(at=datetime(2016, 8, 31, tzinfo=UTC))
    first = datetime(2016, 9, 1, 4, tzinfo=UTC)
    found = refused("seats_not_open", road.reserve, at=first - timedelta(seconds=1))
    assert found.numbers["opens"] == "2016-09-01T04:00:00.000000Z"
    assert state(road.reserve(at=first)).seat.seat == "A1"


def test_one_seat_each():
    refused("seat_already_held", eligible().reserve().reserve)


def test_somebody_too_young_on_the_day_of_the_session_takes_a_later_one():
    road = eligible()
    late = {"session": road.session_now(), "seat": "A1", "born": date(1996, 10, 4)}
    found = refused(
        "below_age_to_test", reserve_seat, road.now, EDITION, step=STEP, at=RESERVED, **late
    )
    assert (found.rule, found.numbers) == ("application.age", {"found": "19", "bound": "20"})
    assert (
        len(
            reserve_seat(
                road.now, EDITION, step=STEP, at=RESERVED, **(late | {"born": date(1996, 10, 3)})
            )
        )
        == 1
    )


def test_a_seat_moves_until_forty_eight_hours_before_its_session():
    road = eligible().reserve()
    road.plan("SESS-0000-0002", TEST + timedelta(days=2))
    other = {"session": road.session_now("SESS-0000-0002"), "seat": "B1", "born": FIT.born}
    last = TEST - timedelta(hours=48)
    refused("too_late_to_change", move_seat, road.now, EDITION, step=STEP, at=last, **other)
    run(road, move_seat, last - timedelta(seconds=1), **other)
    assert (state(road).seat.session, state(road).seat.sequence) == ("SESS-0000-0002", 1)


def test_a_seat_is_given_back_until_forty_eight_hours_before_its_session():
    road = eligible().reserve()
    last = TEST - timedelta(hours=48)
    refused("too_late_to_change", cancel_seat, road.now, EDITION, step=STEP, at=last)
    run(road, cancel_seat, last - timedelta(seconds=1))
    assert state(road).seat is None


def test_a_session_with_another_hour_moves_the_dates_of_its_seats():
    road = eligible().reserve()
    from_session = road.session_now()
    moved = move_session(
        from_session,
        EDITION,
        at=RESERVED,
        calendar=road.world.competition(road.competition).calendar,
        starts_at=TEST + timedelta(days=1),
        reason="room_lost",
    )
    road.do(moved, RESERVED)
    road.do(reschedule_seat(road.now, EDITION, step=STEP, session=road.session_now()), RESERVED)
    seat = state(road).seat
    assert (seat.starts_at, seat.changes_until) == (
        TEST + timedelta(days=1),
        TEST - timedelta(days=1),
    )


def test_a_session_outside_the_window_is_refused():
    refused(
        "outside_the_window",
        eligible().plan,
        "SESS-0000-0003",
        datetime(2016, 10, 9, 14, tzinfo=UTC),
    )


def test_a_session_with_people_in_it_is_not_cancelled():
    refused(
        "session_has_candidates", cancel_session, eligible().session_now(), reason="x", seated=1
    )


# the door


DOOR = {
    "document": "passport",
    "has_photograph": True,
    "expires": date(2020, 1, 1),
    "name_matches": True,
}


def at_the_door(**change) -> Road:
    road = eligible().reserve()
    run(road, check_in, TEST, session=road.session_now(), **(DOOR | change))
    return road


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, ""),
        ({"document": "library_card"}, "document_not_accepted"),
        ({"has_photograph": False}, "no_photograph"),
        ({"expires": date(2016, 10, 2)}, "document_expired"),
        ({"name_matches": False}, "name_differs"),
    ],
)
def test_the_door_lets_in_or_says_why_not(change, reason):
    road = at_the_door(**change)
    body = road.world.read(road.file)[-1].body
    assert (body["outcome"], body["reason"]) == ("turned_away" if reason else "let_in", reason)
    assert (state(road).checked_in_at is None) is bool(reason)


def test_check_in_opens_an_hour_before_and_closes_a_quarter_after():
    road = eligible().reserve()
    session = road.session_now()
    for at in (TEST - timedelta(minutes=61), TEST + timedelta(minutes=15)):
        refused(
            "door_closed", check_in, road.now, EDITION, step=STEP, at=at, session=session, **DOOR
        )


def test_somebody_who_did_not_appear_does_not_wait_a_year():
    road = eligible().reserve()
    refused("door_still_open", record_no_show, road.now, EDITION, step=STEP, at=TEST)
    run(road, record_no_show, TEST + timedelta(days=1))
    assert road.now.closed.reason == "no_show"
    assert road.now.closed.on == TEST + timedelta(minutes=15)
    assert road.world.person(road.person).wait is None


def test_an_absence_excused_opens_the_file_for_another_seat():
    road = eligible().reserve()
    run(road, record_no_show, TEST + timedelta(hours=1))
    run(road, excuse_no_show, TEST + timedelta(hours=2), reason="illness", authority="board")
    road.plan("SESS-0000-0002", TEST + timedelta(days=2))
    plain = {"session": road.session_now("SESS-0000-0002"), "seat": "B1", "born": FIT.born}
    run(road, reserve_seat, TEST + timedelta(hours=3), **plain)
    assert state(road).outcome == ""


def test_a_window_unused_ends_the_candidacy_on_its_last_day():
    road = eligible()
    due = datetime(2016, 10, 9, 4, tzinfo=UTC)
    plain = {"step": STEP, "due_on": due}
    refused("not_lapsed", lapse_window, road.now, EDITION, at=due - timedelta(seconds=1), **plain)
    run(road, lapse_window, due + timedelta(days=2), due_on=due)
    assert (road.now.closed.reason, road.now.closed.on) == ("window_passed", due)


# the sitting


def sitting() -> Road:
    road = eligible().reserve().let_in()
    run(road, open_sitting, TEST)
    return road


def test_nobody_sits_who_was_not_let_in():
    refused("not_checked_in", open_sitting, eligible().reserve().now, EDITION, step=STEP, at=TEST)


def test_a_sitting_begins_with_its_session_and_not_before():
    road = eligible().reserve().let_in(TEST - timedelta(minutes=30))
    early = TEST - timedelta(seconds=1)
    refused("session_not_begun", open_sitting, road.now, EDITION, step=STEP, at=early)
    run(road, open_sitting, TEST)
    assert state(road).sitting.opened_at == TEST


def test_sections_are_opened_in_order_and_never_again():
    road = sitting()
    refused(
        "section_out_of_order", open_section, road.now, EDITION, step=STEP, at=TEST, section="essay"
    )
    run(road, open_section, TEST, section="job_knowledge")
    run(road, lock_section, TEST, section="job_knowledge")
    refused(
        "section_out_of_order",
        open_section,
        road.now,
        EDITION,
        step=STEP,
        at=TEST,
        section="job_knowledge",
    )


def test_the_first_section_opened_starts_the_wait_whatever_the_result():
    road = sitting()
    assert road.world.person(road.person).wait is None
    run(road, open_section, TEST, section="job_knowledge")
    wait = road.world.person(road.person).wait
    assert (wait.sat_window, wait.next_window) == ("2016-10", "2017-10")


@pytest.mark.parametrize(
    ("granted", "section", "minutes"),
    [
        ("reader", "job_knowledge", 40),
        ("extra_time_25", "job_knowledge", 50),
        ("extra_time_50", "english_expression", 75),
        ("extra_time_25", "english_expression", 63),
        ("extra_time_100", "job_knowledge", 80),
    ],
)
def test_extra_time_multiplies_each_section_and_rounds_up(granted, section, minutes):
    road = eligible().reserve().grant(granted).let_in()
    run(road, open_sitting, TEST)
    assert state(road).sitting.minutes[section] == minutes
    if section != "job_knowledge":
        return
    minutes = state(road).sitting.minutes["job_knowledge"]
    run(road, open_section, TEST, section="job_knowledge")
    ends = state(road).sitting.sections["job_knowledge"].ends_at
    assert ends == TEST + timedelta(minutes=minutes)


def test_an_answer_counts_until_thirty_seconds_after_the_end():
    road = sitting()
    run(road, open_section, TEST, section="job_knowledge")
    ends = TEST + timedelta(minutes=40)
    plain = {"step": STEP, "section": "job_knowledge"}
    late = ends + timedelta(seconds=30)
    assert require_answerable(road.now, EDITION, at=late - timedelta(seconds=1), **plain)
    refused("time_is_up", require_answerable, road.now, EDITION, at=late, **plain)


def test_minutes_given_for_an_incident_move_the_end():
    road = sitting()
    run(road, open_section, TEST, section="job_knowledge")
    run(road, add_minutes, TEST, section="job_knowledge", minutes=7, reason="power_cut")
    ends = state(road).sitting.sections["job_knowledge"].ends_at
    assert ends == TEST + timedelta(minutes=47)


def test_a_section_left_open_is_closed_in_force_from_its_end():
    road = sitting()
    run(road, open_section, TEST, section="job_knowledge")
    run(road, lock_section, TEST + timedelta(hours=3), section="job_knowledge")
    locked = state(road).sitting.sections["job_knowledge"].locked_at
    assert locked == TEST + timedelta(minutes=40)


def test_a_candidate_submits_only_a_whole_sitting_and_a_proctor_may_end_it():
    road = sitting()
    run(road, open_section, TEST, section="job_knowledge")
    plain = {"step": STEP, "at": TEST, "answers": "d", "counts": {}}
    refused("sections_not_sat", submit_sitting, road.now, EDITION, **plain)
    run(road, submit_sitting, TEST, answers="d", counts={}, ended_by="proctor")
    assert kinds(road)[-2:] == ["section.locked", "sitting.submitted"]


def test_a_void_sitting_counts_for_nothing_and_lifts_the_wait():
    road = sat()
    run(road, void_sitting, SCORED, **BECAUSE)
    assert road.world.person(road.person).wait is None
    assert (state(road).answers, state(road).seat) == ("", None)


def test_an_incident_of_the_whole_room_is_recorded_in_the_sessions_file():
    road = sitting()
    road.do(record_incident(road.session_now(), code="fire_alarm", minutes=12), TEST)
    assert road.session_now().incident_minutes == 12


# scores and the essay


raw_scores = st.integers(0, 75).map(Fraction)


@given(raw=st.tuples(raw_scores, raw_scores, raw_scores))
@settings(max_examples=60)
def test_the_essay_is_marked_exactly_when_the_sum_reaches_the_cut(raw):
    names = ("job_knowledge", "english_expression", "biographic")
    raw_by_name = dict(zip(names, raw, strict=True))
    scaled = scale_scores(EDITION, step=STEP, raw=raw_by_name, base_scale=BASE_SCALE)
    road = eligible().on_paper().score(raw_by_name)
    reached = sum(scaled.values()) >= Decimal("154.00")
    scores = state(road).scores
    assert (scores.passed, scores.essay_marked) == (reached, reached)
    assert Decimal(scores.total) == sum(scaled.values())
    if not reached:
        refused("essay_stays_unmarked", road.mark, 6, 6)
        assert road.decide().now.closed.reason == "examination_failed"
        assert kinds(road).count("essay.marked") == 0


def test_at_the_cut_is_enough_and_one_hundredth_below_is_not():
    assert state(eligible().on_paper().score()).scores.total == "154.00"
    below = AT_THE_CUT | {"job_knowledge": AT_THE_CUT["job_knowledge"] - Fraction(7, 1000)}
    road = eligible().on_paper().score(below)
    assert (state(road).scores.total, state(road).scores.passed) == ("153.99", False)


def test_scores_need_answers_and_are_given_once():
    refused("no_answers", eligible().score)
    refused("already_scored", eligible().on_paper().score().score)


def test_a_section_without_a_base_scale_is_named():
    with pytest.raises(BadInput) as found:
        scale_scores(EDITION, step=STEP, raw=AT_THE_CUT, base_scale={"job_knowledge": ("1", "1")})
    assert found.value.field == "english_expression"


def test_two_different_people_mark_each_essay():
    road = sat().score()
    marks = (Mark(marker="M1", mark=3), Mark(marker="M1", mark=3))
    refused("readings_missing", record_marks, road.now, EDITION, step=STEP, at=SCORED, marks=marks)


@pytest.mark.parametrize(
    ("first", "second", "total", "outcome"),
    [(3, 3, "6", "passed"), (2, 3, "5", "failed"), (4, 2, "6", "passed"), (6, 6, "12", "passed")],
)
def test_readings_within_two_marks_settle_the_essay(first, second, total, outcome):
    road = sat().score().mark(first, second).decide()
    assert (state(road).essay_total, state(road).outcome) == (total, outcome)


@pytest.mark.parametrize(
    ("marks", "total", "outcome"),
    [((1, 4, 4), "8", "passed"), ((0, 6, 3), "6", "passed"), ((0, 3, 1), "1", "failed")],
)
def test_readings_further_apart_ask_for_a_third_and_the_two_closest_count(marks, total, outcome):
    road = sat().score().mark(marks[0], marks[1])
    refused("essay_not_settled", road.decide)
    run(road, settle_essay, SCORED, mark=Mark(marker="M3", mark=marks[2]))
    assert state(road.decide()).essay_total == total
    assert state(road).outcome == outcome


def test_the_third_reader_is_somebody_else():
    road = sat().score().mark(1, 5)
    mark = Mark(marker="M1", mark=3)
    refused("same_marker", settle_essay, road.now, EDITION, step=STEP, at=SCORED, mark=mark)


def test_scores_are_corrected_before_the_result_and_not_after():
    plain = {"raw": AT_THE_CUT, "base_scale": BASE_SCALE, "key": "new key", **BECAUSE}
    road = sat().score({name: Fraction(0) for name in AT_THE_CUT})
    run(road, correct_score, SCORED, **plain)
    assert state(road).scores.essay_marked
    road.mark(3, 3).decide()
    refused("nothing_to_correct", correct_score, road.now, EDITION, step=STEP, at=SCORED, **plain)


# the result


def test_a_result_told_starts_the_narratives_and_says_its_numbers():
    road = passed_examination()
    body = next(f for f in road.world.read(road.file) if f.kind == "examination.decided").body
    assert {k: body[k] for k in ("outcome", "rule", "total", "cut", "essay", "essay_cut")} == {
        "outcome": "passed",
        "rule": "examination.essay_cut",
        "total": "154.00",
        "cut": "154.00",
        "essay": "6",
        "essay_cut": "6",
    }
    assert state(road).passed
    assert state(road).decided_seq in road.now.told


def test_the_candidate_sees_neither_scores_nor_marks_before_the_result_is_told():
    road = sat().score().mark(3, 3)
    assert as_told(road.world.read(road.file))[-1].kind == "sitting.submitted"
    road.decide()
    assert as_told(road.world.read(road.file))[-1].kind == "sitting.submitted"
    road.tell(road.world.read(road.file)[-1], SCORED)
    assert [f.kind for f in as_told(road.world.read(road.file))] == kinds(road)


def test_an_edition_without_a_cut_lets_everybody_scored_go_on():
    edition = load_edition("us_foreign_service", "2022")
    road = eligible().on_paper()
    base = {
        "job_knowledge": ("36", "7"),
        "situational_judgement": ("14", "5"),
        "english_expression": ("40", "8"),
    }
    raw = {name: Fraction(1) for name in base}
    plain = {"raw": raw, "base_scale": base, "key": "k"}
    road.do(score_choice(road.now, edition, step=STEP, at=SCORED, **plain), SCORED)
    assert (state(road).scores.passed, state(road).scores.essay_marked) == (None, False)
    road.do(decide_examination(road.now, edition, step=STEP, at=SCORED), SCORED)
    assert (state(road).outcome, road.now.closed) == ("passed", None)


def failed() -> Road:
    road = sat().score().mark(2, 2).decide()
    return road.tell(
        next(f for f in road.world.read(road.file) if f.kind == "examination.decided"), SCORED
    )


def test_a_result_reversed_opens_the_file_again():
    road = failed()
    run(road, reverse_examination, SCORED, passed=True, **BECAUSE)
    assert (road.now.closed, state(road).outcome) == (None, "passed")
    refused(
        "nothing_to_reverse",
        reverse_examination,
        road.now,
        EDITION,
        step=STEP,
        at=SCORED,
        passed=True,
        **BECAUSE,
    )


def test_an_appeal_is_lodged_within_sixty_days_of_being_told_and_decided_once():
    road = failed()
    last = appeal_lapses_at(road.now, EDITION, step=STEP, about=state(road).decided_seq)
    refused(
        "appeal_too_late",
        appeal_examination,
        road.now,
        EDITION,
        step=STEP,
        at=last,
        commitment="c" * 64,
    )
    run(road, appeal_examination, last - timedelta(seconds=1), commitment="c" * 64)
    run(road, decide_examination_appeal, last, upheld=True, **BECAUSE)
    assert kinds(road)[-3:] == [
        "examination_appeal.decided",
        "examination.reversed",
        "candidacy.reopened",
    ]
    refused(
        "no_appeal_pending",
        decide_examination_appeal,
        road.now,
        EDITION,
        step=STEP,
        at=last,
        upheld=False,
        **BECAUSE,
    )


# what may happen next


STAGES = {
    "examination.reserve_seat": eligible,
    "examination.check_in": lambda: eligible().reserve(),
    "examination.sit": sitting,
    "examination.score": sat,
    "examination.mark_essay": lambda: sat().score(),
    "examination.settle_essay": lambda: sat().score().mark(0, 6),
    "examination.decide": lambda: sat().score().mark(3, 3),
}


@pytest.mark.parametrize("command", STAGES)
def test_at_every_stage_exactly_one_act_is_awaited_with_a_date(command):
    road = STAGES[command]()
    awaited = [o for o in openings(road.now, EDITION, step=STEP, at=road.now.last_at) if o.awaited]
    assert [o.command for o in awaited] == [command]
    assert awaited[0].due_on is not None


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (lambda: Road().start(), ("not_started", "")),
        (eligible, ("your_turn", "")),
        (lambda: eligible().reserve(), ("your_turn", "seat_reserved")),
        (sat, ("board", "")),
        (passed_examination, ("passed", "passed")),
        (failed, ("failed", "failed")),
    ],
)
def test_how_it_stands_follows_the_file(build, expected):
    road = build()
    view = summary(road.now, EDITION, step=STEP, at=road.now.last_at)
    assert (view.status, view.outcome) == expected


def test_replaying_any_beginning_of_a_file_never_fails_even_with_destroyed_bodies():
    road = passed_examination()
    facts = road.world.read(road.file)
    for end in range(len(facts) + 1):
        assert fold_candidacy(facts[:end]).seq == end
        bare = [replace(f, body={}) for f in facts[:end]]
        assert fold_candidacy(bare).seq == end


def test_a_decision_not_told_starts_no_deadline():
    road = sat().score().mark(3, 3).decide()
    draft = tell(
        road.now, EDITION, about=road.world.read(road.file)[-1], at=JUDGED + timedelta(days=60)
    )
    assert draft.body["about"] == state(road).decided_seq
    assert state(road).decided_seq not in road.now.told
