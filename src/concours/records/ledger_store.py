"""The only door to the ledger: reading files, and appending to them all or none.

An append locks the heads of its files in file order, so that two decisions over
the same files wait for each other instead of locking crosswise. It takes no
place in the log: the sequencer gives that later.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from django.db import connection, transaction

from concours.kernel.errors import BadInput
from concours.ledger.draft import Draft, Fact
from concours.ledger.entry import Head, Sealed, read_fact, seal
from concours.records.codes import new_salts
from concours.records.models.ledger import FILE_KINDS, FileHead, LedgerBody, LedgerEntry

STREAMED_FROM = 200
"""From how many files on their entries are read in parts, not all at once."""


class Moved(Exception):
    """A file has moved on since its state was read; the decision must be made again.

    Services retry on it; it never reaches a page.
    """

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.file = file


@dataclass(frozen=True, slots=True)
class Read:
    """One entry as read: the fact, and the digest that is its receipt."""

    fact: Fact
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A draft with who recorded it and when: what a bulk run hands over."""

    draft: Draft
    at: datetime
    actor: str
    role: str


def kind_of(file: str) -> str | None:
    """The kind of a file; None when there is no such file."""
    return FileHead.objects.filter(code=file).values_list("kind", flat=True).first()


def heads(files: Iterable[str]) -> dict[str, Head]:
    """Where these files stand, without a lock; files that do not exist are left out."""
    rows = FileHead.objects.filter(code__any_of=list(files))
    return {row.code: _head(row) for row in rows}


def read_file(file: str) -> tuple[Read, ...]:
    """Every entry of a file, oldest first; a destroyed body reads as an empty one."""
    rows = (
        LedgerEntry.objects.filter(file=file)
        .order_by("seq")
        .values_list("header", "body__text", "digest")
    )
    return tuple(Read(read_fact(header, body), digest) for header, body, digest in rows)


def read_facts(file: str) -> tuple[Fact, ...]:
    """The facts of a file, oldest first; none when there is no such file."""
    return tuple(read.fact for read in read_file(file))


def read_many(files: Sequence[str]) -> dict[str, tuple[Fact, ...]]:
    """The facts of many files, in one query; files without entries are left out."""
    rows = (
        LedgerEntry.objects.filter(file__any_of=files)
        .order_by("file", "seq")
        .values_list("file", "header", "body__text")
    )
    # A cursor at the server costs two more round trips: worth it for thousands of files only.
    stream = rows.iterator(chunk_size=5_000) if len(files) > STREAMED_FROM else rows
    return {
        file: tuple(read_fact(header, body) for _, header, body in group)
        for file, group in groupby(stream, key=lambda row: row[0])
    }


def read_files(files: Sequence[str]) -> dict[str, tuple[Read, ...]]:
    """As `read_file` for a few files at once, in one query; those without entries are left out."""
    rows = (
        LedgerEntry.objects.filter(file__any_of=files)
        .order_by("file", "seq")
        .values_list("file", "header", "body__text", "digest")
    )
    return {
        file: tuple(Read(read_fact(header, body), digest) for _, header, body, digest in group)
        for file, group in groupby(rows, key=lambda row: row[0])
    }


def file_codes(kind: str, *, after: str = "", limit: int = 1_000) -> list[str]:
    """The next codes of one kind of file, in order: what a walk over all files is made of."""
    rows = FileHead.objects.filter(kind=kind, code__gt=after).order_by("code")
    return list(rows.values_list("code", flat=True)[:limit])


def append(
    drafts: Sequence[Draft],
    *,
    actor: str,
    role: str,
    at: datetime,
    expected: Mapping[str, int] | None = None,
) -> tuple[Sealed, ...]:
    """Seal and store drafts of one or several files: all or none.

    ``expected`` gives, for the files a decision was made from, how many entries
    they had then; Moved is raised when one has more by now. ``at`` is moved to
    the file's newest entry where that is later. A file comes into being by a
    first entry whose kind begins with the kind of file. The caller holds the
    transaction, so that what goes with the entries goes with them.

    Raises Moved, and BadInput for a draft of a file that does not exist.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("append belongs inside the transaction of its decision")
    wanted = {draft.file for draft in drafts} | set(expected or {})
    found = lock_heads(wanted)
    for file, seq in (expected or {}).items():
        if found[file].seq != seq:
            raise Moved(file)
    recorded = [Recorded(draft=d, at=at.astimezone(UTC), actor=actor, role=role) for d in drafts]
    sealed, born = seal_all(recorded, found)
    _insert(sealed)
    _move_heads(sealed, born)
    return tuple(sealed)


def lock_heads(files: Iterable[str]) -> dict[str, Head]:
    """The heads of these files, locked in file order; a file not yet there has sequence 0."""
    codes = sorted(set(files))
    rows = FileHead.objects.select_for_update().filter(code__any_of=codes).order_by("code")
    found = {
        code: Head(file=code, seq=seq, digest=digest, at=at)
        for code, seq, digest, at in rows.values_list("code", "seq", "digest", "at")
    }
    return {code: found.get(code, Head(file=code)) for code in codes}


def seal_all(
    recorded: Sequence[Recorded], found: Mapping[str, Head]
) -> tuple[list[Sealed], dict[str, str]]:
    """The entries in order, and the kind of every file that comes into being with them."""
    now = dict(found)
    born: dict[str, str] = {}
    sealed = []
    for item, salt in zip(recorded, new_salts(len(recorded)), strict=True):
        head = now[item.draft.file]
        if head.seq == 0:
            born[head.file] = _born_kind(item.draft)
        entry = seal(item.draft, head, at=item.at, actor=item.actor, role=item.role, salt=salt)
        now[head.file] = entry.head
        sealed.append(entry)
    return sealed, born


def _born_kind(draft: Draft) -> str:
    kind = draft.kind.partition(".")[0]
    if kind not in FILE_KINDS:
        raise BadInput(
            "no_such_file",
            remedy=f"There is no file {draft.file}, and {draft.kind} does not begin one.",
            field="file",
        )
    return kind


def _head(row: FileHead) -> Head:
    return Head(file=row.code, seq=row.seq, digest=row.digest, at=row.at)


def _insert(sealed: Sequence[Sealed]) -> None:
    rows = LedgerEntry.objects.bulk_create(
        LedgerEntry(
            file=s.entry.file,
            seq=s.entry.seq,
            kind=s.entry.kind,
            at=s.at,
            digest=s.digest,
            header=s.header,
        )
        for s in sealed
    )
    LedgerBody.objects.bulk_create(
        LedgerBody(entry_id=row.pk, text=s.body, salt=s.salt)
        for row, s in zip(rows, sealed, strict=True)
    )


def _move_heads(sealed: Sequence[Sealed], born: Mapping[str, str]) -> None:
    for file, last in last_sealed(sealed).items():
        now = {"seq": last.entry.seq, "digest": last.digest, "at": last.at}
        if file in born:
            FileHead.objects.create(code=file, kind=born[file], **now)
        else:
            FileHead.objects.filter(code=file).update(**now)


def last_sealed(sealed: Iterable[Sealed]) -> dict[str, Sealed]:
    """The last of these entries in each file: where its head moves to."""
    return {entry.entry.file: entry for entry in sealed}


def by_file(drafts: Iterable[Draft]) -> dict[str, list[Draft]]:
    """The drafts of each file, in their order."""
    found: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        found[draft.file].append(draft)
    return dict(found)


def all_files(kind: str) -> Iterator[list[str]]:
    """Every code of one kind of file, a thousand at a time, in order."""
    after = ""
    while codes := file_codes(kind, after=after):
        yield codes
        after = codes[-1]


def count_entries() -> int:
    """How many entries the ledger holds."""
    return LedgerEntry.objects.count()


def require_atomic() -> None:
    """Crash when called outside a transaction: a lock without one holds nothing."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("this belongs inside a transaction")
