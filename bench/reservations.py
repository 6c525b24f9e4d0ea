"""How fast seats are taken when more people want one than there are, and that none is given twice.

    concours bench reservations

Everybody reserves through the service's own door, so many at once, each thread on its
own connection to the database given: SQLite, or PostgreSQL when DATABASE_URL says so.
The limit beside it is measured in the same run with the same threads: the bare update
of one seat's row and its commit, nothing read and nothing recorded. JSON lines; exit
code 1 when holders and seats do not match. SQLite's writers do not queue: who waits too
long is told to try again, does so, and is counted under `asked_to_repeat`.
"""

import argparse
import json
import math
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial

import django

django.setup()

from django.db import connection, connections, transaction  # noqa: E402 - tables need settings

from concours.kernel.errors import OutOfDate, RuleRefused  # noqa: E402
from concours.ledger.draft import Draft  # noqa: E402
from concours.policy.edition import load_edition  # noqa: E402
from concours.records import personal  # noqa: E402
from concours.records.ledger_store import read_many  # noqa: E402
from concours.records.models import Person, Seat  # noqa: E402
from concours.selection import competition as rules  # noqa: E402
from concours.selection.application_eligibility import admit  # noqa: E402
from concours.selection.authority import Actor  # noqa: E402
from concours.selection.candidacy import Candidacy, open_candidacy  # noqa: E402
from concours.selection.person import open_person  # noqa: E402
from concours.services.case import append_as_system  # noqa: E402
from concours.services.competitions import read_competition  # noqa: E402
from concours.services.examination.seats import reserve_seat  # noqa: E402
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

Waiting = tuple[Actor, str]
REPEATS = 20
"""How often somebody tries again before the run fails."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One person's attempt: how it came out, when it began and ended, how often it was repeated."""

    outcome: str
    began: float
    ended: float
    repeated: int = 0


def main() -> None:
    """Two sessions alike: one for the bare update, one for the rush."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=400, help="candidates who want a seat")
    parser.add_argument("--seats", type=int, default=300, help="seats there are, fewer")
    parser.add_argument("--at-once", type=int, default=64, help="candidates at the same time")
    asked = parser.parse_args()
    if not 0 < asked.seats < asked.people:
        parser.error("--seats is at least 1 and smaller than --people")
    competition = make_competition()
    waiting = admitted(competition, asked.people)
    bare = make_session(competition, seats=asked.seats, room="1")
    wanted = make_session(competition, seats=asked.seats, room="2")
    size = {"people": asked.people, "seats": asked.seats, "at_once": asked.at_once}
    limit = measure_limit(bare, waiting[: asked.seats], at_once=asked.at_once)
    say("limit.update", limit, engine=connection.vendor, **size)
    taken = rush(waiting, reserving(wanted), at_once=asked.at_once)
    reserved = [attempt for attempt in taken if attempt.outcome == "reserved"]
    share = round(per_second(reserved) / per_second(limit), 4)
    say("reserve", reserved, engine=connection.vendor, share=share, **size)
    refused = [attempt for attempt in taken if attempt.outcome != "reserved"]
    say("refuse", refused, rated=False, engine=connection.vendor, **size)
    sys.exit(0 if proves(wanted, waiting, taken, seats=asked.seats) else 1)


def measure_limit(session: str, waiting: Sequence[Waiting], *, at_once: int) -> list[Attempt]:
    """Give each free row a holder in a transaction of its own, and empty the rows again."""
    rows = iter(list(Seat.objects.filter(session=session).values_list("pk", flat=True)))
    turn = threading.Lock()
    update = f"UPDATE {Seat._meta.db_table} SET holder = %s, taken_at = %s WHERE id = %s"

    def take(_: Actor, file: str) -> str:
        with turn:
            row = next(rows)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(update, [file, RESERVES, row])
        return "updated"

    found = rush(waiting, take, at_once=at_once)
    Seat.objects.filter(session=session).update(holder=None, taken_at=None)
    return found


def reserving(session: str) -> Callable[[Actor, str], str]:
    """Taking a seat of this session as a candidate does; raises OutOfDate when asked to repeat."""

    def take(actor: Actor, file: str) -> str:
        try:
            reserve_seat(actor, file, session=session, at=RESERVES)
        except RuleRefused as refusal:
            return refusal.code
        return "reserved"

    return take


def rush(
    waiting: Sequence[Waiting], take: Callable[[Actor, str], str], *, at_once: int
) -> list[Attempt]:
    """Everybody takes, so many at once, all threads starting together; a failure ends the run."""
    attempts: list[Attempt] = []
    failures: list[Exception] = []
    lock, turn = threading.Lock(), iter(waiting)
    ready = threading.Barrier(at_once)

    def work() -> None:
        try:
            with connection.cursor() as cursor:  # connecting is not what is measured
                cursor.execute("SELECT 1")
            ready.wait()
            while not failures:
                with lock:
                    found = next(turn, None)
                if found is None:
                    return
                attempt = until_answered(partial(take, *found))
                with lock:
                    attempts.append(attempt)
        except Exception as failure:
            failures.append(failure)
            ready.abort()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return attempts


def until_answered(take: Callable[[], str]) -> Attempt:
    """Try, and again when asked to; the time is that of all tries together."""
    began = time.perf_counter()
    for repeated in range(REPEATS):
        with suppress(OutOfDate):
            return Attempt(take(), began, time.perf_counter(), repeated)
    raise RuntimeError(f"Nobody answered {REPEATS} tries.")


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
        "entries": sum(recorded.values()),
        "outcomes": dict(outcomes),
        "exact": proven,
    }
    print(json.dumps({"bench": "reservations.proof", **found}), flush=True)
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
    span = max(a.ended for a in attempts) - min(a.began for a in attempts)
    return len(attempts) / span


def percentile(sorted_values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed."""
    return sorted_values[max(0, math.ceil(share * len(sorted_values)) - 1)]


def say(what: str, attempts: Sequence[Attempt], *, rated: bool = True, **more: object) -> None:
    """One result as a JSON line: how many a second, and how long one took.

    Refusals have no rate: whoever is refused waited among those who were not.
    """
    took = sorted(attempt.ended - attempt.began for attempt in attempts)
    line: dict[str, object] = {"bench": f"reservations.{what}"}
    if rated:
        line["per_second"] = round(per_second(attempts), 1)
    line |= {
        "p50_ms": round(1e3 * percentile(took, 0.50), 2),
        "p99_ms": round(1e3 * percentile(took, 0.99), 2),
        "asked_to_repeat": sum(attempt.repeated for attempt in attempts),
    }
    print(json.dumps(line | more), flush=True)


if __name__ == "__main__":
    main()
