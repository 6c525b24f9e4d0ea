"""An entry of a file's chain: its header, whose digest is the leaf, and its salted body.

The header names who decided about what and when; the body, what was found. They
stand apart so that a body can be shown, withheld or destroyed while every chain
and every proof still holds.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from concours.kernel.errors import BadInput
from concours.kernel.period import instant, instant_text
from concours.ledger.canonical import LIMIT, canonical
from concours.ledger.draft import Body, Draft, Fact
from concours.ledger.merkle import leaf_hash

GENESIS = "0" * 64
"""What the first entry of a file gives as the digest of the one before."""

SALT_BYTES = 32
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@-]*\Z")
_HEX = re.compile(r"[0-9a-f]{64}\Z")


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The header. Fields stand in the order of RFC 8785, so encoding is canonical.

    ``at`` is when it was recorded, ``on`` from when it is in force, both in the
    one written form of an instant; digests are 64 lower-case hexadecimal digits.
    """

    actor: str
    at: str
    body_digest: str
    file: str
    kind: str
    on: str
    prev: str
    role: str
    seq: int
    step: str
    v: int

    @property
    def text(self) -> str:
        """The canonical text: the bytes that are hashed and the bytes that are stored."""
        return _encode(self).decode()

    @property
    def digest(self) -> str:
        """The RFC 6962 leaf hash of the text."""
        return leaf_hash(_encode(self)).hex()


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Entry).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where a file's chain stands. Sequence 0 is a file that has no entry yet."""

    file: str
    seq: int = 0
    digest: str = GENESIS
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """An entry ready to be stored: header and body as text, the salt, and the instants."""

    entry: Entry
    header: str
    digest: str
    body: str
    salt: bytes
    at: datetime
    on: datetime

    @property
    def head(self) -> Head:
        """Where the chain stands after this entry."""
        return Head(file=self.entry.file, seq=self.entry.seq, digest=self.digest, at=self.at)


def body_digest(salt: bytes, body: str) -> str:
    """SHA-256 over the salt and the canonical body: what the header commits to."""
    return hashlib.sha256(salt + body.encode()).hexdigest()


def seal(draft: Draft, head: Head, *, at: datetime, actor: str, role: str, salt: bytes) -> Sealed:
    """Turn a draft into the next entry of its file.

    ``at`` never runs backwards in a file: an earlier one is moved to the head's.
    ``salt`` is 32 random bytes, fresh for every entry. Raises BadInput when the
    draft belongs to another file, a word is not machine text, or the body holds
    what a decision may not hold.
    """
    if draft.file != head.file:
        raise BadInput(
            "other_file", remedy=f"The entry is for {draft.file}, the head of {head.file}."
        )
    if len(salt) != SALT_BYTES:
        raise BadInput("bad_salt", remedy=f"Give {SALT_BYTES} random bytes, not {len(salt)}.")
    if not 0 < draft.v < LIMIT:
        raise BadInput("bad_version", remedy="The version of a kind is 1 or more.", field="v")
    for field, word in (
        ("file", draft.file),
        ("kind", draft.kind),
        ("actor", actor),
        ("role", role),
    ):
        _require_word(field, word)
    if draft.step:
        _require_word("step", draft.step)
    recorded = at.astimezone(UTC) if head.at is None or at >= head.at else head.at
    in_force = recorded if draft.on is None else draft.on.astimezone(UTC)
    recorded_text = instant_text(recorded)
    body = canonical(draft.body)
    entry = Entry(
        actor=actor,
        at=recorded_text,
        body_digest=body_digest(salt, body),
        file=draft.file,
        kind=draft.kind,
        on=recorded_text if in_force == recorded else instant_text(in_force),
        prev=head.digest,
        role=role,
        seq=head.seq + 1,
        step=draft.step,
        v=draft.v,
    )
    header = _encode(entry)
    return Sealed(
        entry=entry,
        header=header.decode(),
        digest=leaf_hash(header).hex(),
        body=body,
        salt=salt,
        at=recorded,
        on=in_force,
    )


def read_entry(header: str) -> Entry:
    """Read a stored header back.

    Raises BadInput when a field lacks, is unknown or malformed, or when the text
    is not the canonical one, byte for byte.
    """
    try:
        entry = _decode(header)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise BadInput("bad_header", remedy=f"The header cannot be read: {error}.") from error
    if not _HEX.match(entry.prev) or not _HEX.match(entry.body_digest):
        raise BadInput("bad_header", remedy="Digests are 64 lower-case hexadecimal digits.")
    if instant_text(instant(entry.at)) != entry.at or instant_text(instant(entry.on)) != entry.on:
        raise BadInput("bad_header", remedy="Times are written 2026-11-23T13:24:35.000000Z.")
    if entry.text != header:
        raise BadInput("bad_header", remedy="The header is not in its canonical form.")
    return entry


def read_fact(header: str, body: str | None) -> Fact:
    """A stored entry as folds read it; a destroyed or withheld body reads as an empty one."""
    entry = _decode(header)
    at = instant(entry.at)
    found: Body = msgspec.json.decode(body) if body is not None else {}
    return Fact(
        file=entry.file,
        seq=entry.seq,
        at=at,
        on=at if entry.on == entry.at else instant(entry.on),
        actor=entry.actor,
        role=entry.role,
        step=entry.step,
        kind=entry.kind,
        v=entry.v,
        body=found,
    )


def fact_of(sealed: Sealed) -> Fact:
    """The fact a sealed entry will be read as."""
    entry = sealed.entry
    return Fact(
        file=entry.file,
        seq=entry.seq,
        at=sealed.at,
        on=sealed.on,
        actor=entry.actor,
        role=entry.role,
        step=entry.step,
        kind=entry.kind,
        v=entry.v,
        body=msgspec.json.decode(sealed.body),
    )


def breaks(headers: Iterable[str], *, file: str) -> Iterator[tuple[int, str]]:
    """Yield (number, why) for every entry that does not follow the one before.

    ``headers`` are a file's stored texts from the first. The number is the place
    in the file, from 1. The newest entry has no successor: only its place in the
    signed log guards it.
    """
    prev, last_at = GENESIS, ""
    for number, header in enumerate(headers, start=1):
        try:
            entry = read_entry(header)
        except BadInput as error:
            yield number, error.remedy
            prev, last_at = leaf_hash(header.encode()).hex(), ""
            continue
        if entry.file != file:
            yield number, f"it belongs to the file {entry.file}"
        if entry.seq != number:
            yield number, f"it calls itself number {entry.seq}"
        if entry.prev != prev:
            yield number, "it does not follow the entry before it"
        if entry.at < last_at:
            yield number, "it was recorded before the entry before it"
        prev, last_at = entry.digest, entry.at


def _require_word(field: str, word: str) -> None:
    if not _WORD.match(word):
        raise BadInput(
            "not_a_word",
            remedy=f"{field} is {word!r}: it takes letters, digits and . _ : @ - and begins with neither.",
            field=field,
        )
