"""The signed head of the log, as pages and letters show it."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache

from concours.kernel.errors import BadInput
from concours.ledger.checkpoint import Checkpoint, open_checkpoint
from concours.ledger.consistency import render_consistency
from concours.records import log

_KEPT = "ledger.short_head"
_KEPT_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointPage:
    """The newest signed head. ``text`` is "" while nothing has been logged."""

    text: str
    size: int
    signed_at: datetime | None
    public_key: str
    older_keys: tuple[str, ...]
    merge_delay: int


def checkpoint_page() -> CheckpointPage:
    """The newest signed head, the public keys that check it, and the merge delay in seconds."""
    head = log.newest()
    keys = [str(verifier) for verifier in log.verifiers()]
    return CheckpointPage(
        text=head.note if head else "",
        size=head.size if head else 0,
        signed_at=head.at if head else None,
        public_key=keys[0] if keys else "",
        older_keys=tuple(keys[1:]),
        merge_delay=settings.MERGE_DELAY,
    )


def proof_since(note: str) -> str:
    """The document that shows a head kept earlier to be the beginning of the newest one.

    Raises BadInput when the note is not a head this log signed.
    """
    newest = log.newest()
    if newest is None:
        raise BadInput("log_empty", remedy="Nothing has been logged yet.")
    old = _opened(note)
    if old.size > newest.size:
        raise BadInput(
            "head_from_the_future",
            remedy=f"That head covers {old.size} entries, this log has {newest.size}: keep it, and ask why.",
        )
    proof = log.consistency_proof(old=old.size, new=newest.size)
    return render_consistency(note, newest.note, proof)


def _opened(note: str) -> Checkpoint:
    why = ""
    for key in log.verifiers():
        try:
            return open_checkpoint(note, key)
        except BadInput as error:
            why = error.remedy
    raise BadInput("not_our_head", remedy=why or "No key is here to read it with.")


def short_head() -> str:
    """The newest head in one line, for the foot of pages and letters; "" while there is none."""
    kept = cache.get(_KEPT)
    if kept is not None:
        return str(kept)
    head = log.newest()
    line = f"{head.size} {bytes(head.root).hex()[:16]}" if head else ""
    cache.set(_KEPT, line, _KEPT_SECONDS)
    return line
