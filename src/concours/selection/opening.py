"""What may or must happen next on a file: the command, who owns it, and by when."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One command that is legal now.

    ``command`` is the command's permanent name ("examination.reserve_seat"),
    ``action`` the permission it needs (often the same), ``owner`` the role
    expected to act. ``awaited`` is true when the file waits on it; then
    ``due_on`` is the instant it lapses or should be done by, never None.
    ``lapse`` names the command of the step kind's ``lapses`` that the worker
    runs once ``due_on`` has passed; "" where passing it only makes it late.
    """

    command: str
    action: str
    step: str
    owner: str
    since: datetime
    awaited: bool = False
    due_on: datetime | None = None
    lapse: str = ""
