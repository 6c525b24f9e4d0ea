"""The seat desk's door keeps plain reservations; whatever is anything else reaches the page whole."""

import asyncio
from collections.abc import Iterator, MutableMapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from tests.cast import given_competition, given_staff
from tests.services.application_cast import RESERVES, TEST, given_session, stop_clock
from tests.services.seats import admitted

from concours.portal.examination.desk import LARGEST, SeatDoor
from concours.records.ledger_store import read_files
from concours.records.models import Account, Seat

TOKEN = "0123456789abcdef" * 2


class Page:
    """Stands for the pages: keeps what reached it."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        message = await receive()
        self.bodies.append(message["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"page"})


class Visitor:
    """A signed-in browser that posts the reservation form."""

    def __init__(self, account: Account, code: str) -> None:
        self.client, self.code = Client(), code
        self.client.force_login(account)
        self.fields = {
            "csrfmiddlewaretoken": TOKEN,
            "seen": read_files([code])[code][-1].digest[:20] if code else "none",
            "accessible": "no",
        }
        self.headers = {"host": "localhost", "content-type": "application/x-www-form-urlencoded"}

    def post(self, **change: str) -> tuple[MutableMapping[str, Any], bytes]:
        """The scope and the body of the form with these fields changed."""
        body = urlencode(self.fields | change).encode()
        session = self.client.session.session_key
        cookie = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"
        headers = self.headers | {"cookie": cookie, "content-length": str(len(body))}
        scope = {
            "type": "http",
            "method": "POST",
            "path": f"/candidacy/{self.code or 'AAAA-AAAA-AAAA'}/examination/seats/",
            "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
        }
        return scope, body


@pytest.fixture
def doors(own_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[SeatDoor, Page]]:
    monkeypatch.setattr(settings, "REHEARSAL", True)
    stop_clock(RESERVES)
    page = Page()
    door = SeatDoor(page)
    yield door, page
    for lane in door.lanes:
        lane.submit(connections.close_all).result()
        lane.shutdown()


def send_all(door: SeatDoor, requests: list[tuple[Any, bytes]]) -> list[tuple[int, str]]:
    """Everybody posts at once; status and where each is sent on to."""

    async def one(scope: Any, body: bytes) -> tuple[int, str]:
        sent: list[MutableMapping[str, Any]] = []

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        await door(scope, receive, send)
        location = dict(sent[0]["headers"]).get(b"location", b"").decode()
        return sent[0]["status"], location

    async def everybody() -> list[tuple[int, str]]:
        return await asyncio.gather(*(one(*request) for request in requests))

    return asyncio.run(everybody())


def test_candidates_who_post_at_once_get_the_seats_there_are_and_the_rest_is_told(
    doors: tuple[SeatDoor, Page],
) -> None:
    door, page = doors
    competition = given_competition()
    session = given_session(competition, seats=3)
    people = [visitor_of(actor.person, code) for actor, code in admitted(competition, 8)]
    answers = send_all(door, [person.post(session=session) for person in people])
    confirmed = {
        p.code for p, a in zip(people, answers, strict=True) if a[1].endswith("/confirmation/")
    }
    assert [status for status, _ in answers] == [302] * 8
    assert set(Seat.objects.values_list("holder", flat=True)) == confirmed
    assert sum(location.endswith(f"/seats/?full={session}") for _, location in answers) == 5
    assert page.bodies == []


def visitor_of(person: str, code: str) -> Visitor:
    account = Account.objects.create_user(f"{person}@example.org", person_id=person)
    return Visitor(account, code)


def test_what_is_not_a_plain_reservation_reaches_the_page_as_it_was_sent(
    doors: tuple[SeatDoor, Page],
) -> None:
    door, page = doors
    competition = given_competition()
    session = given_session(competition, seats=3)
    ada, bob = (visitor_of(a.person, code) for a, code in admitted(competition, 2))
    stranger = Visitor(given_staff("staff@example.org", "registrar"), ada.code)
    signed_out = visitor_of(admitted(competition, 1)[0][0].person, ada.code)
    gone = signed_out.post(session=session)
    signed_out.client.logout()
    long = ada.post(session=session, padding="x" * LARGEST)
    elsewhere = ada.post(session=session)
    elsewhere[0]["headers"].append((b"origin", b"https://evil.example"))
    other_host = bob.post(session=session)
    other_host[0]["headers"][0] = (b"host", b"evil.example")
    bob.code = ada.code
    sent = [
        ada.post(session=session, csrfmiddlewaretoken="f" * 32),
        ada.post(session=session, hold="yes"),
        ada.post(session=session, seen=""),
        ada.post(session=session, accessible="perhaps"),
        ada.post(session=session, seen="0" * 20),
        ada.post(session="none"),
        bob.post(session=session),
        stranger.post(session=session),
        gone,
        long,
        elsewhere,
        other_host,
    ]
    assert [status for status, _ in send_all(door, sent)] == [200] * len(sent)
    assert sorted(page.bodies) == sorted(body for _, body in sent)
    assert not Seat.objects.filter(holder__isnull=False).exists()


def test_a_refusal_by_a_rule_is_the_pages_to_say(doors: tuple[SeatDoor, Page]) -> None:
    door, page = doors
    competition = given_competition()
    session = given_session(competition, seats=1)
    ((actor, code),) = admitted(competition, 1)
    ada = visitor_of(actor.person, code)
    stop_clock(TEST + timedelta(minutes=1))
    assert send_all(door, [ada.post(session=session)]) == [(200, "")]
    assert len(page.bodies) == 1
