"""Accounts becoming persons with a file, and staff roles given."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from concours.kernel.errors import BadInput, NotPermitted
from concours.records import personal
from concours.records.codes import new_code
from concours.records.models import Account, Person, PersonStanding, StaffRole
from concours.selection.authority import ROLES, Actor
from concours.selection.person import open_person
from concours.services.case import append_as_system

UNGRANTABLE = frozenset({"public", "candidate", "system"})


@transaction.atomic
def save_with_person(account: Account) -> None:
    """Save a new account with a person and a key, so that its letters can be sealed."""
    if account.person_id is None:
        person = Person.objects.create(file=new_code())
        personal.make_key(person.file)
        account.person = person
    account.save()


@transaction.atomic
def open_person_file(account_id: int, *, at: datetime) -> str:
    """Open the ledger file of an account's person, once; returns its code."""
    account = Account.objects.select_for_update().get(pk=account_id)
    person = str(account.person_id or "")
    if not person:
        raise BadInput(
            "account_without_person", remedy="Sign up again: this account has no person."
        )
    if not PersonStanding.objects.filter(pk=person).exists():
        append_as_system(open_person(person), at=at)
    return person


def prefer_language(actor: Actor, language: str) -> None:
    """From now on letters to this account are written in ``language``."""
    mine = Q(person=actor.person) if actor.person else Q(code=actor.code)
    Account.objects.filter(mine).exclude(language=language).update(language=language)


@transaction.atomic
def grant_role(*, account: Account, role: str, by: Actor, machine_now: datetime) -> None:
    """Give a staff role. Only who holds the appointing authority may, outside a rehearsal."""
    if role not in ROLES or role in UNGRANTABLE:
        raise BadInput("no_such_role", remedy="Choose one of the staff roles.", field="role")
    if not settings.REHEARSAL and "appointing_authority" not in by.roles and by.code != "system":
        raise NotPermitted("not_permitted", remedy="Only the appointing authority gives roles.")
    StaffRole.objects.get_or_create(
        account=account,
        role=role,
        until=None,
        defaults={"granted_by": by.code, "since": machine_now},
    )
