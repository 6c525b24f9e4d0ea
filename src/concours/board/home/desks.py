"""The desks of the board: each with its page, its name, and the actions that open it."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from concours.selection.authority import Actor, holds
from concours.services.home.second import Proposal

DESKS = (
    ("application_home", _("Eligibility"), ("application.judge",)),
    (
        "examination_home",
        _("Test sessions"),
        ("examination.manage_sessions", "examination.check_in"),
    ),
    ("items_home", _("Item bank and forms"), ("items.read",)),
    ("examination_essays", _("Essays"), ("examination.mark_essay", "examination.settle_essay")),
    (
        "narratives_home",
        _("Narratives and panels"),
        ("narratives.allocate", "narratives.rate", "narratives.adjudicate", "narratives.decide"),
    ),
    (
        "assessment_home",
        _("Oral assessment"),
        ("assessment.manage_days", "assessment.rate", "assessment.decide"),
    ),
    (
        "clearance_home",
        _("Clearances"),
        (
            "clearance.decide_medical",
            "clearance.decide_security",
            "clearance.decide_waiver",
            "clearance.extend",
        ),
    ),
    ("review_home", _("Final review"), ("review.vote",)),
    ("register_home", _("Registers"), ("register.read",)),
    ("classes", _("Classes"), ("register.read",)),
    ("service_home", _("Training and postings"), ("service.record_training",)),
    ("corrections", _("Bulk corrections"), ("record.read_bulk",)),
)
STEP_DESKS = {
    "application": "application_home",
    "examination": "examination_home",
    "narratives": "narratives_home",
    "assessment": "assessment_home",
    "clearance": "clearance_home",
    "review": "review_home",
    "register": "register_home",
    "service": "service_home",
}


def desks_of(actor: Actor) -> list[tuple[str, str]]:
    """The desks this actor may sit at: address and name."""
    return [
        (reverse(f"board:{name}"), str(title))
        for name, title, actions in DESKS
        if any(holds(actor, action) for action in actions)
    ]


def task_href(actor: Actor, step: str, file: str) -> str:
    """Where a task is taken up: the file for who may read files, else the step's desk."""
    if holds(actor, "file.read"):
        return reverse("board:file", args=[file])
    name = STEP_DESKS.get(step, "")
    open_to = {n for n, _title, actions in DESKS if any(holds(actor, a) for a in actions)}
    if step == "examination" and name not in open_to:
        name = "examination_essays"
    return reverse(f"board:{name}") if name in open_to else ""


PROPOSALS = {
    "competition_approval": _("Approve a competition, or send it back"),
    "key_change": _("Decide on a change of the answer key"),
    "form_lock": _("Look at the forms found, and lock them"),
    "bulk_correction": _("Sign a file of corrections"),
}


def proposal_href(proposal: Proposal) -> str:
    """Where a second person decides on a proposal."""
    where = {
        "competition_approval": ("competition", [proposal.file]),
        "key_change": ("examination_key_change", [proposal.file, proposal.code]),
        "form_lock": ("forms_assembly", [proposal.code]),
        "bulk_correction": ("correction", [proposal.code]),
    }
    name, args = where[proposal.what]
    return reverse(f"board:{name}", args=args)
