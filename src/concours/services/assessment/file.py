"""One file in the oral assessment as its desk sees it, in codes."""

from dataclasses import dataclass
from datetime import datetime

from concours.selection.assessment import lapse_of
from concours.selection.assessment_state import Assessment
from concours.selection.authority import Actor, holds
from concours.services.assessment.booking import FreeDay, free_days
from concours.services.case import open_candidacy
from concours.services.findings import Decided, decided_again
from concours.services.narratives.exceptions import grounds_for
from concours.services.narratives.writing import step_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDesk:
    """What the desk must know of one file. ``day`` is the day booked.

    Scores are not on it, but for who looks at the decision again (``decided``).
    """

    code: str
    version: str
    track: str
    day: str
    place: str
    starts_at: datetime | None
    lapses_at: datetime | None
    moves: int
    waiting_since: datetime | None
    checked_in: bool
    outcome: str
    decided: Decided | None
    grounds: tuple[str, ...]
    days: tuple[FreeDay, ...]


def file_desk(actor: Actor, code: str, action: str, *, at: datetime) -> FileDesk:
    """The file opened under the action somebody means to take."""
    case = open_candidacy(actor, code, action, at=at)
    step = step_of(case.edition, "assessment")
    state = case.candidacy.state(step, Assessment)
    lapse = lapse_of(case.candidacy, case.edition, step=step)
    booked = state.booking
    days = (
        free_days(case.candidacy.competition, after=at, before=lapse)
        if holds(actor, "assessment.manage_days")
        else []
    )
    return FileDesk(
        code=code,
        version=case.version,
        track=case.candidacy.track,
        day=booked.day if booked else "",
        place=booked.place if booked else "",
        starts_at=booked.starts_at if booked else None,
        lapses_at=lapse,
        moves=state.moves,
        waiting_since=state.waiting_since,
        checked_in=state.checked_in_at is not None,
        outcome=state.decision.outcome if state.decision else "",
        decided=decided_again(
            case,
            action,
            seq=state.decided_seq,
            appeal_due=state.appeal.due_on if state.appeal else None,
        ),
        grounds=grounds_for(case.candidacy, action, step=step),
        days=tuple(d for d in days if booked is None or d.code != booked.day),
    )
