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
from concours.services.home.files import file_page
from concours.services.lapses import lapse_file
from concours.services.register import offers
from concours.services.register.lapses import lapse_offers_due

pytestmark = pytest.mark.django_db
CLOSED = datetime.fromisoformat("2016-06-04T12:00:00+00:00")


def told(actor: Actor, code: str, at: datetime) -> tuple[object, ...]:
    """What the staff page says of a file, but the entries themselves."""
    page = file_page(actor, code, at=at)
    return page.closed, page.reason, page.current, page.milestones, page.openings, page.awaited


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
    with pytest.raises(RuleRefused) as refused:
        offers.answer_offer(late.ada, late.code, accepted=True, at=silent)
    assert lapse_offers_due(at=silent - timedelta(days=3)) == 1
    assert told(late.registrar, late.code, silent) == without
    assert refused.value.cite is not None
