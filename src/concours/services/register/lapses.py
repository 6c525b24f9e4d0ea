"""Offers nobody answered: written down by the worker, in force from the instant they lapsed."""

from datetime import datetime

from concours.kernel.errors import Refusal
from concours.records.models import CandidacyStanding
from concours.selection.authority import SYSTEM
from concours.services.register.offers import lapse_offer


def lapse_offers_due(*, at: datetime, limit: int = 200) -> int:
    """Record every offer whose last day has passed; returns how many."""
    rows = CandidacyStanding.objects.filter(
        outcome="offer_open", due_on__lte=at, closed_on__isnull=True
    )
    done = 0
    for code in list(rows.order_by("due_on", "file").values_list("file", flat=True)[:limit]):
        try:
            lapse_offer(SYSTEM, code, at=at)
        except Refusal:
            continue
        done += 1
    return done
