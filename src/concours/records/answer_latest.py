"""The latest answer of each item of a sitting's open section, on either database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from concours.records.answer_store import GONE, Live, sittings_live
from concours.records.models import Answer

# PostgreSQL: a sitting's row and the latest answer of each item of its open section.
LATEST = """
SELECT s.epoch, s.state, s.section, s.closes_at, s.accepts_until, s.late_until,
  a.item, a.choice, a.text, a.epoch, a.n, a.at, a.receipt, a.late
FROM records_sitting s LEFT JOIN LATERAL (
  SELECT DISTINCT ON (item) item, choice, text, epoch, n, at, receipt, late
  FROM records_answer WHERE sitting_id = s.id AND section = s.section
  ORDER BY item, epoch DESC, n DESC) a ON TRUE
WHERE s.id = %s
"""


class Latest(msgspec.Struct, frozen=True):
    """The latest answer of one item; ``text`` as it is sealed."""

    item: int
    choice: str
    text: bytes | None
    epoch: int
    n: int
    at: datetime
    receipt: str
    late: bool


def latest_of(rows: Sequence[tuple[Any, ...]]) -> tuple[Live, list[Latest]]:
    """What `LATEST` found."""
    if not rows:
        return GONE, []
    held = [Latest(*row[6:]) for row in rows if row[6] is not None]
    return Live(*rows[0][:6]), held


def latest_now(sitting: int) -> tuple[Live, list[Latest]]:
    """The same through Django's connection, on either database."""
    live = sittings_live([sitting]).get(sitting, GONE)
    found: dict[int, Latest] = {}
    names = ("item", "choice", "text", "epoch", "n", "at", "receipt", "late")
    rows = Answer.objects.filter(sitting=sitting, section=live.section).order_by("epoch", "n")
    for row in rows.values_list(*names) if live.section else ():
        found[row[0]] = Latest(*row)
    return live, [found[item] for item in sorted(found)]
