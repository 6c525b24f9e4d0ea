"""The actor behind an account."""

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
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    if account is None:
        return PUBLIC
    machine_now = datetime.now(UTC)
    roles = set(
        StaffRole.objects.filter(account=account, since__lte=machine_now)
        .filter(Q(until__isnull=True) | Q(until__gt=machine_now))
        .values_list("role", flat=True)
    )
    person = str(account.person_id or "")
    opened = bool(person) and PersonStanding.objects.filter(pk=person).exists()
    code = account.code if roles or not opened else person
    if opened:
        roles.add("candidate")
    return Actor(code=code, roles=frozenset(roles), person=person if opened else "")


def has_second_factor(actor: Actor) -> bool:
    """Whether the account behind a staff actor has set up an authenticator or a passkey."""
    return Authenticator.objects.filter(user__code=actor.code).exists()
