"""`concours prepare`: everything a start needs, each part only where it is not done yet."""

import io
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from concours.cli.messages import compile_messages
from concours.services.keys import make_missing


def prepare() -> None:
    """Make keys, migrate the database, compile messages, collect static files.

    Outside a rehearsal only the key that signs sessions is made: the others are the
    operator's (`concours keys make --production`).
    """
    call_command("check", stdout=io.StringIO())
    make_session_key(settings.KEYS)
    settings.VAR.mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    if settings.REHEARSAL:  # after the tables: the public key is written under the log's own name
        make_missing(rehearsal=True)
    if not settings.ON_SQLITE:
        call_command("createcachetable", verbosity=0)
    compile_messages()
    if settings.HASHED_STATIC:
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)


def make_session_key(folder: Path) -> None:
    """Make the key that signs sessions, readable by this user only, unless there is one."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / "session.key"
    if file.exists():
        return
    fresh = folder / f".session-{secrets.token_hex(4)}"
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as target:
        target.write(secrets.token_urlsafe(48) + "\n")
    fresh.rename(file)
