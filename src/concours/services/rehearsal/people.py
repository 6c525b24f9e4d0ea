"""The invented people as persons and accounts, their names sealed like anybody's."""

from datetime import UTC, datetime

from allauth.account.models import EmailAddress

from concours.records import name_search, personal
from concours.records.models import Account, NameKey, Person, StaffRole
from concours.services.accounts.cast import CANDIDATE_DOMAIN, STAFF_DOMAIN
from concours.simulator.cohort import Cohort

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
NO_PASSWORD = "!rehearsal"
"""A password nobody can have: the hash begins like no hash."""


def write_people(cohort: Cohort, *, newcomer: str) -> None:
    """Persons, accounts and confirmed addresses of candidates, staff and one newcomer."""
    owners = {cohort.file(code).person: who for code, who in cohort.people.items()}
    staff = {cohort.new_code(): member for member in cohort.staff.values()}
    persons = [*owners, newcomer, *staff]
    keys = personal.make_keys(persons)

    def sealed(person: str, column: str, text: str) -> bytes:
        return personal.seal_with(keys[person], person, column, text)

    Person.objects.bulk_create(
        Person(
            file=person,
            full_name=sealed(person, "person.full_name", who.full_name),
            birth_date=sealed(person, "person.birth_date", who.born.isoformat()),
        )
        for person, who in owners.items()
    )
    Person.objects.bulk_create(Person(file=person) for person in (newcomer, *staff))
    rows: list[NameKey] = []
    for person, who in owners.items():
        rows.extend(name_search.rows_for(person, who.full_name))
    NameKey.objects.bulk_create(rows, batch_size=2_000)
    accounts = [
        Account(code=cohort.new_code(), email=who.email, person_id=person, password=NO_PASSWORD)
        for person, who in owners.items()
    ]
    accounts.append(
        Account(
            code=cohort.new_code(),
            email=f"newcomer@{CANDIDATE_DOMAIN}",
            person_id=newcomer,
            password=NO_PASSWORD,
        )
    )
    members = [
        Account(
            code=member.code,
            email=f"{member.name}@{STAFF_DOMAIN}",
            person_id=person,
            password=NO_PASSWORD,
        )
        for person, member in staff.items()
    ]
    made = Account.objects.bulk_create([*accounts, *members])
    EmailAddress.objects.bulk_create(
        EmailAddress(user=account, email=account.email, verified=True, primary=True)
        for account in made
    )
    StaffRole.objects.bulk_create(
        StaffRole(account=account, role=role, granted_by="system", since=LONG_AGO)
        for account, member in zip(made[len(accounts) :], staff.values(), strict=True)
        for role in member.roles
    )
