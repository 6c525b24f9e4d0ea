"""Decisions at the same time, on databases of their own, in threads that commit."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections, transaction
from tests.cast import APPLIES, given_candidacy, given_competition, given_person, staff

from concours.ledger.draft import Draft
from concours.ledger.entry import breaks
from concours.records.ledger_store import append, read_facts
from concours.records.models import LedgerEntry
from concours.selection.authority import Actor
from concours.services.case import Case, decide

pytestmark = pytest.mark.usefixtures("own_database")
LATER = APPLIES + timedelta(days=1)
THREADS = 4


def together(work: Callable[[int], None]) -> list[BaseException]:
    """Run the work in several threads that start at once; returns what they raised."""
    start, raised = Barrier(THREADS), list[BaseException]()

    def run(number: int) -> None:
        try:
            start.wait(10)
            work(number)
        except BaseException as error:
            raised.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_every_decision_is_made_on_the_state_it_is_recorded_after() -> None:
    code = given_candidacy(given_person(), given_competition())
    before = len(read_facts(code))
    registrars: list[Actor] = [staff("registrar") for _ in range(THREADS)]

    def command(case: Case) -> Sequence[Draft]:
        body = {"made_on": case.candidacy.seq}
        return (Draft(file=code, step="register", kind="points.claimed", body=body),)

    def work(number: int) -> None:
        for _ in range(3):
            decide(registrars[number], code, "application.judge", command, at=LATER, tell=False)

    assert together(work) == []
    facts = read_facts(code)[before:]
    assert len(facts) == 3 * THREADS
    assert [fact.body["made_on"] for fact in facts] == [fact.seq - 1 for fact in facts]
    headers = LedgerEntry.objects.filter(file=code).order_by("seq").values_list("header", flat=True)
    assert list(breaks(headers, file=code)) == []


def test_decisions_over_the_same_files_in_any_order_wait_for_each_other() -> None:
    files = [f"PRSN-0000-000{n}" for n in range(3)]
    with transaction.atomic():
        append(
            [Draft(file=file, step="", kind="person.opened", body={}) for file in files],
            actor="system",
            role="system",
            at=APPLIES,
        )

    def work(number: int) -> None:
        order = files[number % 3 :] + files[: number % 3]
        for _ in range(5):
            with transaction.atomic():
                append(
                    [
                        Draft(file=file, step="", kind="person.hold_found", body={"by": number})
                        for file in order
                    ],
                    actor="system",
                    role="system",
                    at=LATER,
                )

    assert together(work) == []
    for file in files:
        assert len(read_facts(file)) == 1 + 5 * THREADS
    orders = [[fact.body["by"] for fact in read_facts(file)[1:]] for file in files]
    assert orders[0] == orders[1] == orders[2]
