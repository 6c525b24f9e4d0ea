"""The members' desks: one row a member and file."""

from collections.abc import Iterable
from datetime import datetime

from concours.policy.edition import Edition
from concours.records.models import ReviewSeat
from concours.selection.candidacy import Candidacy
from concours.selection.review_state import Review
from concours.selection.road import openings


def rows(file: Candidacy, edition: Edition, at: datetime) -> Iterable[ReviewSeat]:
    """The members of a file's panel who did not stand back, and what waits for them."""
    for plan in edition.steps:
        if plan.kind != "review":
            continue
        state = file.state(plan.id, Review)
        due = next(
            (
                o.due_on
                for o in openings(file, edition, at=at)
                if o.awaited and o.owner == "suitability_examiner"
            ),
            None,
        )
        for member in state.seated:
            yield ReviewSeat(
                file=file.file,
                member=member,
                sworn=member in state.oaths,
                state=_state(file, state, member, due),
                since=state.turn_at,
                due_on=due,
            )


def _state(file: Candidacy, state: Review, member: str, due: datetime | None) -> str:
    """to_swear, to_vote, waiting or decided."""
    if state.decided_at is not None or file.closed is not None:
        return "decided"
    if member not in state.oaths:
        return "to_swear"
    return "to_vote" if due is not None else "waiting"
