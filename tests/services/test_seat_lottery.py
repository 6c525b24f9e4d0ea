"""A competition that draws its seats by lot: from the committed seed to the seats held."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from tests.cast import given_competition, staff
from tests.services.application_cast import given_session
from tests.services.seats import admitted

from concours.kernel.errors import NotPermitted, Refusal
from concours.records.ledger_store import read_facts
from concours.records.models import Notice, Seat, SeatLottery
from concours.selection.authority import Actor
from concours.selection.examination import Examination
from concours.selection.fold import fold_candidacy
from concours.selection.seat_lottery import drawing_of, lottery_of, read_published, redraw
from concours.services.competitions import read_competition
from concours.services.examination.lottery import (
    draw_seats,
    drawing_desk,
    drawing_page,
    open_lottery,
    published_drawing,
    register_wishes,
    wishes_page,
)
from concours.services.examination.seats import hold_seat, reserve_seat
from concours.services.examination.waiting import join_list

pytestmark = pytest.mark.django_db
BEFORE = datetime(2016, 5, 3, 14, tzinfo=UTC)
WISHES = datetime(2016, 5, 10, 14, tzinfo=UTC)


def refused(act: object, *args: object, **named: object) -> str:
    with pytest.raises(Refusal) as found:
        act(*args, **named)  # type: ignore[operator]
    return found.value.code


@pytest.fixture
def administrator() -> Actor:
    return staff("test_administrator")


@pytest.fixture
def competition(administrator: Actor) -> str:
    found = given_competition()
    open_lottery(administrator, found, at=BEFORE, seen=None)
    return found


def wish(person: tuple[Actor, str], *sessions: str, at: datetime = WISHES) -> None:
    register_wishes(*person, wishes=sessions, accessible=False, at=at, seen=None)


def test_seats_are_drawn_from_the_committed_seed_and_the_file_gives_them_again(
    competition: str, administrator: Actor
) -> None:
    north, south = given_session(competition, seats=2), given_session(competition, seats=1)
    people = admitted(competition, 5)
    committed = str(lottery_of(read_competition(competition))["seed_digest"])
    for person in people[:4]:
        wish(person, north, south)
    wish(people[0], south)
    closes = drawing_page(competition).closes_at
    assert closes is not None
    assert drawing_page(competition).seed == ""
    draw_seats(administrator, competition, at=closes, seen=None)

    text = published_drawing(competition)
    again = redraw(read_published(text), committed=committed)
    assert (again.tickets, again.seated, again.seed_fits, again.differs) == (4, 3, True, ())
    drawing = drawing_of(read_competition(competition))
    assert drawing["file"] == hashlib.sha256(text.encode()).hexdigest()
    told = {d.ticket: (d.session, d.seat) for d in read_published(text).drawn}
    for _, code in people[:4]:
        state = fold_candidacy(read_facts(code)).state("examination", Examination)
        seat = (state.seat.session, state.seat.seat) if state.seat else ("", "")
        assert told[state.ticket] == seat
        assert state.lot in range(1, 5)
    holders = set(Seat.objects.values_list("holder", flat=True))
    assert holders - {None} <= {code for _, code in people[:4]}
    assert all(code not in text and actor.person not in text for actor, code in people)
    letters = Notice.objects.filter(template="ticket.drawn", state="released")
    assert letters.count() == 4


def test_until_the_drawing_nobody_takes_a_seat_another_way_and_after_it_what_is_left_is_free(
    competition: str, administrator: Actor
) -> None:
    north = given_session(competition, seats=2)
    ada, bob = admitted(competition, 2)
    wish(ada, north)
    seat = {"session": north, "at": WISHES}
    assert refused(reserve_seat, *bob, **seat) == "seats_by_lot"
    assert refused(hold_seat, *bob, **seat, accessible=False, seen=None) == "seats_by_lot"
    assert refused(join_list, *bob, **seat, accessible=False, seen=None) == "seats_by_lot"
    closes = drawing_page(competition).closes_at
    assert closes is not None
    early = closes - timedelta(seconds=1)
    assert refused(draw_seats, administrator, competition, at=early, seen=None) == (
        "wishes_still_open"
    )
    assert refused(wish, bob, north, at=closes) == "wishes_closed"
    assert drawing_desk(administrator, competition, at=closes).may_draw
    draw_seats(administrator, competition, at=closes, seen=None)
    assert not drawing_desk(administrator, competition, at=closes).may_draw
    reserve_seat(*bob, session=north, at=closes)
    assert Seat.objects.filter(session=north, holder__isnull=False).count() == 2
    assert refused(draw_seats, administrator, competition, at=closes, seen=None) == (
        "nothing_to_draw"
    )


def test_wishes_are_checked_and_may_be_changed_while_they_are_taken(competition: str) -> None:
    north, south = given_session(competition, seats=1), given_session(competition, seats=1)
    elsewhere = given_session(given_competition())
    (ada,) = admitted(competition, 1)
    assert refused(wish, ada, north, at=BEFORE) == "wishes_not_open"
    assert refused(wish, ada) == "wishes_out_of_range"
    assert refused(wish, ada, north, north) == "wishes_out_of_range"
    assert refused(wish, ada, elsewhere) == "no_such_session"
    wish(ada, north, south)
    ticket = wishes_page(*ada, at=WISHES).ticket
    wish(ada, south)
    page = wishes_page(*ada, at=WISHES)
    assert (page.ticket, page.wishes, page.open_now) == (ticket, (south,), True)


def test_the_seed_stays_secret_and_only_the_test_administrator_draws(
    competition: str, administrator: Actor
) -> None:
    seed = SeatLottery.objects.get(pk=competition).seed
    assert all(seed not in str(fact.body) for fact in read_facts(competition))
    with pytest.raises(NotPermitted):
        draw_seats(staff("proctor"), competition, at=WISHES, seen=None)
    with pytest.raises(NotPermitted):
        published_drawing(competition)
    assert refused(open_lottery, administrator, competition, at=WISHES, seen=None) == "lottery_open"
