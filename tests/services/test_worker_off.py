"""With the worker off, pages and decisions go by the dates that have come, as with it on."""

from datetime import datetime, timedelta

import pytest
from tests.cast import given_competition, given_person, staff
from tests.services.application_cast import given_filled, why
from tests.services.late_cast import CALLED, Late

from concours.kernel.errors import RuleRefused
from concours.records.ledger_store import read_facts
from concours.selection.authority import Actor
from concours.services.application import exceptions
from concours.services.application.apply import submit
from concours.services.home.files import file_list, file_page
from concours.services.home.tasks import Funnel, funnel, task_list, waiting
from concours.services.lapses import lapse_file
from concours.services.ledger.rebuilding import rebuild
from concours.services.listing import ListQuery
from concours.services.register import offers
from concours.services.register.lapses import lapse_offers_due
from concours.services.watch import watch_files, watched_files

pytestmark = pytest.mark.django_db
CLOSED = datetime.fromisoformat("2016-06-04T12:00:00+00:00")


def told(actor: Actor, code: str, at: datetime) -> tuple[object, ...]:
    """What the staff page says of a file, but the entries themselves."""
    page = file_page(actor, code, at=at)
    return page.closed, page.reason, page.current, page.milestones, page.openings, page.awaited


def listed(actor: Actor, at: datetime) -> tuple[object, ...]:
    """What every list, count and picture of the staff home says at an instant."""
    query = ListQuery(order="file")
    return (
        file_list(actor, query, at=at).rows,
        task_list(actor, query, at=at).rows,
        waiting(actor, at=at),
        funnel(actor, at=at),
        watch_files(at=at),
        watched_files(actor, at=at),
    )


def stand_and_ended(found: Funnel) -> tuple[int, int]:
    """How many stand somewhere in the funnel, and how many have ended."""
    return sum(row.standing for row in found.rows), sum(row.ended for row in found.rows)


def test_lists_tasks_and_the_funnel_count_a_date_that_has_come_and_not_an_instant_before() -> None:
    ada, registrar = given_person("ada"), staff("registrar")
    code = given_filled(ada, given_competition())
    (row,) = file_list(registrar, ListQuery(order="file"), at=CLOSED - timedelta(days=90)).rows
    assert row.due_on is not None
    before, then = row.due_on - timedelta(microseconds=1), row.due_on
    open_still = file_list(
        registrar, ListQuery(order="due", filters={"owner": "candidate"}), at=before
    )
    assert [r.file for r in open_still.rows] == [code]
    assert stand_and_ended(funnel(registrar, at=before)) == (1, 0)
    ended = file_list(registrar, ListQuery(order="due", filters={"status": "closed"}), at=then)
    assert [(r.file, r.outcome) for r in ended.rows] == [(code, "not_submitted")]
    assert stand_and_ended(funnel(registrar, at=then)) == (0, 1)
    without = listed(registrar, CLOSED)
    assert lapse_file(code, at=CLOSED) is True
    assert listed(registrar, CLOSED) == without
    assert [d for _, found in rebuild() for d in found] == []
    assert listed(registrar, CLOSED) == without


@pytest.mark.parametrize("worker", [False, True])
def test_a_draft_that_was_never_sent_reads_as_ended_and_is_admitted_late(worker: bool) -> None:
    ada, registrar = given_person("ada"), staff("registrar")
    code = given_filled(ada, given_competition())
    if worker:
        assert lapse_file(code, at=CLOSED) is True
    page = file_page(registrar, code, at=CLOSED)
    assert (page.closed, page.reason) == (True, "not_submitted")
    assert [o.command for o in page.openings] == [
        "application.grant_extension",
        "application.admit_late",
    ]
    with pytest.raises(RuleRefused):
        submit(ada, code, at=CLOSED, seen=None)
    until = CLOSED + timedelta(days=1)
    _, late = exceptions.admit_late(
        registrar, code, until=until, at=CLOSED, seen=page.version, **why()
    )
    submit(ada, code, at=CLOSED, seen=None, late_code=late)
    kinds = [fact.kind for fact in read_facts(code)]
    assert kinds[kinds.index("candidacy.closed") :] == [
        "candidacy.closed",
        "candidacy.reopened",
        "application.late_admitted",
        "application.submitted",
        "track.chosen",
    ]


def test_an_offer_nobody_answered_reads_as_declined_and_the_next_is_made_either_way() -> None:
    late = Late().place()
    plan = late.plan(2)
    offers.call_track(late.registrar, plan, track="consular", at=CALLED)
    late.tell(CALLED)
    silent = CALLED + timedelta(days=20)
    without = told(late.registrar, late.code, silent)
    lists = listed(late.registrar, silent)
    with pytest.raises(RuleRefused) as refused:
        offers.answer_offer(late.ada, late.code, accepted=True, at=silent)
    assert lapse_offers_due(at=silent - timedelta(days=3)) == 1
    assert told(late.registrar, late.code, silent) == without
    assert listed(late.registrar, silent) == lists
    assert refused.value.cite is not None
