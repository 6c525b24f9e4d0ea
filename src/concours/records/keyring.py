"""The service's own keys: read from the environment or from files, each with an id.

Purposes: ``person`` wraps the keys of persons, one key for each compartment wraps
those of its compartment, ``search`` makes the hashes a search by name looks at,
``log`` signs checkpoints and downloads. The newest of a purpose is the one in
use; older ones still open what they sealed.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from concours.kernel.errors import BadInput

COMPARTMENTS = ("medical", "security", "review", "register")
PURPOSES = ("person", *COMPARTMENTS, "search", "log")
REHEARSAL = "r"
"""Ids of keys made at set-up begin with this; production refuses them."""

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its purpose, its id, its bytes."""

    purpose: str
    id: str
    secret: bytes

    @property
    def is_rehearsal(self) -> bool:
        """Whether it was made at set-up, for a rehearsal."""
        return self.id.startswith(REHEARSAL)

    def __repr__(self) -> str:
        return f"Key({self.purpose!r}, {self.id!r})"


def current(purpose: str) -> Key:
    """The key in use. Raises BadInput when there is none."""
    keys = every(purpose)
    if not keys:
        raise BadInput(
            "no_key",
            remedy=f"There is no {purpose} key: run `concours keys make` or set CONCOURS_KEY_{purpose.upper()}.",
        )
    return keys[list(keys)[-1]]


def by_id(purpose: str, key_id: str) -> Key:
    """The key that sealed something. Raises BadInput when it is not here."""
    found = every(purpose).get(key_id)
    if found is None:
        raise BadInput(
            "no_key", remedy=f"The {purpose} key {key_id} is not among the keys: bring it back."
        )
    return found


def every(purpose: str) -> Mapping[str, Key]:
    """All keys of a purpose by id, oldest first."""
    if purpose not in PURPOSES:
        raise BadInput("no_such_purpose", remedy=f"Keys are for {', '.join(PURPOSES)}.")
    given = getattr(settings, "KEY_TEXTS", {}).get(purpose, "")
    return _read(purpose, given, str(settings.KEYS))


def forget() -> None:
    """Read keys again: after they were made or rotated."""
    _read.cache_clear()


@cache
def _read(purpose: str, given: str, folder: str) -> Mapping[str, Key]:
    texts = dict(_split(part, purpose) for part in given.split(",") if part.strip())
    if not texts:
        files = Path(folder).glob(f"{purpose}.*.key")
        texts = {file.name.split(".")[1]: file.read_text().strip() for file in files}
    return {key_id: _key(purpose, key_id, texts[key_id]) for key_id in sorted(texts, key=serial)}


def serial(key_id: str) -> tuple[int, str]:
    """What ids are ordered by: their number, a rehearsal's before a real one."""
    digits = key_id.removeprefix(REHEARSAL)
    if not digits.isdigit():
        raise BadInput("bad_key_id", remedy=f"A key's id is a number, not {key_id!r}.")
    return int(digits), key_id


def _split(part: str, purpose: str) -> tuple[str, str]:
    key_id, colon, text = part.strip().partition(":")
    if not colon:
        raise BadInput(
            "bad_key",
            remedy=f"CONCOURS_KEY_{purpose.upper()} is written id:base64, parted by commas.",
        )
    return key_id, text


def _key(purpose: str, key_id: str, text: str) -> Key:
    try:
        secret = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise BadInput("bad_key", remedy=f"The {purpose} key {key_id} is not base64.") from error
    if len(secret) != KEY_BYTES:
        raise BadInput(
            "bad_key",
            remedy=f"The {purpose} key {key_id} has {len(secret)} bytes, not {KEY_BYTES}.",
        )
    return Key(purpose, key_id, secret)
