"""The final review set aside, whether it found for the candidate or against, or is still under way."""

from datetime import datetime

from concours.kernel.errors import Refusal
from concours.ledger.draft import Draft
from concours.policy.edition import Edition
from concours.selection.candidacy import Candidacy
from concours.selection.opening import Opening
from concours.selection.reversal import ended_by, reopened, require_last, reversing
from concours.selection.review import UNSUITABLE
from concours.selection.review_state import Review


def reverse_review(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, reason: str, authority: str
) -> tuple[Draft, ...]:
    """Set the review aside; a panel of other members reads the file again.

    A finding of suitable never turns into its opposite by this: only a panel
    that gave notice and heard the candidate may say no. An appeal that waits is
    left to the appeal.
    """
    state = file.state(step, Review)
    rule = f"{step}.panel"
    if state.opened_at is None:
        raise edition.refusal(
            rule, "nothing_to_reverse", remedy="No review is open or decided in this file."
        )
    if state.appeal == "lodged":
        raise edition.refusal(
            f"{step}.appeal",
            "appeal_pending",
            remedy="An appeal waits for its decision: decide the appeal.",
        )
    closed = ended_by(file, step=step, reasons=(UNSUITABLE,))
    require_last(file, edition, step=step)
    found = reversing(
        file,
        step,
        "review.reversed",
        about=state.decided_seq,
        reason=reason,
        authority=authority,
        rule=rule,
        outcome="under_way" if state.decided_at is None else "decided",
    )
    return (found, reopened(file, step, reason=reason)) if closed else (found,)


def reversals(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> tuple[Opening, ...]:
    """The reversal, where it would not be refused now."""
    state = file.state(step, Review)
    since = state.decided_at or state.opened_at
    if since is None:
        return ()
    try:
        reverse_review(file, edition, step=step, at=at, reason="board_error", authority="board")
    except Refusal:
        return ()
    return (
        Opening(
            command="review.reverse",
            action="review.reverse",
            step=step,
            owner="appeals_officer",
            since=since,
        ),
    )
