"""Pages of holds, waiting lists and the lottery, with plain forms and no script."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from tests.cast import given_competition, given_staff
from tests.services.application_cast import RESERVES, given_session, stop_clock
from tests.services.seats import admitted

from concours.records.models import Account, Seat, SeatLottery, SeatTicket, SessionStanding
from concours.selection.authority import Actor
from concours.selection.seat_lottery import read_published, redraw
from concours.services.examination.seats import cancel_seat, reserve_seat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rehearsal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "REHEARSAL", True)
    stop_clock(RESERVES)


def visitor(actor: Actor) -> Client:
    account = Account.objects.create_user(f"{actor.person}@example.org", person_id=actor.person)
    client = Client()
    client.force_login(account)
    return client


def page(client: Client, name: str, code: str) -> str:
    answer = client.get(reverse(name, args=[code]))
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


def post(client: Client, name: str, code: str, **fields: object) -> int:
    seen = re.search(r'name="seen"[^>]* value="([^"]*)"', page(client, name, code))
    assert seen
    return client.post(reverse(name, args=[code]), {"seen": seen[1], **fields}).status_code


def test_a_seat_is_kept_while_its_candidate_confirms_and_then_theirs() -> None:
    session = given_session(given_competition(), seats=2)
    ((ada, code),) = admitted(competition_of(session), 1)
    visit = visitor(ada)
    choice = {"session": session, "accessible": "no"}
    assert post(visit, "portal:examination_reserve_seat", code, **choice, hold="yes") == 302
    assert "for 10 more minutes" in page(visit, "portal:examination_hold_seat", code)
    stop_clock(RESERVES + timedelta(minutes=9, seconds=30))
    assert "for 1 more minute," in page(visit, "portal:examination_hold_seat", code)
    assert post(visit, "portal:examination_hold_seat", code) == 302
    assert Seat.objects.get(holder=code).label == "A1"
    assert "No seat is kept for you" in page(visit, "portal:examination_hold_seat", code)


def competition_of(session: str) -> str:
    return str(SessionStanding.objects.get(pk=session).competition)


def test_somebody_waits_is_offered_a_seat_and_takes_it_and_the_staff_see_the_list() -> None:
    session = given_session(given_competition(), seats=1)
    (ada, hers), (bob, his) = admitted(competition_of(session), 2)
    reserve_seat(ada, hers, session=session, at=RESERVES)
    visit, name = visitor(bob), "portal:examination_answer_offer"
    full = visit.get(reverse("portal:examination_reserve_seat", args=[his]) + "?full=" + session)
    assert "join its waiting list" in full.content.decode()
    assert post(visit, name, his) == 422
    assert post(visit, name, his, session=session, accessible="no") == 302
    assert "0 people before you" in page(visit, name, his)
    cancel_seat(ada, hers, at=RESERVES)
    assert "A seat is offered to you" in page(visit, name, his)
    desk = Client()
    desk.force_login(given_staff("seats@example.org", "test_administrator"))
    listed = page(desk, "board:examination_seats", session)
    assert "offered from the waiting list" in listed
    assert his in listed
    assert post(visit, name, his, do="accept") == 302
    assert Seat.objects.get(holder=his).session == session


def test_wishes_are_registered_drawn_and_published_without_a_name() -> None:
    competition = given_competition()
    north, south = (given_session(competition, seats=1) for _ in range(2))
    people = admitted(competition, 3)
    desk = Client()
    desk.force_login(given_staff("lots@example.org", "test_administrator"))
    lottery = "board:examination_lottery"
    assert post(desk, lottery, competition) == 302
    for actor, code in people:
        visit = visitor(actor)
        assert "drawn by lot" in page(visit, "portal:examination_reserve_seat", code)
        name = "portal:examination_wishes"
        assert post(visit, name, code, wish_1=north, wish_2=north, accessible="no") == 400
        assert post(visit, name, code, wish_1=north, wish_2=south, accessible="no") == 302
        assert SeatTicket.objects.get(candidacy=code).ticket in page(visit, name, code)
    public = Client()
    committed = SeatLottery.objects.get(pk=competition)
    before = page(public, "portal:seat_drawing", competition)
    assert committed.seed not in before
    file = reverse("portal:seat_drawing_file", args=[competition])
    assert public.get(file).status_code in (302, 403)
    assert "can be made when" in page(desk, lottery, competition)
    stop_clock(committed.closes_at)
    assert post(desk, lottery, competition) == 302
    assert committed.seed in page(public, "portal:seat_drawing", competition)
    text = public.get(file).content
    again = redraw(read_published(text))
    assert (again.tickets, again.seated, again.differs) == (3, 2, ())
    assert json.loads(text)["seed_digest"] in before
    assert "drawn by lot" in public.get(reverse("portal:windows")).content.decode()
    assert not any(code.encode() in text for _, code in people)


def test_the_window_of_wishes_begins_when_seats_open() -> None:
    competition = given_competition()
    desk = Client()
    desk.force_login(given_staff("early@example.org", "test_administrator"))
    stop_clock(datetime(2016, 5, 3, 14, tzinfo=UTC))
    assert post(desk, "board:examination_lottery", competition) == 302
    found = SeatLottery.objects.get(pk=competition)
    assert (found.opens_at, found.closes_at - found.opens_at) == (
        datetime(2016, 5, 4, 4, tzinfo=UTC),
        timedelta(days=7),
    )
