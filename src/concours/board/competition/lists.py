"""The list of competitions."""

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from concours.pages.lists import Cell, Column, Filter, ListSpec
from concours.pages.words import label
from concours.selection.competition import STATUSES
from concours.services.competition.pages import CompetitionRow

lazy_label = lazy(label, str)

COMPETITIONS: ListSpec[CompetitionRow] = ListSpec(
    caption=_("Competitions"),
    default_order="window",
    descending=True,
    search=_("Search by title."),
    empty=_("No competition yet."),
    filters=[
        Filter(
            key="status",
            title=_("Status"),
            choices=[(s, lazy_label(s)) for s in STATUSES if s != "none"],
        )
    ],
    columns=[
        Column(
            key="title",
            title=_("Competition"),
            value=lambda r: Cell(value=r.title, href=reverse("board:competition", args=[r.file])),
            sort=True,
            heads_row=True,
        ),
        Column(key="edition", title=_("Edition"), value=lambda r: r.edition, sort=True),
        Column(key="window", title=_("Window"), value=lambda r: r.window, sort=True),
        Column(key="test", title=_("Test starts"), value=lambda r: r.test_starts),
        Column(key="status", title=_("Status"), value=lambda r: label(r.status), sort=True),
    ],
)
