"""Codes for new files, and which kind of file a code is."""

from concours.kernel.errors import NotPermitted
from concours.records.codes import new_code
from concours.records.ledger_store import kind_of

__all__ = ["kind_of_file", "new_code", "unknown_file"]


def kind_of_file(code: str) -> str | None:
    """candidacy, person, competition, session, panel or class; None for no such file."""
    return kind_of(code)


def unknown_file() -> NotPermitted:
    """The one answer for a file that is not there and one that is not yours."""
    return NotPermitted(
        "no_such_file",
        remedy="There is no such file, or it is not yours to open. Check the code.",
        field="code",
    )
