"""The answer desk: answers are kept in batches and acknowledged after the commit, never before.

Group commit without a timer: what arrives while a batch is on its way to the disk is the
next batch. The queue is bounded; who finds it full is asked to come again. What a device
sends is checked one by one, and each answer gets a reply of its own.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec

from concours.kernel.period import instant_text
from concours.records import answer_store, personal
from concours.records.answer_link import Away, Link, open_link, service_time_now
from concours.records.answer_store import GONE, Batch, Live, Outcome, Row
from concours.records.models import CandidacyStanding, Sitting
from concours.services.examination.desk_items import SectionItems, fault_of, section_items
from concours.services.examination.desk_messages import (
    HeldSave,
    Reply,
    Save,
    Saved,
    Saves,
    SectionHead,
)
from concours.services.examination.desk_token import (
    Token,
    issue_mark,
    read_mark,
    read_token,
)

ESSAY_COLUMN = "answer.text"
MOST_SAVES = 50
MOST_WAITING = 4_096
"""Answers in the queue; beyond that the desk asks devices to come again."""
MOST_IN_BATCH = 256
KNOWN_FOR = 30.0
"""Seconds a section's items and a person's key are remembered."""
MOST_KNOWN = 20_000


class Busy(Exception):
    """The queue is full, or the database away: nothing is certain, ask again."""


Waiting = tuple[list[Row], "asyncio.Future[tuple[list[Outcome], Batch]]"]
_DECODER = msgspec.json.Decoder(Saves)
_ENCODER = msgspec.json.Encoder()
USED_TWICE = "This number was used for another answer: count on, and never use one twice."
LARGEST_N = 2_000_000_000


class Desk:
    """One process's desk. ``machine_now`` is the machine's clock, UTC."""

    def __init__(
        self,
        *,
        machine_now: Callable[[], datetime],
        link: Link | None = None,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._now = machine_now
        self._link = link or open_link()
        self._most = most_waiting
        self._queue: deque[Waiting] = deque()
        self._waiting = 0
        self._idle: list[asyncio.Future[None]] = []
        self._lanes: list[asyncio.Task[None]] = []
        self._items: dict[tuple[str, str, str], tuple[float, dict[str, SectionItems]]] = {}
        self._reading: dict[tuple[str, str, str], asyncio.Future[dict[str, SectionItems]]] = {}
        self._keys: dict[int, tuple[float, str, bytes]] = {}
        self._texts: dict[datetime, str] = {}

    def admit(self, text: str) -> Token:
        """The token of a request. Raises BadToken."""
        return read_token(text, machine_now=self._now())

    async def save(self, token: Token, body: bytes) -> bytes:
        """Keep what a request brings; the reply as JSON, once all of it is committed.

        Raises msgspec.ValidationError for a body that is not what the protocol says, Busy.
        """
        asked = _DECODER.decode(body)
        if not 1 <= len(asked.saves) <= MOST_SAVES:
            raise msgspec.ValidationError(f"Send 1 to {MOST_SAVES} answers - at `$.saves`")
        items = await self.items(token)
        mark = read_mark(asked.after, token) if asked.after else None
        rows: list[Row] = []
        replies: list[Saved | None] = []
        for save in asked.saves:
            fault = _fault(save, items)
            if fault is not None:
                replies.append(Saved(save.n, "bad", field=fault[0], remedy=fault[1]))
                continue
            sealed = await self._seal(token.sitting, save.text) if save.text else None
            if save.text and sealed is None:
                replies.append(Saved(save.n, "not_permitted"))
                continue
            given = None
            if mark is not None and save.elapsed >= 0 and mark.section == save.section:
                given = mark.at + timedelta(milliseconds=save.elapsed)
            rows.append(_row(token, save, sealed, given))
            replies.append(None)
        found: list[Outcome] = []
        if rows:
            found, batch = await self._enter(rows)
            live, at = batch.live.get(token.sitting, GONE), batch.at
        else:
            try:
                live, at = await self._link.run(_look, token.sitting, self._now())
            except Away as away:
                raise Busy from away
        return self._reply(token, asked.saves, replies, found, live, at)

    async def items(self, token: Token) -> dict[str, SectionItems]:
        """The sections of the token's form of its test, remembered for a while."""
        place, now = (token.competition, token.step, token.form), self._now().timestamp()
        known = self._items.get(place)
        if known is not None and known[0] > now:
            return known[1]
        # Everybody who comes meanwhile waits for the same reading.
        reading = self._reading.get(place)
        if reading is None:
            reading = asyncio.ensure_future(self._link.run(section_items, *place))
            self._reading[place] = reading
        try:
            fresh = await asyncio.shield(reading)
        except Away as away:
            raise Busy from away
        finally:
            self._reading.pop(place, None)
        self._items[place] = (self._now().timestamp() + KNOWN_FOR, fresh)
        return fresh

    async def section(self, token: Token) -> bytes:
        """The open section as JSON: its items, and the latest answer of each. Raises Busy."""
        items = await self.items(token)
        try:
            live, held, at = await self._link.latest(token.sitting, self._now())
        except Away as away:
            raise Busy from away
        answers = []
        for row in held:
            text = await self._opened(token.sitting, row.text) if row.text else ""
            answers.append(
                HeldSave(
                    live.section,
                    row.item,
                    row.choice,
                    text,
                    row.epoch,
                    row.n,
                    row.at,
                    row.receipt,
                    row.late,
                )
            )
        current = live.epoch == token.epoch
        about = items.get(live.section)
        head = SectionHead(
            section=live.section,
            answer=about.answer if about else "",
            state=live.state,
            epoch=live.epoch,
            closes_at=self.text(live.closes_at),
            late_until=self.text(live.late_until),
            now=instant_text(at),
            mark=issue_mark(token.sitting, token.epoch, live.section, at) if current else "",
            items=msgspec.Raw(about.shown if about and live.state != "closed" else b"[]"),
            answers=answers,
        )
        return _ENCODER.encode(head)

    async def close(self) -> None:
        """Finish what waits and give the connections up."""
        while self._queue:
            await asyncio.sleep(0.01)
        for lane in self._lanes:
            lane.cancel()
        await asyncio.gather(*self._lanes, return_exceptions=True)
        await self._link.close()

    def _reply(
        self,
        token: Token,
        saves: list[Save],
        replies: list[Saved | None],
        found: list[Outcome],
        live: Live,
        at: datetime,
    ) -> bytes:
        outcomes = iter(found)
        said = []
        for save, known in zip(saves, replies, strict=True):
            said.append(known or self._saved(save, next(outcomes)))
        current = live.epoch == token.epoch
        return _ENCODER.encode(
            Reply(
                saves=said,
                epoch=live.epoch,
                state=live.state,
                section=live.section,
                closes_at=self.text(live.closes_at),
                late_until=self.text(live.late_until),
                now=self.text(at) or "",
                mark=issue_mark(token.sitting, token.epoch, live.section, at) if current else "",
            )
        )

    def _saved(self, save: Save, outcome: Outcome) -> Saved:
        if outcome.status == "bad":
            return Saved(save.n, "bad", field="n", remedy=USED_TWICE)
        return Saved(save.n, outcome.status, outcome.receipt, self.text(outcome.at) or "")

    def text(self, at: datetime | None) -> str | None:
        """An instant as written; the same few deadlines are asked for again and again."""
        if at is None:
            return None
        known = self._texts.get(at)
        if known is None:
            if len(self._texts) >= MOST_KNOWN:
                self._texts.clear()
            known = self._texts[at] = instant_text(at)
        return known

    async def _seal(self, sitting: int, text: str) -> bytes | None:
        known = await self._person(sitting)
        if known is None:
            return None
        person, key = known
        return personal.seal_with(key, person, ESSAY_COLUMN, text)

    async def _opened(self, sitting: int, sealed: bytes) -> str:
        known = await self._person(sitting)
        if known is None:
            return ""
        person, key = known
        return personal.open_with(key, person, ESSAY_COLUMN, sealed)

    async def _person(self, sitting: int) -> tuple[str, bytes] | None:
        """The person behind a sitting and their data key, remembered for a while."""
        now = self._now().timestamp()
        known = self._keys.get(sitting)
        if known is None or known[0] <= now:
            try:
                found = await self._link.run(_key_of, sitting)
            except Away as away:
                raise Busy from away
            if found is None:
                return None
            if len(self._keys) >= MOST_KNOWN:
                self._keys.clear()
            known = self._keys[sitting] = (now + KNOWN_FOR, *found)
        return known[1:]

    async def _enter(self, rows: list[Row]) -> tuple[list[Outcome], Batch]:
        if self._waiting + len(rows) > self._most:
            raise Busy
        loop = asyncio.get_running_loop()
        if not self._lanes:
            self._lanes = [loop.create_task(self._serve(n)) for n in range(self._link.lanes)]
        done: asyncio.Future[tuple[list[Outcome], Batch]] = loop.create_future()
        self._queue.append((rows, done))
        self._waiting += len(rows)
        if self._idle:
            idle = self._idle.pop()
            if not idle.done():
                idle.set_result(None)
        return await done

    async def _serve(self, lane: int) -> None:
        """One lane: takes all that waits, keeps it in one transaction, takes all that waits."""
        loop = asyncio.get_running_loop()
        while True:
            if not self._queue:
                idle: asyncio.Future[None] = loop.create_future()
                self._idle.append(idle)
                await idle
                continue
            taken = self._take()
            rows = [row for some, _ in taken for row in some]
            try:
                batch = await self._link.keep(lane, rows, self._now())
            except Exception as error:
                for _, done in taken:
                    if not done.done():
                        done.set_exception(Busy() if isinstance(error, Away) else error)
                continue
            start = 0
            for some, done in taken:
                end = start + len(some)
                if not done.done():
                    done.set_result((list(batch.outcomes[start:end]), batch))
                start = end

    def _take(self) -> list[Waiting]:
        taken: list[Waiting] = []
        count = 0
        while self._queue and (not taken or count + len(self._queue[0][0]) <= MOST_IN_BATCH):
            taken.append(self._queue.popleft())
            count += len(taken[-1][0])
        self._waiting -= count
        return taken


def _fault(save: Save, items: dict[str, SectionItems]) -> tuple[str, str] | None:
    if not 1 <= save.n <= LARGEST_N:
        return "n", "Count the answers of a device from 1."
    return fault_of(items.get(save.section), save.item, save.choice, save.text)


def _row(token: Token, save: Save, sealed: bytes | None, given: datetime | None) -> Row:
    receipt = answer_store.receipt_of(
        token.sitting, token.epoch, save.n, save.section, save.item, save.choice, save.text
    )
    return Row(
        token.sitting,
        token.epoch,
        save.n,
        save.section,
        save.item,
        save.choice,
        sealed,
        receipt,
        given,
    )


def _key_of(sitting: int) -> tuple[str, bytes] | None:
    """The person behind a sitting and their data key; None where either is gone."""
    code = Sitting.objects.filter(pk=sitting).values_list("candidacy", flat=True).first()
    person = CandidacyStanding.objects.filter(file=code).values_list("person", flat=True).first()
    if not person:
        return None
    try:
        personal.seal_text(person, ESSAY_COLUMN, "")  # makes the key of somebody who has none
    except personal.Erased:
        return None
    key = personal.keys_of([person]).get(person)
    return None if key is None else (person, key)


def _look(sitting: int, machine_now: datetime) -> tuple[Live, datetime]:
    return (
        answer_store.sittings_live([sitting]).get(sitting, GONE),
        service_time_now(machine_now).astimezone(UTC),
    )
