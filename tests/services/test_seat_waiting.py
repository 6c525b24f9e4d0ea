"""Holds and waiting lists: who gets a freed seat, in which order, and until when."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.cast import given_competition
from tests.services.application_cast import RESERVES, given_session
from tests.services.seats import admitted

from concours.kernel.errors import Refusal
from concours.records.ledger_store import read_facts
from concours.records.models import Notice, Seat, SeatWait
from concours.selection.authority import Actor
from concours.selection.examination import Examination
from concours.selection.fold import fold_candidacy
from concours.services.examination.seat_offers import offer_all
from concours.services.examination.seats import (
    cancel_seat,
    hold_page,
    hold_seat,
    release_hold,
    reserve_seat,
)
from concours.services.examination.waiting import (
    accept_offer,
    decline_offer,
    join_list,
    leave_list,
    waiting_page,
)
from concours.services.lapses import lapse_file

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
Person = tuple[Actor, str]


@pytest.fixture
def competition() -> str:
    return given_competition()


def refused(act: object, *args: object, **named: object) -> str:
    with pytest.raises(Refusal) as found:
        act(*args, **named)  # type: ignore[operator]
    return found.value.code


def holder(session: str) -> list[str]:
    rows = Seat.objects.filter(session=session, holder__isnull=False).order_by("label")
    return list(rows.values_list("holder", flat=True))


def join(person: Person, session: str, *, at: object = RESERVES) -> None:
    join_list(*person, session=session, accessible=False, at=at, seen=None)  # type: ignore[arg-type]


def state_of(code: str) -> Examination:
    return fold_candidacy(read_facts(code)).state("examination", Examination)


def test_a_seat_held_is_nobody_elses_until_its_minutes_are_over(competition: str) -> None:
    session = given_session(competition, seats=1)
    ada, bob = admitted(competition, 2)
    until = hold_seat(*ada, session=session, accessible=False, at=RESERVES, seen=None)
    assert until == RESERVES + 10 * MINUTE
    assert hold_page(*ada, at=RESERVES + 9 * MINUTE).minutes == 1
    late = until - timedelta(microseconds=1)
    assert refused(reserve_seat, *bob, session=session, at=late) == "session_full"
    reserve_seat(*bob, session=session, at=until)
    assert holder(session) == [bob[1]]
    assert refused(reserve_seat, *ada, session=session, at=until) == "session_full"


def test_a_held_seat_is_confirmed_as_that_very_seat(competition: str) -> None:
    session = given_session(competition, seats=3)
    ada, bob = admitted(competition, 2)
    hold_seat(*ada, session=session, accessible=False, at=RESERVES, seen=None)
    reserve_seat(*bob, session=session, at=RESERVES)
    reserve_seat(*ada, session=session, at=RESERVES + MINUTE)
    assert holder(session) == [ada[1], bob[1]]
    assert Seat.objects.filter(kept_for__isnull=False).count() == 0


def test_one_person_holds_one_seat_at_a_time_and_may_let_it_go(competition: str) -> None:
    first, second = given_session(competition, seats=1), given_session(competition, seats=1)
    ada, bob = admitted(competition, 2)
    hold_seat(*ada, session=first, accessible=False, at=RESERVES, seen=None)
    hold_seat(*ada, session=second, accessible=False, at=RESERVES, seen=None)
    reserve_seat(*bob, session=first, at=RESERVES)
    release_hold(*ada, at=RESERVES)
    assert hold_page(*ada, at=RESERVES).row is None
    assert holder(first) == [bob[1]]


def test_a_freed_seat_goes_down_the_list_in_order_and_past_who_does_not_answer(
    competition: str,
) -> None:
    session = given_session(competition, seats=1)
    ada, bob, cleo, dan = admitted(competition, 4)
    reserve_seat(*ada, session=session, at=RESERVES)
    join(bob, session)
    join(cleo, session)
    assert [w.ahead for w in waiting_page(*cleo, at=RESERVES).waits] == [1]
    cancel_seat(*ada, at=RESERVES + HOUR)
    offer = waiting_page(*bob, at=RESERVES + HOUR).offer
    assert offer is not None
    assert offer.answer_by == RESERVES + 25 * HOUR
    letter = Notice.objects.get(file=bob[1], template="seat_offer.made")
    assert letter.state == "released"
    assert refused(reserve_seat, *dan, session=session, at=RESERVES + HOUR) == "others_wait_first"
    over = offer.answer_by
    assert refused(accept_offer, *bob, at=over, seen=None) == "no_offer"
    assert offer_all(at=over) == 1
    accept_offer(*cleo, at=over + HOUR, seen=None)
    assert holder(session) == [cleo[1]]
    assert [k.kind for k in read_facts(cleo[1])][-4:] == [
        "candidacy.told",
        "seat_offer.answered",
        "seat.reserved",
        "candidacy.told",
    ]


def test_an_offer_lapses_by_its_date_whether_the_worker_writes_it_or_not(competition: str) -> None:
    session = given_session(competition, seats=1)
    ada, bob = admitted(competition, 2)
    reserve_seat(*ada, session=session, at=RESERVES)
    join(bob, session)
    cancel_seat(*ada, at=RESERVES)
    over = RESERVES + 24 * HOUR
    assert waiting_page(*bob, at=over).offer is None
    reserve_seat(*ada, session=session, at=over)
    assert holder(session) == [ada[1]]
    assert lapse_file(bob[1], at=over + HOUR)
    last = read_facts(bob[1])[-1]
    assert (last.kind, last.body["outcome"], last.on) == ("seat_offer.answered", "lapsed", over)
    assert state_of(bob[1]).waits == ()


def test_a_declined_seat_is_offered_on_and_an_accepted_one_frees_the_seat_held_elsewhere(
    competition: str,
) -> None:
    here, there = given_session(competition, seats=1), given_session(competition, seats=1)
    ada, bob, cleo = admitted(competition, 3)
    reserve_seat(*ada, session=here, at=RESERVES)
    reserve_seat(*cleo, session=there, at=RESERVES)
    join(bob, here)
    join(cleo, here)
    join(bob, there)
    cancel_seat(*ada, at=RESERVES)
    decline_offer(*bob, at=RESERVES, seen=None)
    accept_offer(*cleo, at=RESERVES, seen=None)
    assert holder(here) == [cleo[1]]
    assert state_of(cleo[1]).seat is not None
    assert waiting_page(*bob, at=RESERVES).offer is not None
    accept_offer(*bob, at=RESERVES, seen=None)
    assert holder(there) == [bob[1]]


def test_lists_have_their_limits(competition: str) -> None:
    sessions = [given_session(competition, seats=1) for _ in range(4)]
    people = admitted(competition, 5)
    for session, person in zip(sessions, people, strict=False):
        assert refused(join, people[4], session) == "seats_are_free"
        reserve_seat(*person, session=session, at=RESERVES)
    ada = people[4]
    for session in sessions[:3]:
        join(ada, session)
    assert refused(join, ada, sessions[3]) == "too_many_lists"
    assert refused(join, ada, sessions[0]) == "waits_already"
    assert refused(join, people[0], sessions[0]) == "seat_already_held"
    leave_list(*ada, session=sessions[0], at=RESERVES, seen=None)
    join(ada, sessions[3])
    assert SeatWait.objects.filter(candidacy=ada[1], state="waiting").count() == 3


class SeatRush(RuleBasedStateMachine):
    """Anybody does anything in any order; rows, files and lists must agree after each act."""

    def __init__(self) -> None:
        super().__init__()
        SeatWait.objects.all().delete()
        competition = given_competition()
        self.at = RESERVES
        self.sessions = [given_session(competition, seats=n) for n in (1, 2)]
        self.people = admitted(competition, 5)

    def attempt(self, act: object, *args: object, **named: object) -> None:
        try:
            act(*args, at=self.at, **named)  # type: ignore[operator]
        except Refusal:
            return

    @rule(who=st.integers(0, 4), where=st.integers(0, 1))
    def reserve(self, who: int, where: int) -> None:
        self.attempt(reserve_seat, *self.people[who], session=self.sessions[where])

    @rule(who=st.integers(0, 4), where=st.integers(0, 1))
    def hold(self, who: int, where: int) -> None:
        named = {"session": self.sessions[where], "accessible": False, "seen": None}
        self.attempt(hold_seat, *self.people[who], **named)

    @rule(who=st.integers(0, 4))
    def cancel(self, who: int) -> None:
        self.attempt(cancel_seat, *self.people[who])

    @rule(who=st.integers(0, 4), where=st.integers(0, 1))
    def queue(self, who: int, where: int) -> None:
        named = {"session": self.sessions[where], "accessible": False, "seen": None}
        self.attempt(join_list, *self.people[who], **named)

    @rule(who=st.integers(0, 4), where=st.integers(0, 1))
    def leave(self, who: int, where: int) -> None:
        self.attempt(leave_list, *self.people[who], session=self.sessions[where], seen=None)

    @rule(who=st.integers(0, 4), yes=st.booleans())
    def answer(self, who: int, yes: bool) -> None:
        self.attempt(accept_offer if yes else decline_offer, *self.people[who], seen=None)

    @rule(hours=st.sampled_from([1, 12, 30]))
    @precondition(lambda self: self.at < RESERVES + timedelta(days=8))
    def wait(self, hours: int) -> None:
        self.at += hours * HOUR

    @rule()
    def work(self) -> None:
        offer_all(at=self.at)

    @invariant()
    def rows_and_files_tell_the_same(self) -> None:
        rows = {
            s.holder: (s.session, s.label) for s in Seat.objects.filter(session__in=self.sessions)
        }
        for _, code in self.people:
            seat = state_of(code).seat
            assert rows.get(code) == ((seat.session, seat.seat) if seat else None)

    @invariant()
    def nobody_is_passed_on_a_list(self) -> None:
        for session in self.sessions:
            lists = SeatWait.objects.filter(session=session)
            offered = list(lists.filter(state="offered").values_list("id", flat=True))
            waiting = list(lists.filter(state="waiting").values_list("id", "candidacy"))
            for place, code in waiting:
                passed_by = [n for n in offered if n > place]
                assert not passed_by or state_of(code).offer is not None

    @invariant()
    def an_offer_keeps_its_seat_free_for_one_person(self) -> None:
        for wait in SeatWait.objects.filter(state="offered", answer_by__gt=self.at):
            seat = Seat.objects.get(session=wait.session, label=wait.seat)
            assert (seat.kept_for, seat.holder) == (wait.candidacy, None)


def test_whatever_people_do_seats_and_lists_agree() -> None:
    run_state_machine_as_test(
        SeatRush,
        settings=settings(
            max_examples=6,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
