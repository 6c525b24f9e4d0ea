"""The service's settings as the tests run them.

`DATABASE_URL` decides the database as in the service; SQLite tests run on a file,
because a file is what the service runs on. Passwords are hashed by the cheapest
hasher, static files are served unhashed, and nothing is kept in `var/`.
"""

import atexit
import base64
import os
import shutil
import tempfile
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="concours-test-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
os.environ.update(
    CONCOURS_VAR=str(FOLDER),
    CONCOURS_KEYS=str(FOLDER / "keys"),
    CONCOURS_SECRET_KEY="a key for tests and nothing else",
    CONCOURS_HASHED_STATIC="no",
    CONCOURS_LOG_LEVEL="ERROR",
)

os.environ.update(
    {
        f"CONCOURS_KEY_{purpose}": f"1:{base64.b64encode(bytes([place]) * 32).decode()}"
        for place, purpose in enumerate(
            ("PERSON", "MEDICAL", "SECURITY", "REVIEW", "REGISTER", "SEARCH", "LOG"), start=1
        )
    }
)

from concours.site.settings import *  # noqa: E402, F403
from concours.site.settings import DATABASES, ON_SQLITE  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
if ON_SQLITE:
    DATABASES["default"]["NAME"] = str(FOLDER / "concours.sqlite3")
    DATABASES["default"]["TEST"] = {"NAME": str(FOLDER / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # A test database is thrown away: the journal stays, the waiting for the disk goes.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",
    }
