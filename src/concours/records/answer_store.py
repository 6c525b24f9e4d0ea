"""Keeping answers: one statement a batch, which joins the sittings' rows and judges each answer.

The statement locks the rows of the sittings it joins, so whoever pauses, ends or swaps (an
UPDATE of that row) waits for the batch or is seen by it: nothing is kept after such a change
has been committed. Each answer is judged by itself; a refused one never fails its batch.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from django.conf import settings
from django.db import connection, transaction

from concours.records.models import Answer, Sitting

KEPT = frozenset({"saved", "superseded", "late"})
"""What is acknowledged with a receipt."""


class Row(msgspec.Struct, frozen=True):
    """One answer to keep. ``given_at`` is when its device says it was given, where it says so."""

    sitting: int
    epoch: int
    n: int
    section: str
    item: int
    choice: str
    text: bytes | None
    receipt: str
    given_at: datetime | None = None


class Live(msgspec.Struct, frozen=True):
    """What a sitting's row says: which epoch may write, its state and its open section's times.

    The last three, of the section left before, are known only where a row is judged in Python.
    """

    epoch: int
    state: str
    section: str
    closes_at: datetime | None
    accepts_until: datetime | None
    late_until: datetime | None
    left_section: str = ""
    left_at: datetime | None = None
    left_late_until: datetime | None = None


GONE = Live(
    epoch=0, state="closed", section="", closes_at=None, accepts_until=None, late_until=None
)
"""What is said of a sitting that is not there."""


class Outcome(msgspec.Struct, frozen=True):
    """How one answer came out; ``receipt`` and ``at`` are those of the row that is held."""

    status: str
    receipt: str = ""
    at: datetime | None = None


class Batch(msgspec.Struct, frozen=True):
    """The outcomes in the order of the rows, the sittings' rows as the statement saw them, and
    the instant it went by."""

    outcomes: Sequence[Outcome]
    live: Mapping[int, Live]
    at: datetime


def receipt_of(
    sitting: int, epoch: int, n: int, section: str, item: int, choice: str, text: str
) -> str:
    """Sixteen digits that stand for this answer under this number, and for no other.

    Keyed, so that nobody can find out an essay from its receipt.
    """
    told = f"{sitting}\n{epoch}\n{n}\n{section}\n{item}\n{choice}\n{text}".encode()
    key = _key(settings.SECRET_KEY)
    return hashlib.blake2b(told, digest_size=8, key=key).hexdigest().upper()


@lru_cache(maxsize=8)
def _key(secret: str) -> bytes:
    return hashlib.sha256(f"concours receipts\n{secret}".encode()).digest()


# PostgreSQL: one statement judges and keeps. Arguments: the columns as array literals, and the
# instant. `locked` reads the newest version of each row, after waiting for whoever changes it.
KEEP = """
WITH given AS (
  SELECT * FROM unnest(
    %s::bigint[], %s::int[], %s::int[], %s::text[], %s::smallint[], %s::text[], %s::bytea[],
    %s::text[], %s::timestamptz[])
  WITH ORDINALITY AS g(sitting, epoch, n, section, item, choice, text, receipt, given_at, place)
), locked AS (
  SELECT id, epoch, state, section, closes_at, accepts_until, late_until,
    left_section, left_at, left_late_until FROM records_sitting
  WHERE id = ANY(%s::bigint[]) ORDER BY id FOR SHARE
), judged AS (
  SELECT g.*, s.epoch AS current, s.state, s.section AS running, s.closes_at, s.accepts_until,
    s.late_until,
    CASE
      WHEN s.id IS NULL THEN 'not_permitted'
      WHEN g.epoch <> s.epoch THEN 'fenced'
      WHEN s.state = 'closed' THEN 'closed'
      WHEN s.section <> g.section AND (s.left_section <> g.section OR g.given_at IS NULL
        OR g.given_at >= s.left_at OR %s::timestamptz >= s.left_late_until) THEN 'closed'
      WHEN s.state = 'paused' THEN 'paused'
      WHEN s.section <> g.section THEN 'late'
      WHEN %s::timestamptz < s.accepts_until THEN 'saved'
      WHEN g.given_at < s.accepts_until AND %s::timestamptz < s.late_until THEN 'late'
      ELSE 'closed'
    END AS status
  FROM given g LEFT JOIN locked s ON s.id = g.sitting
), kept AS (
  INSERT INTO records_answer
    (sitting_id, epoch, n, section, item, choice, text, at, receipt, late, given_at)
  SELECT sitting, epoch, n, section, item, choice, text, %s::timestamptz, receipt,
    status = 'late', CASE WHEN status = 'late' THEN given_at END
  FROM judged WHERE status IN ('saved', 'late')
  ON CONFLICT (sitting_id, epoch, n) DO NOTHING
  RETURNING sitting_id, epoch, n
)
SELECT j.status, k.n IS NOT NULL,
  j.status = 'saved' AND EXISTS (
    SELECT 1 FROM records_answer a WHERE a.sitting_id = j.sitting AND a.section = j.section
    AND a.item = j.item AND a.epoch = j.epoch AND a.n > j.n),
  j.sitting, j.current, j.state, j.running, j.closes_at, j.accepts_until, j.late_until
FROM judged j LEFT JOIN kept k ON k.sitting_id = j.sitting AND k.epoch = j.epoch AND k.n = j.n
ORDER BY j.place
"""

# The rows already held under these numbers: only for what the statement did not keep itself.
HELD = """
SELECT sitting_id, epoch, n, receipt, at, late FROM records_answer
WHERE (sitting_id, epoch, n) IN (
  SELECT * FROM unnest(%s::bigint[], %s::int[], %s::int[]))
"""

Judged = tuple[str, bool, bool, int, int, str, str, Any, Any, Any]
Key = tuple[int, int, int]


def _array(values: Iterable[object]) -> str:
    return "{" + ",".join(map(str, values)) + "}"


def _quoted(text: str) -> str:
    if text.isalnum() or not text:
        return f'"{text}"'
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def keep_arguments(rows: Sequence[Row], at: datetime) -> list[str]:
    """The arguments of `KEEP`: arrays as text, which the server reads faster than a list is sent.

    A section is a rule's id of the edition and a receipt hexadecimal; a choice is quoted as it
    may be anything an imported key calls its options.
    """
    moment = at.isoformat()
    sittings, epochs, ns, sections, items, choices, texts, receipts, givens = zip(
        *[
            (
                str(r.sitting),
                str(r.epoch),
                str(r.n),
                r.section,
                str(r.item),
                _quoted(r.choice),
                "NULL" if r.text is None else f'"\\\\x{r.text.hex()}"',
                r.receipt,
                "NULL" if r.given_at is None else f'"{r.given_at.isoformat()}"',
            )
            for r in rows
        ],
        strict=True,
    )
    columns = (
        sittings,
        epochs,
        ns,
        sections,
        items,
        choices,
        texts,
        receipts,
        givens,
        set(sittings),
    )
    return [*["{" + ",".join(column) + "}" for column in columns], *[moment] * 4]


def held_arguments(keys: Sequence[Key]) -> list[str]:
    """The arguments of `HELD`."""
    return [_array(column) for column in zip(*keys, strict=True)]


def repeats(rows: Sequence[Row], judged: Sequence[Judged]) -> list[Key]:
    """The numbers to look up: not kept by this statement, or borne by two answers of the batch.

    A refused answer may be held all the same: its acknowledgement was lost on the way, and
    the sitting went on since. Then it is acknowledged again.
    """
    seen: set[Key] = set()
    wanted = []
    for row, found in zip(rows, judged, strict=True):
        key = (row.sitting, row.epoch, row.n)
        if not found[1] or key in seen:
            wanted.append(key)
        seen.add(key)
    return wanted


def outcomes(
    rows: Sequence[Row],
    judged: Sequence[Judged],
    held: Mapping[Key, tuple[str, datetime, bool]],
    at: datetime,
) -> Batch:
    """Put statement and look-up together: a repeat gets the receipt of the row that stands."""
    last = _last_in_batch(rows, judged) if len(rows) > 1 else {}
    live: dict[int, Live] = {}
    found = []
    for row, (status, _, later, sitting, *stand) in zip(rows, judged, strict=True):
        if status != "not_permitted" and sitting not in live:
            live[sitting] = Live(*stand)
        receipt, when = row.receipt, at
        stands = held.get((sitting, row.epoch, row.n)) if held else None
        if stands is not None:
            receipt, when, was_late = stands
            if receipt == row.receipt:
                status = "late" if was_late else "saved"
            elif status in KEPT:
                status = "bad"
        if status not in KEPT:
            found.append(Outcome(status))
            continue
        if status == "saved" and (
            later or last.get((sitting, row.epoch, row.section, row.item), 0) > row.n
        ):
            status = "superseded"
        found.append(Outcome(status, receipt, when))
    return Batch(found, live, at)


def _last_in_batch(
    rows: Sequence[Row], judged: Sequence[Judged]
) -> dict[tuple[int, int, str, int], int]:
    last: dict[tuple[int, int, str, int], int] = {}
    for row, found in zip(rows, judged, strict=True):
        if found[0] in KEPT:
            place = (row.sitting, row.epoch, row.section, row.item)
            if last.get(place, 0) < row.n:
                last[place] = row.n
    return last


@transaction.atomic
def keep(rows: Sequence[Row], *, at: datetime) -> Batch:
    """Keep these answers through Django's connection, on either database; for forms and files.

    The answer desk runs the same statement on connections of its own on PostgreSQL.
    """
    if connection.vendor == "sqlite":
        return keep_on_sqlite(rows, at=at)
    with connection.cursor() as cursor:
        cursor.execute(KEEP, keep_arguments(rows, at))
        judged = cursor.fetchall()
        wanted = repeats(rows, judged)
        held: dict[Key, tuple[str, datetime, bool]] = {}
        if wanted:
            cursor.execute(HELD, held_arguments(wanted))
            held = {(s, e, n): (receipt, when, late) for s, e, n, receipt, when, late in cursor}
    return outcomes(rows, judged, held, at)


# SQLite: the same judgement and insertion; one writer holds the database meanwhile.
_COLUMNS = (
    *("epoch", "state", "section", "closes_at", "accepts_until", "late_until"),
    *("left_section", "left_at", "left_late_until"),
)
_KEEP_SQLITE = """
INSERT INTO records_answer
  (sitting_id, epoch, n, section, item, choice, text, at, receipt, late, given_at)
SELECT s.id, g.epoch, g.n, g.section, g.item, g.choice, g.text, g.at, g.receipt,
  s.section <> g.section OR g.at >= s.accepts_until,
  CASE WHEN s.section <> g.section OR g.at >= s.accepts_until THEN g.given_at END
FROM (SELECT %s AS sitting, %s AS epoch, %s AS n, %s AS section, %s AS item, %s AS choice,
  %s AS text, %s AS receipt, %s AS given_at, %s AS at) g
JOIN records_sitting s ON s.id = g.sitting
WHERE g.epoch = s.epoch AND s.state = 'open' AND (
  (s.section = g.section
    AND (g.at < s.accepts_until OR (g.given_at < s.accepts_until AND g.at < s.late_until)))
  OR (s.section <> g.section AND s.left_section = g.section
    AND g.given_at < s.left_at AND g.at < s.left_late_until))
ON CONFLICT (sitting_id, epoch, n) DO NOTHING
"""
_LATER_SQLITE = """
SELECT 1 FROM records_answer
WHERE sitting_id = %s AND section = %s AND item = %s AND epoch = %s AND n > %s LIMIT 1
"""


def keep_on_sqlite(rows: Sequence[Row], *, at: datetime) -> Batch:
    """The same inside an IMMEDIATE transaction of the caller's, row by row on a prepared statement.

    In one process a statement costs a few microseconds, and no second writer is let in
    before the commit: what the join saw still holds then.
    """
    adapt = connection.ops.adapt_datetimefield_value
    live = sittings_live({row.sitting for row in rows})
    judged: list[Judged] = []
    with connection.cursor() as cursor:
        for row in rows:
            given = None if row.given_at is None else adapt(row.given_at)
            values = (row.sitting, row.epoch, row.n, row.section, row.item, row.choice, row.text)
            cursor.execute(_KEEP_SQLITE, [*values, row.receipt, given, adapt(at)])
            fresh = cursor.rowcount == 1
            found = live.get(row.sitting, GONE)
            status = status_of(row, live.get(row.sitting), at)
            later = False
            if status == "saved":
                cursor.execute(
                    _LATER_SQLITE, [row.sitting, row.section, row.item, row.epoch, row.n]
                )
                later = cursor.fetchone() is not None
            times = (found.closes_at, found.accepts_until, found.late_until)
            judged.append(
                (status, fresh, later, row.sitting, found.epoch, found.state, found.section, *times)
            )
    held: dict[Key, tuple[str, datetime, bool]] = {}
    for sitting, epoch, n in repeats(rows, judged):
        stands = Answer.objects.filter(sitting=sitting, epoch=epoch, n=n)
        for row_held in stands.values_list("receipt", "at", "late"):
            held[sitting, epoch, n] = row_held
    return outcomes(rows, judged, held, at)


def status_of(row: Row, live: Live | None, at: datetime) -> str:
    """The words for what the statement's join decides."""
    if live is None:
        return "not_permitted"
    if row.epoch != live.epoch:
        return "fenced"
    if live.state == "closed":
        return "closed"
    if live.section != row.section and not _late_for_the_section_left(row, live, at):
        return "closed"
    if live.state == "paused":
        return "paused"
    if live.section != row.section:
        return "late"
    if live.accepts_until is None or live.late_until is None:
        return "closed"
    if at < live.accepts_until:
        return "saved"
    in_time = row.given_at is not None and row.given_at < live.accepts_until
    return "late" if in_time and at < live.late_until else "closed"


def _late_for_the_section_left(row: Row, live: Live, at: datetime) -> bool:
    if live.left_section != row.section or live.left_at is None or live.left_late_until is None:
        return False
    return row.given_at is not None and row.given_at < live.left_at and at < live.left_late_until


def sittings_live(ids: Iterable[int]) -> dict[int, Live]:
    """What these sittings' rows say now."""
    rows = Sitting.objects.filter(pk__in=list(ids)).values_list("pk", *_COLUMNS)
    return {pk: Live(*rest) for pk, *rest in rows}


def next_epoch(sitting: int) -> int:
    """Issue the next epoch of a sitting, inside the caller's transaction: from its commit on
    every older one is fenced."""
    row = Sitting.objects.select_for_update().get(pk=sitting)
    row.epoch += 1
    row.save(update_fields=["epoch"])
    return row.epoch
