"""Checking a downloaded file with nothing but the public key, naming what is wrong."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from concours.kernel.errors import BadInput
from concours.ledger.canonical import read_body
from concours.ledger.checkpoint import Checkpoint, Verifier, open_checkpoint, open_note
from concours.ledger.download import FORMAT, Envelope, Record, document, receipt_text
from concours.ledger.entry import GENESIS, body_digest, read_entry
from concours.ledger.merkle import included, leaf_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong. ``entry`` is its place in the file from 1; None for the whole.

    ``part`` is one of document, receipt, checkpoint, header, body, proof.
    """

    entry: int | None
    part: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was checked, and what is wrong. ``awaiting`` entries are not yet in the log."""

    file: str
    entries: int
    bodies: int
    proven: int
    awaiting: int
    checkpoint_size: int
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    header: str
    digest: str
    body: str | None
    salt: str | None
    position: int | None
    proof: tuple[str, ...]

    def record(self) -> Record:
        return Record(
            header=self.header,
            digest=self.digest,
            body=self.body,
            salt=self.salt,
            position=self.position,
            proof=self.proof,
        )


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    format: str
    file: str
    reader: str
    issued_at: str
    checkpoint: str
    receipt: str
    entries: tuple[_Line, ...]


def verify(content: bytes, verifier: Verifier) -> Verification:
    """Check a download: every header, chain link, body, salt, proof and signature.

    Never raises for what the file holds; what is wrong is in the findings. An
    entry whose proof is missing because the log had not yet taken it in is
    counted as awaiting, not as wrong: the receipt vouches for it.
    """
    try:
        text = content.decode()
        found = msgspec.json.decode(content, type=_Document)
    except (UnicodeDecodeError, msgspec.DecodeError) as error:
        return _unreadable(content, error)
    if found.format != FORMAT:
        finding = Finding(entry=None, part="document", why=f"its format is not {FORMAT}")
        return _result(found, (), (finding,), 0, 0)
    envelope = Envelope(
        file=found.file,
        reader=found.reader,
        issued_at=found.issued_at,
        checkpoint=found.checkpoint,
    )
    records = tuple(line.record() for line in found.entries)
    checkpoint, findings = _signatures(envelope, records, found.receipt, verifier)
    file = _file_meant(found.file, records)
    if file != found.file:
        why = f"it calls itself the file {found.file}, its entries are of {file}"
        findings.append(Finding(entry=None, part="document", why=why))
    findings += list(_entries(file, records, checkpoint))
    if document(envelope, records, found.receipt) != text:
        findings += list(_misprints(text, envelope, records, found.receipt))
    proven = 0 if checkpoint is None else sum(r.position is not None for r in records)
    size = checkpoint.size if checkpoint else 0
    return _result(found, records, tuple(findings), proven, size)


def _signatures(
    envelope: Envelope, records: Sequence[Record], receipt: str, verifier: Verifier
) -> tuple[Checkpoint | None, list[Finding]]:
    """The checkpoint, if its signature holds, and what is wrong with either signed note."""
    findings: list[Finding] = []
    checkpoint = None
    if envelope.checkpoint:
        try:
            checkpoint = open_checkpoint(envelope.checkpoint, verifier)
        except BadInput as error:
            findings.append(Finding(entry=None, part="checkpoint", why=error.remedy))
        else:
            if checkpoint.origin != verifier.name:
                why = f"it is of the log {checkpoint.origin}, not {verifier.name}"
                findings.append(Finding(entry=None, part="checkpoint", why=why))
    try:
        signed = open_note(receipt, verifier)
    except BadInput as error:
        findings.append(Finding(entry=None, part="receipt", why=error.remedy))
    else:
        if signed != receipt_text(envelope, records):
            why = "it was signed for other content: something in this file was changed"
            findings.append(Finding(entry=None, part="receipt", why=why))
    return checkpoint, findings


def _file_meant(named: str, records: Sequence[Record]) -> str:
    """The file most entries say they are of, so that one wrong name accuses one place."""
    said: Counter[str] = Counter()
    for record in records:
        with suppress(BadInput):
            said[read_entry(record.header).file] += 1
    if not said or said[named] * 2 >= said.total():
        return named
    return said.most_common(1)[0][0]


def _entries(
    file: str, records: Sequence[Record], checkpoint: Checkpoint | None
) -> Iterator[Finding]:
    prev, whole = GENESIS, True
    for number, record in enumerate(records, start=1):
        wrong = list(_header(file, number, record, prev if whole else None))
        wrong += _body(number, record)
        wrong += _proof(number, record, checkpoint)
        yield from wrong
        whole = not any(finding.part == "header" for finding in wrong)
        prev = record.digest


def _header(file: str, number: int, record: Record, prev: str | None) -> Iterator[Finding]:
    """``prev`` is None when the entry before is itself wrong, so that one fault is named once."""
    if leaf_hash(record.header.encode()).hex() != record.digest:
        yield Finding(entry=number, part="header", why="the header does not have its digest")
        return
    try:
        entry = read_entry(record.header)
    except BadInput as error:
        yield Finding(entry=number, part="header", why=error.remedy)
        return
    if entry.file != file:
        yield Finding(entry=number, part="header", why=f"it belongs to the file {entry.file}")
    if entry.seq != number:
        yield Finding(entry=number, part="header", why=f"it calls itself number {entry.seq}")
    if prev is not None and entry.prev != prev:
        yield Finding(entry=number, part="header", why="it does not follow the entry before it")


def _body(number: int, record: Record) -> list[Finding]:
    if record.body is None and record.salt is None:
        return []
    if record.body is None or record.salt is None:
        return [Finding(entry=number, part="body", why="body and salt must stand together")]
    salt = _unhex(record.salt)
    if salt is None or len(salt) != 32:
        return [Finding(entry=number, part="body", why="the salt is not 64 lower-case hex digits")]
    try:
        committed = msgspec.json.decode(record.header)["body_digest"]
    except (msgspec.DecodeError, KeyError, TypeError):
        return []  # the header is already named
    if body_digest(salt, record.body) != committed:
        why = "body or salt is not what the header committed to"
        return [Finding(entry=number, part="body", why=why)]
    try:
        read_body(record.body)
    except BadInput as error:
        return [Finding(entry=number, part="body", why=error.remedy)]
    return []


def _proof(number: int, record: Record, checkpoint: Checkpoint | None) -> list[Finding]:
    if record.position is None:
        if record.proof:
            return [Finding(entry=number, part="proof", why="a proof without its place in the log")]
        return []
    if checkpoint is None:
        return []  # the missing or wrong checkpoint is already named, or is named below
    leaf = _unhex(record.digest)
    path = [_unhex(step) for step in record.proof]
    if leaf is None or any(step is None or len(step) != 32 for step in path):
        return [Finding(entry=number, part="proof", why="a hash is not 64 lower-case hex digits")]
    if not included(
        leaf,
        index=record.position,
        size=checkpoint.size,
        proof=[step for step in path if step is not None],
        root=checkpoint.root,
    ):
        why = "the proof does not lead from this entry to the signed checkpoint"
        return [Finding(entry=number, part="proof", why=why)]
    return []


def _misprints(
    text: str, envelope: Envelope, records: Sequence[Record], receipt: str
) -> Iterator[Finding]:
    """Lines that read right but are not written in the document's one form."""
    wanted = document(envelope, records, receipt).split("\n")
    given = text.split("\n")
    if len(wanted) != len(given):
        yield Finding(entry=None, part="document", why="lines were added or taken away")
        return
    for number, (want, have) in enumerate(zip(wanted, given, strict=True)):
        if want == have:
            continue
        entry = number if 1 <= number <= len(records) else None
        part = "document" if entry is None else "header"
        yield Finding(entry=entry, part=part, why="the line is not in its one written form")


def _unreadable(content: bytes, error: Exception) -> Verification:
    """Lay the damage of a file that cannot be read to the lines that cannot."""
    findings: list[Finding] = []
    lines = content.split(b"\n")
    last = len(lines) - 2
    for number, line in enumerate(lines):
        if not 1 <= number < last:
            continue
        comma = number < last - 1
        try:
            if line.endswith(b",") != comma:
                raise ValueError("the comma after it")
            msgspec.json.decode(line.removesuffix(b","), type=_Line)
        except (UnicodeDecodeError, ValueError, msgspec.DecodeError) as why:
            findings.append(Finding(entry=number, part="header", why=f"it cannot be read: {why}"))
    if not findings:
        findings.append(Finding(entry=None, part="document", why=f"it cannot be read: {error}"))
    return Verification(
        file="",
        entries=max(0, last - 1),
        bodies=0,
        proven=0,
        awaiting=0,
        checkpoint_size=0,
        findings=tuple(findings),
    )


def _result(
    found: _Document,
    records: Sequence[Record],
    findings: tuple[Finding, ...],
    proven: int,
    size: int,
) -> Verification:
    return Verification(
        file=found.file,
        entries=len(records),
        bodies=sum(record.body is not None for record in records),
        proven=proven,
        awaiting=sum(record.position is None for record in records),
        checkpoint_size=size,
        findings=findings,
    )


def _unhex(text: str) -> bytes | None:
    """The bytes of lower-case hexadecimal digits; None for anything else."""
    try:
        found = bytes.fromhex(text)
    except ValueError:
        return None
    return found if found.hex() == text else None


def as_json(result: Verification) -> Iterator[str]:
    """The result as JSON lines: one per finding, then the sum of it all."""
    for finding in result.findings:
        yield json.dumps(
            {"file": result.file, "entry": finding.entry, "part": finding.part, "why": finding.why},
            ensure_ascii=False,
        )
    yield json.dumps(
        {
            "file": result.file,
            "sound": result.sound,
            "entries": result.entries,
            "bodies": result.bodies,
            "proven": result.proven,
            "awaiting": result.awaiting,
            "checkpoint_size": result.checkpoint_size,
            "findings": len(result.findings),
        },
        ensure_ascii=False,
    )
