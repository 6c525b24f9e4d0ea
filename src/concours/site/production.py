"""What a service in production must not start with."""

import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.utils import DatabaseError

from concours.services.keys import production_problems
from concours.services.reference import tables_by_kind

KEPT = {("records_filehead", "UPDATE"), ("records_ledgerbody", "DELETE")}
"""Rights the service needs on a ledger table: heads move forward, destroyed bodies go."""

LEAST_KEY = 40
"""Characters of a session key; one from `secrets.token_urlsafe(48)` has 64."""


def problems() -> list[str]:
    """Each thing that is wrong, as one sentence with its remedy; empty when nothing is."""
    return [*_modes(), *_keys(), *_addresses(), *_mail(), *_database()]


def _modes() -> Iterator[str]:
    if settings.REHEARSAL:
        yield (
            "Rehearsal mode is on: anybody may sign in as anybody and move the clock. "
            "Unset CONCOURS_REHEARSAL."
        )
    if settings.DEBUG:
        yield "Tracebacks are shown to anybody. Unset CONCOURS_DEBUG."
    if not settings.HASHED_STATIC:
        yield "Static files are served unbuilt. Unset CONCOURS_HASHED_STATIC."


def _keys() -> Iterator[str]:
    given = "CONCOURS_SECRET_KEY" in os.environ or "CONCOURS_SECRET_KEY_FILE" in os.environ
    if not given and not (settings.KEYS / "session.key").exists():
        yield (
            "No key signs sessions, so each process makes its own. Set CONCOURS_SECRET_KEY_FILE, "
            "or run `concours prepare`."
        )
    if len(settings.SECRET_KEY) < LEAST_KEY or len(set(settings.SECRET_KEY)) < 10:
        yield f"The key that signs sessions is guessable. Give one of {LEAST_KEY} characters or more."
    for file in sorted(Path(settings.KEYS).glob("*.key")):
        if file.stat().st_mode & 0o077:
            yield f"The key file {file.name} can be read by other users. Run: chmod 600 on it."
    yield from production_problems()


def _addresses() -> Iterator[str]:
    if not settings.SECURE:
        yield (
            f"{settings.ORIGIN} is plain HTTP: passwords and files would travel in clear. "
            "Set CONCOURS_ORIGIN to the https address."
        )
    if "*" in settings.ALLOWED_HOSTS or set(settings.ALLOWED_HOSTS) <= {
        "localhost",
        "127.0.0.1",
        "[::1]",
    }:
        yield "The service does not know its own name. Set CONCOURS_HOSTS to its host names."


def _mail() -> Iterator[str]:
    if not settings.EMAIL_HOST:
        yield "No mail server: nobody could verify an address. Set CONCOURS_MAIL_HOST."
    if settings.DEFAULT_FROM_EMAIL.endswith("@localhost>"):
        yield "Letters would come from localhost. Set CONCOURS_MAIL_FROM."
    if settings.MAIL_MODE != "send":
        yield f"Letters are not sent: CONCOURS_MAIL_MODE is {settings.MAIL_MODE}. Set it to send."


def _database() -> Iterator[str]:
    if connection.vendor != "postgresql":
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_encoding_to_char(encoding), datcollate, "
                "(SELECT rolsuper FROM pg_roles WHERE rolname = current_user) "
                "FROM pg_database WHERE datname = current_database()"
            )
            encoding, collation, superuser = cursor.fetchone()
    except DatabaseError:
        yield "The database does not answer. Look at DATABASE_URL."
        return
    if (encoding, collation) != ("UTF8", "C.UTF-8"):
        yield (
            f"The database is {encoding} with {collation}; lists would be ordered otherwise than "
            "elsewhere. Create it with ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0."
        )
    yield from _rights(superuser)


def _rights(superuser: bool) -> Iterator[str]:
    """The service's role adds to the ledger and reads it; nothing else, whatever triggers say."""
    if superuser:
        yield (
            "The service connects as a superuser, who can remove the ledger's triggers. Give it a "
            "role of its own with SELECT and INSERT on the ledger's tables."
        )
        return
    for table, _, _ in tables_by_kind()["Ledger"]:
        rights = [right for right in ("UPDATE", "DELETE", "TRUNCATE") if (table, right) not in KEPT]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT r FROM unnest(%s::text[]) AS r WHERE has_table_privilege(current_user, %s, r)",
                [rights, table],
            )
            held = ", ".join(sorted(row[0] for row in cursor.fetchall()))
        if held:
            yield f"The service's role may {held} {table}. Run: REVOKE {held} ON {table} FROM it."
