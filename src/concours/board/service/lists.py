"""The list of officers."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from concours.pages.lists import Cell, Column, Filter, ListSpec
from concours.services.service.pages import OfficerRow

STATE_WORDS = {
    "in_training": _("In training"),
    "to_post": _("Waits for a post"),
    "posted": _("Posted"),
    "handed_over": _("Handed over"),
    "separated": _("Separated"),
}

OFFICERS: ListSpec[OfficerRow] = ListSpec(
    caption=_("Officers"),
    default_order="since",
    search=_("Search by file code"),
    empty=_("Nobody has been appointed."),
    filters=[Filter(key="state", title=_("State"), choices=list(STATE_WORDS.items()))],
    columns=[
        Column(
            key="file",
            title=_("File"),
            value=lambda r: Cell(
                value=r.file, href=reverse("board:service_record_training", args=[r.file])
            ),
            sort=True,
            heads_row=True,
        ),
        Column(key="class", title=_("Class"), value=lambda r: r.class_file, sort=True),
        Column(key="grade", title=_("Class and step"), value=lambda r: r.grade, sort=True),
        Column(key="passed", title=_("Modules passed"), value=lambda r: r.passed, numeric=True),
        Column(key="failed", title=_("failed"), value=lambda r: r.failed, numeric=True),
        Column(key="state", title=_("State"), value=lambda r: str(STATE_WORDS[r.state])),
        Column(key="post", title=_("Post"), value=lambda r: r.post),
        Column(key="since", title=_("Since"), value=lambda r: r.since, sort=True),
    ],
)
