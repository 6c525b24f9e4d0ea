"""Appending to files: heads, races, all or none."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from concours.kernel.errors import BadInput
from concours.ledger.draft import Draft
from concours.ledger.entry import breaks
from concours.records import ledger_store
from concours.records.ledger_store import Moved, append
from concours.records.models import FileHead, LedgerBody, LedgerEntry

pytestmark = pytest.mark.django_db
NOON = datetime(2016, 6, 1, 12, tzinfo=UTC)
PERSON, CANDIDACY = "PRSN-0000-0001", "CAND-0000-0001"


def draft(file: str, kind: str, **body: object) -> Draft:
    return Draft(file=file, step="", kind=kind, body=body)  # type: ignore[arg-type]


def put(*drafts: Draft, at: datetime = NOON, **expected: int) -> None:
    append(drafts, actor="AAAA-AAAA-AAAA", role="registrar", at=at, expected=expected or None)


def test_entries_of_several_files_are_chained_each_in_its_own() -> None:
    put(
        draft(CANDIDACY, "candidacy.opened", person=PERSON),
        draft(PERSON, "person.opened"),
        draft(CANDIDACY, "track.chosen", track="consular"),
    )
    put(draft(PERSON, "person.hold_found", held=True), at=NOON + timedelta(days=1))
    for file, kinds in (
        (CANDIDACY, ["candidacy.opened", "track.chosen"]),
        (PERSON, ["person.opened", "person.hold_found"]),
    ):
        rows = list(LedgerEntry.objects.filter(file=file).order_by("seq"))
        assert [row.kind for row in rows] == kinds
        assert list(breaks([row.header for row in rows], file=file)) == []
        head = FileHead.objects.get(code=file)
        assert (head.seq, head.digest) == (2, rows[-1].digest)
    assert FileHead.objects.get(code=PERSON).kind == "person"
    facts = ledger_store.read_many([CANDIDACY, PERSON, "NONE-0000-0000"])
    assert {file: [f.kind for f in some] for file, some in facts.items()} == {
        CANDIDACY: ["candidacy.opened", "track.chosen"],
        PERSON: ["person.opened", "person.hold_found"],
    }
    assert facts[CANDIDACY][1].body == {"track": "consular"}


def test_a_decision_from_a_state_that_has_moved_writes_nothing() -> None:
    put(draft(PERSON, "person.opened"))
    with pytest.raises(Moved) as moved, transaction.atomic():
        append(
            [draft(PERSON, "person.hold_found", held=True)],
            actor="a",
            role="r",
            at=NOON,
            expected={PERSON: 0},
        )
    assert moved.value.file == PERSON
    assert [f.kind for f in ledger_store.read_facts(PERSON)] == ["person.opened"]


def test_expecting_a_file_that_is_only_read_counts_too() -> None:
    put(draft(PERSON, "person.opened"))
    with pytest.raises(Moved), transaction.atomic():
        append(
            [draft(CANDIDACY, "candidacy.opened")],
            actor="a",
            role="r",
            at=NOON,
            expected={PERSON: 7},
        )
    assert ledger_store.kind_of(CANDIDACY) is None


def test_a_file_begins_with_an_entry_that_begins_files() -> None:
    with pytest.raises(BadInput) as refused:
        put(draft(CANDIDACY, "examination.decided"))
    assert refused.value.code == "no_such_file"


def test_the_recorded_time_is_never_earlier_than_the_files_last() -> None:
    put(draft(PERSON, "person.opened"))
    put(draft(PERSON, "person.hold_found", held=True), at=NOON - timedelta(days=3))
    assert [fact.at for fact in ledger_store.read_facts(PERSON)] == [NOON, NOON]


def test_a_body_that_is_gone_reads_as_an_empty_one() -> None:
    put(draft(PERSON, "person.opened", by="form"))
    assert ledger_store.read_facts(PERSON)[0].body == {"by": "form"}
    row = LedgerEntry.objects.get(file=PERSON)
    from_join = ledger_store.read_file(PERSON)[0]
    assert from_join.digest == row.digest
    assert LedgerBody.objects.get(entry=row).text == '{"by":"form"}'


def test_files_of_a_kind_are_walked_in_order() -> None:
    for number in (3, 1, 2):
        put(draft(f"PRSN-0000-000{number}", "person.opened"))
    assert list(ledger_store.all_files("person")) == [
        ["PRSN-0000-0001", "PRSN-0000-0002", "PRSN-0000-0003"]
    ]
    assert ledger_store.file_codes("person", after="PRSN-0000-0001", limit=1) == ["PRSN-0000-0002"]
