"""Decisions of the register taken back: an offer nobody has answered, and the placement itself."""

from datetime import datetime

from concours.ledger.draft import Draft
from concours.policy.edition import Edition
from concours.selection.candidacy import Candidacy
from concours.selection.class_plan import TAKEN_BACK, ClassPlan, place_answered
from concours.selection.register import require_placed
from concours.selection.register_offers import require_offer
from concours.selection.reversal import reversing


def reverse_offer(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    plan: ClassPlan,
    reason: str,
    authority: str,
) -> tuple[Draft, ...]:
    """Take back an offer that has not been answered, told or not; its place in the class is free again.

    It is no decline and the clock has run on: the candidate stands on the
    register as before the call, and the same class may call again. Refused from
    the first instant after the last day to answer: silence has declined by then.
    """
    state = require_offer(file, edition, step=step, at=at)
    offer = state.offers[-1]
    found = reversing(
        file,
        step,
        "register.offer_reversed",
        about=offer.seq,
        reason=reason,
        authority=authority,
        rule=f"{step}.offer_open",
        **{"class": plan.file},
    )
    return (found, place_answered(plan, candidacy=file.file, answer=TAKEN_BACK))


def reverse_placement(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, reason: str, authority: str
) -> tuple[Draft, ...]:
    """Take the place on the register back, with its clock and its points; declines stay counted.

    A preference found for the person is theirs and counts again with the next
    placement. Refused while an offer is open or accepted.
    """
    state = require_placed(file, edition, step=step, rule="clock")
    if state.accepted_at is not None:
        raise edition.refusal(
            f"{step}.acceptance",
            "offer_accepted",
            remedy="An offer was accepted: the appointing authority takes it back first.",
        )
    if state.offer is not None:
        raise edition.refusal(
            f"{step}.offer_open",
            "offer_open",
            remedy="An offer is open: the appointing authority takes it back first.",
        )
    return (
        reversing(
            file,
            step,
            "register.placement_reversed",
            about=state.placed_seq,
            reason=reason,
            authority=authority,
            rule=f"{step}.clock",
        ),
    )
