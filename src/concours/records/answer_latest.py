"""The latest answer of each item of a sitting's open section, in each database's own words."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from django.db import connection

from concours.records.answer_store import GONE, Live

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

# SQLite: every answer of the open section in its order, the latest of an item last.
LATEST_ON_SQLITE = """
SELECT s.epoch, s.state, s.section, s.closes_at, s.accepts_until, s.late_until,
  a.item, a.choice, a.text, a.epoch, a.n, a.at, a.receipt, a.late
FROM records_sitting s
LEFT JOIN records_answer a ON a.sitting_id = s.id AND a.section = s.section AND s.section <> ''
WHERE s.id = %s ORDER BY a.item, a.epoch, a.n
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


def latest_on_sqlite(sitting: int) -> tuple[Live, list[Latest]]:
    """The same through Django's connection to SQLite: one statement, its dates read here."""
    with connection.cursor() as cursor:
        cursor.execute(LATEST_ON_SQLITE, [sitting])
        rows = cursor.fetchall()
    if not rows:
        return GONE, []
    epoch, state, section, *until = rows[0][:6]
    closes, accepts, late_until = (at and _utc(at) for at in until)
    found = {
        item: Latest(item, choice, text, made, n, _utc(at), receipt, bool(late))
        for item, choice, text, made, n, at, receipt, late in (row[6:] for row in rows)
        if item is not None
    }
    live = Live(epoch, state, section, closes, accepts, late_until)
    return live, list(found.values())


def _utc(at: datetime | str) -> datetime:
    """SQLite keeps no zone: what stands there is UTC."""
    plain = datetime.fromisoformat(at) if isinstance(at, str) else at
    return plain.replace(tzinfo=UTC)
