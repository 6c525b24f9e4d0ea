"""The service's keys: made at set-up, listed, rotated, and refused where they may not serve."""

import base64
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from concours.kernel.errors import BadInput
from concours.records import keyring, log, personal
from concours.records.models import PersonKey
from concours.services.accounts.rotation import reseal_factors, sealed_by

BATCH = 500
UNROTATED = ("search",)
"""A new search key would find nobody until every name was indexed again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLine:
    """One key as an operator may see it: never its bytes.

    ``wraps`` counts what it alone opens: persons' keys, and second factors.
    """

    purpose: str
    id: str
    in_use: bool
    rehearsal: bool
    wraps: int


def make_missing(*, rehearsal: bool) -> list[str]:
    """Make a key for every purpose that has none; returns the purposes. Files have mode 0600."""
    made = []
    for purpose in keyring.PURPOSES:
        if not keyring.every(purpose):
            _write(purpose, f"{keyring.REHEARSAL}1" if rehearsal else "1")
            made.append(purpose)
    keyring.forget()
    _write_public()
    return made


def key_lines() -> list[KeyLine]:
    """Every key, by purpose and age, and how many persons' keys each wraps."""
    counts = dict[tuple[str, str], int]()
    for compartment, key_id in PersonKey.objects.values_list("compartment", "key_id"):
        at = (compartment or "person", key_id)
        counts[at] = counts.get(at, 0) + 1
    return [
        KeyLine(
            purpose=purpose,
            id=key.id,
            in_use=key == keyring.current(purpose),
            rehearsal=key.is_rehearsal,
            wraps=counts.get((purpose, key.id), 0)
            + (sealed_by(key.id) if purpose == "person" else 0),
        )
        for purpose in keyring.PURPOSES
        for key in keyring.every(purpose).values()
    ]


def add_key(purpose: str) -> str:
    """Make the next key of a purpose and put it in use; returns its id.

    Keys given by the environment are added there, not here.
    """
    if purpose in UNROTATED:
        raise BadInput("not_rotated", remedy=f"The {purpose} key stays: names are indexed by it.")
    if getattr(settings, "KEY_TEXTS", {}).get(purpose):
        raise BadInput(
            "keys_from_environment",
            remedy=f"CONCOURS_KEY_{purpose.upper()} holds the {purpose} keys: add the new one there.",
        )
    held = keyring.every(purpose)
    last = list(held)[-1] if held else "0"
    rehearsal = keyring.REHEARSAL if last.startswith(keyring.REHEARSAL) else ""
    fresh = f"{rehearsal}{keyring.serial(last)[0] + 1}"
    _write(purpose, fresh)
    keyring.forget()
    _write_public()
    return fresh


def rewrap_all() -> Iterator[int]:
    """Wrap every person's keys, and second factors, with the service keys now in use.

    Yields how many, batch by batch.

    What the persons' keys seal is not touched. Run twice, the second run does
    nothing; stopped half-way, it goes on. Old service keys may go once none wraps.
    """
    for purpose in ("person", *keyring.COMPARTMENTS):
        if not keyring.every(purpose):
            continue
        compartment = "" if purpose == "person" else purpose
        rows = PersonKey.objects.filter(compartment=compartment).exclude(
            key_id=keyring.current(purpose).id
        )
        while some := list(rows.order_by("pk")[:BATCH]):
            yield personal.rewrap(some)
    if keyring.every("person") and (factors := reseal_factors()):
        yield factors


def production_problems() -> list[str]:
    """What production must not start with: keys that lack, were made for a rehearsal, or are alike."""
    found = []
    seen: dict[bytes, str] = {}
    for purpose in keyring.PURPOSES:
        keys = keyring.every(purpose)
        if not keys:
            found.append(
                f"There is no {purpose} key. Set CONCOURS_KEY_{purpose.upper()}_FILE, "
                "or run `concours keys make --production`."
            )
        for key in keys.values():
            if key.is_rehearsal:
                found.append(
                    f"The {purpose} key {key.id} was made for a rehearsal. Make production keys "
                    "in another folder and set CONCOURS_KEYS."
                )
            other = seen.setdefault(key.secret, purpose)
            if other != purpose:
                found.append(f"The {purpose} key is the {other} key. Make one for each purpose.")
            if len(set(key.secret)) < 8:
                found.append(f"The {purpose} key {key.id} is guessable. Make a random one.")
    return found


def public_key() -> str:
    """The public key that checks downloads and checkpoints signed from now on."""
    return str(log.signer().verifier)


def _write(purpose: str, key_id: str) -> None:
    folder = Path(settings.KEYS)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / f"{purpose}.{key_id}.key"
    text = base64.b64encode(secrets.token_bytes(keyring.KEY_BYTES)).decode()
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as target:
        target.write(text + "\n")


def _write_public() -> None:
    """Keep the public key beside the others, for `concours verify` on this machine."""
    (Path(settings.KEYS) / "log.pub").write_text(public_key() + "\n", encoding="utf-8")
