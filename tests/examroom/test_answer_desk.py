"""The answer desk over HTTP, on databases of its own: every reply, one by one, after the commit."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from tests.cast import given_competition, given_person, staff
from tests.services.application_cast import TEST, given_inside, given_items, given_session

from concours.examroom.desk import LARGEST, AnswerDesk
from concours.records.answer_store import Live, sittings_live
from concours.records.ledger_store import read_facts
from concours.records.models import Account, Answer, Sitting, TestItem
from concours.selection.authority import Actor
from concours.services.examination.device import Device, open_device, swap_machine
from concours.services.examination.sittings import (
    close_section,
    item_page,
    open_section,
    open_sitting,
    save_answer,
    submit_sitting,
)

SECOND = timedelta(seconds=1)
ADA = "ada@example.org"


class Room:
    """Somebody inside with the first section open, and a desk whose machine clock we set."""

    def __init__(self) -> None:
        self.ada = given_person(ADA)
        self.competition = given_competition()
        given_items(self.competition)
        self.code = given_inside(self.ada, self.competition, given_session(self.competition))
        open_sitting(self.ada, self.code, at=TEST)
        open_section(self.ada, self.code, section="job_knowledge", at=TEST)
        self.now = TEST
        self.desk = AnswerDesk(lambda: self.now)

    def device(self, resume: str = "", actor: Actor | None = None) -> Device:
        return open_device(
            actor or self.ada, self.code, at=self.now, machine_now=self.now, resume=resume
        )

    def live(self) -> Live:
        pk = Sitting.objects.get(candidacy=self.code).pk
        return sittings_live([pk])[pk]

    async def ask(
        self,
        token: str,
        body: Any = None,
        *,
        method: str = "POST",
        path: str = "/desk/answers",
        kind: bytes = b"application/json",
    ) -> tuple[int, dict[bytes, bytes], Any]:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        parts = [content[:7], content[7:]]
        said: list[Any] = []

        async def receive() -> Any:
            part = parts.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(parts)}

        async def send(message: Any) -> None:
            said.append(message)

        headers = [(b"authorization", b"Bearer " + token.encode()), (b"content-type", kind)]
        scope = {"type": "http", "method": method, "path": path, "headers": headers}
        await self.desk(scope, receive, send)
        return said[0]["status"], dict(said[0]["headers"]), json.loads(said[1]["body"])

    async def save(self, token: str, *saves: dict[str, Any], after: str = "") -> dict[str, Any]:
        status, _, found = await self.ask(token, {"saves": list(saves), "after": after})
        assert status == 200, found
        return found

    def together(self, work: Callable[[], Awaitable[Any]]) -> Any:
        async def whole() -> Any:
            try:
                return await work()
            finally:
                await self.desk.close()

        return asyncio.run(whole())


@pytest.fixture
def room(own_database: str) -> Room:
    return Room()


def one(n: int, choice: str = "A", item: int = 1, **more: Any) -> dict[str, Any]:
    return {"n": n, "section": "job_knowledge", "item": item, "choice": choice} | more


def statuses(found: dict[str, Any]) -> list[str]:
    return [each["status"] for each in found["saves"]]


def test_a_save_is_acknowledged_with_a_receipt_and_a_repeat_gets_the_same(room: Room) -> None:
    token = room.device().token

    async def work() -> None:
        first = await room.save(token, one(1), one(2, "B"))
        room.now += SECOND
        again = await room.save(token, one(1), one(2, "B"), one(2, "C"), one(3, "D"))
        assert statuses(first) == ["superseded", "saved"]
        assert statuses(again) == ["superseded", "superseded", "bad", "saved"]
        assert again["saves"][:2] == [
            first["saves"][0],
            first["saves"][1] | {"status": "superseded"},
        ]
        assert again["saves"][2]["field"] == "n"
        receipts = {first["saves"][0]["receipt"], first["saves"][1]["receipt"]}
        assert {len(r) for r in receipts} == {16}
        assert len(receipts) == 2
        assert (first["state"], first["section"], first["epoch"]) == ("open", "job_knowledge", 1)
        assert first["closes_at"] == "2016-06-06T13:40:00.000000Z"
        assert again["now"] == "2016-06-06T13:00:01.000000Z"

    room.together(work)
    assert list(Answer.objects.order_by("n").values_list("epoch", "n", "choice")) == [
        (1, 1, "A"),
        (1, 2, "B"),
        (1, 3, "D"),
    ]


def test_one_bad_answer_fails_nobody_else(room: Room) -> None:
    token = room.device().token

    async def work() -> None:
        found = await room.save(
            token,
            one(1),
            one(2, "E"),
            one(3, item=61),
            one(4) | {"section": "nowhere"},
            one(0),
            one(5, "", text="an essay here"),
            one(6) | {"section": "essay", "choice": "", "text": "x" * 10_001},
            one(7, "B", item=2),
        )
        assert [(s["status"], s.get("field", "")) for s in found["saves"]] == [
            ("saved", ""),
            ("bad", "choice"),
            ("bad", "item"),
            ("bad", "section"),
            ("bad", "n"),
            ("bad", "text"),
            ("bad", "text"),
            ("saved", ""),
        ]

    room.together(work)
    assert Answer.objects.count() == 2


def test_many_devices_at_once_each_get_their_own_reply(room: Room) -> None:
    token = room.device().token

    async def work() -> None:
        asked = [room.save(token, one(n, "ABCD"[n % 4], item=n % 4 + 1)) for n in range(1, 121)]
        found = await asyncio.gather(*asked)
        assert [f["saves"][0]["n"] for f in found] == list(range(1, 121))
        assert {f["saves"][0]["status"] for f in found} <= {"saved", "superseded"}
        assert len({f["saves"][0]["receipt"] for f in found}) == 120

    room.together(work)
    assert Answer.objects.count() == 120


def test_a_newer_device_fences_the_older_at_once_and_the_same_device_goes_on(room: Room) -> None:
    first = room.device()
    again = room.device(first.token)
    assert (again.epoch, again.resumed) == (1, True)
    second = room.device()
    assert (second.epoch, second.resumed) == (2, False)
    fenced = room.device(first.token)
    assert (fenced.epoch, fenced.resumed) == (3, False)

    async def work() -> None:
        for token, said in ((first.token, "fenced"), (second.token, "fenced")):
            found = await room.save(token, one(1))
            assert statuses(found) == [said]
            assert (found["epoch"], found["mark"]) == (3, "")
        assert statuses(await room.save(fenced.token, one(1))) == ["saved"]

    room.together(work)


def test_a_pause_an_end_and_another_machine_hold_from_their_commit(room: Room) -> None:
    token = room.device().token

    def paused(state: str) -> None:
        Sitting.objects.filter(candidacy=room.code).update(state=state)

    def change(function: Callable[..., Any], *given: Any, **more: Any) -> Awaitable[Any]:
        return asyncio.to_thread(_closing, function, *given, **more)

    async def work() -> None:
        assert statuses(await room.save(token, one(1))) == ["saved"]
        await change(paused, "paused")
        found = await room.save(token, one(2))
        assert (statuses(found), found["state"]) == (["paused"], "paused")
        await change(paused, "open")
        assert statuses(await room.save(token, one(2))) == ["saved"]
        await change(
            swap_machine, staff("proctor"), room.code, reason="machine_failed", at=room.now
        )
        assert statuses(await room.save(token, one(3))) == ["fenced"]
        mine = (await change(room.device)).token
        assert statuses(await room.save(mine, one(1, "C"))) == ["saved"]
        await change(close_section, room.ada, room.code, section="job_knowledge", at=room.now)
        found = await room.save(mine, one(2))
        assert (statuses(found), found["section"]) == (["closed"], "")
        await change(submit_sitting, _proctor(), room.code, at=room.now, ended_by="proctor")
        found = await room.save(mine, one(2))
        assert (statuses(found), found["state"]) == (["closed"], "closed")

    room.together(work)
    kinds = [f.kind for f in read_facts(room.code)]
    assert kinds[-3:] == ["machine.swapped", "section.locked", "sitting.submitted"]
    assert Answer.objects.count() == 3


def _proctor() -> Actor:
    return staff("proctor")


def _closing(function: Callable[..., Any], *given: Any, **more: Any) -> Any:
    try:
        return function(*given, **more)
    finally:
        connection.close()


def test_a_late_answer_needs_a_mark_the_current_epoch_and_the_sections_own_time(
    room: Room,
) -> None:
    device = room.device()
    minute = 60_000

    async def work() -> None:
        room.now = TEST + timedelta(minutes=30)
        mark = (await room.save(device.token, one(1)))["mark"]
        room.now = TEST + timedelta(minutes=45)
        late = one(2, "B", elapsed=9 * minute)
        assert statuses(await room.save(device.token, late)) == ["closed"]
        assert statuses(await room.save(device.token, late, after=mark[:-2] + "xx")) == ["closed"]
        over = one(3, "C", elapsed=11 * minute)
        found = await room.save(device.token, late, over, after=mark)
        assert statuses(found) == ["late", "closed"]
        again = await room.save(device.token, late, after=mark)
        assert again["saves"][0] == found["saves"][0]
        room.now = TEST + timedelta(minutes=51)
        late_n = late | {"n": 4}
        assert statuses(await room.save(device.token, late_n, after=mark)) == ["closed"]

    room.together(work)
    (row,) = Answer.objects.filter(late=True)
    assert (row.n, row.choice, row.given_at) == (2, "B", TEST + timedelta(minutes=39))


def test_a_late_answer_of_the_section_left_is_taken_while_the_next_one_is_open(room: Room) -> None:
    device = room.device()

    def go_on() -> None:
        close_section(room.ada, room.code, section="job_knowledge", at=room.now)
        open_section(room.ada, room.code, section="english_expression", at=room.now)

    async def work() -> None:
        room.now = TEST + timedelta(minutes=30)
        mark = (await room.save(device.token, one(1)))["mark"]
        room.now = TEST + timedelta(minutes=45)
        await asyncio.to_thread(_closing, go_on)
        inside = one(2, "B", elapsed=9 * 60_000)
        outside = one(3, "C", elapsed=11 * 60_000)
        next_one = one(4) | {"section": "english_expression"}
        found = await room.save(device.token, inside, outside, next_one, after=mark)
        assert statuses(found) == ["late", "closed", "saved"]
        # A mark of the next section places nothing in the one before.
        newer = one(5, "D", item=2, elapsed=0)
        assert statuses(await room.save(device.token, newer, after=found["mark"])) == ["closed"]

    room.together(work)
    (row,) = Answer.objects.filter(late=True)
    assert (row.n, row.section, row.given_at) == (2, "job_knowledge", TEST + timedelta(minutes=39))


def test_an_essay_is_sealed_with_its_writers_key_and_read_back(room: Room) -> None:
    for section in ("job_knowledge", "english_expression", "biographic"):
        if section != "job_knowledge":
            open_section(room.ada, room.code, section=section, at=TEST)
        close_section(room.ada, room.code, section=section, at=TEST)
    open_section(room.ada, room.code, section="essay", at=TEST)
    device = room.device()
    essay = {"section": "essay", "item": 1}

    async def work() -> None:
        found = await room.save(
            device.token,
            essay | {"n": 1, "text": "A secret"},
            essay | {"n": 2, "text": "A secret thought"},
        )
        assert statuses(found) == ["superseded", "saved"]
        again = await room.save(device.token, essay | {"n": 2, "text": "A secret thought"})
        assert again["saves"][0]["receipt"] == found["saves"][1]["receipt"]
        _, _, shown = await room.ask(device.token, method="GET", path="/desk/section")
        assert [(a["item"], a["n"], a["text"]) for a in shown["answers"]] == [
            (1, 2, "A secret thought")
        ]
        assert shown["answer"] == "essay"

    room.together(work)
    assert [b"secret" in bytes(t) for t in Answer.objects.values_list("text", flat=True)] == [
        False,
        False,
    ]
    assert room.device(device.token).answers[0].text == "A secret thought"


def test_the_section_shows_its_items_without_a_key_and_the_latest_answers(room: Room) -> None:
    second = TestItem.objects.filter(section="job_knowledge", number=2)
    second.update(passage="A text that is shared.")
    token = room.device().token

    async def work() -> None:
        await room.save(token, one(1), one(2, "B"), one(3, "C", item=2))
        status, headers, found = await room.ask(token, method="GET", path="/desk/section")
        assert (status, headers[b"cache-control"]) == (200, b"no-store")
        assert (found["section"], found["state"], len(found["items"])) == (
            "job_knowledge",
            "open",
            60,
        )
        first, shared = found["items"][:2]
        assert sorted(first) == ["item", "options", "stem"]
        assert sorted(shared) == ["item", "options", "passage", "stem"]
        assert shared["passage"] == "A text that is shared."
        names = {"item", "stem", "options", "passage"}
        assert {key for item in found["items"] for key in item} == names
        assert [(a["item"], a["choice"], a["n"]) for a in found["answers"]] == [
            (1, "B", 2),
            (2, "C", 3),
        ]

    room.together(work)


def test_what_is_not_a_save_is_refused_before_anything_is_kept(room: Room) -> None:
    token = room.device().token
    good = {"saves": [one(1)]}

    async def work() -> None:
        other = "A" + token[1:] if token[0] != "A" else "B" + token[1:]
        for wanted, given in (
            (401, {"token": ""}),
            (401, {"token": other}),
            (401, {"token": token[:-3]}),
            (415, {"kind": b"text/plain"}),
            (405, {"method": "GET"}),
            (404, {"path": "/desk/other"}),
            (400, {"body": b"not json"}),
            (400, {"body": {"saves": []}}),
            (400, {"body": {"saves": [one(1)] * 51}}),
            (400, {"body": {"saves": [one(1, why="no")]}}),
            (400, {"body": {"saves": [one(1) | {"item": "1"}]}}),
            (413, {"body": b" " * (LARGEST + 1)}),
        ):
            asked: dict[str, Any] = {"token": token, "body": good} | given
            status, _, found = await room.ask(**asked)
            assert (status, sorted(found)) == (wanted, ["refused", "remedy"])
        room.now += timedelta(hours=15)
        assert (await room.ask(token, good))[0] == 401

    room.together(work)
    assert Answer.objects.count() == 0


def test_a_full_queue_asks_to_come_again(room: Room) -> None:
    token = room.device().token
    pk = Sitting.objects.get(candidacy=room.code).pk

    async def work() -> None:
        await room.save(token, one(1))
        assert room.desk._desk is not None
        room.desk._desk._most = 10
        asked = [room.ask(token, {"saves": [one(n)]}) for n in range(2, 42)]
        found = await asyncio.gather(*asked)
        turned = [(status, h[b"retry-after"]) for status, h, _ in found if status != 200]
        assert set(turned) == {(503, b"1")}
        again = [room.save(token, one(n)) for n in range(2, 12)]
        assert {statuses(f)[0] for f in await asyncio.gather(*again)} <= {"saved", "superseded"}

    room.together(work)
    assert Answer.objects.filter(sitting=pk, n__lte=11).count() == 11


def test_a_form_post_is_a_device_of_its_own(room: Room) -> None:
    device = room.device()
    page = item_page(room.ada, room.code, section="job_knowledge", item=1, at=TEST)
    assert page.epoch == 1
    receipt = save_answer(
        room.ada, room.code, section="job_knowledge", item=1, choice="B", at=TEST, epoch=1
    )
    assert receipt.n == 2
    with pytest.raises(Exception, match="fenced"):
        save_answer(
            room.ada, room.code, section="job_knowledge", item=1, choice="C", at=TEST, epoch=1
        )

    async def work() -> None:
        assert statuses(await room.save(device.token, one(1))) == ["fenced"]

    room.together(work)
    assert list(Answer.objects.values_list("epoch", "n", "choice")) == [(2, 1, "B")]


def test_the_device_page_answers_its_own_candidate_in_json(room: Room) -> None:
    browser = Client()
    browser.force_login(Account.objects.get(email=ADA))
    address = f"/exam/{room.code}/device/"
    opened = browser.post(address, {}, content_type="application/json")
    assert opened.status_code == 200
    found = opened.json()
    assert (found["epoch"], found["resumed"], found["state"]) == (1, False, "open")
    assert found["hand_over"]["jwk"]["crv"] == "P-256"
    again = browser.post(address, {"resume": found["token"]}, content_type="application/json")
    assert again.json()["resumed"] is True
    assert browser.post(address, {"other": 1}, content_type="application/json").status_code == 400
    given_person("bob@example.org", "Bob Other")
    stranger = Client()
    stranger.force_login(Account.objects.get(email="bob@example.org"))
    refused = stranger.post(address, {}, content_type="application/json")
    assert refused.status_code == 403
    assert b"epoch" not in refused.content
    assert (room.live().epoch, room.live().state) == (1, "open")


def test_no_row_is_ever_changed(room: Room) -> None:
    save_answer(room.ada, room.code, section="job_knowledge", item=1, choice="B", at=TEST)
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        Answer.objects.update(choice="A")
    assert Answer.objects.get().choice == "B"
