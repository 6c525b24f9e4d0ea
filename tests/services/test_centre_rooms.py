"""Centres with rooms, centres that sit on one day, and a cancelled session's waiting list."""

from datetime import timedelta

import pytest
from tests.cast import APPLIES, given_competition, staff
from tests.services.application_cast import RESERVES, TEST, WASHINGTON, given_session
from tests.services.seats import admitted

from concours.kernel.errors import Refusal
from concours.kernel.period import day_of
from concours.records.ledger_store import read_facts
from concours.records.models import SeatWait
from concours.services.examination.rooms import RoomRow
from concours.services.examination.seats import cancel_seat, reserve_seat
from concours.services.examination.sessions import (
    add_centre,
    cancel_session,
    centres,
    move_session,
    plan_session,
)
from concours.services.examination.waiting import join_list, leave_list

pytestmark = pytest.mark.django_db
HALL = RoomRow(name="Hall", seats=4, accessible=1)


def centre(**change: object) -> None:
    values = {name: getattr(WASHINGTON, name) for name in WASHINGTON.__slots__}
    add_centre(staff("test_administrator"), type(WASHINGTON)(**(values | change)))  # type: ignore[arg-type]


def plan(competition: str, **change: object) -> str:
    """The code of the session planned, or of the refusal."""
    wanted: dict[str, object] = {"room": "Hall", "starts_at": TEST, "seats": 4, "accessible": 1}
    try:
        return plan_session(
            staff("test_administrator"),
            competition=competition,
            centre=WASHINGTON.code,
            at=APPLIES,
            **(wanted | change),  # type: ignore[arg-type]
        )
    except Refusal as refusal:
        return refusal.code


def test_a_session_is_held_in_a_room_its_centre_has_which_is_free_and_large_enough() -> None:
    competition = given_competition()
    centre(rooms=(HALL,))
    assert centres()[0].rooms == (HALL,)
    assert plan(competition, room="Cellar") == "no_such_room"
    assert plan(competition, seats=5) == "room_too_small"
    assert plan(competition, accessible=2) == "room_too_small"
    first = plan(competition)
    assert len(first) == 14
    assert plan(competition, starts_at=TEST + timedelta(minutes=159)) == "room_taken"
    later = plan(competition, starts_at=TEST + timedelta(minutes=160))
    assert len(later) == 14
    with pytest.raises(Refusal) as found:
        move_session(
            staff("test_administrator"), later, starts_at=TEST, reason="weather", at=APPLIES,
            seen=None,
        )  # fmt: skip
    assert found.value.code == "room_taken"


def test_a_single_day_post_sits_on_that_day_only_by_its_own_clock() -> None:
    competition = given_competition()
    centre(sits_on=day_of(TEST, WASHINGTON.zone), abroad=True)
    assert plan(competition, starts_at=TEST + timedelta(days=1)) == "centre_closed"
    assert len(plan(competition)) == 14


def test_rooms_are_named_once_and_have_seats() -> None:
    for rooms in ((HALL, HALL), (RoomRow(name="Nook", seats=1, accessible=2),)):
        with pytest.raises(Refusal):
            centre(rooms=rooms)
    assert centres() == ()


def test_a_cancelled_session_takes_everybody_off_its_list() -> None:
    session = given_session(given_competition(), seats=1)
    competition = read_facts(session)[0].body["competition"]
    ada, bob, cleo = admitted(str(competition), 3)
    reserve_seat(*ada, session=session, at=RESERVES)
    for person in (bob, cleo):
        join_list(*person, session=session, accessible=False, at=RESERVES, seen=None)
    leave_list(*cleo, session=session, at=RESERVES, seen=None)
    cancel_seat(*ada, at=RESERVES)
    cancel_session(staff("test_administrator"), session, reason="weather", at=RESERVES, seen=None)
    assert read_facts(bob[1])[-1].kind == "waiting.left"
    states = SeatWait.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == ["passed", "left"]
