"""The sequencer: every committed entry gets one place, and every head is signed."""

from datetime import UTC, datetime
from itertools import pairwise
from threading import Thread

import pytest
from django.db import connections, transaction
from pytest_django import Settings

from concours.ledger import merkle
from concours.ledger.checkpoint import open_checkpoint
from concours.ledger.draft import Draft
from concours.records import log
from concours.records.ledger_store import append
from concours.records.models import LedgerEntry, LogCheckpoint, LogLeaf, LogTile

NOON = datetime(2016, 6, 1, 12, tzinfo=UTC)


def add(count: int, first: int = 0) -> None:
    drafts = [
        Draft(file=f"PRSN-0000-{n:04d}", step="", kind="person.opened", body={"n": n})
        for n in range(first, first + count)
    ]
    with transaction.atomic():
        append(drafts, actor="a", role="r", at=NOON)


def digests() -> list[bytes]:
    return [bytes.fromhex(e.digest) for e in LedgerEntry.objects.order_by("pk")]


@pytest.mark.django_db
def test_entries_enter_in_their_order_and_the_head_signs_them() -> None:
    add(3)
    assert log.sequence(at=NOON) == 3
    assert log.sequence(at=NOON) == 0
    add(2, first=3)
    assert log.sequence(at=NOON) == 2
    leaves = digests()
    assert [bytes(leaf.digest) for leaf in LogLeaf.objects.order_by("position")] == leaves
    heads = list(LogCheckpoint.objects.order_by("size"))
    assert [head.size for head in heads] == [3, 5]
    for head in heads:
        found = open_checkpoint(head.note, log.signer().verifier)
        root = merkle.root_of(merkle.extended((), 0, leaves[: head.size]))
        assert (found.origin, found.size, found.root) == (log.signer().name, head.size, root)


@pytest.mark.django_db
def test_proofs_from_tiles_hold_for_every_entry_under_every_head() -> None:
    add(700)
    for batch in (200, 400, 100):
        log.sequence(at=NOON, batch=batch)
    assert sorted(LogTile.objects.values_list("level", "place")) == [(0, 0), (0, 1)]
    heads = list(LogCheckpoint.objects.order_by("size"))
    leaves = digests()
    for head in heads:
        proofs = log.inclusion_proofs(range(0, head.size, 37), size=head.size)
        for place, proof in proofs.items():
            assert merkle.included(
                leaves[place], index=place, size=head.size, proof=proof, root=bytes(head.root)
            )
    for older, newer in pairwise(heads):
        assert merkle.consistent(
            old=older.size,
            new=newer.size,
            old_root=bytes(older.root),
            new_root=bytes(newer.root),
            proof=log.consistency_proof(old=older.size, new=newer.size),
        )


@pytest.mark.django_db
def test_a_second_level_of_tiles_is_kept_when_the_first_is_full() -> None:
    leaves = [merkle.leaf_hash(str(n).encode()) for n in range(256)]
    LogLeaf.objects.bulk_create(
        LogLeaf(position=65_280 + n, entry_id=n + 1, digest=leaf) for n, leaf in enumerate(leaves)
    )
    for place in range(255):
        LogTile.objects.create(
            level=0, place=place, hashes=b"".join(leaves), root=merkle.tile_root(leaves)
        )
    log._keep_tiles(65_280, 65_536)
    kept = LogTile.objects.get(level=1)
    assert bytes(kept.hashes) == merkle.tile_root(leaves) * 256
    assert bytes(kept.root) == merkle.tile_root([merkle.tile_root(leaves)] * 256)


@pytest.mark.usefixtures("own_database")
def test_two_sequencers_at_once_give_every_entry_one_place() -> None:
    add(60)
    taken: list[int] = []

    def run() -> None:
        try:
            while some := log.sequence(at=NOON, batch=7):
                taken.append(some)
        finally:
            connections.close_all()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 60
    assert list(LogLeaf.objects.order_by("position").values_list("position", flat=True)) == list(
        range(60)
    )
    assert LogLeaf.objects.values("entry_id").distinct().count() == 60


@pytest.mark.django_db
def test_the_log_keeps_the_name_its_first_head_was_published_under(settings: Settings) -> None:
    add(1)
    log.sequence(at=NOON)
    name = log.signer().name
    settings.LOG_ORIGIN = "moved.example/record"
    add(1, first=1)
    log.sequence(at=NOON)
    assert {head.note.partition("\n")[0] for head in LogCheckpoint.objects.all()} == {name}
