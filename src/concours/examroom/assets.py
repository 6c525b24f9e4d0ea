"""What the room's pages are made of, for the copy that opens without a connection."""

import hashlib
from functools import cache
from pathlib import Path

from django.templatetags.static import static

FOLDER = Path(__file__).parent / "static" / "examroom"
WORKER = FOLDER / "worker.js"
SHARED = ("vendor/fonts.css", "pages/js/support.js", "pages/img/mark.svg")


@cache
def version() -> str:
    """A digest of the room's own files: another version is another copy, and erases the older."""
    digest = hashlib.sha256()
    for file in sorted(FOLDER.iterdir()):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def files() -> list[str]:
    """Addresses of what a page of the room may still ask for once the connection is gone."""
    own = (f"examroom/{file.name}" for file in sorted(FOLDER.iterdir()) if file != WORKER)
    return [static(name) for name in (*own, *SHARED)]
