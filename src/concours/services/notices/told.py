"""Checking that nobody was told of one decision twice."""

import json
from collections import Counter
from dataclasses import dataclass

from concours.records.models import LedgerEntry

TELLING = "candidacy.told"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tellings:
    """How many tellings the ledger holds, and what was told more than once: (file, entry)."""

    count: int
    twice: tuple[tuple[str, int], ...]


def tellings() -> Tellings:
    """Count every telling by the entry it is about; bodies that were destroyed are not counted."""
    rows = LedgerEntry.objects.filter(kind=TELLING, body__isnull=False)
    told: Counter[tuple[str, int]] = Counter()
    for file, text in rows.values_list("file", "body__text").iterator(chunk_size=2_000):
        told[file, int(json.loads(text)["about"])] += 1
    twice = tuple(sorted(key for key, count in told.items() if count > 1))
    return Tellings(count=told.total(), twice=twice)
