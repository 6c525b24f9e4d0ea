"""The columns of a sitting's row that follow its file, in the transaction of what was recorded.

The answer desk checks an answer against them in the statement that keeps it, so a pause, an
end or granted minutes hold from their commit, in every process, whoever recorded them.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from concours.policy.door_times import DoorTimes, answers_close_at
from concours.policy.edition import Edition
from concours.policy.late_answers import LateAnswers, late_until
from concours.records.models import Sitting
from concours.selection.candidacy import Candidacy
from concours.selection.examination import Examination
from concours.selection.examination import Sitting as SittingState


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What the row of a candidacy's last sitting says of it."""

    state: str
    section: str = ""
    closes_at: datetime | None = None
    accepts_until: datetime | None = None
    late_until: datetime | None = None
    left_section: str = ""
    left_at: datetime | None = None
    left_late_until: datetime | None = None
    late_taken: bool = False


def columns(file: Candidacy, edition: Edition, step: str) -> Columns:
    """The columns a folded file comes to: a pure function of its arguments."""
    state = file.state(step, Examination)
    sitting = state.sitting
    taken = state.late_answers == "taken"
    if sitting is None or sitting.submitted_at is not None or file.closed is not None:
        return Columns(state="closed", late_taken=taken)
    word = "open" if sitting.paused_at is None else "paused"
    times = edition.value(f"{step}.attendance", DoorTimes)
    rule = f"{step}.late_answers"
    late = edition.value(rule, LateAnswers) if edition.has(rule) else None
    left = _left(sitting, times, late) if late is not None else Columns(state=word)
    left = replace(left, state=word, late_taken=taken)
    if not sitting.current:
        return left
    ends = sitting.sections[sitting.current].ends_at
    accepts = answers_close_at(times, ends_at=ends)
    return replace(
        left,
        section=sitting.current,
        closes_at=ends,
        accepts_until=accepts,
        late_until=late_until(late, ends_at=ends) if late is not None else accepts,
    )


def _left(sitting: SittingState, times: DoorTimes, late: LateAnswers) -> Columns:
    """The section left last: a device that was away may still bring what was given in it.

    One left early ended when it was left; one whose time ran out has the few seconds that
    the rulebook gives, as if it were still open.
    """
    ended = [(s, sat.locked_at) for s, sat in sitting.sections.items() if sat.locked_at is not None]
    if not ended:
        return Columns(state="open")
    section, at = ended[-1]
    by_time = at >= sitting.sections[section].ends_at
    return Columns(
        state="open",
        left_section=section,
        left_at=answers_close_at(times, ends_at=at) if by_time else at,
        left_late_until=late_until(late, ends_at=at),
    )


def follow(files: Iterable[tuple[Candidacy, Edition]]) -> None:
    """Bring the rows of these candidacies' last sittings up to date, inside the caller's transaction."""
    for file, edition in files:
        for plan in edition.steps:
            if plan.kind != "examination":
                continue
            number = file.state(plan.id, Examination).sittings
            if number:
                Sitting.objects.filter(candidacy=file.file, step=plan.id, number=number).update(
                    **asdict(columns(file, edition, plan.id))
                )
