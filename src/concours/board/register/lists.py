"""The lists of the register desk."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from concours.pages.lists import Cell, Column, ListSpec
from concours.pages.templatetags.words import exact
from concours.pages.words import label
from concours.services.register.class_pages import ClassRow
from concours.services.register.desk_pages import PlaceRow, WorkRow


def _decimal(exactly: str) -> Cell:
    """An exact score with a decimal beside it; the file of the list keeps the exact form."""
    return Cell(value=exact(exactly, 4), plain=exactly)


PLACES: ListSpec[PlaceRow] = ListSpec(
    caption=_("Register"),
    default_order="rank",
    search=_("Search by file code"),
    empty=_("Nobody stands on this register."),
    columns=[
        Column(key="rank", title=_("Rank"), value=lambda r: r.rank, sort=True, numeric=True),
        Column(
            key="file",
            title=_("File"),
            value=lambda r: Cell(
                value=r.file, href=reverse("board:register_place_page", args=[r.file])
            ),
            heads_row=True,
        ),
        Column(
            key="score",
            title=_("Score"),
            value=lambda r: _decimal(r.score),
            sort=True,
            numeric=True,
        ),
        Column(
            key="points",
            title=_("of which points"),
            value=lambda r: _decimal(r.points),
            numeric=True,
        ),
        Column(key="placed", title=_("Placed"), value=lambda r: r.placed_at, sort=True),
        Column(key="ends", title=_("Off on"), value=lambda r: r.ends_on, sort=True),
        Column(key="state", title=_("State"), value=lambda r: label(r.state)),
    ],
)

WORK: ListSpec[WorkRow] = ListSpec(
    caption=_("Claims and requests that wait"),
    default_order="placed",
    search=_("Search by file code"),
    empty=_("Nothing waits."),
    columns=[
        Column(
            key="file",
            title=_("File"),
            value=lambda r: Cell(
                value=r.file, href=reverse("board:register_place_page", args=[r.file])
            ),
            sort=True,
            heads_row=True,
        ),
        Column(key="track", title=_("Track"), value=lambda r: label(r.track), sort=True),
        Column(key="claims", title=_("Claims"), value=lambda r: r.claims, numeric=True),
        Column(
            key="stop", title=_("Clock"), value=lambda r: str(_("Stop asked for")) if r.stop else ""
        ),
        Column(key="placed", title=_("Placed"), value=lambda r: r.placed_at, sort=True),
    ],
)

CLASSES: ListSpec[ClassRow] = ListSpec(
    caption=_("Classes"),
    default_order="starts",
    descending=True,
    search=_("Search by title"),
    empty=_("No class is planned."),
    columns=[
        Column(
            key="title",
            title=_("Class"),
            value=lambda r: Cell(value=r.title, href=reverse("board:class", args=[r.file])),
            sort=True,
            heads_row=True,
        ),
        Column(key="starts", title=_("First day"), value=lambda r: r.starts_on, sort=True),
        Column(key="size", title=_("Places"), value=lambda r: r.size, sort=True, numeric=True),
        Column(key="offered", title=_("On offer"), value=lambda r: r.offered, numeric=True),
        Column(key="accepted", title=_("Accepted"), value=lambda r: r.accepted, numeric=True),
        Column(
            key="sworn",
            title=_("Sworn in"),
            value=lambda r: str(_("yes")) if r.sworn else str(_("no")),
        ),
    ],
)
