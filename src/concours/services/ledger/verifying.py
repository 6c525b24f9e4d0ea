"""Checking the whole ledger as it stands in the database."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice

from django.db import connection

from concours.kernel.errors import BadInput
from concours.ledger import merkle
from concours.ledger.checkpoint import open_checkpoint
from concours.ledger.entry import GENESIS, body_digest, breaks, read_entry
from concours.records import guards, log
from concours.records.ledger_store import all_files
from concours.records.models import (
    BodyDestruction,
    FileHead,
    LedgerEntry,
    LogCheckpoint,
    LogLeaf,
)
from concours.records.models.ledger import FILE_KINDS

CHUNK = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong: in which file and entry, or at which place or size of the log."""

    file: str = ""
    entry: int | None = None
    place: int | None = None
    part: str
    why: str


def count_files() -> int:
    """How many files there are to check."""
    return FileHead.objects.count()


def faulty_files() -> Iterator[tuple[int, list[Fault]]]:
    """Check every chain, head, body and salt; yields how many files were done, and the faults."""
    for kind in FILE_KINDS:
        for codes in all_files(kind):
            yield len(codes), list(_chains(codes))
    orphans = LedgerEntry.objects.exclude(file__in=FileHead.objects.values("code"))
    for file in orphans.values_list("file", flat=True).distinct()[:CHUNK]:
        yield 0, [Fault(file=file, part="head", why="its entries stand, its head is gone")]


def _chains(codes: list[str]) -> Iterator[Fault]:
    heads = {head.code: head for head in FileHead.objects.filter(code__in=codes)}
    rows = (
        LedgerEntry.objects.filter(file__in=codes)
        .order_by("file", "seq")
        .values_list(
            "file", "header", "digest", "body__text", "body__salt", "destruction__entry_id"
        )
    )
    seen = set()
    for file, group in groupby(rows.iterator(chunk_size=CHUNK), key=lambda row: row[0]):
        seen.add(file)
        yield from _chain(file, list(group), heads[file])
    for code in codes:
        if code not in seen:
            yield Fault(file=code, part="head", why="its head stands, its entries are gone")


def _chain(file: str, rows: list[tuple], head: FileHead) -> Iterator[Fault]:  # type: ignore[type-arg]
    for number, why in breaks([row[1] for row in rows], file=file):
        yield Fault(file=file, entry=number, part="header", why=why)
    for number, (_, header, digest, text, salt, destroyed) in enumerate(rows, start=1):
        if merkle.leaf_hash(header.encode()).hex() != digest:
            yield Fault(
                file=file, entry=number, part="header", why="the header does not have its digest"
            )
        if text is None:
            if destroyed is None:
                why = "the body is gone and no act says so"
                yield Fault(file=file, entry=number, part="body", why=why)
            continue
        try:
            committed = read_entry(header).body_digest
        except BadInput:
            continue  # named already
        if body_digest(bytes(salt), text) != committed:
            why = "body or salt is not what the header committed to"
            yield Fault(file=file, entry=number, part="body", why=why)
    last = rows[-1][2] if rows else GENESIS
    if (head.seq, head.digest) != (len(rows), last):
        yield Fault(file=file, part="head", why="the head is not the last entry of the chain")


def faulty_log() -> Iterator[tuple[int, list[Fault]]]:
    """Check leaves against entries, and every signed head against the leaves under it.

    Yields how many leaves were done, and the faults.
    """
    keys = log.verifiers()
    heads = list(LogCheckpoint.objects.order_by("size"))
    frontier: merkle.Frontier = ()
    size = 0
    waiting = iter(heads)
    head = next(waiting, None)
    for position, digest, entry in _leaves():
        faults = []
        if position != size:
            faults.append(Fault(place=size, part="log", why="this place of the log is empty"))
        if entry is None:
            why = "the entry under this leaf is gone"
            faults.append(Fault(place=position, part="log", why=why))
        elif digest.hex() != entry[0]:
            why = "the leaf is not the digest of its entry"
            faults.append(Fault(file=entry[1], entry=entry[2], place=position, part="log", why=why))
        frontier = merkle.extended(frontier, size, [digest])
        size += 1
        while head is not None and head.size <= size:
            faults += _head_faults(head, size, merkle.root_of(frontier), keys)
            head = next(waiting, None)
        if faults or size % CHUNK == 0:
            yield size, faults
    rest = [head, *waiting] if head is not None else []
    lost = [
        Fault(place=h.size, part="checkpoint", why="it signs leaves that are gone")
        for h in rest
        if h
    ]
    yield size, lost


def _leaves() -> Iterator[tuple[int, bytes, tuple[str, str, int] | None]]:
    """Every leaf in order, with digest, file and number of its entry; None where that is gone."""
    rows = LogLeaf.objects.order_by("position").values_list("position", "digest", "entry_id")
    stream = rows.iterator(chunk_size=CHUNK)
    while part := list(islice(stream, CHUNK)):
        entries = {
            pk: (digest, file, seq)
            for pk, digest, file, seq in LedgerEntry.objects.filter(
                pk__in=[entry for _, _, entry in part]
            ).values_list("pk", "digest", "file", "seq")
        }
        for position, digest, entry in part:
            yield position, bytes(digest), entries.get(entry)


def _head_faults(head: LogCheckpoint, size: int, root: bytes, keys: list) -> list[Fault]:  # type: ignore[type-arg]
    why = ""
    for key in keys:
        try:
            found = open_checkpoint(head.note, key)
        except BadInput as error:
            why = error.remedy
            continue
        if head.size != size or (found.size, found.root) != (size, root):
            return [Fault(place=head.size, part="checkpoint", why="it signs other leaves")]
        return []
    return [Fault(place=head.size, part="checkpoint", why=why or "no key is here to check it")]


def awaiting() -> int:
    """How many entries have no place in the log yet."""
    return LedgerEntry.objects.filter(leaf__isnull=True).count()


def destroyed_bodies() -> int:
    """How many bodies were destroyed by an act."""
    return BodyDestruction.objects.count()


def count_leaves() -> int:
    """How many entries the log holds."""
    return LogLeaf.objects.count()


def require_guards() -> None:
    """Refuse to start on a database whose ledger is not guarded. Raises BadInput."""
    guards.require_guards()


def put_guards() -> None:
    """Create the triggers again: after it was found out who removed them."""
    guards.put_guards(connection)


def missing_triggers() -> list[str]:
    """The append-only triggers that should stand and do not."""
    return guards.missing_guards(connection)


def count_candidacies() -> int:
    """How many candidacies there are."""
    return FileHead.objects.filter(kind="candidacy").count()
