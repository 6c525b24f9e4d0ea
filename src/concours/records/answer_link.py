"""The answer desk's own way to the database: two asynchronous connections, or SQLite's one writer.

Nothing here decides anything: the statements are those of `answer_store`. A connection that
broke is replaced at the next use; whoever waited is told that nothing is certain and asks
again, which the numbers of the answers make harmless.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

import psycopg
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from concours.records import answer_latest, answer_store
from concours.records.answer_latest import LATEST, Latest
from concours.records.answer_store import (
    HELD,
    KEEP,
    Batch,
    Live,
    Outcome,
    Row,
)
from concours.records.models import ServiceClock

Found = TypeVar("Found")
ATTEMPTS = 4
"""How often a batch is tried again when the database broke off a deadlock."""

CLOCK = "SELECT service_anchor, machine_anchor, running FROM records_serviceclock WHERE id = 1"
AWAY = (psycopg.OperationalError, psycopg.InterfaceError, OperationalError, InterfaceError)
"""The database cannot be reached, or went away in the middle."""


class Away(Exception):
    """The database is away: whether the batch was kept is not known."""


class Link(Protocol):
    """What the desk asks of a database."""

    lanes: int

    async def keep(self, lane: int, rows: Sequence[Row], machine_now: datetime) -> Batch:
        """Keep these answers and commit; the instant is in the batch. Raises Away."""
        ...

    async def latest(
        self, sitting: int, machine_now: datetime
    ) -> tuple[Live, list[Latest], datetime]:
        """A sitting's row, the latest answers of its open section, service time. Raises Away."""
        ...

    async def run(self, function: Callable[..., Found], *arguments: object) -> Found:
        """Run something that uses Django's tables, in the link's own thread. Raises Away."""
        ...

    async def close(self) -> None:
        """Give up every connection."""
        ...


def open_link() -> Link:
    """The link that fits the database Django is set up for."""
    return OnSQLite() if connection.vendor == "sqlite" else OnPostgreSQL()


class OnSQLite:
    """One thread writes, FULL and IMMEDIATE as everywhere; it reads too."""

    lanes = 1

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="answers")

    async def keep(self, lane: int, rows: Sequence[Row], machine_now: datetime) -> Batch:
        return await self.run(_keep_now, rows, machine_now)

    async def latest(
        self, sitting: int, machine_now: datetime
    ) -> tuple[Live, list[Latest], datetime]:
        return await self.run(_latest_now, sitting, machine_now)

    async def run(self, function: Callable[..., Found], *arguments: object) -> Found:
        return await _in_thread(self._thread, function, arguments)

    async def close(self) -> None:
        await self.run(_hang_up)
        self._thread.shutdown()


class OnPostgreSQL:
    """Two connections for batches and two for reading, in the event loop; a thread for the rest."""

    lanes = 2
    readers = 2

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="answers")
        self._open: dict[int, psycopg.AsyncConnection[tuple[Any, ...]]] = {}
        self._free: asyncio.LifoQueue[int] = asyncio.LifoQueue()
        for place in range(self.lanes, self.lanes + self.readers):
            self._free.put_nowait(place)

    async def keep(self, lane: int, rows: Sequence[Row], machine_now: datetime) -> Batch:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self._keep(lane, rows, machine_now)
            except AWAY as error:
                if getattr(error, "sqlstate", None) in ("40P01", "40001") and attempt < ATTEMPTS:
                    continue
                await self._drop(lane)
                raise Away from error
            except psycopg.DatabaseError:
                if len(rows) == 1:
                    raise
                return await self._one_by_one(lane, rows, machine_now)
        raise AssertionError("unreachable")

    async def _keep(self, lane: int, rows: Sequence[Row], machine_now: datetime) -> Batch:
        link = await self._at(lane)
        at = await self._service_time(link, machine_now) if settings.REHEARSAL else machine_now
        async with link.cursor(binary=True) as cursor:
            await cursor.execute(KEEP, answer_store.keep_arguments(rows, at), prepare=True)
            judged: list[Any] = await cursor.fetchall()
            wanted = answer_store.repeats(rows, judged)
            held = {}
            if wanted:
                await cursor.execute(HELD, answer_store.held_arguments(wanted), prepare=True)
                held = {
                    (s, e, n): (r, when, late) for s, e, n, r, when, late in await cursor.fetchall()
                }
        return answer_store.outcomes(rows, judged, held, at)

    async def _one_by_one(self, lane: int, rows: Sequence[Row], machine_now: datetime) -> Batch:
        """What the database refuses in one answer must not fail the others of its batch."""
        found: list[Outcome] = []
        live: dict[int, Live] = {}
        at = machine_now
        for row in rows:
            try:
                one = await self._keep(lane, [row], machine_now)
            except AWAY as error:
                await self._drop(lane)
                raise Away from error
            except psycopg.DatabaseError:
                found.append(Outcome("bad"))
                continue
            found += one.outcomes
            live.update(one.live)
            at = one.at
        return Batch(found, live, at)

    async def latest(
        self, sitting: int, machine_now: datetime
    ) -> tuple[Live, list[Latest], datetime]:
        place = await self._free.get()
        try:
            link = await self._at(place)
            at = await self._service_time(link, machine_now) if settings.REHEARSAL else machine_now
            async with link.cursor(binary=True) as cursor:
                await cursor.execute(LATEST, [sitting], prepare=True)
                return (*answer_latest.latest_of(await cursor.fetchall()), at)
        except AWAY as error:
            await self._drop(place)
            raise Away from error
        finally:
            self._free.put_nowait(place)

    async def run(self, function: Callable[..., Found], *arguments: object) -> Found:
        return await _in_thread(self._thread, function, arguments)

    async def close(self) -> None:
        for place in list(self._open):
            await self._drop(place)
        await self.run(_hang_up)
        self._thread.shutdown()

    async def _at(self, place: int) -> psycopg.AsyncConnection[tuple[Any, ...]]:
        found = self._open.get(place)
        if found is None:
            found = await psycopg.AsyncConnection.connect(**_reach(), autocommit=True)
            await found.execute("SET TIME ZONE 'UTC'")
            self._open[place] = found
        return found

    async def _drop(self, place: int) -> None:
        found = self._open.pop(place, None)
        if found is not None:
            await found.close()

    async def _service_time(
        self, link: psycopg.AsyncConnection[tuple[Any, ...]], machine_now: datetime
    ) -> datetime:
        async with link.cursor() as cursor:
            await cursor.execute(CLOCK, prepare=True)
            return _reading(await cursor.fetchone(), machine_now)


def service_time_now(machine_now: datetime) -> datetime:
    """Service time through Django's connection: a rehearsal's clock where there is one."""
    if not settings.REHEARSAL:
        return machine_now
    names = ("service_anchor", "machine_anchor", "running")
    return _reading(ServiceClock.objects.filter(pk=1).values_list(*names).first(), machine_now)


def _reading(clock: tuple[Any, ...] | None, machine_now: datetime) -> datetime:
    if clock is None:
        return machine_now
    service: datetime
    service, machine, running = clock
    return service + max(machine_now - machine, timedelta(0)) if running else service


def _keep_now(rows: Sequence[Row], machine_now: datetime) -> Batch:
    with transaction.atomic():
        return answer_store.keep_on_sqlite(rows, at=service_time_now(machine_now))


def _latest_now(sitting: int, machine_now: datetime) -> tuple[Live, list[Latest], datetime]:
    live, held = answer_latest.latest_on_sqlite(sitting)
    return live, held, service_time_now(machine_now)


def _hang_up() -> None:
    connection.close()


async def _in_thread(
    thread: ThreadPoolExecutor, function: Callable[..., Found], arguments: Sequence[object]
) -> Found:
    def work() -> Found:
        try:
            return function(*arguments)
        except DatabaseError:
            connection.close()
            raise

    try:
        return await asyncio.get_running_loop().run_in_executor(thread, work)
    except AWAY as error:
        raise Away from error


def _reach() -> dict[str, Any]:
    """How psycopg reaches the database that Django is set up for."""
    given = connection.settings_dict
    names = {
        "NAME": "dbname",
        "USER": "user",
        "PASSWORD": "password",
        "HOST": "host",
        "PORT": "port",
    }
    found = {word: given[name] for name, word in names.items() if given.get(name)}
    more = {
        k: v
        for k, v in given.get("OPTIONS", {}).items()
        if k not in ("pool", "server_side_binding")
    }
    return {**found, **more}
