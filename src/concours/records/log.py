"""The log over all entries: the one sequencer, its tiles, its signed heads, and proofs.

Appending takes no place in the log. The sequencer, under a lock, gives a place to
every committed entry that has none, keeps the frontier and the complete tiles, and
signs the new head. The tree is never kept anywhere else: what is not in a tile is
computed from the newest leaves.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from django.conf import settings
from django.db import connection, transaction

from concours.ledger import merkle
from concours.ledger.checkpoint import Checkpoint, Signer, Verifier
from concours.records import keyring
from concours.records.bulk import copy_rows
from concours.records.models.ledger import LedgerEntry, LogCheckpoint, LogLeaf, LogTile

LOCK = 0x434F4E43
"""The advisory lock's number on PostgreSQL; SQLite has one writer anyway."""

BATCH = 5_000
BEHIND = 50_000
"""How many entry numbers behind the newest logged one a round looks for stragglers.

Numbers are not committed in order. An entry would be missed only if its transaction
stayed open while so many later ones were committed; a sweep looks at every entry.
"""

HASH = 32


def origin() -> str:
    """The log's name: the one its heads were published under, whatever the settings say since."""
    head = newest()
    return head.note.partition("\n")[0] if head else settings.LOG_ORIGIN


def signer() -> Signer:
    """The log's name and the key that signs for it now."""
    return Signer(name=origin(), seed=keyring.current("log").secret)


def verifiers() -> list[Verifier]:
    """The public keys that have signed for this log, newest first."""
    name = origin()
    keys = reversed(list(keyring.every("log").values()))
    return [Signer(name=name, seed=key.secret).verifier for key in keys]


def newest() -> LogCheckpoint | None:
    """The newest signed head; None while the log is empty."""
    return LogCheckpoint.objects.order_by("-size").first()


def sequence(*, at: datetime, batch: int = BATCH, sweep: bool = False) -> int:
    """Give a place to up to ``batch`` entries that have none, and sign the new head.

    Returns how many. Two sequencers wait for each other. ``sweep`` looks at every
    entry there is, not only at recent ones.
    """
    if not _without_place(1, sweep=sweep):
        return 0  # asked every other second: no writer's lock for nothing
    with transaction.atomic():
        _lock()
        head = newest()
        size = head.size if head else 0
        frontier = _split(head.frontier) if head else ()
        fresh = _without_place(batch, sweep=sweep)
        if not fresh:
            return 0
        leaves = [bytes.fromhex(digest) for _, digest in fresh]
        copy_rows(
            "records_logleaf",
            ("position", "entry_id", "digest"),
            (
                (size + place, entry, leaf)
                for place, ((entry, _), leaf) in enumerate(zip(fresh, leaves, strict=True))
            ),
        )
        _keep_tiles(size, size + len(leaves))
        frontier = merkle.extended(frontier, size, leaves)
        root = merkle.root_of(frontier)
        key = signer()
        head_text = Checkpoint(origin=key.name, size=size + len(leaves), root=root).text
        LogCheckpoint.objects.create(
            size=size + len(leaves),
            root=root,
            frontier=b"".join(frontier),
            note=key.sign(head_text),
            at=at,
        )
        return len(leaves)


def inclusion_proofs(positions: Sequence[int], *, size: int) -> dict[int, tuple[bytes, ...]]:
    """The audit paths of these places in the tree of this size."""
    node = _reader()
    return {place: merkle.inclusion_proof(node, index=place, size=size) for place in positions}


def consistency_proof(*, old: int, new: int) -> tuple[bytes, ...]:
    """The proof that an older head of the log is the beginning of a newer one."""
    return merkle.consistency_proof(_reader(), old=old, new=new)


def tile(level: int, place: int) -> list[bytes]:
    """Up to 256 hashes of level ``8 * level``; fewer at the growing edge."""
    kept = LogTile.objects.filter(level=level, place=place).first()
    if kept is not None:
        return list(_split(kept.hashes))
    first, end = place * merkle.TILE_WIDTH, (place + 1) * merkle.TILE_WIDTH
    if level == 0:
        rows = LogLeaf.objects.filter(position__gte=first, position__lt=end)
        return [bytes(d) for d in rows.order_by("position").values_list("digest", flat=True)]
    below = LogTile.objects.filter(level=level - 1, place__gte=first, place__lt=end)
    return [bytes(root) for root in below.order_by("place").values_list("root", flat=True)]


def _reader() -> merkle.Node:
    return merkle.tile_reader(cache(tile))


def _without_place(batch: int, *, sweep: bool) -> list[tuple[int, str]]:
    last = LogLeaf.objects.order_by("-entry_id").values_list("entry_id", flat=True).first() or 0
    rows = LedgerEntry.objects.filter(leaf__isnull=True)
    if not sweep:
        rows = rows.filter(pk__gt=last - BEHIND)
    return list(rows.order_by("pk").values_list("pk", "digest")[:batch])


def _keep_tiles(old: int, new: int) -> None:
    """Write every tile that became complete between two sizes, level by level."""
    level, width = 0, merkle.TILE_WIDTH
    while new // width:
        for place in range(old // width, new // width):
            hashes = tile(level, place)
            LogTile.objects.create(
                level=level,
                place=place,
                hashes=b"".join(hashes),
                root=merkle.tile_root(hashes),
            )
        old, new, level = old // width, new // width, level + 1


def _split(joined: bytes | memoryview) -> tuple[bytes, ...]:
    whole = bytes(joined)
    return tuple(whole[n : n + HASH] for n in range(0, len(whole), HASH))


def _lock() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
