"""Compile message files that have changed; no gettext of the system is needed."""

from pathlib import Path

import polib

SOURCE = Path(__file__).resolve().parents[1]


def compile_messages(source: Path = SOURCE) -> int:
    """Write the `.mo` beside each `.po` that is newer; gives how many were written."""
    written = 0
    for text in sorted(source.glob("**/locale/*/LC_MESSAGES/*.po")):
        compiled = text.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= text.stat().st_mtime:
            continue
        fresh = compiled.with_suffix(".mo-new")
        polib.pofile(str(text)).save_as_mofile(str(fresh))
        fresh.replace(compiled)
        written += 1
    return written
