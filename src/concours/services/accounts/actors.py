"""The actor behind an account."""

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, datetime

from allauth.mfa.models import Authenticator
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q

from concours.records.models import Account, PersonStanding
from concours.selection.authority import PUBLIC, Actor


def actor_for(account_id: int) -> Actor:
    """The actor behind an account: its roles now, and its person file if that was opened.

    Roles belong to signing in, so they begin and end by machine time. Somebody
    with staff roles acts under the account's code, a candidate under their person
    file's. An account that was switched off is nobody.
    """
    found = actors_for([account_id])
    return found[account_id][1] if account_id in found else PUBLIC


def actors_for(numbers: Collection[int]) -> dict[int, tuple[Account, Actor]]:
    """As `actor_for` for many accounts, each with its account, in one statement.

    Accounts switched off are left out.
    """
    machine_now = datetime.now(UTC)
    lasting = Q(staff_roles__until__isnull=True) | Q(staff_roles__until__gt=machine_now)
    held = FilteredRelation(
        "staff_roles", condition=Q(lasting, staff_roles__since__lte=machine_now)
    )
    rows = Account.objects.filter(pk__any_of=numbers, is_active=True).annotate(
        held=held,
        role=F("held__role"),
        opened=Exists(PersonStanding.objects.filter(file=OuterRef("person_id"))),
    )
    rows = rows.only("code", "person", "password")  # the password makes the mark of a session
    accounts, roles = {}, defaultdict(set)
    for row in rows:
        accounts[row.pk] = row
        roles[row.pk].update({row.role} - {None})
    return {
        number: (account, _actor(account, roles[number], account.opened))
        for number, account in accounts.items()
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
