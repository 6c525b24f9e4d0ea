"""Secrets of second factors, sealed with the service key for persons, whose id goes with them."""

import base64

from concours.kernel.errors import BadInput
from concours.records import keyring, personal

PLACE = ("accounts", "second factor")


def seal_secret(text: str) -> str:
    """The secret as it is kept: the key's id, a colon, and the sealed bytes as text."""
    key = keyring.current("person")
    sealed = personal.seal_with(key.secret, *PLACE, text)
    return f"{key.id}:{base64.b64encode(sealed).decode()}"


def open_secret(kept: str) -> str:
    """The secret again. Raises BadInput for what was not sealed here."""
    key_id, _, sealed = kept.partition(":")
    if not sealed:
        raise BadInput("not_sealed", remedy="Set up the second factor again.")
    key = keyring.by_id("person", key_id)
    return personal.open_with(key.secret, *PLACE, base64.b64decode(sealed))
