"""Sealing second factors anew after a service key was rotated."""

from allauth.mfa.models import Authenticator

from concours.records import keyring
from concours.services.accounts.secrets import open_secret, seal_secret

SEALED = ("secret", "seed")
"""Under which names the sign-in library keeps what we seal."""


def sealed_by(key_id: str) -> int:
    """How many second factors a service key seals: it may not go before there is none."""
    return sum(_key_id(factor) == key_id for factor in Authenticator.objects.all())


def reseal_factors() -> int:
    """Seal every second factor with the service key in use; returns how many were not."""
    now = keyring.current("person").id
    done = 0
    for factor in Authenticator.objects.all():
        if _key_id(factor) in {"", now}:
            continue
        for name in SEALED:
            if name in factor.data:
                factor.data[name] = seal_secret(open_secret(factor.data[name]))
        factor.save(update_fields=["data"])
        done += 1
    return done


def _key_id(factor: Authenticator) -> str:
    """The key that seals a factor; "" for one with nothing sealed (a passkey)."""
    kept = next((str(factor.data[name]) for name in SEALED if name in factor.data), "")
    return kept.partition(":")[0]
