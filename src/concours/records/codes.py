"""Fresh file codes and salts: random, never derived from a person."""

import secrets

from concours.kernel.identifiers import code_from
from concours.ledger.entry import SALT_BYTES


def new_code() -> str:
    """A file code nobody has used: 60 random bits, told apart by the head's primary key."""
    return code_from(secrets.token_bytes(8))


def new_salts(count: int) -> list[bytes]:
    """A fresh salt for each of so many entries, from one read of the system's randomness."""
    block = secrets.token_bytes(SALT_BYTES * count)
    return [block[n : n + SALT_BYTES] for n in range(0, len(block), SALT_BYTES)]
