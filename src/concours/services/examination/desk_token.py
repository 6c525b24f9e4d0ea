"""What the answer desk signs: a device's token, and the time mark in every acknowledgement.

Both are read without a look-up. A token names the sitting and the epoch it may write in; a
mark says when the service acknowledged something, so that an answer given after it, without
a network, can be placed in time by the device's own monotonic clock.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import msgspec
from django.conf import settings

from concours.kernel.errors import BadInput

LASTS = timedelta(hours=14)
"""How long a token is good, by the machine's clock: longer than any day of the test."""

_SIGNATURE = 16


class Token(msgspec.Struct, frozen=True, array_like=True):
    """Which sitting a device may write in, as which epoch; ``expires`` in seconds, machine time.
    ``form`` is the sitting's, where the test has several."""

    sitting: int
    epoch: int
    competition: str
    step: str
    expires: int
    form: str = ""


class Mark(msgspec.Struct, frozen=True, array_like=True):
    """A signed instant: service time in microseconds, in the section then open."""

    sitting: int
    epoch: int
    section: str
    micros: int

    @property
    def at(self) -> datetime:
        """The instant."""
        return datetime.fromtimestamp(self.micros // 1_000_000, UTC).replace(
            microsecond=self.micros % 1_000_000
        )


class BadToken(BadInput):
    """The token is not ours, was changed, or is over."""

    def __init__(self) -> None:
        super().__init__("token", remedy="Open the sitting on this device again.")


_TOKENS = msgspec.json.Decoder(Token)
_MARKS = msgspec.json.Decoder(Mark)
_encode = msgspec.json.Encoder().encode


def issue_token(token: Token) -> str:
    """The token as the device keeps it."""
    return _signed("token", _encode(token))


def read_token(text: str, *, machine_now: datetime | None) -> Token:
    """The token again; ``machine_now`` None reads one that is over too. Raises BadToken."""
    content = _verified("token", text)
    if content is None:
        raise BadToken
    token = _TOKENS.decode(content)
    if machine_now is not None and token.expires <= machine_now.timestamp():
        raise BadToken
    return token


def issue_mark(sitting: int, epoch: int, section: str, at: datetime) -> str:
    """A mark for this instant."""
    micros = int(at.timestamp()) * 1_000_000 + at.microsecond
    return _signed("mark", _encode(Mark(sitting, epoch, section, micros)))


def read_mark(text: str, token: Token) -> Mark | None:
    """The mark, if the service gave it to this sitting and epoch; else None."""
    content = _verified("mark", text)
    if content is None:
        return None
    mark = _MARKS.decode(content)
    return mark if (mark.sitting, mark.epoch) == (token.sitting, token.epoch) else None


def _signed(purpose: str, content: bytes) -> str:
    signature = _signature(purpose, content)
    return base64.urlsafe_b64encode(signature + content).rstrip(b"=").decode("ascii")


def _verified(purpose: str, text: str) -> bytes | None:
    try:
        whole = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None
    content = whole[_SIGNATURE:]
    signature = _signature(purpose, content)
    return content if hmac.compare_digest(signature, whole[:_SIGNATURE]) else None


def _signature(purpose: str, content: bytes) -> bytes:
    """BLAKE2b with a key (RFC 7693): a signature in one pass."""
    key = _key(purpose, settings.SECRET_KEY)
    return hashlib.blake2b(content, digest_size=_SIGNATURE, key=key).digest()


@lru_cache(maxsize=8)
def _key(purpose: str, secret: str) -> bytes:
    return hashlib.sha256(f"concours desk {purpose}\n{secret}".encode()).digest()
