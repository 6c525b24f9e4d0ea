"""Appending for many files at once: COPY on PostgreSQL, executemany on SQLite.

A run names itself and skips every file it has already reached, so that it goes on
where it stopped. Each batch of files is one transaction.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import islice
from operator import attrgetter
from typing import Any

from django.db import connection, models, transaction

from concours.ledger.entry import Sealed
from concours.records.ledger_store import Recorded, last_sealed, lock_heads, seal_all
from concours.records.models.ledger import FileHead, RunFile

BATCH = 1_000
"""Files in one transaction."""

FileEntries = tuple[str, Sequence[Recorded]]


def append_many(
    run: str,
    files: Iterable[FileEntries],
    *,
    batch: int = BATCH,
    after_batch: Callable[[Sequence[str], Sequence[Sealed]], None] | None = None,
) -> int:
    """Append each file's entries unless this run has done so already; returns how many entries.

    ``after_batch`` gets the files and entries just written, inside their
    transaction: for rows that must stand or fall with them.
    """
    written = 0
    for part in _parts(files, batch):
        with transaction.atomic():
            done = set(
                RunFile.objects.filter(run=run, file__in=[file for file, _ in part]).values_list(
                    "file", flat=True
                )
            )
            fresh = [(file, recorded) for file, recorded in part if file not in done]
            found = lock_heads(file for file, _ in fresh)
            sealed, born = seal_all([item for _, items in fresh for item in items], found)
            _store(run, [file for file, _ in fresh], sealed, born)
            if after_batch is not None and fresh:
                after_batch([file for file, _ in fresh], sealed)
            written += len(sealed)
    return written


def _parts(files: Iterable[FileEntries], size: int) -> Iterator[list[FileEntries]]:
    stream = iter(files)
    while part := list(islice(stream, size)):
        yield part


def _store(
    run: str, files: Sequence[str], sealed: Sequence[Sealed], born: Mapping[str, str]
) -> None:
    store_sealed(sealed, born)
    copy_rows("records_runfile", ("run", "file"), ((run, file) for file in files))


def store_sealed(sealed: Sequence[Sealed], born: Mapping[str, str]) -> None:
    """Insert entries sealed on heads the caller has locked, and move those heads.

    ``born`` names the kind of each file that comes into being with them.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("entries are stored inside the transaction of their decision")
    written = _instant_writer()
    numbers = _reserve("records_ledgerentry", len(sealed))
    copy_rows(
        "records_ledgerentry",
        ("id", "file", "seq", "kind", "at", "digest", "header"),
        (
            (n, s.entry.file, s.entry.seq, s.entry.kind, written(s.at), s.digest, s.header)
            for n, s in zip(numbers, sealed, strict=True)
        ),
    )
    copy_rows(
        "records_ledgerbody",
        ("entry_id", "text", "salt"),
        ((n, s.body, s.salt) for n, s in zip(numbers, sealed, strict=True)),
    )
    moved = last_sealed(sealed)
    if born:
        copy_rows(
            "records_filehead",
            ("code", "kind", "seq", "digest", "at"),
            (
                (file, born[file], last.entry.seq, last.digest, written(last.at))
                for file, last in moved.items()
                if file in born
            ),
        )
    _move([last for file, last in moved.items() if file not in born])


def _reserve(table: str, count: int) -> Sequence[int]:
    """Row numbers nobody else will get."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, count],
            )
            return [number for (number,) in cursor.fetchall()]
        # One writer at a time: inside an IMMEDIATE transaction the highest stays the highest.
        cursor.execute(f"SELECT COALESCE(MAX(id), 0) FROM {table}")
        (last,) = cursor.fetchone()
        return range(last + 1, last + 1 + count)


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows as fast as the database takes them; instants as `_instant_writer` gives them."""
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(rows))


def insert_models(rows: Sequence[models.Model]) -> None:
    """Insert unsaved rows of one table as `copy_rows` does: for hot paths and many rows.

    Row numbers are the database's own; the rows given do not learn them.
    """
    if not rows:
        return
    about = rows[0]._meta
    fields = [f for f in about.concrete_fields if not isinstance(f, models.AutoField)]
    readers = [_reader(field) for field in fields]
    copy_rows(
        about.db_table,
        [str(field.column) for field in fields],
        (tuple(read(row) for read in readers) for row in rows),
    )


PLAIN = (models.CharField, models.TextField, models.IntegerField, models.BooleanField)
"""Fields whose values both databases take as they are."""

PLAIN_ON_POSTGRESQL = (*PLAIN, models.DateTimeField, models.DateField, models.BinaryField)
"""Those that PostgreSQL takes as they are besides."""


def _reader(field: Any) -> Callable[[models.Model], Any]:
    read = attrgetter(field.attname)
    plain = PLAIN_ON_POSTGRESQL if connection.vendor == "postgresql" else PLAIN
    if isinstance(field, plain):
        return read
    return lambda row: field.get_db_prep_save(read(row), connection)


def update_rows(
    table: type[models.Model], key: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Give each row of a table values of its own, in one statement where the database has arrays.

    Each of ``rows`` is a key and the values of ``columns``; a key stands once.
    """
    if not rows:
        return
    fields: list[Any] = [table._meta.get_field(name) for name in (key, *columns)]
    name, (by, *changed) = table._meta.db_table, [str(field.column) for field in fields]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = ", ".join(f"%s::{field.rel_db_type(connection)}[]" for field in fields)
            names = ", ".join(f'"{column}"' for column in (by, *changed))
            put = ", ".join(f'"{column}" = given."{column}"' for column in changed)
            cursor.execute(
                f'UPDATE "{name}" SET {put} FROM unnest({arrays}) AS given ({names}) '
                f'WHERE "{name}"."{by}" = given."{by}"',
                [list(values) for values in zip(*rows, strict=True)],
            )
            return
        put = ", ".join(f'"{column}" = %s' for column in changed)
        ready = [
            [f.get_db_prep_save(v, connection) for f, v in zip(fields, row, strict=True)]
            for row in rows
        ]
        cursor.executemany(
            f'UPDATE "{name}" SET {put} WHERE "{by}" = %s', [(*row[1:], row[0]) for row in ready]
        )


def clear_files(tables: Sequence[type[models.Model]], files: Sequence[str]) -> None:
    """Remove the rows of these files from tables that have a column `file`."""
    if connection.vendor != "postgresql":
        for table in tables:
            table._default_manager.filter(file__any_of=files).delete()
        return
    parts = [
        f'cleared_{n} AS (DELETE FROM "{table._meta.db_table}" WHERE file = ANY(%s))'
        for n, table in enumerate(tables)
    ]
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(f"WITH {', '.join(parts)} SELECT 1", [list(files)] * len(parts))


def _move(moved: Sequence[Sealed]) -> None:
    rows = [(s.entry.file, s.entry.seq, s.digest, s.at) for s in moved]
    update_rows(FileHead, "code", ("seq", "digest", "at"), rows)


def _instant_writer() -> Callable[[datetime | None], Any]:
    """How this database takes an instant: SQLite, without a type for them, as text."""
    if connection.vendor == "postgresql":
        return lambda at: at
    adapt = connection.ops.adapt_datetimefield_value
    return cache(adapt)


def refresh_statistics() -> None:
    """Let PostgreSQL count its tables anew after much was written at once.

    Its plans follow the row counts it last saw: with those of empty tables every
    list reads the whole table. SQLite plans from the schema and needs nothing.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
