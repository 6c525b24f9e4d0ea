"""Ties between examiners and candidates, compared without names: keyed hashes of what both wrote."""

import hashlib
import hmac

from concours.records import keyring
from concours.records.name_search import words_of

_TOKEN = 16


def tie_token(kind: str, name: str) -> bytes | None:
    """The hash of a school's, an employer's or a person's name; None for a name without a word.

    Case, accents, punctuation and the order of the words make no difference.
    """
    words = sorted(words_of(name))
    if not words:
        return None
    key = keyring.current("search").secret
    return hmac.new(key, f"{kind}\n{' '.join(words)}".encode(), hashlib.sha256).digest()[:_TOKEN]
