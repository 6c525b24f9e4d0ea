"""A database for one measurement: made empty or as a copy, dropped afterwards."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

FILE = "sqlite:///"


@contextmanager
def own_database(given: str, folder: Path, *, copied: bool = False) -> Iterator[str]:
    """The address of a database of one's own beside the one at ``given``.

    On SQLite it is a file in ``folder``; on PostgreSQL a database of the same server,
    whose role must be allowed to create one. It is empty, or with ``copied`` like the
    given one, to which nobody may be connected meanwhile.
    """
    name = f"concours_bench_{secrets.token_hex(6)}"
    if not given or given.startswith(FILE):
        file = folder / f"{name}.sqlite3"
        if copied:
            shutil.copyfile(given.removeprefix(FILE), file)
        yield f"{FILE}{file}"
        return
    own = urlsplit(given)._replace(path=f"/{name}").geturl()
    template = urlsplit(given).path.lstrip("/") if copied else "template0"
    # One may not copy a database while sitting in it: the server's own one is sat in instead.
    door = urlsplit(given)._replace(path="/postgres").geturl() if copied else given
    made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    _run(door, made.format(sql.Identifier(name), sql.Identifier(template)))
    try:
        yield own
    finally:
        _run(door, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _run(address: str, statement: sql.Composed) -> None:
    """One statement outside a transaction."""
    with psycopg.connect(address, autocommit=True) as held:
        held.execute(statement)
