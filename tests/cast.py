"""The people and files that tests of services and pages start from.

Everything is recorded through the services' own doors: what stands here could have
been done by hand. Times are those of the window of June 2016.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from concours.policy.edition import load_edition
from concours.records import personal
from concours.records.codes import new_code
from concours.records.models import Account, Person, StaffRole
from concours.selection import competition as rules
from concours.selection.application import start_application
from concours.selection.authority import SYSTEM, Actor
from concours.selection.person import open_person
from concours.services.case import append_as_system
from concours.services.competitions import read_competition
from concours.services.files import new_code as new_file
from concours.services.persons import read_person

PROCESS, EDITION = "us_foreign_service", "2016"
ZONE = "America/New_York"
DRAFTED = datetime(2016, 1, 4, 15, tzinfo=UTC)
APPLIES = datetime(2016, 5, 2, 14, tzinfo=UTC)
"""A morning on which registration for the June window is open."""

CALENDAR = rules.Calendar(
    window="2016-06",
    registration_opens=date(2016, 4, 29),
    seats_from=date(2016, 5, 4),
    test_starts=date(2016, 6, 3),
    test_ends=date(2016, 6, 10),
)
NEEDS: Mapping[str, int] = {
    "consular": 40,
    "economic": 30,
    "management": 30,
    "political": 40,
    "public_diplomacy": 30,
}
SCALE: Mapping[str, tuple[str, str]] = {
    "job_knowledge": ("36", "8"),
    "english_expression": ("40", "9"),
    "biographic": ("45", "10"),
}


def staff(*roles: str) -> Actor:
    """A member of staff with these roles and an account code of their own."""
    return Actor(code=new_code(), roles=frozenset(roles))


def given_staff(email: str, *roles: str) -> Account:
    """A staff account that can sign in (password: `correct horse battery`)."""
    account = Account.objects.create_user(email, "correct horse battery")
    for role in roles:
        StaffRole.objects.create(account=account, role=role, granted_by="system", since=DRAFTED)
    return account


def given_person(email: str = "ada@example.org", name: str = "Ada Example") -> Actor:
    """A candidate with an account and an open person file; returns who they act as."""
    code = new_file()
    person = Person.objects.create(file=code)
    Person.objects.filter(pk=code).update(
        full_name=personal.seal_text(code, "person.full_name", name)
    )
    Account.objects.create_user(email, "correct horse battery", person=person)
    append_as_system(open_person(code), at=DRAFTED)
    return Actor(code=code, roles=frozenset({"candidate"}), person=code)


def given_competition(*, edition: str = EDITION, calendar: rules.Calendar = CALENDAR) -> str:
    """A published competition for one window; returns its file."""
    code = new_file()
    found = load_edition(PROCESS, edition)
    drafts = rules.draft_competition(
        code,
        title=f"Officer Test {calendar.window}",
        process=PROCESS,
        edition=edition,
        edition_digest=found.digest,
        calendar=calendar,
    )
    append_as_system(drafts, at=DRAFTED)
    for change in (
        lambda c: rules.set_needs(c, needs=NEEDS),
        lambda c: rules.set_base_scale(c, scale=SCALE),
        *((lambda c, item=item: rules.tick(c, item=item, done=True)) for item in rules.CHECKLIST),
        rules.submit_competition,
        lambda c: rules.approve_competition(c, by="APPR-0000-0000", approved=True),
        rules.publish_competition,
    ):
        append_as_system(change(read_competition(code)), at=DRAFTED)
    return code


def given_candidacy(person: Actor, competition: str, *, at: datetime = APPLIES) -> str:
    """An application of this person in this competition, just started; returns its file."""
    code = new_file()
    drafts = start_application(
        code,
        load_edition(PROCESS, EDITION),
        step="application",
        at=at,
        competition=read_competition(competition),
        person=read_person(person.person),
    )
    append_as_system(drafts, at=at)
    return code


__all__ = [
    "APPLIES",
    "CALENDAR",
    "DRAFTED",
    "EDITION",
    "NEEDS",
    "PROCESS",
    "SYSTEM",
    "ZONE",
    "given_candidacy",
    "given_competition",
    "given_person",
    "given_staff",
    "staff",
]
