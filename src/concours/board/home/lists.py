"""The lists of the staff home: tasks and files."""

from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from concours.board.home.desks import task_href
from concours.pages.lists import Cell, Column, Filter, ListSpec
from concours.pages.words import label
from concours.pages.zone import board_zone
from concours.policy.shipped import default_edition
from concours.selection.authority import Actor, holds
from concours.selection.step_kind import STATUSES
from concours.services.home.files import FileRow
from concours.services.home.tasks import Task
from concours.services.register.class_pages import tracks_of
from concours.services.rules.pages import DEFAULT_PROCESS

lazy_label = lazy(label, str)
_EDITION = default_edition()
STEP_FILTER = Filter(
    key="step", title=_("Step"), choices=[(plan.id, plan.title) for plan in _EDITION.steps]
)


def _day(at: datetime | None) -> date | None:
    """The day of an instant on the board's clock: a list of days is easier to read than of hours."""
    return at.astimezone(board_zone()).date() if at else None


def _last_day(due_on: datetime | None) -> date | None:
    """The last day on which something is in time: ends are exclusive."""
    return _day(due_on - timedelta(seconds=1)) if due_on else None


def tasks_for(actor: Actor) -> ListSpec[Task]:
    """The list of tasks, each row leading where this actor takes it up."""
    return ListSpec(
        caption=_("What waits for you"),
        default_order="due",
        search=_("Search by the first letters of a file code."),
        empty=_("Nothing waits for your roles."),
        filters=[STEP_FILTER],
        columns=[
            Column(
                key="file",
                title=_("File"),
                value=lambda r: Cell(value=r.file, href=task_href(actor, r.step, r.file)),
                sort=True,
                heads_row=True,
            ),
            Column(key="step", title=_("Step"), value=lambda r: label(r.step), sort=True),
            Column(key="owner", title=_("Waits for"), value=lambda r: label(r.owner)),
            Column(
                key="track", title=_("Track"), value=lambda r: label(r.track) if r.track else ""
            ),
            Column(key="since", title=_("Since"), value=lambda r: _day(r.since), sort=True),
            Column(
                key="due",
                title=_("Due"),
                value=lambda r: (
                    Cell(value=_last_day(r.due_on), tag="red") if r.late else _last_day(r.due_on)
                ),
                sort=True,
            ),
        ],
    )


def files_for(actor: Actor) -> ListSpec[FileRow]:
    """The list of files, each row leading to its file for who may read files."""
    reads = holds(actor, "file.read")
    return ListSpec(
        caption=_("Files"),
        default_order="file",
        search=_("Search by file code, or by a name if your role may."),
        empty=_("No file fits."),
        filters=[
            STEP_FILTER,
            Filter(key="status", title=_("Status"), choices=[(s, lazy_label(s)) for s in STATUSES]),
            Filter(
                key="track",
                title=_("Track"),
                choices=[(t, lazy_label(t)) for t in tracks_of(DEFAULT_PROCESS)],
            ),
        ],
        columns=[
            Column(
                key="file",
                title=_("File"),
                value=lambda r: Cell(
                    value=r.file, href=reverse("board:file", args=[r.file]) if reads else ""
                ),
                sort=True,
                heads_row=True,
            ),
            Column(
                key="track",
                title=_("Track"),
                value=lambda r: label(r.track) if r.track else "",
                sort=True,
            ),
            Column(key="step", title=_("Step"), value=lambda r: label(r.step), sort=True),
            Column(key="status", title=_("Status"), value=lambda r: label(r.status), sort=True),
            Column(
                key="outcome",
                title=_("Outcome"),
                value=lambda r: label(r.outcome) if r.outcome else "",
            ),
            Column(key="since", title=_("Since"), value=lambda r: _day(r.since), sort=True),
            Column(key="due", title=_("Due"), value=lambda r: _last_day(r.due_on), sort=True),
        ],
    )
