"""Signed notes and checkpoints as the C2SP specifications write them, with Ed25519.

A note is text, an empty line, and a line per signature. A checkpoint is a note
whose text is the log's origin, its size and its root. A key is written
``name+id+base64``; the id is the first four bytes of a hash over name and key.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from concours.kernel.errors import BadInput

_ED25519 = b"\x01"
_DASH = "\u2014 "


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """A public key with its name. Needs nothing else to check a note."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Four bytes by which a signature line says whose it is."""
        return _key_id(self.name, self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_b64(_ED25519 + self.public)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A private key with its name; ``seed`` is its 32 bytes."""

    name: str
    seed: bytes

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        key = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return Verifier(name=self.name, public=key.public_bytes_raw())

    def sign(self, text: str) -> str:
        """The signed note of ``text``, which ends with a line end."""
        _require_text(text)
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return f"{text}\n{_DASH}{self.name} {_b64(self.verifier.key_id + signature)}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The head of a log: whose it is, how many leaves, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The note's text."""
        return f"{self.origin}\n{self.size}\n{_b64(self.root)}\n"


def read_verifier(text: str) -> Verifier:
    """Read ``name+id+base64``. Raises BadInput when it is malformed or the id is another key's."""
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    try:
        public = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise _bad_key("its last part is not base64") from error
    if not name or len(public) != 33 or public[:1] != _ED25519:
        raise _bad_key("it is not an Ed25519 key written name+id+base64")
    if _key_id(name, public[1:]).hex() != key_id:
        raise _bad_key("its id does not belong to it")
    return Verifier(name=name, public=public[1:])


def open_note(note: str, verifier: Verifier) -> str:
    """The text of a note that this key signed.

    Signatures by other keys are passed over. Raises BadInput when the note is
    malformed, when no signature is by this key, or when one by it is wrong.
    """
    text, gap, lines = note.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise _bad_note("it has no signature part")
    text += "\n"
    _require_text(text)
    found = False
    for line in lines[:-1].split("\n"):
        name, space, encoded = line.removeprefix(_DASH).partition(" ")
        try:
            blob = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError) as error:
            raise _bad_note("a signature is not base64") from error
        if not line.startswith(_DASH) or not space or len(blob) < 5 or _b64(blob) != encoded:
            raise _bad_note("a signature line is malformed")
        if name != verifier.name or blob[:4] != verifier.key_id:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(verifier.public).verify(blob[4:], text.encode())
        except InvalidSignature as error:
            raise _bad_note("the signature does not hold") from error
        found = True
    if not found:
        raise _bad_note(f"it is not signed by {verifier.name}")
    return text


def open_checkpoint(note: str, verifier: Verifier) -> Checkpoint:
    """The checkpoint in a note this key signed; further lines are passed over. Raises BadInput."""
    lines = open_note(note, verifier).split("\n")
    if len(lines) < 4 or not lines[0]:
        raise _bad_note("a checkpoint has an origin, a size and a root")
    size, encoded = lines[1], lines[2]
    try:
        root = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _bad_note("the root is not base64") from error
    if not size.isascii() or not size.isdigit() or str(int(size)) != size:
        raise _bad_note("the size is not a whole number")
    if len(root) != 32 or _b64(root) != encoded:
        raise _bad_note("the root is not 32 bytes")
    return Checkpoint(origin=lines[0], size=int(size), root=root)


def _key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _require_text(text: str) -> None:
    if not text.endswith("\n") or any(c < " " and c != "\n" for c in text):
        raise _bad_note("its text must end with a line end and hold no control characters")


def _bad_key(why: str) -> BadInput:
    return BadInput("bad_key", remedy=f"This is not a public key we can use: {why}.", field="key")


def _bad_note(why: str) -> BadInput:
    return BadInput("bad_note", remedy=f"The signed note cannot be trusted: {why}.")
