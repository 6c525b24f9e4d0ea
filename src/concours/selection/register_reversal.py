"""A placement on the register taken back, so that what it stands on can be decided again."""

from datetime import datetime

from concours.ledger.draft import Draft
from concours.policy.edition import Edition
from concours.selection.candidacy import Candidacy
from concours.selection.register import require_placed
from concours.selection.reversal import reversing


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
            remedy="An offer is open: wait until it is answered or its last day has passed.",
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
