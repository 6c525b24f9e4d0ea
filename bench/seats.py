"""A rush for seats through HTTP: more candidates than seats, and none given twice or lost.

    concours bench seats
    python tools/postgres.py --durable .venv/bin/concours bench seats

Starts the service as `concours serve` on the database given and sends it what signed-in
browsers send: the reservation form with its session cookie, its form token and the version
the page showed, so many at a time, each connection asking for one candidate after another.
Beside it, in the same run, the bare transaction: a seat's row, an entry and a notice by
pgbench with as many clients; on SQLite by one writer, as there is only one. JSON lines; exit
code 1 when seats, holders, entries and answers do not match.
"""

import argparse
import asyncio
import json
import math
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlencode

import django

django.setup()

from django.conf import settings  # noqa: E402 - what follows needs the settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.db import connection  # noqa: E402

from concours.ledger.draft import Draft  # noqa: E402
from concours.policy.edition import load_edition  # noqa: E402
from concours.records import personal  # noqa: E402
from concours.records.ledger_store import read_files, read_many  # noqa: E402
from concours.records.models import Account, Person, Seat  # noqa: E402
from concours.selection import competition as rules  # noqa: E402
from concours.selection.application_eligibility import admit  # noqa: E402
from concours.selection.authority import Actor  # noqa: E402
from concours.selection.candidacy import Candidacy, open_candidacy  # noqa: E402
from concours.selection.person import open_person  # noqa: E402
from concours.services.case import append_as_system  # noqa: E402
from concours.services.clock import set_clock  # noqa: E402
from concours.services.competitions import read_competition  # noqa: E402
from concours.services.examination.sessions import (  # noqa: E402
    CentreRow,
    add_centre,
    plan_session,
)
from concours.services.files import new_code  # noqa: E402

PROCESS, EDITION = "us_foreign_service", "2016"
DRAFTED = datetime(2016, 1, 4, 15, tzinfo=UTC)
APPLIES = datetime(2016, 5, 2, 14, tzinfo=UTC)
RESERVES = datetime(2016, 5, 10, 14, tzinfo=UTC)
SITS = datetime(2016, 6, 6, 13, tzinfo=UTC)
BATCH = 500
CALENDAR = rules.Calendar(
    window="2016-06",
    registration_opens=date(2016, 4, 29),
    seats_from=date(2016, 5, 4),
    test_starts=date(2016, 6, 3),
    test_ends=date(2016, 6, 10),
)
BARE_SEATS = 40_000
BARE_SECONDS = 5
BODY = "x" * 400
"""As long as the body of an entry and the sealed text of a letter about a seat."""

Waiting = tuple[Actor, str]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One candidate's request: how it came out, when it was sent and when answered."""

    outcome: str
    began: float
    ended: float


def main() -> None:
    """Build the rush, measure the bare transaction, then the service, and compare the records."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=5_000, help="candidates who want a seat")
    parser.add_argument("--seats", type=int, default=2_500, help="seats there are, fewer")
    parser.add_argument("--at-once", type=int, default=64, help="candidates at the same time")
    asked = parser.parse_args()
    if not 0 < asked.seats < asked.people:
        parser.error("--seats is at least 1 and smaller than --people")
    set_clock(to=RESERVES, machine_now=datetime.now(UTC), running=True)
    competition = make_competition()
    waiting = admitted(competition, asked.people)
    session = make_session(competition, seats=asked.seats, room="1")
    forms = signed_in_forms(waiting, session)
    size = {"people": asked.people, "seats": asked.seats, "at_once": asked.at_once}
    engine = connection.vendor
    bare = bare_on_postgresql(asked.at_once) if engine == "postgresql" else bare_on_sqlite()
    print(json.dumps({"bench": "seats.bare", "engine": engine, **bare}), flush=True)
    with serving() as port:
        taken = asyncio.run(rush(port, forms, at_once=asked.at_once))
    reserved = [attempt for attempt in taken if attempt.outcome == "reserved"]
    share = round(per_second(reserved) / float(bare["per_second"]), 4)
    say("reserve", reserved, engine=engine, share=share, **size)
    refused = [attempt for attempt in taken if attempt.outcome == "session_full"]
    say("refuse", refused, rated=False, engine=engine, **size)
    sys.exit(0 if proves(session, waiting, taken, seats=asked.seats) else 1)


def bare_on_postgresql(clients: int) -> dict[str, float]:
    """The bare transaction under pgbench: take a free row, insert an entry and a notice."""
    tables = """
        CREATE TABLE bare_seat (id bigserial PRIMARY KEY, session int, holder int);
        CREATE INDEX ON bare_seat (session, id) WHERE holder IS NULL;
        CREATE UNIQUE INDEX ON bare_seat (holder) WHERE holder IS NOT NULL;
        CREATE SEQUENCE bare_person;
        CREATE TABLE bare_entry (id bigserial PRIMARY KEY, person int UNIQUE, body text);
        CREATE TABLE bare_notice (id bigserial PRIMARY KEY, person int UNIQUE, body text);
    """
    work = f"""
        BEGIN;
        SELECT nextval('bare_person') AS person \\gset
        UPDATE bare_seat SET holder = :person WHERE id = (
            SELECT id FROM bare_seat WHERE session = 1 AND holder IS NULL
            ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED);
        INSERT INTO bare_entry (person, body) VALUES (:person, '{BODY}');
        INSERT INTO bare_notice (person, body) VALUES (:person, '{BODY}');
        COMMIT;
    """
    with connection.cursor() as cursor:
        cursor.execute(tables)
        cursor.execute(
            "INSERT INTO bare_seat (session) SELECT 1 FROM generate_series(1, %s)", [BARE_SEATS]
        )
    program = shutil.which("pgbench")
    if program is None:
        sys.exit("pgbench is not installed (Debian: postgresql-contrib)")
    about = connection.get_connection_params()
    reach = ["-h", str(about.get("host", "")), "-p", str(about.get("port", 5432))]
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "bare.sql"
        script.write_text(work)
        words = [program, "-n", "-M", "prepared", "-f", str(script), "-c", str(clients), "-j", "2"]
        words += ["-T", str(BARE_SECONDS), *reach, "-U", str(about.get("user", "postgres"))]
        words += ["-l", f"--log-prefix={folder}/log", str(about["dbname"])]
        surroundings = {**os.environ, "PGPASSWORD": str(about.get("password", ""))}
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env=surroundings)
        took = sorted(
            int(line.split()[2]) / 1e3
            for log in Path(folder).glob("log.*")
            for line in log.read_text().splitlines()
        )
    return {
        "per_second": round(min(len(took), BARE_SEATS) / BARE_SECONDS, 1),
        "p50_ms": round(percentile(took, 0.50), 2),
        "p99_ms": round(percentile(took, 0.99), 2),
        "clients": clients,
    }


def bare_on_sqlite() -> dict[str, float]:
    """The bare transaction by SQLite's one writer, with the durability the service asks for."""
    bare = settings.VAR / "bare.sqlite3"
    with closing(sqlite3.connect(bare, isolation_level=None)) as file:
        file.executescript("""
            PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
            CREATE TABLE seat (id INTEGER PRIMARY KEY, holder INT UNIQUE);
            CREATE TABLE entry (id INTEGER PRIMARY KEY, person INT UNIQUE, body TEXT);
            CREATE TABLE notice (id INTEGER PRIMARY KEY, person INT UNIQUE, body TEXT);
        """)
        file.executemany("INSERT INTO seat (id) VALUES (?)", [(n,) for n in range(BARE_SEATS)])
        took: list[float] = []
        ends = time.perf_counter() + BARE_SECONDS
        while time.perf_counter() < ends and len(took) < BARE_SEATS:
            began, person = time.perf_counter(), len(took)
            file.execute("BEGIN IMMEDIATE")
            file.execute("UPDATE seat SET holder = ? WHERE id = ?", (person, person))
            for table in ("entry", "notice"):
                file.execute(f"INSERT INTO {table} (person, body) VALUES (?, ?)", (person, BODY))
            file.execute("COMMIT")
            took.append(1e3 * (time.perf_counter() - began))
    spent = sum(took) / 1e3
    took.sort()
    return {
        "per_second": round(len(took) / spent, 1),
        "p50_ms": round(percentile(took, 0.50), 2),
        "p99_ms": round(percentile(took, 0.99), 2),
        "clients": 1,
    }


@contextmanager
def serving() -> Iterator[int]:
    """The service as people reach it, on a free port; ended when the measurement is."""
    program = [sys.executable, "-m", "concours.cli.main", "serve", "--port", "0"]
    service = subprocess.Popen(program, stderr=subprocess.PIPE, text=True)
    try:
        for line in service.stderr or ():
            if line.startswith("Listening on "):
                yield int(line.strip().rpartition(":")[2])
                return
        sys.exit("The service did not start.")
    finally:
        service.terminate()
        service.wait(timeout=30)


async def rush(port: int, forms: Sequence[bytes], *, at_once: int) -> list[Attempt]:
    """Everybody sends their form, so many connections at once, each one after another."""
    attempts: list[Attempt] = []
    turn = iter(forms)

    async def browser() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for form in turn:
            began = time.perf_counter()
            writer.write(form)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            ended = time.perf_counter()
            attempts.append(Attempt(outcome_of(head), began, ended))
            length = int(header_of(head, "content-length") or 0)
            if length:
                await reader.readexactly(length)
        writer.close()

    await asyncio.gather(*(browser() for _ in range(at_once)))
    return attempts


def outcome_of(head: str) -> str:
    """What an answer's head says: reserved, session_full, or its status for anything else."""
    status, location = head.split(" ", 2)[1], header_of(head, "location")
    if status == "302" and location.endswith("/examination/confirmation/"):
        return "reserved"
    if status == "302" and "/examination/seats/?full=" in location:
        return "session_full"
    return f"{status} {location}".strip()


def header_of(head: str, name: str) -> str:
    """A header's value in an answer's head; "" for none."""
    for line in head.split("\r\n")[1:]:
        found, _, value = line.partition(":")
        if found.lower() == name:
            return value.strip()
    return ""


def signed_in_forms(waiting: Sequence[Waiting], session: str) -> list[bytes]:
    """The request each candidate's browser sends after signing in and opening the page.

    The session row is what signing in leaves behind; the form token that of the
    browser's cookie; `seen` the version the page shows.
    """
    accounts = [
        Account(
            email=f"{actor.person.lower()}@bench.example",
            person_id=actor.person,
            password="!" + secrets.token_hex(20),
        )
        for actor, _ in waiting
    ]
    Account.objects.bulk_create(accounts, batch_size=BATCH)
    rows = {a.person_id: a for a in Account.objects.filter(email__endswith="@bench.example")}
    store, forms, sessions = SessionStore(), [], []
    for start in range(0, len(waiting), BATCH):
        part = waiting[start : start + BATCH]
        reads = read_files([file for _, file in part])
        for actor, file in part:
            account, key, token = rows[actor.person], secrets.token_hex(16), secrets.token_hex(16)
            content = {
                SESSION_KEY: str(account.pk),
                BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                HASH_SESSION_KEY: account.get_session_auth_hash(),
            }
            sessions.append(
                Session(
                    session_key=key,
                    session_data=store.encode(content),
                    expire_date=datetime(2126, 1, 1, tzinfo=UTC),
                )
            )
            fields = {
                "csrfmiddlewaretoken": token,
                "seen": reads[file][-1].digest[:20],
                "session": session,
                "accessible": "no",
            }
            forms.append(request_of(file, urlencode(fields), key=key, token=token))
    Session.objects.bulk_create(sessions, batch_size=BATCH)
    return forms


def request_of(file: str, body: str, *, key: str, token: str) -> bytes:
    """The bytes of one POST."""
    return (
        f"POST /candidacy/{file}/examination/seats/ HTTP/1.1\r\n"
        "Host: localhost:8000\r\n"
        f"Origin: {settings.ORIGIN}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n"
        f"Cookie: sessionid={key}; csrftoken={token}\r\n\r\n{body}"
    ).encode()


def proves(
    session: str, waiting: Sequence[Waiting], taken: Sequence[Attempt], *, seats: int
) -> bool:
    """Whether rows, ledger and answers agree: as many holders as seats, none twice."""
    holders = [
        holder
        for holder in Seat.objects.filter(session=session).values_list("holder", flat=True)
        if holder is not None
    ]
    recorded: Counter[str] = Counter()
    files = [file for _, file in waiting]
    for start in range(0, len(files), BATCH):
        for file, facts in read_many(files[start : start + BATCH]).items():
            recorded[file] += sum(fact.kind == "seat.reserved" for fact in facts)
    entered = {file for file, count in recorded.items() if count}
    outcomes = Counter(attempt.outcome for attempt in taken)
    proven = (
        len(holders) == len(set(holders)) == seats
        and entered == set(holders)
        and sum(recorded.values()) == seats
        and outcomes == {"reserved": seats, "session_full": len(waiting) - seats}
    )
    found = {
        "seats": seats,
        "holders": len(holders),
        "different_holders": len(set(holders)),
        "doubled": len(holders) - len(set(holders)),
        "lost": outcomes["reserved"] - len(holders),
        "entries": sum(recorded.values()),
        "outcomes": dict(outcomes),
        "exact": proven,
    }
    print(json.dumps({"bench": "seats.proof", **found}), flush=True)
    return proven


def make_competition() -> str:
    """A published competition for one window; returns its file."""
    file = new_code()
    edition = load_edition(PROCESS, EDITION)
    drafted = rules.draft_competition(
        file,
        title="Bench",
        process=PROCESS,
        edition=EDITION,
        edition_digest=edition.digest,
        calendar=CALENDAR,
    )
    append_as_system(drafted, at=DRAFTED)
    for item in rules.CHECKLIST:
        append_as_system(rules.tick(read_competition(file), item=item, done=True), at=DRAFTED)
    append_as_system(rules.submit_competition(read_competition(file)), at=DRAFTED)
    approved = rules.approve_competition(read_competition(file), by=new_code(), approved=True)
    append_as_system(approved, at=DRAFTED)
    append_as_system(rules.publish_competition(read_competition(file)), at=DRAFTED)
    return file


def make_session(competition: str, *, seats: int, room: str) -> str:
    """A planned session with so many free seats, at a centre of its own."""
    administrator = Actor(code=new_code(), roles=frozenset({"test_administrator"}))
    centre = f"bench-{new_code().lower()}"
    about = CentreRow(
        code=centre,
        name="Bench Centre",
        city="Washington",
        country="USA",
        zone="America/New_York",
        address="1 Example Street, Washington",
        step_free=True,
        abroad=False,
    )
    add_centre(administrator, about)
    return plan_session(
        administrator,
        competition=competition,
        centre=centre,
        room=room,
        starts_at=SITS,
        seats=seats,
        accessible=0,
        at=APPLIES,
    )


def admitted(competition: str, people: int) -> list[Waiting]:
    """So many people whom the board has admitted to the test."""
    edition = load_edition(PROCESS, EDITION)
    codes = [(new_code(), new_code()) for _ in range(people)]
    keys = personal.make_keys([person for person, _ in codes])
    Person.objects.bulk_create(
        Person(
            file=person,
            birth_date=personal.seal_with(keys[person], person, "person.birth_date", "1990-05-04"),
        )
        for person, _ in codes
    )
    for start in range(0, people, BATCH):
        drafts: list[Draft] = []
        for person, file in codes[start : start + BATCH]:
            drafts += open_person(person)
            drafts += open_candidacy(
                file,
                competition=competition,
                person=person,
                edition=EDITION,
                edition_digest=edition.digest,
            )
            drafts += admit(Candidacy(file=file), edition, calendar=CALENDAR)
        append_as_system(drafts, at=APPLIES)
    candidate = frozenset({"candidate"})
    return [(Actor(code=person, roles=candidate, person=person), file) for person, file in codes]


def per_second(attempts: Sequence[Attempt]) -> float:
    """From the first one's beginning to the last one's end."""
    if not attempts:
        return 0.0
    span = max(a.ended for a in attempts) - min(a.began for a in attempts)
    return len(attempts) / span


def percentile(sorted_values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed."""
    return sorted_values[max(0, math.ceil(share * len(sorted_values)) - 1)]


def say(what: str, attempts: Sequence[Attempt], *, rated: bool = True, **more: object) -> None:
    """One result as a JSON line: how many a second, and how long one took.

    Refusals have no rate: whoever is refused waited among those who were not.
    """
    took = sorted(attempt.ended - attempt.began for attempt in attempts) or [0.0]
    line: dict[str, object] = {"bench": f"seats.{what}"}
    if rated:
        line["per_second"] = round(per_second(attempts), 1)
    line |= {
        "p50_ms": round(1e3 * percentile(took, 0.50), 2),
        "p99_ms": round(1e3 * percentile(took, 0.99), 2),
    }
    print(json.dumps(line | more), flush=True)


if __name__ == "__main__":
    main()
