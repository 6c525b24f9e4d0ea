"""The actor behind an account."""

from collections.abc import Iterable
from datetime import UTC, datetime

from allauth.mfa.models import Authenticator
from django.db.models import Q

from concours.records.models import Account, PersonStanding, StaffRole
from concours.selection.authority import PUBLIC, Actor


def actor_for(account_id: int) -> Actor:
    """The actor behind an account: its roles now, and its person file if that was opened.

    Roles belong to signing in, so they begin and end by machine time. Somebody
    with staff roles acts under the account's code, a candidate under their person
    file's. An account that was switched off is nobody.
    """
    found = actors_for(Account.objects.filter(pk=account_id))
    return found.get(account_id, PUBLIC)


def actors_for(accounts: Iterable[Account]) -> dict[int, Actor]:
    """As `actor_for` for many accounts, by number; those switched off are left out."""
    active = [account for account in accounts if account.is_active]
    machine_now = datetime.now(UTC)
    roles: dict[int, set[str]] = {account.pk: set() for account in active}
    held = StaffRole.objects.filter(account__in=list(roles), since__lte=machine_now)
    for number, role in held.filter(Q(until__isnull=True) | Q(until__gt=machine_now)).values_list(
        "account_id", "role"
    ):
        roles[number].add(role)
    persons = [str(account.person_id) for account in active if account.person_id]
    opened = set(PersonStanding.objects.filter(pk__in=persons).values_list("pk", flat=True))
    return {
        account.pk: _actor(account, roles[account.pk], str(account.person_id or "") in opened)
        for account in active
    }


def _actor(account: Account, roles: set[str], opened: bool) -> Actor:
    person = str(account.person_id or "") if opened else ""
    code = account.code if roles or not opened else person
    return Actor(
        code=code, roles=frozenset(roles | {"candidate"} if opened else roles), person=person
    )


def has_second_factor(actor: Actor) -> bool:
    """Whether the account behind a staff actor has set up an authenticator or a passkey."""
    return Authenticator.objects.filter(user__code=actor.code).exists()
