"""The lists of the compartments' desks."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from concours.pages.lists import Cell, Column, Filter, ListSpec
from concours.pages.words import label
from concours.services.clearance.pages import DeskRow

STATES = ("waiting_papers", "to_decide", "waiver", "appeal", "decided", "closed")
STATE_WORDS = {
    "waiting_papers": _("Waits for papers"),
    "to_decide": _("To decide"),
    "waiver": _("Waiver"),
    "appeal": _("Appeal"),
    "decided": _("Decided"),
    "closed": _("Closed"),
}


def desk(compartment: str, href: str) -> ListSpec[DeskRow]:
    """The desk of one compartment; each row leads to ``href``."""
    return ListSpec(
        caption=_("Medical clearances") if compartment == "medical" else _("Security clearances"),
        default_order="since",
        search=_("Search by file code"),
        empty=_("No file waits here."),
        filters=[
            Filter(
                key="state",
                title=_("State"),
                choices=[(state, STATE_WORDS[state]) for state in STATES],
            )
        ],
        columns=[
            Column(
                key="file",
                title=_("File"),
                value=lambda r: Cell(value=r.file, href=reverse(href, args=[r.file])),
                sort=True,
                heads_row=True,
            ),
            Column(
                key="state", title=_("State"), value=lambda r: str(STATE_WORDS[r.state]), sort=True
            ),
            Column(
                key="waits",
                title=_("Waits on"),
                value=lambda r: label(r.waits_on) if r.waits_on else "",
            ),
            Column(key="since", title=_("Since"), value=lambda r: r.since, sort=True),
            Column(key="due", title=_("Due"), value=lambda r: r.due_on, sort=True),
        ],
    )


MEDICAL = desk("medical", "board:clearance_decide_medical")
SECURITY = desk("security", "board:clearance_decide_security")
WAIVERS = desk("medical", "board:clearance_decide_waiver")
