"""Proof: five hundred people, sixty-four at a time, want fifty seats; exactly fifty get one."""

import threading
from collections import Counter
from collections.abc import Sequence

from django.db import connections
from tests.cast import APPLIES, CALENDAR, EDITION, PROCESS, given_competition
from tests.services.application_cast import RESERVES, given_session

from concours.kernel.errors import RuleRefused
from concours.policy.edition import load_edition
from concours.records import personal
from concours.records.ledger_store import read_many
from concours.records.models import Person, Seat
from concours.selection.application_eligibility import admit
from concours.selection.authority import Actor
from concours.selection.candidacy import Candidacy, open_candidacy
from concours.selection.person import open_person
from concours.services.case import append_as_system
from concours.services.examination.seats import reserve_seat
from concours.services.files import new_code

PEOPLE, AT_ONCE, SEATS = 500, 64, 50


def admitted(competition: str, people: int) -> list[tuple[Actor, str]]:
    """So many people whom the board has admitted to the test, recorded in one go."""
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
    drafts = []
    for person, file in codes:
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
    roles = frozenset({"candidate"})
    return [(Actor(code=p, roles=roles, person=p), file) for p, file in codes]


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
