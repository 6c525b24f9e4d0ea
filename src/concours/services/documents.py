"""Documents: checked, encrypted with the person's key, kept apart by compartment."""

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from concours.kernel.errors import BadInput, NotPermitted
from concours.records import personal
from concours.records.codes import new_code
from concours.records.keyring import COMPARTMENTS
from concours.records.models import Document

LARGEST = 10 * 2**20
"""Bytes one upload may have."""

SIGNATURES: dict[str, tuple[bytes, ...]] = {
    "application/pdf": (b"%PDF-",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
}
"""What may be uploaded, told by how its first bytes begin, never by its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDocument:
    """A document in clear, for a reader the caller has let in."""

    code: str
    name: str
    media_type: str
    content: bytes


def store_document(
    *,
    person: str,
    file: str,
    step: str,
    kind: str,
    name: str,
    content: bytes,
    by: str,
    at: datetime,
    compartment: str = "",
) -> Document:
    """Encrypt and keep an upload; its row's ``digest`` is what an entry commits to.

    The file is written before the row: a crash in between leaves bytes nobody can
    reach, never a row without its file. Raises BadInput for an empty, too large or
    unknown kind of file.
    """
    if compartment and compartment not in COMPARTMENTS:
        raise BadInput("no_such_compartment", remedy=f"Compartments are {', '.join(COMPARTMENTS)}.")
    media_type = _media_type(content)
    code = new_code()
    path = f"{compartment or 'general'}/{code[:2]}/{code}"
    target = Path(settings.MEDIA_ROOT) / path
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    sealed = personal.seal_bytes(person, f"document/{code}", content, compartment=compartment)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(sealed)
        out.flush()
        os.fsync(out.fileno())
    return Document.objects.create(
        code=code,
        person=person,
        file=file,
        step=step,
        kind=kind,
        compartment=compartment,
        name=personal.seal_text(person, "document.name", name[:200]),
        media_type=media_type,
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        path=path,
        uploaded_at=at,
        uploaded_by=by,
    )


def open_document(code: str, *, file: str, compartment: str = "") -> OpenDocument:
    """Decrypt a document of this file and compartment; the caller has checked who reads.

    Raises NotPermitted when it is not there or belongs elsewhere, and BadInput
    when its bytes are not what was uploaded.
    """
    row = Document.objects.filter(
        code=code, file=file, compartment=compartment, removed_at__isnull=True
    ).first()
    if row is None:
        raise NotPermitted("no_such_document", remedy="There is no such document in this file.")
    sealed = (Path(settings.MEDIA_ROOT) / row.path).read_bytes()
    content = personal.open_bytes(
        row.person, f"document/{row.code}", sealed, compartment=row.compartment
    )
    if hashlib.sha256(content).hexdigest() != row.digest:
        raise BadInput("document_changed", remedy="The stored document is not what was uploaded.")
    return OpenDocument(
        code=row.code,
        name=personal.open_text(row.person, "document.name", row.name),
        media_type=row.media_type,
        content=content,
    )


def _media_type(content: bytes) -> str:
    if not content:
        raise BadInput(
            "document_empty", remedy="The file is empty. Choose another.", field="document"
        )
    if len(content) > LARGEST:
        raise BadInput(
            "document_too_large",
            remedy=f"The file has more than {LARGEST // 2**20} MB. Make it smaller.",
            field="document",
        )
    for media_type, beginnings in SIGNATURES.items():
        if content.startswith(beginnings):
            return media_type
    raise BadInput(
        "document_kind_unknown",
        remedy="Upload a PDF, a JPEG or a PNG file.",
        field="document",
    )
