"""Databases of their own for tests that commit.

Tests that stay inside one transaction use pytest-django's `db`. A test that
commits (threads, processes, `on_commit`, triggers) gets a copy of the migrated
database and drops it afterwards: append-only tables are never flushed. On SQLite
the copy is a file; on PostgreSQL `CREATE DATABASE ... TEMPLATE`.
"""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, connections


def _postgresql(statement: str) -> None:
    """Run one statement in the maintenance database, outside a transaction."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


def keep_copy(name: str) -> None:
    """Copy the migrated, still empty test database under a name nobody connects to."""
    settings = connection.settings_dict
    connections.close_all()
    if connection.vendor == "sqlite":
        shutil.copyfile(settings["NAME"], name)
    else:
        _postgresql(f'CREATE DATABASE "{name}" TEMPLATE "{settings["NAME"]}"')


def drop_copy(name: str) -> None:
    """Remove a copy; whoever is still connected loses the connection."""
    if connection.vendor == "sqlite":
        for suffix in ("", "-wal", "-shm", "-journal"):
            Path(name + suffix).unlink(missing_ok=True)
    else:
        _postgresql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def own_copy(kept: str) -> Iterator[str]:
    """Point Django, in every thread, at a fresh copy of the kept database; drop it at the end."""
    settings = connection.settings_dict
    before = settings["NAME"]
    if connection.vendor == "sqlite":
        name = str(Path(kept).with_name(f"own-{uuid.uuid4().hex}.sqlite3"))
    else:
        name = f"own_{uuid.uuid4().hex}"
    connections.close_all()
    if connection.vendor == "sqlite":
        shutil.copyfile(kept, name)
    else:
        _postgresql(f'CREATE DATABASE "{name}" TEMPLATE "{kept}"')
    settings["NAME"] = name
    try:
        yield name
    finally:
        connections.close_all()
        settings["NAME"] = before
        drop_copy(name)


def address(name: str) -> str:
    """The `DATABASE_URL` a process needs to reach the database of that name."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    host = str(settings["HOST"]).replace("/", "%2F")
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    user = f"{settings['USER']}@" if settings["USER"] else ""
    return f"postgresql://{user}{port}/{name}?host={host}"
