"""Personal data at rest: a data key per person and compartment, wrapped by a service key.

Destroying a person's keys makes every column, letter and document sealed with
them unreadable, in every copy that does not hold the keys. What is sealed is
bound to its person, compartment and column: moved elsewhere, it does not open.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from concours.kernel.errors import BadInput
from concours.records import keyring
from concours.records.models.person import Person, PersonKey

_FORMAT = b"\x01"
_NONCE = 12


class Erased(BadInput):
    """The person's key is destroyed: nothing of theirs can be read again."""

    def __init__(self, person: str) -> None:
        super().__init__(
            "erased", remedy=f"The personal data of {person} was erased and cannot be read."
        )


def seal_text(person: str, column: str, text: str, *, compartment: str = "") -> bytes:
    """Encrypt a value for one column of one person. Makes the person's key on first use."""
    return seal_bytes(person, column, text.encode(), compartment=compartment)


def open_text(person: str, column: str, sealed: bytes | None, *, compartment: str = "") -> str:
    """The value again; "" where there is none. Raises Erased when the key is destroyed."""
    if sealed is None:
        return ""
    return open_bytes(person, column, sealed, compartment=compartment).decode()


def seal_bytes(person: str, column: str, content: bytes, *, compartment: str = "") -> bytes:
    """Encrypt bytes for one column (or document) of one person."""
    key = _key_of(person, compartment, make=True)
    return _seal(key, content, _bound(person, compartment, column))


def open_bytes(person: str, column: str, sealed: bytes, *, compartment: str = "") -> bytes:
    """The bytes again. Raises Erased, and BadInput when they were sealed for another place."""
    key = _key_of(person, compartment, make=False)
    return _open(key, bytes(sealed), _bound(person, compartment, column))


def open_many(
    column: str,
    sealed: Iterable[tuple[str, bytes | None]],
    *,
    compartment: str = "",
    keys: Mapping[str, bytes] | None = None,
) -> list[str]:
    """The values of one column for many persons; "" where erased or empty.

    One query, none where ``keys`` gives what `keys_of` found.
    """
    pairs = [(person, None if value is None else bytes(value)) for person, value in sealed]
    if keys is None:
        keys = keys_of([person for person, value in pairs if value is not None], compartment)
    return [
        _open(keys[person], value, _bound(person, compartment, column)).decode()
        if value is not None and person in keys
        else ""
        for person, value in pairs
    ]


def keys_of(persons: Sequence[str], compartment: str = "") -> dict[str, bytes]:
    """The data keys of many persons; a person without one is left out."""
    rows = PersonKey.objects.filter(person__file__any_of=set(persons), compartment=compartment)
    return {
        person: _unwrapped(person, compartment, key_id, bytes(wrapped))
        for person, key_id, wrapped in rows.values_list("person_id", "key_id", "wrapped")
    }


def make_key(person: str) -> None:
    """The general data key of a new person."""
    make_keys([person])


def make_keys(persons: Sequence[str], compartment: str = "") -> dict[str, bytes]:
    """Fresh data keys for many persons at once; part of building a rehearsal."""
    fresh = {person: secrets.token_bytes(keyring.KEY_BYTES) for person in persons}
    PersonKey.objects.bulk_create(
        [_wrapped(person, compartment, key) for person, key in fresh.items()], batch_size=1_000
    )
    return fresh


def seal_with(key: bytes, person: str, column: str, text: str, *, compartment: str = "") -> bytes:
    """Encrypt with a key at hand: what bulk writing uses after `make_keys` or `keys_of`."""
    return _seal(key, text.encode(), _bound(person, compartment, column))


def open_with(key: bytes, person: str, column: str, sealed: bytes, *, compartment: str = "") -> str:
    """Decrypt with a key at hand what `seal_with` sealed."""
    return _open(key, sealed, _bound(person, compartment, column)).decode()


def destroy_keys(person: str) -> int:
    """Destroy every data key of a person; returns how many there were."""
    return PersonKey.objects.filter(person_id=person).delete()[0]


def rewrap(rows: Sequence[PersonKey]) -> int:
    """Wrap these keys with the service keys now in use; what they seal is not touched."""
    for row in rows:
        fresh = _wrapped(row.person_id, row.compartment, _unwrap(row))
        row.key_id, row.wrapped = fresh.key_id, fresh.wrapped
    return PersonKey.objects.bulk_update(rows, ["key_id", "wrapped"])


def _key_of(person: str, compartment: str, *, make: bool) -> bytes:
    row = PersonKey.objects.filter(person_id=person, compartment=compartment).first()
    if row is not None:
        return _unwrap(row)
    if not make or Person.objects.filter(file=person, erased_at__isnull=False).exists():
        raise Erased(person)
    key = secrets.token_bytes(keyring.KEY_BYTES)
    fresh = _wrapped(person, compartment, key)
    row, made = PersonKey.objects.get_or_create(
        person_id=person,
        compartment=compartment,
        defaults={"key_id": fresh.key_id, "wrapped": fresh.wrapped},
    )
    return key if made else _unwrap(row)


def _wrapped(person: str, compartment: str, key: bytes) -> PersonKey:
    service = keyring.current(compartment or "person")
    return PersonKey(
        person_id=person,
        compartment=compartment,
        key_id=service.id,
        wrapped=_seal(service.secret, key, _bound(person, compartment, "key")),
    )


def _unwrap(row: PersonKey) -> bytes:
    return _unwrapped(row.person_id, row.compartment, row.key_id, bytes(row.wrapped))


def _unwrapped(person: str, compartment: str, key_id: str, wrapped: bytes) -> bytes:
    service = keyring.by_id(compartment or "person", key_id)
    return _open(service.secret, wrapped, _bound(person, compartment, "key"))


def _bound(person: str, compartment: str, column: str) -> bytes:
    return f"{person}/{compartment}/{column}".encode()


def _seal(key: bytes, content: bytes, bound: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return _FORMAT + nonce + AESGCM(key).encrypt(nonce, content, bound)


def _open(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    try:
        if sealed[:1] != _FORMAT:
            raise InvalidTag
        return AESGCM(key).decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], bound)
    except InvalidTag as error:
        raise BadInput(
            "sealed_elsewhere",
            remedy="This value does not open: it was changed, or sealed for another person or column.",
        ) from error
