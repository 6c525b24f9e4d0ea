"""Proof: five hundred people, sixty-four at a time, want fifty seats; exactly fifty get one."""

import threading
from collections import Counter
from collections.abc import Sequence

from django.db import connections
from tests.cast import given_competition
from tests.services.application_cast import RESERVES, given_session
from tests.services.seats import admitted

from concours.kernel.errors import RuleRefused
from concours.records.ledger_store import read_many
from concours.records.models import Seat
from concours.selection.authority import Actor
from concours.services.examination.seats import reserve_seat

PEOPLE, AT_ONCE, SEATS = 500, 64, 50


def rush(waiting: Sequence[tuple[Actor, str]], session: str) -> Counter[str]:
    """Everybody reserves, so many at once; counts how it came out."""
    outcomes: Counter[str] = Counter()
    lock, turn = threading.Lock(), iter(waiting)

    def work() -> None:
        try:
            while True:
                with lock:
                    found = next(turn, None)
                if found is None:
                    return
                try:
                    reserve_seat(found[0], found[1], session=session, at=RESERVES)
                    outcome = "reserved"
                except RuleRefused as refusal:
                    outcome = refusal.code
                with lock:
                    outcomes[outcome] += 1
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_fifty_seats_are_taken_fifty_times_whatever_the_rush(own_database: str) -> None:
    competition = given_competition()
    session = given_session(competition, seats=SEATS)
    waiting = admitted(competition, PEOPLE)
    assert rush(waiting, session) == {"reserved": SEATS, "session_full": PEOPLE - SEATS}
    holders = set(Seat.objects.filter(session=session).values_list("holder", flat=True))
    assert len(holders - {None}) == SEATS
    facts = read_many([file for _, file in waiting])
    recorded = {file for file, chain in facts.items() if chain[-2].kind == "seat.reserved"}
    assert recorded == holders
