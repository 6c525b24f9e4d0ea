"""The signed head of the log, as pages and letters show it."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache

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


def short_head() -> str:
    """The newest head in one line, for the foot of pages and letters; "" while there is none."""
    kept = cache.get(_KEPT)
    if kept is not None:
        return str(kept)
    head = log.newest()
    line = f"{head.size} {bytes(head.root).hex()[:16]}" if head else ""
    cache.set(_KEPT, line, _KEPT_SECONDS)
    return line
