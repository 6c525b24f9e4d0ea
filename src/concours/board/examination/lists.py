"""The lists of the test: sessions, and a marker's own sheets."""

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from concours.pages.lists import Cell, Column, Filter, ListSpec
from concours.pages.words import label
from concours.services.examination.essays import SheetRow
from concours.services.examination.key_check import CheckedItem
from concours.services.examination.sessions import SessionRow

lazy_label = lazy(label, str)

SESSIONS: ListSpec[SessionRow] = ListSpec(
    caption=_("Sessions"),
    default_order="starts",
    search=_("Search by the first letters of a session's code, or by centre."),
    empty=_("No session has been planned."),
    filters=[
        Filter(
            key="status",
            title=_("Status"),
            choices=[(s, lazy_label(s)) for s in ("planned", "open", "closed", "cancelled")],
        )
    ],
    columns=[
        Column(
            key="code",
            title=_("Session"),
            value=lambda r: Cell(
                value=r.code, href=reverse("board:examination_session", args=[r.code])
            ),
            sort=True,
            heads_row=True,
        ),
        Column(key="centre", title=_("Centre"), value=lambda r: f"{r.city}, {r.centre}", sort=True),
        Column(key="room", title=_("Room"), value=lambda r: r.room),
        Column(key="starts", title=_("Begins"), value=lambda r: r.starts_at, sort=True),
        Column(key="seats", title=_("Seats"), value=lambda r: r.seats, numeric=True),
        Column(key="taken", title=_("Taken"), value=lambda r: r.taken, numeric=True),
        Column(key="status", title=_("Status"), value=lambda r: label(r.status), sort=True),
    ],
)

SHEETS: ListSpec[SheetRow] = ListSpec(
    caption=_("Your sheets"),
    default_order="locked",
    search=_("Search by the first letters of a sheet's code."),
    empty=_("You have no sheet. Take the next essay."),
    filters=[
        Filter(
            key="state", title=_("State"), choices=[("open", _("Open")), ("locked", _("Locked"))]
        )
    ],
    columns=[
        Column(
            key="code",
            title=_("Sheet"),
            value=lambda r: Cell(
                value=r.code, href=reverse("board:examination_sheet", args=[r.code])
            ),
            sort=True,
            heads_row=True,
        ),
        Column(
            key="reading", title=_("Reading"), value=lambda r: r.reading, sort=True, numeric=True
        ),
        Column(key="mark", title=_("Your mark"), value=lambda r: "" if r.mark is None else r.mark),
        Column(key="locked", title=_("Locked"), value=lambda r: r.locked_at, sort=True),
    ],
)


def checked_list(competition: str) -> ListSpec[CheckedItem]:
    """The items of one competition as the key check found them."""
    return ListSpec(
        caption=_("Items"),
        default_order="flag",
        search=_("Search by the name of a section."),
        empty=_("No item has been checked."),
        filters=[
            Filter(
                key="flag",
                title=_("Key"),
                choices=[("suspect", _("Beaten by another option")), ("sound", _("Sound"))],
            )
        ],
        columns=[
            Column(
                key="item",
                title=_("Item"),
                value=lambda r: Cell(
                    value=f"{label(r.section)} {r.number}",
                    href=reverse(
                        "board:examination_propose_key", args=[competition, r.section, r.number]
                    ),
                ),
                sort=True,
                heads_row=True,
            ),
            Column(key="key", title=_("Key"), value=lambda r: r.key),
            Column(
                key="flag", title=_("Beaten by"), value=lambda r: r.suspect or _("none"), sort=True
            ),
            Column(
                key="difficulty",
                title=_("Share right"),
                value=lambda r: "" if r.difficulty is None else f"{r.difficulty:.2f}",
                sort=True,
                numeric=True,
            ),
            Column(
                key="discrimination",
                title=_("Correlation"),
                value=lambda r: "" if r.discrimination is None else f"{r.discrimination:.2f}",
                numeric=True,
            ),
        ],
    )
