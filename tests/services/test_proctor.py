"""The proctor's desk through the services: the room live, pauses, messages, irregularities, the report."""

from datetime import timedelta

import pytest
from tests.cast import given_competition, given_person, staff
from tests.services.application_cast import (
    TEST,
    given_inside,
    given_items,
    given_seated,
    given_session,
)

from concours.kernel.errors import BadInput, NotPermitted, RuleRefused
from concours.records.ledger_store import read_facts
from concours.records.models import RoomMessage
from concours.selection.authority import Actor
from concours.services.examination import proctor
from concours.services.examination.breaks import Rest, begin_break, end_break
from concours.services.examination.completeness import completeness
from concours.services.examination.device import swap_machine
from concours.services.examination.door import check_in, record_no_show
from concours.services.examination.overdue import end_overdue
from concours.services.examination.room_time import pause_room, record_incident, resume_room
from concours.services.examination.sessions import close_session
from concours.services.examination.sittings import (
    close_section,
    open_section,
    open_sitting,
    save_answer,
    sitting_page,
    submit_sitting,
)
from concours.services.examination.timeline import timeline
from concours.services.own_data import own_data_copy

pytestmark = pytest.mark.django_db
PROCTOR = staff("proctor")
FIRST = "job_knowledge"


def after(minutes: float):
    return TEST + timedelta(minutes=minutes)


class Room:
    """A session with Ada inside, Bob expected and one seat free."""

    def __init__(self) -> None:
        self.competition = given_competition()
        given_items(self.competition)
        self.session = given_session(self.competition)
        self.bob = given_person("bob@example.org", "Bob Other")
        self.absent = given_seated(self.bob, self.competition, self.session, name="Bob Other")
        self.ada: Actor = given_person()
        self.code = given_inside(self.ada, self.competition, self.session)

    def states(self, at=TEST) -> dict[str, str]:
        page = proctor.desk_page(PROCTOR, self.session, at=at)
        return {s.label: s.state for _, row in page.rows for s in row}


@pytest.fixture
def room() -> Room:
    return Room()


def test_the_map_shows_every_seat_with_its_state_and_the_time_left(room: Room) -> None:
    assert room.states() == {"A1": "expected", "A2": "inside", "A3": "free"}
    open_sitting(room.ada, room.code, at=TEST)
    open_section(room.ada, room.code, section=FIRST, at=TEST)
    page = proctor.desk_page(PROCTOR, room.session, at=after(10))
    seat = page.rows[0][1][1]
    assert (seat.code, seat.state, seat.section, seat.left) == (
        room.code,
        "sitting",
        "Job knowledge",
        30,
    )
    assert page.states == (("free", 1), ("expected", 1), ("sitting", 1))
    with pytest.raises(NotPermitted):
        proctor.desk_page(staff("marker"), room.session, at=TEST)
    with pytest.raises(NotPermitted):
        proctor.candidate_desk(room.ada, room.code, at=TEST)


def test_a_pause_holds_in_every_page_and_the_worker_does_not_end_it(room: Room) -> None:
    open_sitting(room.ada, room.code, at=TEST)
    open_section(room.ada, room.code, section=FIRST, at=TEST)
    proctor.pause(PROCTOR, room.code, reason="fire_alarm", at=after(10))
    page = proctor.candidate_desk(PROCTOR, room.code, at=after(25))
    assert (page.state, page.commands) == ("paused", ("resume", "swap", "end"))
    assert (page.name, page.seat) == ("Ada Example", "A2")
    assert page.clock is not None
    assert (page.clock.used, page.clock.left) == (timedelta(minutes=10), timedelta(minutes=30))
    with pytest.raises(RuleRefused):
        save_answer(room.ada, room.code, section=FIRST, item=1, choice="A", at=after(20))
    assert end_overdue(Actor(code="system", roles=frozenset({"system"})), at=after(600)) == 0
    swap_machine(PROCTOR, room.code, reason="machine_failed", at=after(26))
    assert proctor.candidate_desk(PROCTOR, room.code, at=after(27)).state == "paused"
    proctor.resume(PROCTOR, room.code, at=after(30))
    save_answer(room.ada, room.code, section=FIRST, item=1, choice="A", at=after(59))
    assert room.states(after(31))["A2"] == "sitting"


def test_a_break_is_seen_at_the_desk_paused_there_and_replayed(room: Room) -> None:
    open_sitting(room.ada, room.code, at=TEST)
    open_section(room.ada, room.code, section=FIRST, at=TEST)
    assert sitting_page(room.ada, room.code, at=TEST).rest == Rest()
    close_section(room.ada, room.code, section=FIRST, at=after(20))
    assert sitting_page(room.ada, room.code, at=after(20)).rest == Rest(
        state="offered", minutes=10, ends_at=after(30)
    )
    seat = proctor.desk_page(PROCTOR, room.session, at=after(20)).rows[0][1][1]
    assert (seat.state, seat.section, seat.left) == ("on_break", "", 10)
    begin_break(room.ada, room.code, at=after(20))
    seat = proctor.desk_page(PROCTOR, room.session, at=after(24)).rows[0][1][1]
    assert (seat.state, seat.section, seat.left) == ("on_break", "", 6)
    proctor.pause(PROCTOR, room.code, reason="fire_alarm", at=after(25))
    assert sitting_page(room.ada, room.code, at=after(26)).rest.state == "paused"
    with pytest.raises(RuleRefused):
        end_break(room.ada, room.code, at=after(27))
    proctor.resume(PROCTOR, room.code, at=after(45))
    page = proctor.candidate_desk(PROCTOR, room.code, at=after(46))
    assert page.clock is not None
    assert (page.state, page.commands) == ("on_break", ("pause", "minutes", "swap", "end"))
    assert (page.clock.left, page.clock.used) == (timedelta(minutes=4), timedelta(minutes=6))
    rest = sitting_page(room.ada, room.code, at=after(55)).rest
    assert rest == Rest(state="over", ends_at=after(50))
    open_section(room.ada, room.code, section="english_expression", at=after(55))
    found = timeline(staff("test_administrator"), room.code, at=after(56))
    assert [(m.kind, m.section) for m in found.moments[3:]] == [
        ("break.begun", FIRST),
        ("sitting.paused", ""),
        ("sitting.resumed", ""),
        ("break.ended", FIRST),
        ("section.opened", "english_expression"),
    ]
    again = sitting_page(room.ada, room.code, at=after(56))
    assert (again.rest, again.sections[1].ends_at) == (Rest(), after(100))


def test_a_power_cut_in_a_break_gives_the_minutes_and_who_never_returns_is_submitted(
    room: Room,
) -> None:
    system = Actor(code="system", roles=frozenset({"system"}))
    open_sitting(room.ada, room.code, at=TEST)
    open_section(room.ada, room.code, section=FIRST, at=TEST)
    close_section(room.ada, room.code, section=FIRST, at=TEST)
    record_incident(PROCTOR, room.session, incident="power_cut", minutes=15, at=after(5))
    rest = sitting_page(room.ada, room.code, at=after(6)).rest
    assert (rest.state, rest.ends_at) == ("running", after(25))
    assert [f.kind for f in read_facts(room.code)][-2:] == ["break.begun", "minutes.added"]
    over = after(25 + 50 + 10 + 40 + 10 + 30)
    assert end_overdue(system, at=over + timedelta(minutes=9)) == 0
    assert end_overdue(system, at=over + timedelta(minutes=11)) == 1
    assert proctor.candidate_desk(PROCTOR, room.code, at=after(300)).state == "submitted"


def test_a_section_left_in_a_pause_leaves_its_break_whole(room: Room) -> None:
    open_sitting(room.ada, room.code, at=TEST)
    open_section(room.ada, room.code, section=FIRST, at=TEST)
    proctor.pause(PROCTOR, room.code, reason="fire_alarm", at=after(5))
    close_section(room.ada, room.code, section=FIRST, at=after(6))
    page = proctor.candidate_desk(PROCTOR, room.code, at=after(30))
    assert page.clock is not None
    assert (page.state, page.clock.paused, page.clock.left) == (
        "paused", True, timedelta(minutes=10),
    )  # fmt: skip
    proctor.resume(PROCTOR, room.code, at=after(30))
    page = proctor.candidate_desk(PROCTOR, room.code, at=after(33))
    assert page.clock is not None
    assert (page.state, page.clock.paused) == ("on_break", False)


def test_minutes_can_be_given_when_the_time_of_the_last_section_is_over(room: Room) -> None:
    open_sitting(room.ada, room.code, at=TEST)
    for section in (FIRST, "english_expression", "biographic"):
        open_section(room.ada, room.code, section=section, at=TEST)
        close_section(room.ada, room.code, section=section, at=TEST)
    open_section(room.ada, room.code, section="essay", at=TEST)
    page = proctor.candidate_desk(PROCTOR, room.code, at=after(31))
    assert page.commands == ("minutes", "swap", "end")


def test_while_the_start_is_held_only_the_allowed_begin(room: Room) -> None:
    proctor.hold_start(PROCTOR, room.session, held=True, at=TEST)
    with pytest.raises(RuleRefused) as held:
        open_sitting(room.ada, room.code, at=TEST)
    assert held.value.code == "start_held"
    proctor.allow(PROCTOR, room.code, at=TEST)
    assert room.states()["A2"] == "allowed"
    open_sitting(room.ada, room.code, at=TEST)
    proctor.hold_start(PROCTOR, room.session, held=False, at=TEST)
    assert proctor.desk_page(PROCTOR, room.session, at=TEST).start_held is False


def test_a_message_reaches_its_candidate_and_nobody_else_reads_it(room: Room) -> None:
    proctor.message_candidate(PROCTOR, room.code, text="Please sit at desk 4", at=TEST)
    proctor.message_room(PROCTOR, room.session, text="Five minutes late", at=after(1))
    said = [(m.text, m.to_room) for m in proctor.messages_to(room.ada, room.code, at=after(2))]
    assert said == [("Please sit at desk 4", False), ("Five minutes late", True)]
    assert [m.text for m in proctor.messages_to(room.bob, room.absent, at=after(2))] == [
        "Five minutes late"
    ]
    with pytest.raises(NotPermitted):
        proctor.messages_to(room.bob, room.code, at=after(2))
    stored = RoomMessage.objects.get(candidacy=room.code)
    assert (stored.text, b"desk" in bytes(stored.sealed)) == ("", False)
    assert "desk" not in str(read_facts(room.code)[-1].body)
    assert "Please sit at desk 4" in own_data_copy(room.ada, at=after(3))
    with pytest.raises(BadInput):
        proctor.message_room(PROCTOR, room.session, text="x" * 301, at=after(2))


def test_the_report_after_a_session_names_what_is_missing(room: Room) -> None:
    open_sitting(room.ada, room.code, at=TEST)
    open_section(room.ada, room.code, section=FIRST, at=TEST)
    for item in (1, 2, 3):
        save_answer(room.ada, room.code, section=FIRST, item=item, choice="A", at=TEST)
    save_answer(room.ada, room.code, section=FIRST, item=3, choice="", at=TEST)
    record_incident(PROCTOR, room.session, incident="noise", minutes=5, at=after(5))
    proctor.report_irregularity(
        PROCTOR, room.code, category="examinee", what="talking", at=after(6)
    )
    proctor.report_room_irregularity(
        PROCTOR, room.session, category="technical", what="network_down", at=after(7)
    )
    close_section(room.ada, room.code, section=FIRST, at=after(20))
    submit_sitting(PROCTOR, room.code, at=after(21), ended_by="proctor")
    record_no_show(PROCTOR, room.absent, at=after(30))
    close_session(PROCTOR, room.session, at=after(31))
    reader = staff("test_administrator")
    page = completeness(reader, room.session, at=after(40))
    assert page.states == (("submitted", 1), ("no_show", 1))
    row = next(r for r in page.rows if r.code == room.code)
    assert [(s.answered, s.items) for s in row.sections] == [(2, 60), (0, 65), (0, 75), (0, 1)]
    assert row.gaps == ("English expression", "Biographic information", "Essay")
    assert (row.irregularities, page.incident_minutes, page.complete) == (1, 5, False)
    assert [(i.category, i.candidacy) for i in page.irregularities] == [
        ("examinee", room.code),
        ("technical", ""),
    ]
    assert [(t.complete, t.partial, t.empty) for t in page.totals] == [
        (0, 1, 0),
        (0, 0, 1),
        (0, 0, 1),
        (0, 0, 1),
    ]
    with pytest.raises(NotPermitted):
        completeness(staff("marker"), room.session, at=after(40))


def test_an_exemption_needs_a_known_reason_and_is_an_entry(room: Room) -> None:
    plain = {"authority": "board", "at": TEST}
    with pytest.raises(BadInput):
        proctor.exempt(PROCTOR, room.code, reason="asked", **plain)
    proctor.exempt(PROCTOR, room.code, reason="assistive_technology", **plain)
    assert read_facts(room.code)[-1].kind == "lockdown.exempted"
    assert proctor.candidate_desk(PROCTOR, room.code, at=TEST).exempt is True


def test_a_room_is_paused_in_one_act_and_only_that_pause_ends_with_it(room: Room) -> None:
    second = room.absent
    check_in(
        PROCTOR, second, document="passport", has_photograph=True, expires=None,
        name_matches=True, at=TEST - timedelta(minutes=20),
    )  # fmt: skip
    with pytest.raises(RuleRefused, match="no_time_running"):
        pause_room(PROCTOR, room.session, reason="fire_alarm", at=TEST)
    for person, code in ((room.ada, room.code), (room.bob, second)):
        open_sitting(person, code, at=TEST)
        open_section(person, code, section=FIRST, at=TEST)
    proctor.pause(PROCTOR, second, reason="illness", at=after(5))
    with pytest.raises(BadInput, match="unknown_incident"):
        pause_room(PROCTOR, room.session, reason="granted_break", at=after(10))
    pause_room(PROCTOR, room.session, reason="fire_alarm", at=after(10))
    noted = read_facts(room.session)[-1]
    assert (noted.kind, noted.body) == (
        "session.incident_found", {"code": "fire_alarm", "minutes": 0},
    )  # fmt: skip
    with pytest.raises(RuleRefused):
        save_answer(room.ada, room.code, section=FIRST, item=1, choice="A", at=after(11))
    with pytest.raises(RuleRefused, match="no_time_running"):
        pause_room(PROCTOR, room.session, reason="fire_alarm", at=after(12))
    with pytest.raises(RuleRefused, match="not_paused"):
        resume_room(PROCTOR, room.session, reason="noise", at=after(12))
    resume_room(PROCTOR, room.session, reason="fire_alarm", at=after(22))
    states = room.states(after(22))
    assert sorted(states.values()) == ["free", "paused", "sitting"]
    clock = proctor.candidate_desk(PROCTOR, room.code, at=after(22)).clock
    assert clock is not None
    assert clock.left == timedelta(minutes=30)
    for act in (pause_room, resume_room):
        with pytest.raises(NotPermitted):
            act(staff("marker"), room.session, reason="fire_alarm", at=after(23))


def test_the_map_says_when_an_answer_was_last_kept_and_who_is_not_back(room: Room) -> None:
    open_sitting(room.ada, room.code, at=TEST)
    open_section(room.ada, room.code, section=FIRST, at=TEST)
    seen = lambda at: proctor.desk_page(PROCTOR, room.session, at=at).rows[0][1][1]  # noqa: E731
    assert seen(after(1)).saved is None
    save_answer(room.ada, room.code, section=FIRST, item=1, choice="A", at=after(2))
    assert (seen(after(2.5)).saved, seen(after(9)).saved) == (0, 7)
    close_section(room.ada, room.code, section=FIRST, at=after(10))
    assert (seen(after(15)).state, seen(after(15)).saved) == ("on_break", None)
    assert (seen(after(20)).state, seen(after(20)).left) == ("break_over", 0)
    open_section(room.ada, room.code, section="english_expression", at=after(21))
    assert seen(after(21)).state == "sitting"
