"""The test through the services: seats, the door, the sitting, sheets, scores, essays, results."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.cast import APPLIES, given_competition, given_person, staff
from tests.services.application_cast import (
    RESERVES,
    TEST,
    given_eligible,
    given_inside,
    given_items,
    given_seated,
    given_session,
    why,
)

from concours.kernel.errors import BadInput, NotPermitted, RuleRefused
from concours.records.ledger_store import read_facts
from concours.records.models import Answer, EssaySheet, ExaminationStanding, Notice, Seat
from concours.selection.authority import Actor
from concours.selection.competition import set_base_scale
from concours.selection.examination_seats import release_seat
from concours.selection.fold import fold_candidacy
from concours.services.application.exceptions import (
    reverse_eligibility,
    undo_withdrawal,
)
from concours.services.case import append_as_system
from concours.services.competitions import read_competition
from concours.services.examination import essays, results
from concours.services.examination.door import door_page, record_no_show
from concours.services.examination.imports import import_answers, set_reference_group
from concours.services.examination.overdue import end_overdue
from concours.services.examination.room_time import record_incident
from concours.services.examination.scoring import decide_all, score_all, scoring_page
from concours.services.examination.seat_rows import free_abandoned
from concours.services.examination.seats import (
    cancel_seat,
    move_seat,
    reserve_seat,
    seat_page,
)
from concours.services.examination.sessions import (
    cancel_session,
    close_session,
    move_session,
    sessions_of,
    sessions_today,
)
from concours.services.examination.sheets import BadSheets, KeyItem, deal, read_key, read_sheets
from concours.services.examination.sittings import (
    close_section,
    item_page,
    open_section,
    open_sitting,
    save_answer,
    sitting_page,
    submit_sitting,
)
from concours.services.persons import read_person
from concours.services.withdrawal import withdraw

pytestmark = pytest.mark.django_db
SCORED = TEST + timedelta(days=6)
SECTIONS = ("job_knowledge", "english_expression", "biographic", "essay")


@pytest.fixture
def ada() -> Actor:
    return given_person()


@pytest.fixture
def competition() -> str:
    return given_competition()


def kinds(code: str) -> list[str]:
    return [fact.kind for fact in read_facts(code)]


def free(competition: str) -> dict[str, int]:
    return {row.code: row.free for row in sessions_of(competition)}


# seats


def test_a_seat_taken_is_gone_and_one_given_back_is_free(ada: Actor, competition: str) -> None:
    session = given_session(competition)
    code = given_seated(ada, competition, session)
    assert free(competition) == {session: 2}
    held = seat_page(ada, code, at=RESERVES).held
    assert held is not None
    assert (held.seat, held.city, held.zone) == ("A1", "Washington", "America/New_York")
    cancel_seat(ada, code, at=RESERVES)
    assert free(competition) == {session: 3}


def test_a_move_takes_the_new_seat_and_frees_the_old_one_together(
    ada: Actor, competition: str
) -> None:
    first = given_session(competition, seats=1)
    second = given_session(competition, seats=1, starts_at=TEST + timedelta(days=1))
    code = given_seated(ada, competition, first)
    move_seat(ada, code, session=second, at=RESERVES)
    assert free(competition) == {first: 1, second: 0}


def test_a_move_to_a_full_session_leaves_everything_as_it_was(ada: Actor, competition: str) -> None:
    first = given_session(competition, seats=1)
    full = given_session(competition, seats=1, starts_at=TEST + timedelta(days=1))
    bob = given_person("bob@example.org", "Bob Other")
    given_seated(bob, competition, full, name="Bob Other")
    code = given_seated(ada, competition, first)
    with pytest.raises(RuleRefused) as found:
        move_seat(ada, code, session=full, at=RESERVES)
    assert found.value.code == "session_full"
    assert Seat.objects.get(holder=code).session == first
    assert kinds(code)[-2:] == ["seat.reserved", "candidacy.told"]


def test_the_database_itself_refuses_a_second_holder_and_a_second_seat(
    ada: Actor, competition: str
) -> None:
    session = given_session(competition)
    code = given_seated(ada, competition, session)
    other = Seat.objects.filter(session=session, holder=None).first()
    assert other is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.filter(pk=other.pk).update(holder=code)
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.create(session=session, step="examination", label="A1", holder=None)


def test_a_session_of_another_competition_is_not_there(ada: Actor, competition: str) -> None:
    elsewhere = given_session(given_competition())
    code = given_eligible(ada, competition)
    with pytest.raises(BadInput) as found:
        reserve_seat(ada, code, session=elsewhere, at=RESERVES)
    assert found.value.code == "no_such_session"
    assert not Seat.objects.filter(holder=code).exists()


def test_nobody_reserves_for_somebody_else(ada: Actor, competition: str) -> None:
    session = given_session(competition)
    code = given_eligible(ada, competition)
    bob = given_person("bob@example.org", "Bob Other")
    with pytest.raises(NotPermitted):
        reserve_seat(bob, code, session=session, at=RESERVES)
    assert free(competition) == {session: 3}


def test_a_withdrawal_frees_the_seat_for_others(ada: Actor, competition: str) -> None:
    session = given_session(competition)
    code = given_seated(ada, competition, session)
    withdraw(ada, code, reason="personal", at=RESERVES, seen=None)
    assert free(competition) == {session: 3}
    undo_withdrawal(staff("registrar"), code, at=RESERVES, seen=None, **why("by_mistake"))
    reserve_seat(ada, code, session=session, at=RESERVES)
    assert free(competition) == {session: 2}


def test_somebody_found_not_eligible_after_all_gives_back_the_seat(
    ada: Actor, competition: str
) -> None:
    session = given_session(competition)
    code = given_seated(ada, competition, session)
    officer = staff("appeals_officer")
    reverse_eligibility(officer, code, eligible=False, at=RESERVES, seen=None, **why())
    assert free(competition) == {session: 3}
    assert kinds(code)[-4:-1] == ["eligibility.reversed", "seat.cancelled", "candidacy.closed"]


def test_a_seat_whose_file_holds_it_no_more_is_freed_and_no_other(
    ada: Actor, competition: str
) -> None:
    session = given_session(competition)
    kept = given_seated(ada, competition, session)
    bob = given_person("bob@example.org", "Bob Other")
    left = given_seated(bob, competition, session, name="Bob Other")
    append_as_system(
        release_seat(fold_candidacy(read_facts(left)), step="examination", reason="board"),
        at=RESERVES,
    )
    assert free_abandoned() == 1
    assert list(Seat.objects.filter(holder__isnull=False).values_list("holder", flat=True)) == [
        kept
    ]


def test_a_session_moved_tells_everybody_seated_in_it(ada: Actor, competition: str) -> None:
    session = given_session(competition)
    code = given_seated(ada, competition, session)
    administrator = staff("test_administrator")
    later = TEST + timedelta(days=1)
    move_session(
        administrator, session, starts_at=later, reason="room_lost", at=RESERVES, seen=None
    )
    assert kinds(code)[-2:] == ["seat.rescheduled", "candidacy.told"]
    held = seat_page(ada, code, at=RESERVES).held
    assert held is not None
    assert (held.starts_at, held.sequence) == (later, 1)
    assert Notice.objects.filter(file=code, template="seat.rescheduled").count() == 1
    with pytest.raises(RuleRefused) as found:
        cancel_session(administrator, session, reason="x", at=RESERVES, seen=None)
    assert found.value.code == "session_has_candidates"


# the door and the sitting


def test_the_door_shows_names_to_the_proctor_and_to_nobody_without_the_right(
    ada: Actor, competition: str
) -> None:
    session = given_session(competition)
    given_seated(ada, competition, session)
    assert [e.name for e in door_page(staff("proctor"), session).expected] == ["Ada Example"]
    with pytest.raises(NotPermitted):
        door_page(staff("marker"), session)


def test_the_sessions_of_today_are_those_of_the_centres_own_day(competition: str) -> None:
    session = given_session(competition)
    assert [s.code for s in sessions_today(staff("proctor"), at=TEST)] == [session]
    assert sessions_today(staff("proctor"), at=TEST - timedelta(days=1)) == ()
    assert sessions_today(staff("proctor"), at=TEST + timedelta(days=1)) == ()
    with pytest.raises(NotPermitted):
        sessions_today(staff("marker"), at=TEST)


def test_an_empty_seat_after_the_door_has_closed_is_a_no_show_without_a_wait(
    ada: Actor, competition: str
) -> None:
    session = given_session(competition)
    code = given_seated(ada, competition, session)
    record_no_show(staff("proctor"), code, at=TEST + timedelta(hours=1))
    assert ExaminationStanding.objects.get(file=code).outcome == "no_show"
    assert read_person(ada.person).wait is None


def answer(ada: Actor, code: str, section: str, choices: list[str]) -> None:
    """Open a section, answer its items and leave it."""
    open_section(ada, code, section=section, at=TEST)
    for item, choice in enumerate(choices, start=1):
        save_answer(ada, code, section=section, item=item, choice=choice, at=TEST)
    close_section(ada, code, section=section, at=TEST)


def sit_all(ada: Actor, code: str, *, right: int = 4, essay: str = "My essay.") -> None:
    """Sit every section with so many right answers each, and submit."""
    open_sitting(ada, code, at=TEST)
    for section in SECTIONS[:3]:
        answer(ada, code, section, ["A"] * right + ["B"] * (4 - right))
    open_section(ada, code, section="essay", at=TEST)
    save_answer(ada, code, section="essay", item=1, text=essay, at=TEST)
    submit_sitting(ada, code, at=TEST)


@pytest.fixture
def inside(ada: Actor, competition: str) -> str:
    given_items(competition)
    return given_inside(ada, competition, given_session(competition))


def test_every_answer_is_kept_and_the_latest_counts(ada: Actor, inside: str) -> None:
    open_sitting(ada, inside, at=TEST)
    open_section(ada, inside, section="job_knowledge", at=TEST)
    receipts = [
        save_answer(ada, inside, section="job_knowledge", item=1, choice=choice, at=TEST)
        for choice in ("A", "B", "C")
    ]
    assert [r.n for r in receipts] == [1, 2, 3]
    assert len({r.digest for r in receipts}) == 3
    assert list(Answer.objects.order_by("n").values_list("choice", flat=True)) == ["A", "B", "C"]
    page = item_page(ada, inside, section="job_knowledge", item=1, at=TEST)
    assert (page.item.choice, page.answered, page.count) == ("C", frozenset({1}), 60)


def test_an_answer_goes_to_the_open_section_only_and_in_its_time(ada: Actor, inside: str) -> None:
    open_sitting(ada, inside, at=TEST)
    open_section(ada, inside, section="job_knowledge", at=TEST)
    plain = {"section": "job_knowledge", "item": 1, "choice": "A"}
    save_answer(ada, inside, **plain, at=TEST + timedelta(minutes=40, seconds=29))
    for change, at, code in (
        ({}, TEST + timedelta(minutes=40, seconds=30), "time_is_up"),
        ({"section": "biographic"}, TEST, "section_not_open"),
        ({"item": 61}, TEST, "no_such_item"),
        ({"choice": "E"}, TEST, "no_such_option"),
    ):
        with pytest.raises((RuleRefused, BadInput)) as found:
            save_answer(ada, inside, **(plain | change), at=at)
        assert found.value.code == code
    assert Answer.objects.count() == 1


def test_the_essay_is_encrypted_and_comes_back_to_its_writer(ada: Actor, inside: str) -> None:
    open_sitting(ada, inside, at=TEST)
    for section in SECTIONS[:3]:
        answer(ada, inside, section, [])
    open_section(ada, inside, section="essay", at=TEST)
    save_answer(ada, inside, section="essay", item=1, text="A secret thought", at=TEST)
    row = Answer.objects.get(section="essay")
    assert row.text is not None
    assert b"secret" not in bytes(row.text)
    page = item_page(ada, inside, section="essay", item=1, at=TEST)
    assert page.item.text == "A secret thought"


def test_submission_puts_the_digest_of_what_is_held_into_the_record(
    ada: Actor, inside: str
) -> None:
    sit_all(ada, inside)
    body = next(f for f in read_facts(inside) if f.kind == "sitting.submitted").body
    assert body["counts"] == {
        "biographic": 4,
        "english_expression": 4,
        "essay": 1,
        "job_knowledge": 4,
    }
    page = sitting_page(ada, inside, at=TEST)
    assert (page.digest, page.answers_held) == (body["answers"], 13)
    with pytest.raises(RuleRefused):
        save_answer(ada, inside, section="essay", item=1, text="more", at=TEST)


def test_nobody_sits_for_somebody_else(ada: Actor, inside: str) -> None:
    bob = given_person("bob@example.org", "Bob Other")
    with pytest.raises(NotPermitted):
        open_sitting(bob, inside, at=TEST)
    with pytest.raises(NotPermitted):
        sitting_page(bob, inside, at=TEST)


def test_a_sitting_left_open_is_ended_by_the_worker_when_its_window_is_over(
    ada: Actor, inside: str
) -> None:
    open_sitting(ada, inside, at=TEST)
    open_section(ada, inside, section="job_knowledge", at=TEST)
    system = Actor(code="system", roles=frozenset({"system"}))
    assert end_overdue(system, at=TEST + timedelta(hours=2)) == 0
    assert end_overdue(system, at=TEST + timedelta(days=9)) == 1
    body = next(f for f in read_facts(inside) if f.kind == "sitting.submitted").body
    assert body["ended_by"] == "time"


def test_a_fire_alarm_gives_every_open_section_its_minutes(
    ada: Actor, inside: str, competition: str
) -> None:
    open_sitting(ada, inside, at=TEST)
    open_section(ada, inside, section="job_knowledge", at=TEST)
    session = sessions_of(competition)[0].code
    record_incident(staff("proctor"), session, incident="fire_alarm", minutes=12, at=TEST)
    page = sitting_page(ada, inside, at=TEST)
    assert page.sections[0].ends_at == TEST + timedelta(minutes=52)
    with pytest.raises(RuleRefused) as found:
        close_session(staff("proctor"), session, at=TEST)
    assert found.value.code == "still_sitting"


# scores, essays, results


def scored(ada: Actor, code: str, competition: str, *, right: int) -> None:
    sit_all(ada, code, right=right)
    administrator = staff("test_administrator")
    set_scale(competition)
    score_all(administrator, competition, at=SCORED)


def set_scale(competition: str) -> None:
    """A base scale that fits four items: two right answers are the mean."""
    scale = dict.fromkeys(SECTIONS[:3], ("2", "1"))
    append_as_system(set_base_scale(read_competition(competition), scale=scale), at=APPLIES)


def test_scores_are_counted_against_the_key_and_told_only_with_the_result(
    ada: Actor, inside: str, competition: str
) -> None:
    scored(ada, inside, competition, right=4)
    row = ExaminationStanding.objects.get(file=inside)
    assert (row.total, row.essay) == ("210.00", "to_mark")
    shown = results.result_page(ada, inside, at=SCORED)
    assert (shown.total, shown.outcome, shown.sections) == ("", "", ())


def test_below_the_cut_no_essay_is_ever_handed_out(
    ada: Actor, inside: str, competition: str
) -> None:
    scored(ada, inside, competition, right=2)
    assert ExaminationStanding.objects.get(file=inside).essay == "unmarked"
    assert essays.next_sheet(staff("marker"), competition=competition, at=SCORED) is None
    assert decide_all(staff("test_administrator"), competition, at=SCORED).decided == 1
    assert ExaminationStanding.objects.get(file=inside).outcome == "failed"
    assert EssaySheet.objects.count() == 0


def mark_by(marker: Actor, competition: str, mark: int) -> bool:
    """The marker's next essay, marked and locked."""
    code = essays.next_sheet(marker, competition=competition, at=SCORED)
    assert code is not None
    return essays.lock_mark(marker, code, mark=mark, at=SCORED)


def test_two_markers_who_cannot_see_each_other_settle_an_essay(
    ada: Actor, inside: str, competition: str
) -> None:
    scored(ada, inside, competition, right=4)
    first, second = staff("marker"), staff("marker")
    sheet = essays.next_sheet(first, competition=competition, at=SCORED)
    assert sheet is not None
    page = essays.sheet_page(first, sheet)
    assert (page.text, page.topic) == ("My essay.", "Should public service be compulsory?")
    assert inside not in repr(page)
    assert ada.person not in repr(page)
    with pytest.raises(NotPermitted):
        essays.sheet_page(second, sheet)
    assert essays.lock_mark(first, sheet, mark=4, at=SCORED) is False
    assert "essay.marked" not in kinds(inside)
    assert essays.next_sheet(first, competition=competition, at=SCORED) is None
    assert mark_by(second, competition, 3) is True
    assert kinds(inside)[-3:] == ["essay.marked", "essay.marked", "essay.compared"]
    with pytest.raises(RuleRefused):
        essays.lock_mark(first, sheet, mark=6, at=SCORED)


def test_marks_far_apart_go_to_the_chair(ada: Actor, inside: str, competition: str) -> None:
    scored(ada, inside, competition, right=4)
    mark_by(staff("marker"), competition, 1)
    mark_by(staff("marker"), competition, 5)
    chair = staff("chair")
    sheet = essays.next_third_reading(chair, competition=competition, at=SCORED)
    assert sheet is not None
    assert essays.lock_mark(chair, sheet, mark=4, at=SCORED) is True
    row = ExaminationStanding.objects.get(file=inside)
    assert (row.essay, row.essay_total) == ("settled", "9")


def test_a_result_decided_in_a_run_is_told_after_its_hold_and_shown_with_its_numbers(
    ada: Actor, inside: str, competition: str
) -> None:
    scored(ada, inside, competition, right=4)
    mark_by(staff("marker"), competition, 3)
    mark_by(staff("marker"), competition, 3)
    run = decide_all(staff("test_administrator"), competition, at=SCORED)
    assert run.decided == 1
    notice = Notice.objects.get(file=inside, template="examination.decided")
    assert notice.hold_until == SCORED + timedelta(hours=24)
    assert results.result_page(ada, inside, at=SCORED).outcome == ""


def test_the_scoring_page_says_what_another_cut_would_do(
    ada: Actor, inside: str, competition: str
) -> None:
    scored(ada, inside, competition, right=3)
    page = scoring_page(staff("psychometrician"), competition)
    assert (page.scored, page.at_or_above, page.cut) == (1, 1, "154.00")
    assert [line.passing for line in page.effect] == [1] * 9
    assert [line.cut for line in page.effect if line.in_force] == ["154.00"]
    with pytest.raises(NotPermitted):
        scoring_page(staff("marker"), competition)


def test_a_void_sitting_frees_the_seat_and_may_be_sat_again(
    ada: Actor, inside: str, competition: str
) -> None:
    sit_all(ada, inside)
    results.void_sitting(
        staff("appeals_officer"), inside, at=TEST, seen=None, **why("service_outage", "board")
    )
    assert free(competition) == {sessions_of(competition)[0].code: 3}
    assert read_person(ada.person).wait is None
    assert kinds(inside)[-1] == "candidacy.told"


# answer sheets


KEY = "item,key,section\nq1,1,job_knowledge\nq2,2,english_expression\nq3,3,biographic\n"


def sheets_of(text: str, key: str = KEY, **plain):
    return read_sheets(text.splitlines(), key=read_key(key.splitlines()), **plain)


def faults_of(call) -> list[tuple[int, str, str]]:
    with pytest.raises(BadSheets) as found:
        call()
    return [(f.row, f.column, f.code) for f in found.value.faults]


def test_every_fault_of_a_file_is_named_by_row_and_column() -> None:
    text = "who,q1,q2,q3\na,1,2,9\na,1,2,3\n,1,2,3\nb,1,2\n"
    assert faults_of(lambda: sheets_of(text, person_column="who")) == [
        (2, "q3", "unknown_answer"),
        (3, "who", "person_twice"),
        (4, "who", "person_missing"),
        (5, "q3", "cells_missing"),
    ]


def test_an_item_of_the_key_without_a_column_is_named() -> None:
    assert faults_of(lambda: sheets_of("q1,q2\n1,2\n")) == [(1, "q3", "item_missing")]


def test_a_key_names_each_item_once_and_gives_its_answer() -> None:
    assert faults_of(lambda: read_key(["item,key", "q1,1", "q1,"])) == [
        (3, "item", "item_twice"),
        (3, "key", "key_missing"),
    ]


def test_an_omission_is_no_answer_and_no_fault() -> None:
    found = sheets_of("q1,q2,q3\n8,NA,\n", omitted=frozenset({"8", "NA", ""}))
    assert found.sheets[0].answers == ("", "", "")


def test_items_without_a_section_are_dealt_in_equal_blocks() -> None:
    key = [KeyItem(name=f"q{n}", key="1") for n in range(8)]
    assert [item.section for item in deal(key, ("a", "b", "c"))] == list("aaabbbcc")


def test_sheets_are_taken_in_scored_on_their_own_scale_and_decided(competition: str) -> None:
    people = [given_person(f"p{n}@example.org", f"Person {n}") for n in range(4)]
    codes = [given_eligible(person, competition) for person in people]
    rows = ["1,2,3", "1,2,1", "1,1,1", "2,1,1"]
    text = "who,q1,q2,q3\n" + "\n".join(
        f"{code},{row}" for code, row in zip(codes, rows, strict=True)
    )
    administrator = staff("test_administrator")
    found = sheets_of(text, person_column="who")
    done = import_answers(administrator, competition, found, by_code=True, at=SCORED)
    assert (done.sheets, done.items, done.run.decided) == (4, 3, 4)
    scale = set_reference_group(administrator, competition, at=SCORED)
    assert scale["job_knowledge"] == ("3/4", "0.433013")
    score_all(administrator, competition, at=SCORED)
    totals = dict(ExaminationStanding.objects.values_list("file", "total"))
    assert [totals[code] for code in codes] == ["183.09", "160.00", "140.00", "116.91"]
    assert [read_person(p.person).wait.next_window for p in people] == ["2017-06"] * 4


def test_a_sheet_of_somebody_who_is_not_there_stops_the_whole_file(competition: str) -> None:
    ada = given_person()
    code = given_eligible(ada, competition)
    text = f"who,q1,q2,q3\n{code},1,2,3\nNOBODY,1,2,3\n"
    found = sheets_of(text, person_column="who")
    assert faults_of(
        lambda: import_answers(
            staff("test_administrator"), competition, found, by_code=True, at=SCORED
        )
    ) == [(3, "person", "no_such_candidate")]
    assert Answer.objects.count() == 0
    assert "answers.imported" not in kinds(code)
