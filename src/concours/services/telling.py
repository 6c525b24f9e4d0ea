"""Queueing what a decision must be told of, in the decision's own transaction."""

from collections.abc import Sequence
from datetime import datetime

from concours.ledger.entry import Sealed, fact_of
from concours.records.ledger_store import read_many
from concours.selection.fold import fold_candidacy
from concours.selection.steps import TOLD
from concours.services.notices.queue import queue_told


def tell_of(sealed: Sequence[Sealed], *, at: datetime) -> int:
    """Queue a notice for each entry its candidate must be told of; returns how many.

    What has no hold is told at once; the rest when the worker finds its hold over.
    """
    told = [entry for entry in sealed if entry.entry.kind in TOLD]
    if not told:
        return 0
    facts = read_many(sorted({entry.entry.file for entry in told}))
    candidacies = {code: fold_candidacy(some) for code, some in facts.items()}
    return queue_told([fact_of(entry) for entry in told], candidacies=candidacies, at=at)
