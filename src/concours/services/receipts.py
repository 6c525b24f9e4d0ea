"""Receipts: what the record holds of an act, in words one can check later."""

from dataclasses import dataclass
from datetime import datetime

from concours.services.case import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The entry that holds an act: in which file, when it was recorded, and its digest."""

    code: str
    at: datetime
    digest: str


def receipt_of(case: Case, *beginnings: str) -> Receipt | None:
    """The receipt of the newest entry whose kind begins so, among those the reader may see."""
    for fact in reversed(case.visible):
        if fact.kind.startswith(beginnings):
            return Receipt(code=case.code, at=fact.at, digest=case.digests[fact.seq - 1])
    return None
