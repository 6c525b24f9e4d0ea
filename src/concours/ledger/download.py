"""The file a reader takes away: one file's record with everything needed to check it.

It is one JSON document, written with one entry a line, so that a damaged byte can
be laid to its entry even where it breaks the JSON. It carries the headers of all
entries up to the first the reader has not been told of, the bodies the reader may
see with their salts, the proof of each logged entry under the signed checkpoint,
and a receipt: a signed note over the whole document.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from concours.ledger.checkpoint import Signer

FORMAT = "concours-download/1"
RECEIPT_TITLE = "concours-download-receipt/1"
_OPEN = ',"entries":[\n'
_CLOSE = "\n]}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One entry as it is taken away.

    ``body`` and ``salt`` are None together when withheld or destroyed; ``position``
    is None, and ``proof`` empty, for an entry that is not yet in the log.
    """

    header: str
    digest: str
    body: str | None
    salt: str | None
    position: int | None
    proof: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What stands around the entries. ``checkpoint`` is "" while the log is empty."""

    file: str
    reader: str
    issued_at: str
    checkpoint: str


def render(envelope: Envelope, records: Sequence[Record], signer: Signer) -> str:
    """The document, signed: its last field before the entries is the receipt."""
    receipt = signer.sign(receipt_text(envelope, records))
    return document(envelope, records, receipt)


def document(envelope: Envelope, records: Sequence[Record], receipt: str) -> str:
    """The document's only written form for this content."""
    head = {
        "format": FORMAT,
        "file": envelope.file,
        "reader": envelope.reader,
        "issued_at": envelope.issued_at,
        "checkpoint": envelope.checkpoint,
        "receipt": receipt,
    }
    return _line(head)[:-1] + _OPEN + ",\n".join(map(record_line, records)) + _CLOSE


def record_line(record: Record) -> str:
    """One entry's line, without the comma that follows it."""
    return _line(
        {
            "header": record.header,
            "digest": record.digest,
            "body": record.body,
            "salt": record.salt,
            "position": record.position,
            "proof": list(record.proof),
        }
    )


def receipt_text(envelope: Envelope, records: Sequence[Record]) -> str:
    """What the receipt signs: the file, how many entries, and a hash over all that is given."""
    content = document(envelope, records, "")
    digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
    return f"{RECEIPT_TITLE}\n{envelope.file}\n{len(records)}\n{digest}\n"


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
