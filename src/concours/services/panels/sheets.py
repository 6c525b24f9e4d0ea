"""Rating sheets: one for each rater, kept outside the candidacy until the last is locked."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime

from concours.kernel.errors import RuleRefused
from concours.ledger.canonical import canonical
from concours.records import personal
from concours.records.models import RatingSheet
from concours.selection.panel import Sheet

REASONS = "ratingsheet.reasons"


def write_sheet(
    *,
    panel: str,
    candidacy: str,
    person: str,
    part: str,
    rater: str,
    ratings: Mapping[str, int],
    reasons: str,
    lock: bool,
    at: datetime,
    kind: str = "independent",
) -> RatingSheet:
    """Save a sheet, or lock it. Raises RuleRefused when it is locked already."""
    found = RatingSheet.objects.filter(
        candidacy=candidacy, part=part, rater=rater, kind=kind
    ).first()
    if found is not None and found.locked_at is not None:
        raise RuleRefused("sheet_locked", remedy="This sheet is locked and cannot be changed.")
    row = found or RatingSheet(candidacy=candidacy, part=part, rater=rater, kind=kind)
    row.panel = panel
    row.ratings = dict(ratings)
    row.reasons = personal.seal_text(person, REASONS, reasons)
    row.salt = secrets.token_bytes(32)
    row.saved_at = at
    row.locked_at = at if lock else None
    row.save()
    return row


def commitment(row: RatingSheet, person: str) -> str:
    """What the ledger holds of the reasons: salted, so that they can be shown and checked later."""
    text = personal.open_text(person, REASONS, row.reasons)
    return hashlib.sha256(bytes(row.salt) + canonical({"reasons": text}).encode()).hexdigest()


def locked_sheets(*, candidacy: str, person: str, part: str) -> list[Sheet]:
    """The independent sheets that are locked, by rater, as a command takes them."""
    rows = RatingSheet.objects.filter(
        candidacy=candidacy, part=part, kind="independent", locked_at__isnull=False
    ).order_by("rater")
    return [
        Sheet(
            rater=row.rater,
            ratings={item: int(rating) for item, rating in row.ratings.items()},
            reasons=commitment(row, person),
        )
        for row in rows
    ]


def own_sheet(
    *, candidacy: str, part: str, rater: str, person: str, kind: str = "independent"
) -> tuple[dict[str, int], str, datetime | None]:
    """What a rater has on their own sheet: ratings, reasons, and when it was locked."""
    row = RatingSheet.objects.filter(candidacy=candidacy, part=part, rater=rater, kind=kind).first()
    if row is None:
        return {}, "", None
    reasons = personal.open_text(person, REASONS, row.reasons)
    return {i: int(r) for i, r in row.ratings.items()}, reasons, row.locked_at
