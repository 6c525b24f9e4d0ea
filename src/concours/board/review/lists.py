"""The list of a member's files."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from concours.pages.lists import Cell, Column, Filter, ListSpec
from concours.services.review.pages import SeatRow

STATE_WORDS = {
    "to_swear": _("Oath to sign"),
    "to_vote": _("Your vote"),
    "waiting": _("Waits for others"),
    "decided": _("Decided"),
}

SEATS: ListSpec[SeatRow] = ListSpec(
    caption=_("Files you review"),
    default_order="due",
    search=_("Search by file code"),
    empty=_("No file is yours."),
    filters=[Filter(key="state", title=_("State"), choices=list(STATE_WORDS.items()))],
    columns=[
        Column(
            key="file",
            title=_("File"),
            value=lambda r: Cell(value=r.file, href=reverse("board:review_vote", args=[r.file])),
            sort=True,
            heads_row=True,
        ),
        Column(key="state", title=_("State"), value=lambda r: str(STATE_WORDS[r.state]), sort=True),
        Column(key="since", title=_("Since"), value=lambda r: r.since, sort=True),
        Column(key="due", title=_("Due"), value=lambda r: r.due_on, sort=True),
    ],
)
