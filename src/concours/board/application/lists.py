"""The list of the eligibility desk."""

from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from concours.pages.lists import Cell, Column, ListSpec
from concours.pages.words import label
from concours.pages.zone import board_zone
from concours.services.application.eligibility import EligibilityRow


def _day(at: datetime | None) -> date | None:
    return at.astimezone(board_zone()).date() if at else None


WAITING: ListSpec[EligibilityRow] = ListSpec(
    caption=_("Applications that wait for a decision on eligibility"),
    default_order="since",
    search=_("Search by the first letters of a file code."),
    empty=_("No application waits."),
    filters=[],
    columns=[
        Column(
            key="code",
            title=_("File"),
            value=lambda r: Cell(
                value=r.code, href=reverse("board:application_judge", args=[r.code])
            ),
            sort=True,
            heads_row=True,
        ),
        Column(key="track", title=_("Track"), value=lambda r: label(r.track), sort=True),
        Column(key="since", title=_("Submitted"), value=lambda r: _day(r.since), sort=True),
        Column(key="due", title=_("Due"), value=lambda r: _day(r.due_on), sort=True),
    ],
)
