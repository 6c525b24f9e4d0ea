"""The key a browser seals its hand-over file for, and the opening of such a file.

ECDH on P-256, HKDF-SHA256, AES-256-GCM: what every browser's WebCrypto has. The service's
private key follows from the key that wraps those of persons, so it rotates with it and lies
nowhere else; the file names which one by its id.
"""

import base64
import binascii
from dataclasses import dataclass
from functools import lru_cache

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from concours.kernel.errors import BadInput
from concours.records import keyring

INFO = b"concours hand-over v1"
SALT = bytes(32)
LARGEST = 4_000_000
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of P-256 (FIPS 186-4, D.1.2.3): a private key is a number below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """The key as a browser imports it: its id, and the point's coordinates (base64url)."""

    kid: str
    x: str
    y: str


class Sealed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A hand-over file as it lies on a stick."""

    concours: str
    v: int
    kid: str
    epk: str
    iv: str
    sealed: str


class BadFile(BadInput):
    """Not a hand-over file of this service, or one that was changed."""

    def __init__(self) -> None:
        super().__init__(
            "not_a_hand_over_file",
            remedy="This is not a hand-over file of this service, or it was changed on its way. "
            "Let the browser save it again.",
            field="file",
        )


def public_key() -> PublicKey:
    """The public half of the key in use."""
    kid = keyring.current("person").id
    numbers = _private(kid).public_key().public_numbers()
    return PublicKey(
        kid=kid, x=_text(numbers.x.to_bytes(32, "big")), y=_text(numbers.y.to_bytes(32, "big"))
    )


def seal_file(content: bytes, *, to: PublicKey) -> bytes:
    """What a browser does with its outbox: for tests and for checking a device."""
    point = ec.EllipticCurvePublicNumbers(_number(to.x), _number(to.y), ec.SECP256R1())
    mine = ec.generate_private_key(ec.SECP256R1())
    key = _derived(mine.exchange(ec.ECDH(), point.public_key()))
    own = mine.public_key().public_numbers()
    raw = b"\x04" + own.x.to_bytes(32, "big") + own.y.to_bytes(32, "big")
    iv = AESGCM.generate_key(128)[:12]
    sealed = AESGCM(key).encrypt(iv, content, INFO)
    return msgspec.json.encode(Sealed("hand-over", 1, to.kid, _text(raw), _text(iv), _text(sealed)))


def open_file(blob: bytes) -> bytes:
    """What stands in a hand-over file. Raises BadFile."""
    if len(blob) > LARGEST:
        raise BadFile
    try:
        found = msgspec.json.decode(blob, type=Sealed)
        if (found.concours, found.v) != ("hand-over", 1):
            raise BadFile
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(found.epk))
        key = _derived(_private(found.kid).exchange(ec.ECDH(), point))
        return AESGCM(key).decrypt(_bytes(found.iv), _bytes(found.sealed), INFO)
    except (msgspec.DecodeError, InvalidTag, ValueError, binascii.Error, BadInput) as error:
        raise BadFile from error


def _private(kid: str) -> ec.EllipticCurvePrivateKey:
    return _derived_private(keyring.by_id("person", kid).secret)


@lru_cache(maxsize=8)
def _derived_private(secret: bytes) -> ec.EllipticCurvePrivateKey:
    # 48 bytes reduced by the order: no number is noticeably likelier (FIPS 186-4, B.4.1).
    wide = HKDF(hashes.SHA256(), 48, SALT, b"concours hand-over key").derive(secret)
    return ec.derive_private_key(int.from_bytes(wide, "big") % (_ORDER - 1) + 1, ec.SECP256R1())


def _derived(shared: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, SALT, INFO).derive(shared)


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _number(text: str) -> int:
    return int.from_bytes(_bytes(text), "big")
