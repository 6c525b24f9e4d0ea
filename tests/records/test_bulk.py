"""Appending for many files: whole batches, once each, however often the run is started."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from concours.ledger.draft import Draft
from concours.ledger.entry import breaks
from concours.records.bulk import append_many, clear_files, update_rows
from concours.records.ledger_store import Recorded, append, read_facts
from concours.records.models import (
    FileHead,
    LedgerBody,
    LedgerEntry,
    PersonStanding,
    SessionStanding,
)

pytestmark = pytest.mark.django_db
NOON = datetime(2016, 6, 1, 12, tzinfo=UTC)


def files(count: int) -> Iterator[tuple[str, list[Recorded]]]:
    for n in range(count):
        file = f"CAND-0000-{n:04d}"
        kinds = ("candidacy.opened", "eligibility.found", "choice.scored")
        yield (
            file,
            [
                Recorded(
                    draft=Draft(file=file, step="", kind=kind, body={"n": n}),
                    at=NOON + timedelta(days=place),
                    actor="system",
                    role="system",
                )
                for place, kind in enumerate(kinds)
            ],
        )


def test_files_written_in_bulk_are_like_files_written_one_by_one() -> None:
    assert append_many("build", files(25), batch=10) == 75
    for file, recorded in files(25):
        rows = list(LedgerEntry.objects.filter(file=file).order_by("seq"))
        assert list(breaks([row.header for row in rows], file=file)) == []
        facts = read_facts(file)
        assert [(f.kind, f.at, f.body) for f in facts] == [
            (r.draft.kind, r.at, r.draft.body) for r in recorded
        ]
        head = FileHead.objects.get(code=file)
        assert (head.kind, head.seq, head.digest, head.at) == (
            "candidacy",
            3,
            rows[-1].digest,
            recorded[-1].at,
        )
    assert LedgerBody.objects.count() == 75
    append(
        [Draft(file="CAND-0000-0000", step="", kind="candidacy.closed", body={})],
        actor="a",
        role="r",
        at=NOON,
    )
    assert len({bytes(salt) for salt in LedgerBody.objects.values_list("salt", flat=True)}) == 76


def test_a_run_that_stopped_goes_on_where_it_stopped() -> None:
    def stopped() -> Iterator[tuple[str, list[Recorded]]]:
        for number, item in enumerate(files(25)):
            if number == 17:
                raise KeyboardInterrupt
            yield item

    with pytest.raises(KeyboardInterrupt):
        append_many("score", stopped(), batch=5)
    assert FileHead.objects.count() == 15
    assert append_many("score", files(25), batch=5) == 30
    assert append_many("score", files(25), batch=5) == 0
    assert set(FileHead.objects.values_list("seq", flat=True)) == {3}


def test_another_run_adds_to_the_same_files() -> None:
    append_many("first", files(3))
    assert append_many("second", files(3)) == 9
    assert set(FileHead.objects.values_list("seq", flat=True)) == {6}


def test_rows_that_belong_to_a_batch_are_written_with_it() -> None:
    batches: list[tuple[int, int]] = []
    append_many(
        "run",
        files(5),
        batch=3,
        after_batch=lambda codes, sealed: batches.append((len(codes), len(sealed))),
    )
    assert batches == [(3, 9), (2, 6)]


def test_rows_get_values_of_their_own_by_key_and_the_others_keep_theirs() -> None:
    for n in range(3):
        SessionStanding.objects.create(
            file=f"SESS-0000-000{n}", seq=1, competition="C", step="test", seats=n, accessible=0
        )
    update_rows(
        SessionStanding,
        "file",
        ("seats", "starts_at"),
        [("SESS-0000-0000", 7, NOON), ("SESS-0000-0002", 9, None)],
    )
    rows = SessionStanding.objects.order_by("file").values_list("seats", "starts_at")
    assert list(rows) == [(7, NOON), (1, None), (9, None)]


def test_files_are_cleared_from_every_table_named_and_from_no_other() -> None:
    for code in ("SESS-0000-0001", "SESS-0000-0002"):
        SessionStanding.objects.create(
            file=code, seq=1, competition="COMP-0000-0001", step="test", seats=1, accessible=0
        )
        PersonStanding.objects.create(file=code, seq=1, candidacies=0)
    clear_files([SessionStanding, PersonStanding], ["SESS-0000-0001"])
    assert [r.file for r in SessionStanding.objects.all()] == ["SESS-0000-0002"]
    assert [r.file for r in PersonStanding.objects.all()] == ["SESS-0000-0002"]
    clear_files([SessionStanding], [])
    assert SessionStanding.objects.count() == 1


def test_any_of_finds_what_in_finds_texts_numbers_and_nothing() -> None:
    append_many("build", files(4))
    texts = ["CAND-0000-0001", "it's \"{,}", "CAND-0000-0003"]
    found = FileHead.objects.filter(code__any_of=texts).order_by("code")
    assert list(found) == list(FileHead.objects.filter(code__in=texts).order_by("code"))
    assert len(found) == 2
    numbers = set(LedgerEntry.objects.values_list("pk", flat=True)[:5])
    assert (
        set(LedgerEntry.objects.filter(pk__any_of=numbers).values_list("pk", flat=True)) == numbers
    )
    assert not FileHead.objects.filter(code__any_of=[]).exists()
