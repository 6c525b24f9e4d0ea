"""Applicants and sessions for tests of services and pages, made through the services."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.cast import APPLIES, given_candidacy, staff

from concours.records.models import TestItem
from concours.selection.authority import Actor
from concours.services.application.apply import submit
from concours.services.application.eligibility import judge
from concours.services.application.sections import save_section
from concours.services.clock import set_clock
from concours.services.examination.door import check_in
from concours.services.examination.seats import reserve_seat
from concours.services.examination.sessions import (
    CentreRow,
    add_centre,
    open_session,
    plan_session,
)

DECLARED = {
    "worldwide_availability": True,
    "public_support_of_policy": True,
    "needs_of_the_service": True,
    "separated_607": False,
    "separated_608": False,
    "separated_610": False,
    "separated_611": False,
    "separated_612": False,
    "denied_tenure": False,
}
RESERVES = datetime(2016, 5, 10, 14, tzinfo=UTC)
TEST = datetime(2016, 6, 6, 13, tzinfo=UTC)
WASHINGTON = CentreRow(
    code="washington",
    name="Central Test Centre",
    city="Washington",
    country="USA",
    zone="America/New_York",
    address="1 Example Street, Washington",
    step_free=True,
    abroad=False,
)


def stop_clock(at: datetime) -> None:
    """Stop service time at an instant; the test must be a rehearsal."""
    set_clock(to=at, machine_now=at, running=False)


def why(reason: str = "new_evidence", authority: str = "board") -> dict[str, str]:
    """A reason and an authority for an exceptional act."""
    return {"reason": reason, "authority": authority}


def given_filled(
    actor: Actor,
    competition: str,
    *,
    name: str = "Ada Example",
    citizenships: list[str] | None = None,
    declared: dict[str, bool] | None = None,
    track: str = "consular",
) -> str:
    """An application with every needed section filled in, not yet submitted."""
    code = given_candidacy(actor, competition)
    sections: dict[str, dict[str, Any]] = {
        "identity": {
            "full_name": name,
            "birth_date": "1990-05-04",
            "citizenships": citizenships or ["USA"],
        },
        "contact": {"address": "1 Example Street", "telephone": "555 0100"},
        "declarations": declared or DECLARED,
        "track": {"track": track},
    }
    for section, content in sections.items():
        save_section(actor, code, section=section, content=content, complete=True, at=APPLIES)
    return code


def given_submitted(actor: Actor, competition: str, **change: Any) -> str:
    """A submitted application."""
    code = given_filled(actor, competition, **change)
    submit(actor, code, at=APPLIES, seen=None)
    return code


def given_eligible(actor: Actor, competition: str, **change: Any) -> str:
    """An applicant found eligible."""
    code = given_submitted(actor, competition, **change)
    judge(staff("registrar"), code, at=APPLIES)
    return code


def given_session(competition: str, *, seats: int = 3, starts_at: datetime = TEST) -> str:
    """A planned session in Washington with free seats, and items for the screen."""
    administrator = staff("test_administrator")
    add_centre(administrator, WASHINGTON)
    return plan_session(
        administrator,
        competition=competition,
        centre="washington",
        room="1",
        starts_at=starts_at,
        seats=seats,
        accessible=0,
        at=APPLIES,
    )


def given_items(competition: str, *, per_section: int = 4) -> None:
    """A few items with a key for each multiple-choice section, and the topic of the essay."""
    options = [["A", "first"], ["B", "second"], ["C", "third"], ["D", "fourth"]]
    rows = [
        TestItem(
            competition=competition,
            step="examination",
            section=section,
            number=number,
            name=f"{section}-{number}",
            stem=f"Question {number} of {section}",
            options=options,
            key="A",
        )
        for section in ("job_knowledge", "english_expression", "biographic")
        for number in range(1, per_section + 1)
    ]
    rows.append(
        TestItem(
            competition=competition,
            step="examination",
            section="essay",
            number=1,
            name="essay-1",
            stem="Should public service be compulsory?",
        )
    )
    TestItem.objects.bulk_create(rows)


def given_seated(actor: Actor, competition: str, session: str, **change: Any) -> str:
    """Somebody eligible who holds a seat."""
    code = given_eligible(actor, competition, **change)
    reserve_seat(actor, code, session=session, at=RESERVES)
    return code


def given_inside(actor: Actor, competition: str, session: str, **change: Any) -> str:
    """Somebody let in at the door of an open session."""
    code = given_seated(actor, competition, session, **change)
    proctor = staff("proctor")
    open_session(proctor, session, at=TEST - timedelta(minutes=30))
    check_in(
        proctor,
        code,
        document="passport",
        has_photograph=True,
        expires=None,
        name_matches=True,
        at=TEST - timedelta(minutes=20),
    )
    return code
