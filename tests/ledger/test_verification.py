"""One changed byte anywhere in a download is found, and named."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from concours.ledger import merkle
from concours.ledger.checkpoint import Checkpoint, Signer
from concours.ledger.download import Envelope, Record, document, render
from concours.ledger.draft import Draft
from concours.ledger.entry import Head, Sealed, seal
from concours.ledger.verification import as_json, verify

FILE = "7KQ2-M4ZD-X0PT"
SIGNER = Signer(name="concours.example/log", seed=bytes(range(32)))
START = datetime(2016, 6, 1, 12, tzinfo=UTC)


def chain(length: int, file: str = FILE) -> list[Sealed]:
    """Entries of one file."""
    head, found = Head(file=file), []
    for number in range(1, length + 1):
        entry = seal(
            Draft(
                file=file, step="register", kind="points.found", body={"n": number, "w": "\u00e9"}
            ),
            head,
            at=START + timedelta(hours=number),
            actor="AAAA-BBBB-CCCC",
            role="registrar",
            salt=bytes([number]) * 32,
        )
        found.append(entry)
        head = entry.head
    return found


def envelope(checkpoint: str) -> Envelope:
    return Envelope(
        file=FILE,
        reader="candidate",
        issued_at="2016-06-02T00:00:00.000000Z",
        checkpoint=checkpoint,
    )


def records(length: int = 4, logged: int = 3) -> tuple[str, list[Record]]:
    """A log with other files' leaves around ours; the second body is withheld."""
    ours = chain(length)
    others = [bytes.fromhex(entry.digest) for entry in chain(5, "OTHR-FILE-0000")]
    leaves = others[:2] + [bytes.fromhex(entry.digest) for entry in ours[:logged]] + others[2:]
    node = merkle.node_reader(leaves)
    root = merkle.root_of(merkle.extended((), 0, leaves))
    note = SIGNER.sign(Checkpoint(origin=SIGNER.name, size=len(leaves), root=root).text)
    found = []
    for place, entry in enumerate(ours):
        in_log = place < logged
        proof = merkle.inclusion_proof(node, index=place + 2, size=len(leaves)) if in_log else ()
        found.append(
            Record(
                header=entry.header,
                digest=entry.digest,
                body=None if place == 1 else entry.body,
                salt=None if place == 1 else entry.salt.hex(),
                position=place + 2 if in_log else None,
                proof=tuple(step.hex() for step in proof),
            )
        )
    return note, found


NOTE, RECORDS = records()
DOWNLOAD = render(envelope(NOTE), RECORDS, SIGNER).encode()


def line_of(place: int) -> int:
    """The line a byte stands in; lines 1 to 4 are the entries."""
    return DOWNLOAD[:place].count(b"\n")


def test_a_sound_download_is_sound_and_says_what_it_proves() -> None:
    found = verify(DOWNLOAD, SIGNER.verifier)
    assert found.findings == ()
    assert (found.file, found.entries, found.bodies, found.proven, found.awaiting) == (
        FILE,
        4,
        3,
        3,
        1,
    )
    assert found.checkpoint_size == 8


@settings(max_examples=400)
@given(st.integers(0, len(DOWNLOAD) - 1), st.integers(1, 255))
@example(place=DOWNLOAD.index(b'"salt":"') + 8, change=0x20)
@example(place=DOWNLOAD.index(b"}\n]}") + 1, change=0x2A)
def test_one_changed_byte_anywhere_is_found_and_its_entry_named(place: int, change: int) -> None:
    changed = bytearray(DOWNLOAD)
    changed[place] ^= change
    found = verify(bytes(changed), SIGNER.verifier)
    assert not found.sound
    line = line_of(place)
    if 1 <= line <= len(RECORDS) and DOWNLOAD[place] != 0x0A:
        assert line in {finding.entry for finding in found.findings}


@given(st.integers(0, len(DOWNLOAD) - 1), st.integers(1, 255))
def test_a_changed_byte_accuses_no_other_entry(place: int, change: int) -> None:
    changed = bytearray(DOWNLOAD)
    changed[place] ^= change
    line = line_of(place)
    if change != 0x0A and DOWNLOAD[place] != 0x0A and changed[place] != 0x0A:
        accused = {f.entry for f in verify(bytes(changed), SIGNER.verifier).findings} - {None}
        assert accused <= {line}


def changed_record(number: int, **changes: object) -> set[tuple[int | None, str]]:
    """Entry and part of the findings when a record is altered and the receipt is not."""
    text = DOWNLOAD.decode()
    receipt = text.partition('"receipt":"')[2].partition('","entries"')[0]
    given = {
        slot: getattr(RECORDS[number - 1], slot)
        for slot in ("header", "digest", "body", "salt", "position", "proof")
    }
    altered = list(RECORDS)
    altered[number - 1] = Record(**(given | changes))
    found = verify(
        document(envelope(NOTE), altered, receipt.replace("\\n", "\n")).encode(), SIGNER.verifier
    )
    return {(finding.entry, finding.part) for finding in found.findings}


RECEIPT = (None, "receipt")


@pytest.mark.parametrize(
    ("number", "changes", "part"),
    [
        (1, {"body": '{"n":2,"w":"\u00e9"}'}, "body"),
        (3, {"salt": "00" * 32}, "body"),
        (3, {"salt": None}, "body"),
        (4, {"salt": "0"}, "body"),
        (2, {"digest": "00" * 32}, "header"),
        (1, {"position": 3}, "proof"),
        (3, {"proof": ("00" * 32,)}, "proof"),
        (3, {"proof": ("zz",)}, "proof"),
        (4, {"proof": ("00" * 32,)}, "proof"),
    ],
)
def test_the_part_that_is_wrong_is_named(
    number: int, changes: dict[str, object], part: str
) -> None:
    found = changed_record(number, **changes)
    assert RECEIPT in found
    assert (number, part) in found
    assert {entry for entry, _ in found} == {number, None}


def test_hiding_a_body_afterwards_is_seen_by_the_receipt_alone() -> None:
    assert changed_record(1, body=None, salt=None) == {RECEIPT}


def test_leaving_out_the_newest_entry_is_seen_by_the_receipt() -> None:
    text = DOWNLOAD.decode()
    receipt = text.partition('"receipt":"')[2].partition('","entries"')[0].replace("\\n", "\n")
    found = verify(document(envelope(NOTE), RECORDS[:-1], receipt).encode(), SIGNER.verifier)
    assert [(f.entry, f.part) for f in found.findings] == [RECEIPT]


def test_a_file_signed_by_somebody_else_proves_nothing() -> None:
    stranger = Signer(name=SIGNER.name, seed=bytes(32)).verifier
    assert {f.part for f in verify(DOWNLOAD, stranger).findings} == {"checkpoint", "receipt"}


def test_a_file_of_another_kind_is_not_a_download() -> None:
    assert [f.part for f in verify(b"{}", SIGNER.verifier).findings] == ["document"]
    assert [f.part for f in verify(b"", SIGNER.verifier).findings] == ["document"]
    other = DOWNLOAD.replace(b"concours-download/1", b"concours-download/9")
    assert [f.part for f in verify(other, SIGNER.verifier).findings] == ["document"]


def test_results_are_json_lines_with_the_sum_last() -> None:
    lines = list(as_json(verify(DOWNLOAD, SIGNER.verifier)))
    (line,) = lines
    assert line == (
        f'{{"file": "{FILE}", "sound": true, "entries": 4, "bodies": 3, "proven": 3, '
        '"awaiting": 1, "checkpoint_size": 8, "findings": 0}'
    )
